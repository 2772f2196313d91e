import {
  approve,
  type By,
  blockers,
  explain,
  factsTold,
  guidedClose,
  listQueries,
  type OpenQueryAsk,
  openPeriod,
  openQuery,
  type QueryAnswer,
  queriesAbout,
  refresh,
  requestFreeze,
  requestSplit,
  resolveQuery,
  showQuery,
  statementOf,
  workOnQuery,
} from '@ledger/application';
import { decode, type LedgerEvent, streamOf } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { type QueryRow, queriesView } from '@ledger/projections';
import { recompute } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineText, FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

const ADA: By = { actor: { id: 'ada', role: 'rep' } };
const BEN: By = { actor: { id: 'ben', role: 'rep' } };
const ROWS = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,USD,2026-03-01'];
const CLOCKS =
  'queries: { from: 2026-01-01, first-answer: 2, resolution: 10, reopen: 5, cut-off: 3, reason: Service level }';

async function company({ frozen = false } = {}): Promise<Made> {
  const made = await makeCompany();
  await defineText(made.ledger, CLOCKS);
  sound(await importRows(made, ROWS));
  made.at('2026-04-01T09:00:00Z');
  if (!frozen) return made;
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  return made;
}

const ASK: OpenQueryAsk = {
  participant: 'ada',
  period: '2026-Q1',
  line: 'csv.D-2',
  says: 'The order form says 60,000.',
  expects: '6400',
  facts: null,
};

async function withFacts({ ledger }: Made, told: Partial<Parameters<typeof factsTold>[2]>): Promise<OpenQueryAsk> {
  const facts = sound(await factsTold(ledger, 'ada', { deals: [], told: [], splits: [], ...told }));
  return { ...ASK, facts };
}
const AMENDED = { told: [{ source: 'csv', deal: 'D-2', amount: '60000' }] };
const SHARES = [
  { participant: 'ada', share: '0.6' },
  { participant: 'ben', share: '0.4' },
];
const SPLIT = { splits: [{ source: 'csv', deal: 'D-1', shares: SHARES }] };

async function shown({ ledger }: Made, query = 'ada.1', asOf?: string): Promise<QueryAnswer> {
  return sound(await showQuery(ledger, { query, asOf }, OPS.actor));
}
async function lines({ ledger }: Made, participant: string, period: string) {
  return sound(await statementOf(ledger, { participant, period })).statement.lines;
}
async function amendD2(made: Made): Promise<void> {
  sound(await importRows(made, ['D-2,ada,60000.00,USD,2026-02-10']));
}
async function splitD1({ ledger }: Made): Promise<void> {
  const why = { reason: 'Joint', evidence: ['mail'], scope: 'deal', expiresOn: null };
  sound(await requestSplit(ledger, { source: 'csv', deal: 'D-1', shares: SHARES, ...why }, OPS));
  sound(await approve(ledger, 'split/csv.D-1/split-1', FINANCE));
}

describe('what was seen', () => {
  test('stays with the query: amount, digest, position', async () => {
    const made = await company();
    const before = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    const { query } = sound(await openQuery(made.ledger, ASK, ADA));
    sound(await importRows(made, ['D-2,ada,41000.00,USD,2026-02-10']));
    const answer = await shown(made, query);
    expect(answer.query).toMatchObject({ query: 'ada.1', line: 'bookings/csv.D-2', openedBy: 'ada', ball: 'desk' });
    expect(answer.query.saw).toMatchObject({ state: 'open', asOf: before.asOf, amount: '4000.00' });
    expect(answer.line).toEqual(before.statement.lines.find(({ line }) => line === 'bookings/csv.D-2'));
    expect(answer).toMatchObject({ facts: null, replay: null, thread: [] });
  });

  test('of a frozen statement with its own digest, and as of a moment where one is named', async () => {
    const made = await company({ frozen: true });
    const { digest } = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    sound(await openQuery(made.ledger, { ...ASK, line: 'total' }, ADA));
    expect((await shown(made)).query.saw).toMatchObject({ state: 'frozen', digest, amount: '10400.00' });
    const asOf = String((await made.ledger.store.head()) - 1n);
    sound(await openQuery(made.ledger, { ...ASK, asOf }, ADA));
    expect((await shown(made, 'ada.2')).query.saw.state).toBe('frozen');
  });

  test('a line that is not there is refused with those that are', async () => {
    const made = await company();
    const head = await made.ledger.store.head();
    const refused = await openQuery(made.ledger, { ...ASK, line: 'csv.D-3' }, ADA);
    expect(refused).toMatchObject({ code: 'not_found', message: expect.stringMatching(/bookings\/csv\.D-1/) });
    expect(await openQuery(made.ledger, { ...ASK, period: '2026-Q4' }, ADA)).toMatchObject({ code: 'period_unknown' });
    expect(await openQuery(made.ledger, { ...ASK, participant: 'ben' }, ADA)).toMatchObject({ code: 'role_forbidden' });
    expect(await made.ledger.store.head()).toBe(head);
  });
});

describe('the same question', () => {
  test('asked again is the same query; by its command id, even when it is closed', async () => {
    const made = await company();
    const by = { ...ADA, commandId: 'ask-1' };
    expect(sound(await openQuery(made.ledger, ASK, by))).toMatchObject({ query: 'ada.1', repeated: false });
    expect(sound(await openQuery(made.ledger, ASK, ADA))).toMatchObject({ query: 'ada.1', events: [] });
    expect(await openQuery(made.ledger, { ...ASK, says: 'Hm.' }, ADA)).toMatchObject({ code: 'already_exists' });
    sound(await workOnQuery(made.ledger, { type: 'WithdrawQuery', query: 'ada.1', reason: 'No.' }, ADA));
    expect(sound(await openQuery(made.ledger, ASK, by))).toMatchObject({ query: 'ada.1', repeated: true });
    expect(await openQuery(made.ledger, { ...ASK, says: 'Hm.' }, by)).toMatchObject({ code: 'command_id_reused' });
    expect(sound(await openQuery(made.ledger, ASK, ADA))).toMatchObject({ query: 'ada.2' });
  });

  test('two at once about two lines are two queries', async () => {
    const { ledger } = await company();
    const answers = await Promise.all([
      openQuery(ledger, ASK, ADA),
      openQuery(ledger, { ...ASK, line: 'csv.D-1' }, ADA),
    ]);
    expect(answers.map((each) => sound(each).query).sort()).toEqual(['ada.1', 'ada.2']);
  });
});

describe("the participant's version beside the ledger's", () => {
  test.each([
    ['a deal told differently', AMENDED, amendD2],
    ['a split', SPLIT, splitD1],
  ])('%s: what it says is what becomes of it, in an open period and in a frozen one', async (_, told, happens) => {
    for (const frozen of [false, true]) {
      const made = await company({ frozen });
      const period = frozen ? '2026-Q2' : '2026-Q1';
      const before = sound(await statementOf(made.ledger, { participant: 'ada', period })).statement.total;
      sound(await openQuery(made.ledger, await withFacts(made, told), ADA));
      const { replay, facts } = await shown(made);
      expect(facts).not.toBeNull();
      await happens(made);
      const after = sound(await statementOf(made.ledger, { participant: 'ada', period })).statement.total;
      expect(replay?.pays).toMatchObject([{ period, before, after }]);
      if (!frozen) {
        const line = (await lines(made, 'ada', '2026-Q1')).find((each) => each.line === 'bookings/csv.D-2');
        expect(replay?.theirs?.amount).toBe(line?.amount);
      }
    }
  });

  test('holds both traces, which come out again, and their difference', async () => {
    const made = await company({ frozen: true });
    sound(await openQuery(made.ledger, await withFacts(made, AMENDED), ADA));
    const { replay } = await shown(made);
    expect(replay).toMatchObject({
      ledger: { amount: '4000.00' },
      theirs: { amount: '6400.00' },
      difference: '2400.00',
    });
    for (const line of [replay?.ledger, replay?.theirs]) {
      const statement = { period: '2026-Q1', participant: 'ada', currency: 'USD', lines: [line], total: line?.amount };
      expect(recompute(statement)).toMatchObject({ ok: true });
    }
  });

  test('facts that make no sense are refused, and nothing is written', async () => {
    const made = await company();
    const head = await made.ledger.store.head();
    const half = { splits: [{ source: 'csv', deal: 'D-1', shares: SHARES.slice(1) }] };
    const nobody = { splits: [{ source: 'csv', deal: 'D-1', shares: [{ participant: 'zoe', share: '1' }] }] };
    const missing = { splits: [{ source: 'csv', deal: 'D-9', shares: SHARES }] };
    for (const [told, code] of [
      [half, 'shares_not_whole'],
      [nobody, 'participant_unknown'],
      [missing, 'not_found'],
    ] as const) {
      expect(await openQuery(made.ledger, await withFacts(made, told), ADA)).toMatchObject({ code });
    }
    const theirs = { deals: [], told: [{ source: 'csv', deal: 'D-3', amount: '1' }], splits: [] };
    expect(await factsTold(made.ledger, 'ada', theirs)).toMatchObject({ code: 'field_missing' });
    expect(await made.ledger.store.head()).toBe(head);
  });
});

describe('a resolution that moves money', () => {
  test('names its event, and the pay line names the query: open, frozen and recomputed', async () => {
    const made = await company();
    sound(await openQuery(made.ledger, await withFacts(made, SPLIT), ADA));
    await splitD1(made);
    const ask = { query: 'ada.1', reason: 'It was joint.', events: ['split/csv.D-1/split-1'] };
    const { events } = sound(await resolveQuery(made.ledger, ask, OPS));
    expect(events).toMatchObject([{ data: { amount: '-3360.00', corrections: [{ approvedBy: 'fred' }] } }]);
    const named = (await lines(made, 'ada', '2026-Q1')).map(({ line, queries }) => [line, queries]);
    expect(named).toContainEqual(['bookings/csv.D-1', ['ada.1']]);
    expect(named).toContainEqual(['bookings/csv.D-2', undefined]);
    expect((await lines(made, 'ben', '2026-Q1')).flatMap(({ queries = [] }) => queries)).toEqual([]);
    await freeze(made.ledger, '2026-Q1');
    const explained = sound(await explain(made.ledger, { participant: 'ada', period: '2026-Q1', line: 'csv.D-1' }));
    expect(explained.line.trace.steps?.at(-1)).toMatchObject({ step: 'query', says: expect.stringMatching(/ada\.1/) });
    const answer = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    const again = recompute(JSON.parse(JSON.stringify(answer)));
    expect(again).toMatchObject({ ok: true });
    expect(again.lines.find(({ line }) => line === 'bookings/csv.D-1')?.queries).toEqual(['ada.1']);
  });

  test('of a frozen period is named by the correction, by whatever name the event is given', async () => {
    const made = await company({ frozen: true });
    sound(await openQuery(made.ledger, await withFacts(made, AMENDED), ADA));
    sound(await importRows(made, ['D-2,ada,60000.00,USD,2026-02-10']));
    const [stored] = (await made.ledger.store.read(streamOf.deal('csv', 'D-2'))).slice(-1);
    const [id, position] = [stored?.id ?? '', String(stored?.position)];
    const ask = { query: 'ada.1', reason: 'Amended.', events: [id, position] };
    expect(await resolveQuery(made.ledger, ask, OPS)).toMatchObject({ code: 'role_forbidden' });
    const { events } = sound(await resolveQuery(made.ledger, ask, FINANCE));
    expect(events).toMatchObject([{ data: { amount: '2400.00', corrections: [{ event: id, position }] } }]);
    const [line] = await lines(made, 'ada', '2026-Q2');
    expect(line).toMatchObject({ kind: 'correction', cause: id, amount: '2400.00', queries: ['ada.1'] });
    expect(sound(await resolveQuery(made.ledger, ask, FINANCE)).events).toEqual([]);
  });

  test('is found at a line that was frozen before the query was resolved, and its bytes stay', async () => {
    const made = await company();
    const { ledger } = made;
    sound(await openQuery(ledger, ASK, ADA));
    await amendD2(made);
    const position = String(await ledger.store.head());
    await freeze(ledger, '2026-Q1');
    const ask = { participant: 'ada', period: '2026-Q1' };
    const before = sound(await statementOf(ledger, ask));
    sound(await resolveQuery(ledger, { query: 'ada.1', reason: 'Amended.', events: [position] }, FINANCE));
    const answer = sound(await statementOf(ledger, ask));
    expect(answer).toEqual(before);
    const about = async (by: By) => sound(await queriesAbout(ledger, answer.statement, by.actor));
    const [line, stands] = ['bookings/csv.D-2', 'resolved'];
    expect(await about(ADA)).toEqual([
      { query: 'ada.1', line, is: 'asked', stands },
      { query: 'ada.1', line, is: 'answered', stands },
    ]);
    expect(await about(BEN)).toEqual([]);
    const file = JSON.parse(JSON.stringify({ ...answer, queries: await about(ADA) }));
    expect(recompute(file).lines.find((each) => each.line === line)).toMatchObject({ ok: true, queries: ['ada.1'] });
  });

  test('is refused for an event that does not exist, came before, or moved nothing', async () => {
    const made = await company();
    sound(await openQuery(made.ledger, ASK, ADA));
    sound(await importRows(made, ['D-3,ben,51000.00,USD,2026-03-01']));
    const head = await made.ledger.store.head();
    for (const [event, code] of [
      ['01KNKP4Y808G78WMGJA569X30B', 'not_found'],
      ['split/csv.D-1/split-1', 'not_found'],
      ['nonsense', 'not_found'],
      ['99999', 'not_found'],
      ['1', 'correction_invalid'],
      ['7', 'correction_invalid'],
      [String(head), 'correction_invalid'],
    ] as const) {
      const ask = { query: 'ada.1', reason: 'Done.', events: [event] };
      expect(await resolveQuery(made.ledger, ask, FINANCE), event).toMatchObject({ code });
    }
    expect(await made.ledger.store.head()).toBe(head);
  });
});

describe('clocks', () => {
  test('count working days, stand while the participant is asked, and say what was late', async () => {
    const made = await company();
    await defineText(
      made.ledger,
      'calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, holidays: [2026-04-03, 2026-04-06], reason: Easter }',
    );
    sound(await openQuery(made.ledger, ASK, ADA));
    const times = async (asOf?: string) => (await shown(made, 'ada.1', asOf)).query.times;
    // Wednesday the 1st; Good Friday and Easter Monday do not count.
    expect(await times()).toMatchObject({
      firstAnswer: { dueOn: '2026-04-07', state: 'running' },
      resolution: { dueOn: '2026-04-17', state: 'running' },
      cutOffOn: '2026-04-08',
      isPastCutOff: false,
      breaches: [],
    });
    // The day by which it is due is in time, to its end.
    made.at('2026-04-07T23:59:00Z');
    expect(await times()).toMatchObject({ firstAnswer: { state: 'running' }, isPastCutOff: false, breaches: [] });
    made.at('2026-04-08T09:00:00Z');
    expect(await times()).toMatchObject({ firstAnswer: { state: 'breached' }, isPastCutOff: true });
    const ask = { type: 'PostMessage', query: 'ada.1', says: 'Which?', asks: true } as const;
    sound(await workOnQuery(made.ledger, ask, OPS));
    made.at('2026-04-20T09:00:00Z');
    // Eight working days were waited.
    expect(await times()).toMatchObject({ resolution: { dueOn: '2026-04-29', state: 'waiting' } });
    sound(await workOnQuery(made.ledger, { ...ask, says: 'That.', asks: false }, ADA));
    made.at('2026-04-30T09:00:00Z');
    expect(await times()).toMatchObject({ breaches: ['first-answer', 'resolution'] });
    const { ledger } = made;
    const late = sound(await listQueries(ledger, { isBreached: true }, OPS.actor));
    expect(late.queries.map(({ query }) => query)).toEqual(['ada.1']);
    expect(await times('2026-04-02T00:00:00Z')).toMatchObject({ on: '2026-04-02', breaches: [] });
    sound(await resolveQuery(ledger, { query: 'ada.1', reason: 'As it is.', events: [] }, OPS));
    expect(await times()).toMatchObject({ reopenUntil: '2026-05-07', isPastCutOff: false });
    made.at('2026-05-08T09:00:00Z');
    const reopen = { type: 'ReopenQuery', query: 'ada.1', reason: 'No.' } as const;
    expect(await workOnQuery(ledger, reopen, ADA)).toMatchObject({ code: 'reopen_too_late' });
  });

  test('a list shows a rep their own queries, and others as they stood', async () => {
    const made = await company();
    sound(await openQuery(made.ledger, ASK, ADA));
    sound(await openQuery(made.ledger, { ...ASK, participant: 'ben', line: 'csv.D-3' }, BEN));
    const listed = async (ask: object, by: By) =>
      sound(await listQueries(made.ledger, ask, by.actor)).queries.map(({ query }) => query);
    expect(await listed({}, ADA)).toEqual(['ada.1']);
    expect(await listed({ participant: 'ben' }, ADA)).toEqual([]);
    expect(await listed({}, OPS)).toEqual(['ada.1', 'ben.1']);
    const asOf = String(await made.ledger.store.head());
    sound(await workOnQuery(made.ledger, { type: 'WithdrawQuery', query: 'ben.1', reason: 'No.' }, BEN));
    expect(await listed({}, OPS)).toEqual(['ada.1']);
    expect(await listed({ asOf }, OPS)).toEqual(['ada.1', 'ben.1']);
    expect(await listed({ stands: 'withdrawn' }, OPS)).toEqual(['ben.1']);
    const admin = { id: 'adam', role: 'admin' };
    expect(await listQueries(made.ledger, {}, admin)).toMatchObject({ code: 'role_forbidden' });
    expect(await showQuery(made.ledger, { query: 'ada.1' }, BEN.actor)).toEqual(
      await showQuery(made.ledger, { query: 'ada.1' }, admin),
    );
  });
});

describe('at a freeze', () => {
  test('queries past their cut-off are in the way, may be overridden, and go on with the others', async () => {
    const made = await company();
    const { ledger } = made;
    sound(await openQuery(ledger, ASK, ADA));
    made.at('2026-04-03T09:00:00Z');
    sound(await openQuery(ledger, { ...ASK, participant: 'ben', line: 'csv.D-3' }, BEN));
    const inTheWay = async (asOf?: string) =>
      sound(await blockers(ledger, { period: '2026-Q1', asOf })).blockers.map(({ code, about }) => `${code} ${about}`);
    expect(await inTheWay()).toEqual([]);
    made.at('2026-04-06T09:00:00Z');
    expect(await inTheWay()).toEqual(['query_past_cut_off ada.1']);
    // The day of a moment is that of its last event, or of the instant that was asked for.
    expect(await inTheWay(String(await ledger.store.head()))).toEqual([]);
    expect(await inTheWay('2026-04-06T08:00:00Z')).toEqual(['query_past_cut_off ada.1']);
    const { steps } = sound(await guidedClose(ledger, { period: '2026-Q1' }));
    expect(steps.find(({ step }) => step === 'queries')).toMatchObject({
      state: 'advice',
      says: expect.stringMatching(
        /^2 are open\. 1 is past the cut-off: the freeze is refused unless .*with a reason of its own/,
      ),
      missing: [
        { code: 'query_past_cut_off', about: 'ada.1' },
        { code: 'query_open', about: 'ben.1' },
      ],
    });
    const ask = { period: '2026-Q1', reason: 'Close', evidence: [] };
    expect(await requestFreeze(ledger, ask, OPS)).toMatchObject({ code: 'freeze_blocked' });
    sound(await requestFreeze(ledger, { ...ask, despite: 'Ada is on leave.' }, OPS));
    expect(sound(await approve(ledger, 'freeze/2026-Q1', FINANCE))).toMatchObject({
      frozen: { openQueries: ['ada.1', 'ben.1'] },
    });
    const frozen = (await ledger.store.read(streamOf.period('2026-Q1'))).map((stored) => decode(stored).event);
    expect(frozen.at(-1)).toMatchObject({ type: 'PeriodFrozen', data: { openQueries: ['ada.1', 'ben.1'] } });
    const { query } = await shown(made);
    expect(query).toMatchObject({ stands: 'open', times: { cutOffOn: null, isPastCutOff: false } });
    const reply = { type: 'PostMessage', query: 'ada.1', says: 'Yes.', asks: false } as const;
    sound(await workOnQuery(ledger, reply, OPS));
  });

  test('one about a period that is frozen, and past its time, is told by the next close', async () => {
    const made = await company();
    sound(await freeze(made.ledger, '2026-Q1'));
    made.at('2026-04-07T09:00:00Z');
    sound(await openQuery(made.ledger, ASK, ADA));
    const step = async (period: string) => sound(await guidedClose(made.ledger, { period })).steps[6];
    expect(await step('2026-Q2')).toMatchObject({ step: 'queries', state: 'done', missing: [] });
    made.at('2026-06-30T09:00:00Z');
    const says = expect.stringMatching(/^No query about the period is open\. 1 is about other periods and past/);
    const missing = [{ about: 'ada.1', says: expect.stringContaining(' in 2026-Q1: ') }];
    expect(await step('2026-Q2')).toMatchObject({ state: 'advice', says, missing, command: 'ledger query list' });
    expect(await step('2026-Q1')).toMatchObject({ says: expect.stringMatching(/^1 is open\. What is open/) });
  });
});

describe('any order of commands', () => {
  const steps = fc.array(
    fc.record({
      does: fc.constantFrom('open', 'say', 'ask', 'answer', 'assign', 'escalate', 'resolve', 'reopen', 'withdraw'),
      days: fc.integer({ min: 0, max: 4 }),
    }),
    { minLength: 3, maxLength: 14 },
  );

  test('keeps to the life cycle, and the view is the fold of the events', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const made = await company();
        let day = Temporal.PlainDate.from('2026-04-01');
        const { query } = sound(await openQuery(made.ledger, ASK, ADA));
        for (const each of all) {
          day = day.add({ days: each.days });
          made.at(`${day}T09:00:00Z`);
          const before = await eventsOf(made, query);
          const answer = await take(made, query, each.does);
          const after = await eventsOf(made, query);
          const legal = LEGAL[each.does]?.includes(stands(before)) === true;
          if (isProblem(answer)) expect(after).toEqual(before);
          if (!legal) expect(after, each.does).toEqual(before);
          await refresh(made.ledger);
          const row = JSON.parse((await made.ledger.views.get(queriesView, query)) ?? '{}') as QueryRow;
          expect({ stands: row.stands, holder: row.holder, ball: row.ball, messages: row.messages }).toEqual(
            fold(after),
          );
        }
      }),
      { numRuns: 12, endOnFailure: false },
    );
  });
});

type Stands = QueryRow['stands'];
const LEGAL: Readonly<Record<string, readonly Stands[]>> = {
  open: [],
  say: ['open'],
  ask: ['open'],
  answer: ['open'],
  assign: ['open'],
  escalate: ['open'],
  resolve: ['open'],
  reopen: ['resolved'],
  withdraw: ['open'],
};

async function eventsOf({ ledger }: Made, query: string): Promise<readonly LedgerEvent[]> {
  return (await ledger.store.read(streamOf.query(query))).map((stored) => decode(stored).event);
}

async function take({ ledger }: Made, query: string, does: string): Promise<object | Problem> {
  const reason = 'Because.';
  switch (does) {
    case 'open':
      return openQuery(ledger, { ...ASK, says: 'Something else.' }, BEN);
    case 'say':
      return workOnQuery(ledger, { type: 'PostMessage', query, says: 'Hm.', asks: false }, OPS);
    case 'ask':
      return workOnQuery(ledger, { type: 'PostMessage', query, says: 'Which?', asks: true }, OPS);
    case 'answer':
      return workOnQuery(ledger, { type: 'PostMessage', query, says: 'That.', asks: false }, ADA);
    case 'assign':
      return workOnQuery(ledger, { type: 'AssignQuery', query, to: 'olga', reason }, OPS);
    case 'escalate':
      return workOnQuery(ledger, { type: 'EscalateQuery', query, to: 'fred', reason }, OPS);
    case 'resolve':
      return resolveQuery(ledger, { query, reason, events: [] }, OPS);
    case 'reopen':
      return workOnQuery(ledger, { type: 'ReopenQuery', query, reason }, ADA);
    default:
      return workOnQuery(ledger, { type: 'WithdrawQuery', query, reason }, ADA);
  }
}

function stands(events: readonly LedgerEvent[]): Stands {
  const turns: Partial<Record<LedgerEvent['type'], Stands>> = {
    QueryOpened: 'open',
    QueryReopened: 'open',
    QueryResolved: 'resolved',
    QueryWithdrawn: 'withdrawn',
  };
  return events.flatMap(({ type }) => turns[type] ?? []).at(-1) ?? 'open';
}

/** The same once more, in words of its own. */
function fold(events: readonly LedgerEvent[]) {
  const said = events.flatMap(({ type, data }) => (type === 'QueryMessagePosted' ? [data] : []));
  const holders = events.flatMap(({ type, data }) =>
    type === 'QueryAssigned' || type === 'QueryEscalated' ? [data.to] : [],
  );
  const moves = events.filter(
    ({ type, data }) =>
      type !== 'QueryAssigned' && (type !== 'QueryMessagePosted' || data.side === 'participant' || data.asks),
  );
  const last = moves.at(-1);
  const asked = last?.type === 'QueryMessagePosted' && last.data.side === 'desk';
  const is = stands(events);
  return {
    stands: is,
    holder: holders.at(-1) ?? null,
    ball: is !== 'open' ? 'nobody' : asked ? 'participant' : 'desk',
    messages: said.length,
  };
}

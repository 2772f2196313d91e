import { type DealEntry, periodsFrom } from '@ledger/calculation';
import { requestName } from '@ledger/events';
import { instantText } from '@ledger/kernel';
import { dealsView, type QueryRow, VANISHED } from '@ledger/projections';
import type { Blocker } from './blockers.ts';
import { by, done, later, type Matter, NOBODY, type StepMade, who } from './close-matter.ts';
import { dealFacts } from './deal-facts.ts';
import { stateOf } from './deal-index.ts';
import { roleLeft } from './demands.ts';
import { requestSeen } from './lapses.ts';
import type { Ledger } from './ledger.ts';
import { openQueriesAt } from './query-reads.ts';

export async function open(matter: Matter): Promise<StepMade> {
  const { period, life, from, to } = matter;
  const title = 'Open the period';
  if (life.opened !== null) {
    const how = life.opened.event.type === 'PeriodReopened' ? 'opened again' : 'opened';
    return done('open', title, `${period}, ${from} to ${to}, was ${how} by ${by(life.opened)}.`);
  }
  return {
    step: 'open',
    title,
    state: 'now',
    says: `${period} is not open: no statement can be asked for.`,
    missing: [],
    who: await who(matter, 'period', 'record', 'PeriodOpened'),
    command: `ledger --as ops:<you> open ${period}`,
  };
}

export async function earlier({ books, from }: Matter): Promise<StepMade> {
  const title = 'Earlier periods are frozen';
  const before = periodsFrom(books.calendar, books.calendar.firstPeriod, from);
  const open = before.filter(({ id }) => books.periods.get(id)?.state !== 'frozen');
  if (open.length === 0) {
    const says =
      before.length === 0
        ? 'It is the first period.'
        : before.length === 1
          ? `${before[0]?.id} is.`
          : `They are: ${before[0]?.id} to ${before.at(-1)?.id}.`;
    return done('earlier', title, says);
  }
  const [first] = open;
  return {
    step: 'earlier',
    title,
    state: 'now',
    says: 'Periods are frozen in order, because each settles against what was posted before it.',
    missing: open.map(({ id }) => ({
      code: 'period_out_of_order',
      about: id,
      says: `${id} is not frozen.`,
      cause: 'earlier periods are not frozen',
      mend: `ledger close ${id}`,
      overridable: false,
    })),
    who: NOBODY,
    command: `ledger close ${first?.id}`,
  };
}

export async function over({ to, today }: Matter): Promise<StepMade> {
  const title = 'The period is over';
  if (today >= to) return done('over', title, `It ended on ${to}; today is ${today}.`);
  const says = `It lasts until ${to}, and today is ${today}; the freeze can be requested from then on.`;
  return { step: 'over', title, state: 'later', says, missing: [], who: NOBODY, command: null };
}

/** What sources told of deals since the period ended; an import of a whole export tells what is new in it. */
export async function facts(matter: Matter): Promise<StepMade> {
  const { ledger, books, asOf, to, today, life } = matter;
  const title = 'Import the facts';
  if (today < to) {
    const known = await lastFact(ledger, 0n, asOf);
    const told = known === null ? '' : ` ${toldBefore(known)}`;
    return later('facts', title, `Comes when the period is over: what its sources say then.${told}`);
  }
  const end = Temporal.PlainDate.from(to).toZonedDateTime(books.calendar.timeZone).epochNanoseconds / 1000n;
  const after = await ledger.store.positionAt(instantText(end - 1n));
  const upTo = life.started?.position ?? asOf;
  const since = await lastFact(ledger, after, upTo);
  const gone = life.started === null ? await vanished(matter) : [];
  if (gone.length > 0) return notThere(matter, gone);
  if (since !== null) {
    return done('facts', title, `Sources told of deals since the period ended, last on ${since.on} by ${since.by}.`);
  }
  if (life.started !== null)
    return done('facts', title, 'The period was frozen with the facts that were known by its end.');
  const before = await lastFact(ledger, 0n, after);
  const { roles, not } = await who(matter, 'deal', 'record', 'DealClosed');
  return {
    step: 'facts',
    title,
    state: 'advice',
    says: `Nothing was told of any deal since the period ended. ${toldBefore(before)} Import what the source has now; what it told before changes nothing.`,
    missing: [],
    who: { roles, not, before: before === null ? [] : [before.by] },
    command: `ledger --as ops:<you> import deals <file>${before === null || before.source === PLAIN ? '' : ' --map <mapping>'}`,
  };
}

/** Deals that their source does not have any more, and that nobody cancelled: they keep their credit until somebody says what they are. */
async function vanished({ ledger, asOf }: Matter): Promise<readonly DealEntry[]> {
  const rows = await ledger.views.labelled(dealsView, VANISHED, asOf);
  return rows.map(({ row }) => JSON.parse(row) as DealEntry).filter((deal) => stateOf(deal) === 'vanished');
}

async function notThere(matter: Matter, gone: readonly DealEntry[]): Promise<StepMade> {
  const { roles, not, before } = await who(matter, 'deal', 'record', 'DealCancelled');
  const missing = gone.map(({ source, deal, amount, currency, closedOn, vanished: since }) => ({
    code: 'deal_vanished',
    about: `${source}.${deal}`,
    says: `Deal ${source}.${deal} (${amount} ${currency}, closed on ${closedOn}) was not in what its source held on ${since?.on}.`,
    cause: `deals were not in what their source (${source}) held on ${since?.on}`,
    mend: `ledger --as ops:<you> cancel ${source}.${deal} --on <day> --reason '<why>'`,
    overridable: true,
  }));
  return {
    step: 'facts',
    title: 'Import the facts',
    state: 'advice',
    says: `${gone.length === 1 ? '1 deal has vanished from the source and keeps its credit until it is' : `${gone.length} deals have vanished from the source and keep their credit until they are`} cancelled, or told again. Import what the sources have now, and ask about the others.`,
    missing,
    who: { roles, not, before },
    command: missing[0]?.mend ?? null,
  };
}

/** Source of a file that needs no mapping. */
const PLAIN = 'csv';

interface LastFact {
  readonly on: string;
  readonly by: string;
  readonly source: string;
}

/** What whoever imports for the first time has to find: the source, and the mapping, which is a file beside the ledger. */
function toldBefore(last: LastFact | null): string {
  if (last === null) return 'Nothing was before it, either.';
  const { on, by, source } = last;
  const mapping =
    source === PLAIN
      ? ''
      : `; a mapping that reads a file of it is kept beside the plans, not in the ledger: ask ${by} for it`;
  return `The last was told on ${on} by ${by}, of source ${source}${mapping}.`;
}

const DEAL = 'deal-';

/** The newest fact of a deal in a part of the log. */
async function lastFact(ledger: Ledger, after: bigint, upTo: bigint): Promise<LastFact | null> {
  for await (const { stream, recordedAt, meta } of dealFacts(ledger, after, upTo)) {
    const [source = ''] = stream.slice(DEAL.length).split('.');
    return { on: recordedAt.slice(0, 10), by: meta.actor.id, source };
  }
  return null;
}

/** What is in the way and may be left where it is. */
const HOLDS_UP = 'The freeze is refused unless it is requested in spite of that, with a reason of its own.';

/** Codes of what has a step of its own. */
const WAITING = 'request_waiting';
const isOfQueries = ({ code }: Blocker): boolean => code.startsWith('query');

export async function blockers(matter: Matter): Promise<StepMade> {
  const title = 'Mend what blocks the freeze';
  if (matter.life.opened === null) return later('blockers', title, 'Open the period first.');
  const found = matter.inTheWay.filter((each) => each.code !== WAITING && !isOfQueries(each));
  if (found.length === 0) return done('blockers', title, 'Nothing does.');
  const stubborn = found.filter(({ overridable }) => !overridable).length;
  const rest = found.length - stubborn;
  return {
    step: 'blockers',
    title,
    state: stubborn > 0 ? 'now' : 'advice',
    says: `${found.length} ${found.length === 1 ? 'thing does' : 'things do'}: ${stubborn} must be mended; ${rest} may be overridden, with a reason that the approver sees.`,
    missing: found,
    who: { roles: ['ops'], not: [], before: [] },
    command: found[0]?.mend ?? null,
  };
}

export async function requests(matter: Matter): Promise<StepMade> {
  const title = 'Decide what waits';
  if (matter.life.opened === null) return later('requests', title, 'Open the period first.');
  const found = matter.inTheWay.filter(({ code }) => code === WAITING);
  if (found.length === 0) return done('requests', title, 'No request that would move its statements waits.');
  const stubborn = found.find(({ overridable }) => !overridable);
  if (stubborn !== undefined) {
    const roles = await who(matter, 'reopen', 'decide', 'PeriodReopened');
    return {
      step: 'requests',
      title,
      state: 'now',
      says: stubborn.says,
      missing: found,
      who: roles,
      command: stubborn.mend,
    };
  }
  return {
    step: 'requests',
    title,
    state: 'advice',
    says: `${found.length} ${found.length === 1 ? 'request waits' : 'requests wait'} that would move statements of the period. ${HOLDS_UP} Approved after it, each becomes a correction.`,
    missing: found,
    who: await who(matter, 'freeze', 'decide', 'QuotaAssigned'),
    command: 'ledger requests',
  };
}

export async function queries({ ledger, asked, asOf, period, life, inTheWay }: Matter): Promise<StepMade> {
  const title = 'Answer queries';
  const open = await openQueriesAt(ledger, asked, asOf);
  const late = inTheWay.filter(isOfQueries);
  const isLate = new Set(late.map(({ about }) => about));
  const found = open.filter((each) => each.period === period);
  const others = found.filter(({ query }) => !isLate.has(query));
  // Most questions are about statements that are frozen: no close but one that is still to be done would tell of them.
  const overdue = open.filter(
    ({ query, times, ...each }) =>
      life.frozen === null && each.period !== period && times.breaches.length > 0 && !isLate.has(query),
  );
  if (found.length + late.length + overdue.length === 0) {
    return done('queries', title, 'No query about the period is open.');
  }
  return {
    step: 'queries',
    title,
    state: 'advice',
    says: queriesSay(found.length, late.length, overdue.length),
    missing: [
      ...late,
      ...others.map((each) => openQuery(each, each.line, 'queries about the period are open')),
      ...overdue.map((each) =>
        openQuery(each, `${each.line} in ${each.period}`, 'queries about other periods are past their time'),
      ),
    ],
    who: { roles: ['ops', 'finance'], not: [], before: [] },
    command: overdue.length === 0 ? `ledger query list --period ${period}` : 'ledger query list',
  };
}

function queriesSay(found: number, late: number, overdue: number): string {
  const are = (count: number) => `${count} ${count === 1 ? 'is' : 'are'}`;
  const own = found === 0 ? 'No query about the period is open.' : `${are(found)} open.`;
  const pastCutOff = late === 0 ? '' : ` ${are(late)} past the cut-off: ${lower(HOLDS_UP)}`;
  const elsewhere = overdue === 0 ? '' : ` ${are(overdue)} about other periods and past what was promised.`;
  return `${own}${pastCutOff}${elsewhere} What is open at the freeze goes on after it; what it leads to becomes a correction.`;
}

function openQuery({ query, openedBy, says }: QueryRow, about: string, cause: string): Blocker {
  return {
    code: 'query_open',
    about: query,
    says: `${query}, by ${openedBy}, about ${about}: ${says}`,
    cause,
    mend: `ledger query show ${query}`,
    overridable: true,
  };
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

export async function request(matter: Matter, before: readonly StepMade[]): Promise<StepMade> {
  const { period, life } = matter;
  const title = 'Request the freeze';
  if (life.requested !== null) {
    const { data } = life.requested.event;
    const why = 'reason' in data ? `: ${data.reason}` : '';
    return done('request', title, `Requested by ${by(life.requested)}${why}`);
  }
  const blocking = before.filter(({ state }) => state === 'now' || state === 'later');
  const overridden = matter.inTheWay.some(({ overridable }) => overridable);
  return {
    step: 'request',
    title,
    state: blocking.length > 0 ? 'later' : 'now',
    says:
      blocking.length > 0
        ? `First: ${blocking.map(({ title: each }) => each.toLowerCase()).join('; ')}.`
        : 'Nothing is in the way that must be mended. The freeze pins what the log knows when it is approved.',
    missing: [],
    who: await who(matter, 'freeze', 'request', 'PeriodFreezeRequested'),
    command: `ledger --as ops:<you> freeze ${period} --reason '<why>'${overridden ? " --despite '<why what is in the way may stay>'" : ''}`,
  };
}

export async function approve(matter: Matter): Promise<StepMade> {
  const { ledger, period, life, asOf, asked } = matter;
  const title = 'Approve the freeze';
  const { frozen, started, requested, approvals } = life;
  if (frozen !== null && started !== null) {
    const count = frozen.event.type === 'PeriodFrozen' ? frozen.event.data.statements : 0;
    const as = started.event.type === 'PeriodFreezeStarted' ? started.event.data.asOf : '';
    const says = `Approved by ${by(started)}: ${count} ${count === 1 ? 'statement' : 'statements'} as of position ${as}, for ever.`;
    return done('approve', title, says);
  }
  if (started !== null) {
    return {
      step: 'approve',
      title: 'Complete the freeze',
      state: 'now',
      says: `Approved by ${by(started)} and interrupted. It goes on where it stopped and writes nothing twice.`,
      missing: [],
      who: await who(matter, 'payout', 'record', 'PeriodFrozen'),
      command: `ledger --as ops:<you> freeze ${period}`,
    };
  }
  if (requested === null) return later('approve', title, 'The freeze has to be requested first, by somebody else.');
  const not = [requested.meta.actor.id, ...approvals.map(({ meta: { actor } }) => actor.id)];
  const row = await requestSeen(ledger, requestName.freeze(period), asOf, asked);
  const role = row === undefined ? 'finance' : await roleLeft(ledger, row, asked);
  const may = await who(matter, 'freeze', 'decide', 'PeriodFreezeStarted', not);
  const given =
    approvals.length === 0 ? '' : ` Approved so far by ${approvals.map(by).join(', ')}; the rules ask for more.`;
  return {
    step: 'approve',
    title,
    state: 'now',
    says: `Whoever approves it did not request it and is not paid by it.${given} Look at the statements before: afterwards they never change.`,
    missing: [],
    who: { ...may, roles: [role] },
    command: `ledger --as ${role}:<you> approve freeze/${period}`,
  };
}

export async function next(matter: Matter): Promise<StepMade> {
  const { books, period, to, life } = matter;
  const title = 'Open the next period';
  const following = periodsFrom(books.calendar, period, Temporal.PlainDate.from(to).add({ days: 1 }).toString()).find(
    ({ id }) => id > period,
  );
  const id = following?.id ?? '';
  if (id !== '' && books.periods.has(id)) return done('next', title, `${id} is open.`);
  const command = `ledger --as ops:<you> open ${id}`;
  const says = 'What is learned from now on is corrected in it.';
  if (life.frozen === null) return { ...later('next', title, says), command };
  const may = await who(matter, 'period', 'record', 'PeriodOpened');
  return { step: 'next', title, state: 'now', says, missing: [], who: may, command };
}

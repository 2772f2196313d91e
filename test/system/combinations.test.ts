import {
  diff,
  type Ledger,
  type OpenCaseLedger,
  openBooks,
  proveOrder,
  refresh,
  replayPeriods,
  runCase,
  statementOf,
} from '@ledger/application';
import { readCases } from '@ledger/connectors';
import { kindOf, type Statement } from '@ledger/events';
import { isProblem, type Problem, seededRandom, systemClock, ulidFactory } from '@ledger/kernel';
import { exact, minorUnits, sum, toDecimalText } from '@ledger/money';
import { recompute } from '@ledger/recompute';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { crossed, type Story } from '../support/crossed.ts';

const SEED = Number(process.env.LEDGER_PROVE_SEED ?? 20_260_105);
const CASES = Number(process.env.LEDGER_COMBINATIONS ?? 60);

interface Opened {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

const open: OpenCaseLedger = (clock) => {
  const store = openLog(':memory:', { mode: 'create', ledger: 'case', clock });
  const views = openViews(':memory:');
  const directory = openDirectory(':memory:');
  return {
    ledger: { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(7)) },
    close: async () => void (await Promise.all([store.close(), views.close(), directory.close()])),
  };
};

/** Lives through a story; `null` where its plan is one that is refused. */
async function live({ says, given, expected }: Story): Promise<Opened | string> {
  const [title, steps, follows] = [says.slice(0, 190), given, expected].map((each) => JSON.stringify(each));
  const text = `[{"case":${title},"given":${steps},"then":${follows}}]`;
  const read = readCases(new TextEncoder().encode(text), 'crossed.json', () => undefined);
  if (!read.ok) return read.problems[0]?.code ?? 'unreadable';
  const [only] = read.cases;
  if (only === undefined) throw new Error(says);
  let opened: Opened | undefined;
  const result = await runCase(only, (clock) => {
    opened = open(clock);
    return { ledger: opened.ledger, close: async () => undefined };
  });
  if (opened === undefined) throw new Error(says);
  const stopped = result.failures.find(({ field }) => field === 'refused');
  if (stopped === undefined) return opened;
  await opened.close();
  return stopped.actual;
}

interface Answers {
  readonly statements: ReadonlyMap<string, Statement>;
  readonly problems: ReadonlyMap<string, Problem>;
}

async function answers(ledger: Ledger, asOf?: string): Promise<Answers> {
  const books = await openBooks(ledger, await refresh(ledger));
  if (isProblem(books)) throw new Error(books.message);
  const statements = new Map<string, Statement>();
  const problems = new Map<string, Problem>();
  for (const participant of [...books.participants.keys()].sort()) {
    for (const period of [...books.periods.keys()].sort()) {
      const answer = await statementOf(ledger, { participant, period, asOf });
      const key = `${participant} ${period}`;
      if (isProblem(answer)) problems.set(key, answer);
      else {
        statements.set(key, answer.statement);
        // §16: every line can be computed again, and they add up to the total.
        const { ok, ...rest } = recompute(JSON.parse(JSON.stringify(answer)));
        if (!ok) throw new Error(`${key}: ${JSON.stringify(rest, null, 1).slice(0, 3_000)}`);
      }
    }
  }
  return { statements, problems };
}

/** By person and component: everything that is earned and corrected, over all periods. */
function earned({ statements }: Answers): ReadonlyMap<string, string> {
  const amounts = new Map<string, string[]>();
  const currencies = new Map<string, string>();
  for (const { participant, currency, lines } of statements.values()) {
    for (const line of lines) {
      if (line.kind === 'settlement') continue;
      const key = `${participant} ${line.component}`;
      currencies.set(key, currency);
      amounts.set(key, [...(amounts.get(key) ?? []), line.amount]);
    }
  }
  const zero = (text: string) => /^-?0(\.0+)?$/.test(text);
  return new Map(
    [...amounts]
      .map(
        ([key, own]) =>
          [
            key,
            toDecimalText(sum(own.map((amount) => exact(amount))), minorUnits(currencies.get(key) ?? 'USD'), 'half-up'),
          ] as const,
      )
      .filter(([, total]) => !zero(total))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The first periods that can be frozen when the story ends, as steps of a case. */
async function freezes(ledger: Ledger, story: Story, random: () => number): Promise<Story['given']> {
  if (story.given.some((step) => step.freeze !== undefined)) return [];
  const books = await openBooks(ledger, await refresh(ledger));
  if (isProblem(books)) throw new Error(books.message);
  const periods = [...books.periods.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
  const over = periods.filter(({ to }) => to <= '2027-01-01').map(({ period }) => period);
  // The last one stays open, for what is corrected.
  const most = Math.min(over.length, periods.length - 1);
  return over.slice(0, Math.ceil(random() * most)).map((freeze) => ({ freeze, on: '2027-02-01' }));
}

/** Of every period that was frozen: the statement is the one that was due. */
function expectFrozen(frozen: Answers, due: Answers, steps: Story['given']): void {
  for (const { freeze } of steps) {
    for (const [key, statement] of due.statements) {
      if (!key.endsWith(` ${String(freeze)}`)) continue;
      // Whom nothing is due and who is not there any more has none.
      const posted = frozen.statements.get(key);
      const isNothing = posted?.lines.length === 0 && statement.lines.length === 0;
      if (posted !== undefined && !isNothing) expect(posted, key).toEqual(statement);
    }
  }
}

/** What is subtracted because it was paid depends on when it was frozen; everything else does not. */
function restsOnPosted({ given }: Story): boolean {
  return JSON.stringify(given).includes('"subtract":"paid"');
}

async function check(story: Story, random: () => number): Promise<string> {
  const opened: Opened[] = [];
  const lived = async (given: Story['given']): Promise<Ledger | string> => {
    const one = await live({ ...story, given });
    if (typeof one === 'string') return one;
    opened.push(one);
    return one.ledger;
  };
  try {
    const early = await lived(story.given);
    if (typeof early === 'string') return early;
    const whole = await lived([...story.given, ...story.late]);
    if (typeof whole === 'string') return whole;
    const [due, unfrozen] = [await answers(early), await answers(whole)];
    for (const problem of [...due.problems.values(), ...unfrozen.problems.values()]) {
      for (const one of [problem, ...(problem.errors ?? [])]) {
        if (kindOf(one.code) === 'crash') throw new Error(`${one.code}: ${one.message}`);
      }
    }
    const steps = await freezes(early, story, random);
    if (due.problems.size > 0 || unfrozen.problems.size > 0) return 'stopped';
    const closed = await lived([...story.given, ...steps]);
    if (typeof closed === 'string') return closed;
    expectFrozen(await answers(closed), due, steps);
    if (steps.length > 0) await expectNothingToReplay(closed);
    const frozen = await lived([...story.given, ...steps, ...story.late]);
    if (typeof frozen === 'string') return frozen;
    const all = await answers(frozen);
    expectFrozen(all, due, steps);
    if (!restsOnPosted(story)) expect(earned(all)).toEqual(earned(unfrozen));
    await expectOneTruth(frozen, all, random);
    return 'sound';
  } finally {
    for (const each of opened) await each.close();
  }
}

/** §21.8: a replay with nothing changed has nothing to correct. */
async function expectNothingToReplay(ledger: Ledger): Promise<void> {
  const replayed = await replayPeriods(ledger, { from: '2020-01', to: '2030-Q4' });
  if (isProblem(replayed)) return;
  for (const { participant, replay } of replayed.participants) {
    for (const row of replay.rows)
      expect(row, participant).toMatchObject({ delta: row.delta.replace(/[1-9]/g, '0'), causes: [] });
  }
}

/** §21.8, §21.2, §21.12: from zero, in another order, and between two moments it is the same. */
async function expectOneTruth(ledger: Ledger, all: Answers, random: () => number): Promise<void> {
  const anew = openViews(':memory:');
  const again = await answers({ ...ledger, views: anew });
  await anew.close();
  expect([...again.statements]).toEqual([...all.statements]);
  const proof = await proveOrder(ledger, open, { times: 1, seed: Math.floor(random() * 1e6), clock: systemClock });
  if (isProblem(proof)) throw new Error(proof.message);
  expect(proof.orders[0], JSON.stringify(proof.recorded)).toMatchObject({ equal: true });
  const head = Number(await ledger.store.head());
  const from = String(1 + Math.floor(random() * head));
  // Throws where the events that moved a number do not add up to it.
  const moved = await diff(ledger, { from });
  if (isProblem(moved)) throw new Error(moved.message);
}

describe('clauses of worked cases in the plans of others', () => {
  test(
    `${CASES} combinations keep what always holds`,
    async () => {
      const random = seededRandom(SEED);
      const came = new Map<string, number>();
      const broken: string[] = [];
      for (let number = 0; number < CASES; number += 1) {
        const story = crossed(random);
        const what = await check(story, random).catch((error: unknown) => {
          const says = error instanceof Error ? error.message : String(error);
          broken.push(
            `combination ${number}: ${story.says}\n${says}\n${JSON.stringify([...story.given, ...story.late])}`,
          );
          return 'broken';
        });
        const outcome = ['sound', 'stopped', 'broken'].includes(what) ? what : 'refused';
        came.set(outcome, (came.get(outcome) ?? 0) + 1);
      }
      expect(broken.join('\n\n'), `seed ${SEED}`).toBe('');
      // Most plans that come out are ones that somebody could have.
      expect(came.get('sound') ?? 0, JSON.stringify([...came])).toBeGreaterThan(CASES / 3);
    },
    60_000 + 1_000 * CASES,
  );
});

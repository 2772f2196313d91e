import {
  answering,
  approve,
  attainmentOf,
  blockers,
  costOf,
  handover,
  type Ledger,
  openPeriod,
  replayPeriods,
  requestFreeze,
  type Task,
  type Worker,
  type Workers,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { workersAt } from '@ledger/wiring';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  approveAll,
  DEFINITIONS,
  defineText,
  documentsOf,
  FINANCE,
  importRows,
  type Made,
  makeLedger,
  OPS,
  sound,
} from '../support/company.ts';
import { LARGE_ONLY } from '../support/replayed.ts';

const PEOPLE = Array.from({ length: 50 }, (_, index) => `p${String(index).padStart(2, '0')}`);
const Q1 = { from: '2026-Q1', to: '2026-Q1' };

/** Fifty sellers with deals in a quarter that is over. */
async function large(): Promise<Made> {
  const made = makeLedger();
  const plans = '[{ plan: seller, from: 2026-01-01 }]';
  const hired = PEOPLE.map((id) => `{ id: ${id}, starts: 2026-01-01, currency: USD, plans: ${plans} }`);
  const quotas = PEOPLE.map(
    (participant) =>
      `{ participant: ${participant}, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: USD }`,
  );
  await defineText(made.ledger, DEFINITIONS.slice(0, DEFINITIONS.indexOf('---\nparticipants')));
  await approveAll(made.ledger);
  await defineText(made.ledger, `participants: [${hired.join(', ')}]\n---\nquotas: [${quotas.join(', ')}]`);
  await approveAll(made.ledger);
  sound(await openPeriod(made.ledger, '2026-Q1', OPS));
  const rows = PEOPLE.flatMap((id, at) => [
    `A-${at},${id},${40_000 + at * 1_000}.00,USD,2026-01-10`,
    `B-${at},${id},${60_000 - at * 500}.00,USD,2026-02-10`,
  ]);
  sound(await importRows(made, rows));
  made.at('2026-04-02T09:00:00Z');
  return made;
}

/** Whatever is done takes long by this clock. */
function slowClock(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 200;
    return now;
  });
}
afterEach(() => {
  vi.restoreAllMocks();
});

/** A worker in this process; `die`: the message that it does not live to answer. */
function inHere(ledger: Ledger, die = Number.POSITIVE_INFINITY) {
  const told: Task['kind'][] = [];
  const answered: string[] = [];
  let [messages, released] = [0, 0];
  const workers: Workers = {
    engage(task) {
      told.push(task.kind);
      const own = answering(ledger, task).then(sound);
      const worker: Worker = {
        async answer(people) {
          messages += 1;
          if (messages >= die) throw new Error('killed');
          const of = await own;
          const answers: unknown[] = [];
          for (const participant of people) answers.push(structuredClone(await of(participant)));
          answered.push(...people);
          return answers;
        },
        release: () => {
          released += 1;
        },
      };
      return [worker];
    },
  };
  return { workers, told, answered, released: () => released };
}

async function freezeQ1(ledger: Ledger): Promise<void> {
  sound(await requestFreeze(ledger, { period: '2026-Q1', evidence: [] }, OPS));
  sound(await approve(ledger, 'freeze/2026-Q1', FINANCE));
}

/** What was written of the freeze, without ids. */
async function payouts({ store }: Ledger): Promise<readonly unknown[]> {
  const events = await store.readAll({ after: 0n, limit: 10_000 });
  const told = events.filter(({ type }) => type.startsWith('Payout') || type.startsWith('Period'));
  return told.map(({ type, stream, data }) => [type, stream, data]);
}

const REDEFINED = { ...Q1, documents: documentsOf(LARGE_ONLY) };

test('a freeze that others share writes what one process writes, and so does a replay of it', async () => {
  const alone = await large();
  await freezeQ1(alone.ledger);
  const shared = await large();
  const { workers, told, answered, released } = inHere(shared.ledger);
  slowClock();
  const ledger = { ...shared.ledger, workers };
  await freezeQ1(ledger);
  expect(await payouts(ledger)).toEqual(await payouts(alone.ledger));
  expect(told).toEqual(['failing', 'statement']);
  expect(answered.length).toBeGreaterThan(0);
  expect(released()).toBe(2);

  const replayed = sound(await replayPeriods(ledger, REDEFINED));
  expect(told.at(-1)).toBe('replay');
  const single = sound(await replayPeriods(shared.ledger, REDEFINED));
  expect(replayed).toEqual(single);
  expect(replayed.participants.map(({ participant }) => participant)).toEqual(PEOPLE);
  expect(replayed.totals).not.toEqual(sound(await replayPeriods(ledger, Q1)).totals);
});

test('a handover that others share rehearses what one process rehearses', async () => {
  const made = await large();
  await freezeQ1(made.ledger);
  const single = sound(await handover(made.ledger, {})).rehearsal;
  const { workers, told } = inHere(made.ledger);
  slowClock();
  expect(sound(await handover({ ...made.ledger, workers }, {})).rehearsal).toEqual(single);
  expect(single).toMatchObject({ statements: PEOPLE.length, equal: true });
  expect(told).toContain('digest');
});

test('attainment that others share is measured as one process measures it', async () => {
  const made = await large();
  const single = sound(await attainmentOf(made.ledger, { period: '2026-Q1' }));
  const { workers, told } = inHere(made.ledger);
  slowClock();
  const seen: number[] = [];
  const ask = { period: '2026-Q1', onProgress: (done: number) => seen.push(done) };
  expect(sound(await attainmentOf({ ...made.ledger, workers }, ask))).toEqual(single);
  expect(told).toEqual(['attainment']);
  expect(seen).toEqual(PEOPLE.map((_, at) => at + 1));
});

test('costs that others share are those that one process adds up', async () => {
  const [alone, shared] = [await large(), await large()];
  const single = sound(await costOf(alone.ledger, { kind: 'all' }, { by: 'plan' }));
  const { workers, told } = inHere(shared.ledger);
  slowClock();
  const ledger = { ...shared.ledger, workers };
  expect(sound(await costOf(ledger, { kind: 'all' }, { by: 'plan' }))).toEqual(single);
  expect(single.groups).toMatchObject([{ of: 'seller', people: PEOPLE.length }]);
  expect(told).toEqual(['cost']);
  // What is known is not asked for again.
  sound(await costOf(ledger, { kind: 'all' }, { by: 'team' }));
  expect(told).toEqual(['cost']);
});

test.each([1, 2, 3])('what a worker does not live to say at message %i is worked out without it', async (die) => {
  const made = await large();
  await freezeQ1(made.ledger);
  const single = sound(await replayPeriods(made.ledger, REDEFINED));
  const { workers, released } = inHere(made.ledger, die);
  slowClock();
  expect(sound(await replayPeriods({ ...made.ledger, workers }, REDEFINED))).toEqual(single);
  expect(released()).toBe(1);
});

test('nobody waits for a worker that has not begun', async () => {
  const made = await large();
  await freezeQ1(made.ledger);
  const single = sound(await replayPeriods(made.ledger, REDEFINED));
  const beginning: Worker = { answer: () => new Promise(() => {}), release: () => {} };
  slowClock();
  const workers: Workers = { engage: () => [beginning] };
  expect(sound(await replayPeriods({ ...made.ledger, workers }, REDEFINED))).toEqual(single);
});

test('a worker is released when an answer is broken off', async () => {
  const made = await large();
  await freezeQ1(made.ledger);
  const { workers, released } = inHere(made.ledger);
  slowClock();
  const ask = {
    ...Q1,
    onProgress: (done: number) => {
      if (done === 20) throw new Error('stopped');
    },
  };
  await expect(replayPeriods({ ...made.ledger, workers }, ask)).rejects.toThrow('stopped');
  expect(released()).toBe(1);
});

test('what takes no time is shared with nobody, and what fails fails alike', async () => {
  const made = await large();
  const { workers, told } = inHere(made.ledger);
  await freezeQ1({ ...made.ledger, workers });
  expect(told).toEqual([]);

  const missing = await large();
  sound(await importRows(missing, ['C-1,p07,1000.00,CHF,2026-03-01', 'C-2,p31,1000.00,CHF,2026-03-01']));
  const single = sound(await blockers(missing.ledger, { period: '2026-Q1' }));
  const shared = inHere(missing.ledger);
  slowClock();
  const ledger = { ...missing.ledger, views: { ...missing.ledger.views }, workers: shared.workers };
  expect(sound(await blockers(ledger, { period: '2026-Q1' }))).toEqual(single);
  expect(single.blockers.map(({ code }) => code)).toContain('rate_missing');
  expect(shared.told).toEqual(['failing']);
});

test('processes answer as this one does, and are gone when the ledger is closed', async () => {
  const made = await large();
  await freezeQ1(made.ledger);
  const single = sound(await replayPeriods(made.ledger, REDEFINED));
  const file = `${made.folder}/test.ledger`;
  const workers = workersAt(file, 1);
  onTestFinished(() => workers.close());
  const asked: number[] = [];
  const counted: Workers = {
    engage: (task) =>
      workers.engage(task).map((worker) => ({
        ...worker,
        async answer(people) {
          const answers = await worker.answer(people);
          asked.push(answers.length);
          return answers;
        },
      })),
  };
  slowClock();
  await vi.waitFor(
    async () => {
      const before = asked.length;
      expect(sound(await replayPeriods({ ...made.ledger, workers: counted }, REDEFINED))).toEqual(single);
      // Not the first time: nobody waits until a process has begun.
      expect(asked.length).toBeGreaterThan(before);
    },
    { timeout: 30_000 },
  );

  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = `${made.folder}/no-node`;
  const unborn = workersAt(file, 1);
  expect(sound(await replayPeriods({ ...made.ledger, workers: unborn }, REDEFINED))).toEqual(single);
  await unborn.close();
  process.execPath = execPath;

  const none = workersAt(`${file}.nowhere`, 1);
  onTestFinished(() => none.close());
  expect(sound(await replayPeriods({ ...made.ledger, workers: none }, REDEFINED))).toEqual(single);
  const refused = await replayPeriods({ ...made.ledger, workers: none }, { from: '2027-Q1', to: '2027-Q1' });
  expect(isProblem(refused)).toBe(true);
});

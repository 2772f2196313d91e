import {
  approve,
  exceptionRegister,
  type Ledger,
  openBooks,
  refresh,
  replayPeriods,
  shownReplay,
  statementOf,
  verify,
} from '@ledger/application';
import type { PeriodEntry } from '@ledger/calculation';
import { canonical, isProblem } from '@ledger/kernel';
import { exact, sign, sub, sum, toText } from '@ledger/money';
import { openViews } from '@ledger/store-sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earnings } from '../reference/earnings.ts';
import { total, write } from '../reference/ratio.ts';
import { FINANCE, sound } from '../support/company.ts';
import { type Around, type Happening, happening, type Kept, live } from '../support/history.ts';
import { booksOf, figuresDue, figuresOf, frozenIn, inForce, opinion } from './oracle.ts';

/** A few in a test run; `LEDGER_HISTORIES=150 LEDGER_PROVE_SEED=…` looks further. */
const HISTORIES = Number(process.env.LEDGER_HISTORIES ?? 8);

const PEOPLE = ['ada', 'ben'];
const YEAR = { from: '2026-Q1', to: '2026-Q4' };
const PERIODS = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];

/** Long enough that what is learned late, and what is applied of a replay, reaches a statement; anything in between. */
const history = fc
  .tuple(fc.array(fc.array(happening, { minLength: 1, maxLength: 5 }), { minLength: 4, maxLength: 4 }), fc.boolean())
  .map(([[first = [], second = [], third = [], last = []], reopens]): readonly Happening[] => [
    ...first,
    { does: 'deal', deal: 1, owner: 'ada', amount: 95, day: '2026-01-15' },
    { does: 'close' },
    ...second,
    { does: 'record', from: '2026-01-15', counts: 'true', amount: 'deal.amount / 7 / 11 / 13' },
    ...third,
    { does: 'apply', which: 0 },
    { does: 'close' },
    ...(reopens ? [{ does: 'reopen' } as const, ...last, { does: 'close' } as const] : last),
  ]);

const crashes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom('before' as const, 'after' as const)), {
    maxLength: 8,
  })
  .map((each) => new Map(each));

/** How often what the properties are about happened at all. */
const seen = {
  statements: 0,
  corrections: 0,
  reopened: 0,
  applied: 0,
  crashes: 0,
  effects: 0,
  causes: 0,
  open: 0,
  again: 0,
};

// promises.md, P38.
describe('a company in which anything happens, and processes die at writes', () => {
  test(
    'every statement is what the naive evaluator makes of the log, and everything adds up',
    async () => {
      await fc.assert(
        fc.asyncProperty(history, crashes, async (all, at) => {
          const { made, crashed } = await live(all, { crashes: at, after: watching() });
          const { ledger } = made;
          seen.crashes += crashed;
          sound(await verify(ledger));
          const views = openViews(':memory:');
          try {
            const fromZero: Ledger = { ...ledger, views };
            await refresh(fromZero);
            await sameAnswers(ledger, fromZero);
            await asTheReferenceSays(fromZero);
            await allAddsUp(fromZero);
          } finally {
            await views.close();
          }
        }),
        { numRuns: HISTORIES },
      );
      for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
    },
    60_000 + 15_000 * HISTORIES,
  );

  test('what a seed has found it finds again: the same life, with the same deaths, is the same log to the byte', async () => {
    const lives = fc.sample(fc.tuple(history, crashes), { numRuns: 3, seed: 20_260_106 });
    const lived = async ([all, at]: (typeof lives)[number]) => {
      const { made, crashed } = await live(all, { crashes: at });
      return { ...sound(await verify(made.ledger, { logOnly: true })), crashed };
    };
    const digests = new Set<string>();
    for (const life of lives) {
      const once = await lived(life);
      expect(await lived(life)).toEqual(once);
      digests.add(once.digest);
    }
    expect(digests.size).toBe(lives.length);
  }, 120_000);
});

/** Nothing is kept for views that nobody has asked before. */
async function sameAsAnew(ledger: Ledger): Promise<void> {
  const anew: Ledger = { ...ledger, views: { ...ledger.views } };
  for (const participant of PEOPLE) {
    for (const period of PERIODS) {
      const ask = { participant, period };
      const answer = await statementOf(ledger, ask);
      if (isProblem(answer) || answer.state !== 'open') continue;
      // Also when somebody has looked back in between.
      await statementOf(ledger, { ...ask, asOf: String(BigInt(answer.asOf) - 3n) });
      expect(canonical(sound(await statementOf(ledger, ask)))).toBe(canonical(answer));
      expect(canonical(sound(await statementOf(anew, ask)))).toBe(canonical(answer));
      seen.again += 1;
    }
  }
}

/**
 * Looks after everything that happens: what is frozen stays to the byte, what was just settled has nothing left to settle, and what
 * somebody asks again and again is what comes out anew.
 */
function watching(): NonNullable<Around['after']> {
  const known = new Map<string, string>();
  const applied = new Set<string>();
  return async ({ ledger }, each, refused, kept) => {
    const frozen = known.size;
    for (const participant of PEOPLE) {
      for (const period of PERIODS) {
        for (const freeze of [1, 2, 3]) {
          const answer = await statementOf(ledger, { participant, period, freeze });
          const key = `${participant} ${period} ${freeze}`;
          const before = known.get(key);
          if (before === undefined && isProblem(answer)) break;
          const now = canonical(sound(answer));
          expect(now, key).toBe(before ?? now);
          known.set(key, now);
          if (before === undefined && freeze > 1) seen.reopened += 1;
        }
      }
    }
    await sameAsAnew(ledger);
    if (each.does === 'close' && known.size > frozen) await nothingToCorrect(ledger);
    if (each.does !== 'apply' || refused !== null) return;
    for (const one of kept) {
      if (!(await isAppliedOnce(ledger, one)) || applied.has(one.replay)) continue;
      applied.add(one.replay);
      await nothingToApply(ledger, one);
    }
  };
}

/** Every correction has just been posted: a replay of all that is frozen moves nothing. */
async function nothingToCorrect(ledger: Ledger): Promise<void> {
  const { participants } = sound(await replayPeriods(ledger, YEAR));
  for (const { participant, replay } of participants) {
    const moved = replay.rows.filter(({ delta, causes }) => sign(exact(delta)) !== 0 || causes.length > 0);
    expect(moved, participant).toEqual([]);
  }
}

/** Whether a replay is applied, which deciding on it again does not do again. */
async function isAppliedOnce(ledger: Ledger, { replay }: Kept): Promise<boolean> {
  if (sound(await shownReplay(ledger, replay)).state !== 'applied') return false;
  const head = await ledger.store.head();
  await approve(ledger, `replay/${replay}`, FINANCE);
  expect(await ledger.store.head(), `replay ${replay}, decided again`).toBe(head);
  return true;
}

/** What was just applied is in force, until another replay is: tried out again, it moves nothing. */
async function nothingToApply(ledger: Ledger, { replay, documents }: Kept): Promise<void> {
  const { blastRadius } = sound(await replayPeriods(ledger, { ...YEAR, documents }));
  expect(blastRadius, `replay ${replay}, tried out again`).toMatchObject({ deals: [], participants: [] });
  seen.applied += 1;
}

async function sameAnswers(ledger: Ledger, other: Ledger): Promise<void> {
  for (const participant of PEOPLE) {
    for (const period of PERIODS) {
      const ask = { participant, period };
      expect(await statementOf(ledger, ask)).toEqual(await statementOf(other, ask));
    }
  }
}

/** What is frozen, and what is open, is what the reference says; and what was posted is, with corrections, all that was earned. */
async function asTheReferenceSays(ledger: Ledger): Promise<void> {
  const frozen = await frozenIn(ledger);
  const bookAt = booksOf(ledger);
  const head = String(await ledger.store.head());
  for (const participant of PEOPLE) {
    let posted: readonly Extract<ReturnType<typeof opinion>, { due: unknown }>['due'][] = [];
    for (const { asOf, statement } of frozen) {
      if (statement.participant !== participant) continue;
      const before = inForce(posted, statement.period);
      const said = opinion(await bookAt(asOf, participant), statement.period, before);
      if ('refused' in said) throw new Error(`${participant}, ${statement.period}: refused as ${said.refused}`);
      expect(figuresOf(statement), `${participant}, ${statement.period} as of ${asOf}`).toBe(figuresDue(said.due));
      posted = [...before, said.due];
      seen.statements += 1;
      seen.corrections += said.due.corrections.length;
    }
    const open = await firstOpen(ledger);
    if (open === undefined) continue;
    const { period } = open;
    const before = inForce(posted, period);
    const book = await bookAt(head, participant);
    const said = opinion(book, period, before);
    const answer = await statementOf(ledger, { participant, period });
    if ('refused' in said || isProblem(answer)) {
      expect({ refused: 'refused' in said, problem: isProblem(answer) }).toEqual({ refused: true, problem: true });
      continue;
    }
    expect(figuresOf(answer.statement), `${participant}, ${period}, open`).toBe(figuresDue(said.due));
    seen.open += 1;

    // Σ posted, with what is still to be corrected, is Σ of what the frozen periods should have been.
    const paid = [...before, { lines: [], corrections: said.due.corrections }].flatMap(({ lines, corrections }) =>
      [...lines, ...corrections].map(({ amount }) => amount),
    );
    const past = earnings(book, open.from);
    expect(write(total(paid)), `${participant} up to ${period}`).toBe(write(total(past.map(({ amount }) => amount))));
  }
}

async function firstOpen(ledger: Ledger): Promise<PeriodEntry | undefined> {
  const books = sound(await openBooks(ledger, await ledger.store.head()));
  return [...books.periods.values()].find(({ state }) => state === 'open');
}

/** Causes add up to deltas, effects of decisions to what they are said to move, and a replay of what is corrected is nothing. */
async function allAddsUp(ledger: Ledger): Promise<void> {
  const replayed = await replayPeriods(ledger, YEAR);
  if (!isProblem(replayed)) {
    for (const { participant, replay } of replayed.participants) {
      for (const { period, frozen, replayed: now, delta, causes } of replay.rows) {
        const where = `${participant}, ${period}`;
        expect(added(frozen, delta), where).toBe(toText(exact(now)));
        expect(added(...causes.map((cause) => cause.delta)), where).toBe(toText(exact(delta)));
        for (const { event, deals, delta: moved } of causes) {
          expect(event, where).not.toBeNull();
          expect(added(...deals.map((deal) => deal.delta)), where).toBe(toText(exact(moved)));
        }
        seen.causes += causes.length;
      }
    }
  }
  const { exceptions } = sound(await exceptionRegister(ledger, {}));
  for (const { name, moves } of exceptions) {
    for (const { participant, total: whole, periods } of moves) {
      const where = `${name} of ${participant}`;
      for (const { with: is, without, difference, components } of periods) {
        if (is === null || without === null || difference === null) continue;
        expect(added(without, difference), where).toBe(toText(exact(is)));
        expect(added(...components.map(({ before, after }) => toText(sub(exact(after), exact(before))))), where).toBe(
          toText(exact(difference)),
        );
        seen.effects += 1;
      }
      const known = periods.flatMap(({ difference }) => difference ?? []);
      if (whole !== null) expect(added(...known), where).toBe(toText(exact(whole)));
    }
  }
}

function added(...amounts: readonly string[]): string {
  return toText(sum(amounts.map((amount) => exact(amount))));
}

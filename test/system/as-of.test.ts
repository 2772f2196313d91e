import {
  attainmentOf,
  auditTrail,
  dealsOf,
  diff,
  type Ledger,
  refresh,
  requestsAsOf,
  show,
  statementOf,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { add, type Exact, exact, toDecimalText } from '@ledger/money';
import { openViews } from '@ledger/store-sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sound } from '../support/company.ts';
import { type Happening, happening, happenings, type Lived, live } from '../support/history.ts';
import { prefix } from '../support/prefix.ts';

const PERIODS = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
const PEOPLE = ['ada', 'ben'];
/** In microseconds. */
const YEARS = 3n * 365n * 86_400_000_000n;

/** Everything that is answered about people and periods; what cannot be answered, by its code. */
async function answers(ledger: Ledger, asOf?: string): Promise<unknown> {
  const all: unknown[] = [];
  for (const period of PERIODS) {
    for (const participant of PEOPLE) {
      for (const answer of [
        await statementOf(ledger, { participant, period, asOf }),
        await attainmentOf(ledger, { participant, period, asOf }),
      ]) {
        all.push(isProblem(answer) ? answer.code : answer);
      }
    }
  }
  return all;
}

/** What was known of deals, requests and events; the clock of whoever asks has no part in it. */
async function known(ledger: Ledger, asOf: string): Promise<unknown> {
  const all: unknown[] = [sound(await requestsAsOf(ledger, { all: true, asOf }))];
  for (const kind of ['metric', 'plan', 'quota', 'people', 'period'] as const)
    all.push(sound(await show(ledger, { kind, asOf })));
  for (const participant of PEOPLE) {
    all.push(sound(await dealsOf(ledger, { participant, asOf })));
    all.push(sound(await auditTrail(ledger, { participant, asOf })).events.map(({ position }) => position));
  }
  return all;
}

/** Any position since the company was founded. */
async function moments({ made, born }: Lived): Promise<(pick: number) => bigint> {
  const log = await made.ledger.store.readAll({ after: born, limit: 1_000 });
  const positions = [born, ...log.map(({ position }) => position)];
  return (pick) => positions[pick % positions.length] ?? born;
}

describe('two moments of a company in which anything happens', () => {
  test('an answer as of a position is that of a ledger in which nothing was recorded after it', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), async (all, picks) => {
        const lived = await live(all);
        const { made } = lived;
        const moment = await moments(lived);
        for (const pick of picks) {
          const at = moment(pick);
          const views = openViews(':memory:');
          try {
            const then: Ledger = { ...made.ledger, store: prefix(made.ledger.store, at), views };
            await refresh(then);
            expect(await answers(made.ledger, String(at))).toEqual(await answers(then));
            if (pick !== picks[0]) continue;
            // Whoever asks years later asks about the same day.
            const later = { ...then, clock: () => then.clock() + YEARS };
            expect(await known(made.ledger, String(at))).toEqual(await known(later, String(at)));
          } finally {
            await views.close();
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test('the events that moved a number add up to its difference', async () => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(happenings, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (all, picks) => {
        const lived = await live(all);
        const { ledger } = lived.made;
        const ends = [lived.born, ...picks.map(await moments(lived))].sort((a, b) => (a < b ? -1 : 1));
        for (const [at, from] of ends.entries()) {
          const to = ends[ends.length - 1 - at] ?? from;
          if (to < from) break;
          // Refuses to answer with parts that do not add up.
          const answer = sound(await diff(ledger, { from: String(from), to: String(to) }));
          for (const { participant, periods } of answer.participants) {
            for (const { period, events, before, after } of periods) {
              expect(events.length, `${participant} ${period} ${before.total} ${after.total}`).toBeGreaterThan(0);
              moved += events.length;
            }
          }
        }
      }),
      { numRuns: 15 },
    );
    expect(moved).toBeGreaterThan(30);
  });

  test('a reopening moves what was recorded since the freeze that it undoes, fact by fact; differences of moments add up', async () => {
    const seen = { letIn: 0, reopened: 0 };
    const some = fc.array(happening, { minLength: 2, maxLength: 5 });
    const close = { does: 'close' } as const;
    const history = fc
      .tuple(some, some, some)
      .map(([first, late, last]): readonly Happening[] => [
        ...first,
        close,
        ...late,
        { does: 'reopen' },
        ...last,
        close,
      ]);
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(), { minLength: 2, maxLength: 2 }), async (all, picks) => {
        const lived = await live(all);
        const { ledger } = lived.made;
        const head = await ledger.store.head();
        const ends = [lived.born, ...picks.map(await moments(lived)), head].sort((a, b) => (a < b ? -1 : 1));
        const moved = async (from: bigint, to: bigint) => {
          const { participants } = sound(await diff(ledger, { from: String(from), to: String(to) }));
          return participants.flatMap(({ participant, periods }) =>
            periods.map((each) => ({ ...each, name: `${participant} ${each.period}` })),
          );
        };
        const whole = await moved(lived.born, head);
        for (const { name, events } of whole) {
          const turns = events.filter(({ type, difference }) => type === 'PeriodReopened' && difference !== null);
          expect(turns, name).toEqual([]);
          seen.letIn += events.filter(({ letIn }) => letIn?.says.includes('reopened')).length;
        }
        if (lived.refused.length < all.length) seen.reopened += 1;
        const sums = new Map<string, Exact>();
        for (const [at, to] of ends.slice(1).entries()) {
          for (const { name, difference } of await moved(ends[at] ?? to, to)) {
            // What cannot be computed for a time has no difference to add.
            if (difference === null) return;
            sums.set(name, add(sums.get(name) ?? exact('0'), exact(difference)));
          }
        }
        const told = new Map(whole.map(({ name, difference }) => [name, difference]));
        for (const [name, total] of sums)
          expect(toDecimalText(total, 2, 'half-up'), name).toBe(told.get(name) ?? '0.00');
      }),
      { numRuns: 12 },
    );
    expect(seen.letIn).toBeGreaterThan(5);
    expect(seen.reopened).toBeGreaterThan(5);
  });
});

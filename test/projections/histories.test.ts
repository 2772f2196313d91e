import { join } from 'node:path';
import { attainmentOf, openBooks, rebuild, resolveAsOf, statementOf, verify } from '@ledger/application';
import { earn } from '@ledger/calculation';
import { decode, type Statement } from '@ledger/events';
import { canonical, isProblem, runViews } from '@ledger/kernel';
import { add, type Exact, equal, exact, sum, toText, ZERO } from '@ledger/money';
import { VIEWS } from '@ledger/projections';
import { openViews } from '@ledger/store-sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importRows, type Made, makeCompany, sound } from '../support/company.ts';
import { type Closing, csv, history, PEOPLE, type Row, row, take } from './history.ts';

const PERIODS = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
const RUNS = { numRuns: 6, seed: 20260401, endOnFailure: false };

/** Everything that anybody can be told, as of a position or now. */
async function everything({ ledger }: Made, asOf?: string): Promise<string> {
  const answers: unknown[] = [];
  for (const period of PERIODS) {
    const attainment = await attainmentOf(ledger, { period, asOf });
    answers.push(isProblem(attainment) ? attainment.code : attainment);
    for (const participant of PEOPLE) {
      const statement = await statementOf(ledger, { participant, period, asOf });
      answers.push(isProblem(statement) ? statement.code : statement);
    }
  }
  return JSON.stringify(answers);
}

async function rowsOf({ ledger }: Made, asOf?: bigint): Promise<string> {
  const views = await Promise.all(VIEWS.map((view) => ledger.views.list(view, '', asOf)));
  return JSON.stringify(views);
}

async function frozen({ ledger }: Made): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const period of PERIODS) {
    for (const participant of PEOPLE) {
      const answer = await statementOf(ledger, { participant, period });
      if (!isProblem(answer) && answer.state === 'frozen') found.set(`${period}/${participant}`, canonical(answer));
    }
  }
  return found;
}

describe('random histories of a small company', () => {
  test('what was answered at a position is answered as of it for ever, and what is frozen stays', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const made = await makeCompany();
        const closing: Closing = { closed: 0 };
        const told = new Map<string, { readonly answers: string; readonly rows: string }>();
        let before = await frozen(made);
        for (const step of steps) {
          await take(made, closing, step);
          const answers = await everything(made);
          told.set(String(await made.ledger.store.head()), { answers, rows: await rowsOf(made) });
          const after = await frozen(made);
          for (const [key, statement] of before) expect(after.get(key), `${key} after ${step.do}`).toBe(statement);
          before = after;
        }
        for (const [position, { answers, rows }] of told) {
          expect(await everything(made, position)).toBe(answers);
          expect(await rowsOf(made, BigInt(position))).toBe(rows);
        }
        sound(await verify(made.ledger));
      }),
      RUNS,
    );
  }, 60_000);

  test('views built step by step, from nothing, and in pages of any size are the same to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 40 }), async (steps, pageSize) => {
        const made = await makeCompany();
        const closing: Closing = { closed: 0 };
        const { store } = made.ledger;
        const paged = openViews(join(made.folder, 'paged.views'));
        try {
          for (const [at, step] of steps.entries()) {
            await take(made, closing, step);
            if (at % 3 === 0) await runViews({ store, views: paged, projections: VIEWS, decode, pageSize });
          }
          const rebuilt = await rebuild(made.ledger);
          expect(rebuilt.views.filter(({ equal: same }) => !same)).toEqual([]);
          await runViews({ store, views: paged, projections: VIEWS, decode, pageSize });
          for (const view of VIEWS) {
            const digest = rebuilt.views.find(({ name }) => name === view.name)?.rebuilt;
            expect(await paged.digest(view), view.name).toBe(digest);
          }
        } finally {
          await paged.close();
        }
      }),
      RUNS,
    );
  }, 60_000);

  test('what was posted and what is still to be corrected add up to what was earned', async () => {
    let corrected = 0;
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const made = await makeCompany();
        const closing: Closing = { closed: 0 };
        for (const step of steps) await take(made, closing, step);
        const { ledger } = made;
        const books = sound(await openBooks(ledger, sound(await resolveAsOf(ledger))));
        const open = PERIODS[closing.closed] ?? '';
        const past = new Set(PERIODS.slice(0, closing.closed));
        for (const participant of books.participants.keys()) {
          const last = await statementOf(ledger, { participant, period: open });
          // A deal of somebody without quota, for one, can be in the way: then nobody is paid, and nothing has to add up.
          if (isProblem(last)) continue;
          const posted: Statement[] = [];
          for (const period of past) {
            const answer = sound(await statementOf(ledger, { participant, period }));
            if (answer.state === 'frozen') posted.push(answer.statement);
          }
          const paid = sum(posted.map(({ total }) => exact(total)));
          const corrections = last.statement.lines.filter(({ kind }) => kind === 'correction');
          const earned = earn(sound(await books.book(participant)), books.periods.get(open)?.from ?? '');
          const due: Exact[] = [];
          for (const [period, lines] of earned.lines)
            if (past.has(period)) due.push(...lines.map(({ amount }) => exact(amount)));
          const whole = add(paid, sum(corrections.map(({ amount }) => exact(amount))));
          expect(toText(whole), `${participant} up to ${open}`).toBe(toText(sum(due)));
          expect(equal(sum(last.statement.lines.map(({ amount }) => exact(amount))), exact(last.statement.total))).toBe(
            true,
          );
          for (const line of corrections) expect(equal(exact(line.amount), ZERO)).toBe(false);
          corrected += posted.flatMap(({ lines }) => lines).filter(({ kind }) => kind === 'correction').length;
        }
      }),
      { ...RUNS, numRuns: 12 },
    );
    expect(corrected, 'the histories hold frozen corrections').toBeGreaterThan(5);
  }, 60_000);

  test('however the same deals are cut into files and ordered, the open statements are the same', async () => {
    const deals = fc.uniqueArray(row, { minLength: 2, maxLength: 9, selector: (each) => each.deal });
    const cuts = fc.array(fc.tuple(fc.nat({ max: 8 }), row), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(deals, cuts, fc.boolean(), async (rows, wrong, backwards) => {
        const whole = await makeCompany();
        sound(await importRows(whole, rows.map(csv)));

        // Some rows are told wrongly first, one file each; then the right ones come, in the other order, one or two at a time.
        const cut = await makeCompany();
        for (const [at, told] of wrong) {
          const right = rows[at % rows.length];
          if (right !== undefined) sound(await importRows(cut, [csv({ ...told, deal: right.deal })]));
        }
        const ordered: readonly Row[] = backwards ? rows.toReversed() : rows;
        for (let at = 0; at < ordered.length; at += 2) sound(await importRows(cut, ordered.slice(at, at + 2).map(csv)));

        for (const participant of ['ada', 'ben']) {
          expect(await figures(cut, participant)).toEqual(await figures(whole, participant));
        }
      }),
      { ...RUNS, numRuns: 10 },
    );
  }, 60_000);
});

/** A statement without the ids of the events that it rests on. */
async function figures({ ledger }: Made, participant: string): Promise<unknown> {
  const { statement } = sound(await statementOf(ledger, { participant, period: '2026-Q1' }));
  return { ...statement, lines: statement.lines.map(({ trace: _, ...line }) => line) };
}

import {
  approve,
  type By,
  define,
  type Ledger,
  openPeriod,
  recordOnDeal,
  requestFreeze,
  requestRelief,
  requestReopen,
  requestSplit,
  requests,
  revoke,
} from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { isProblem, type Problem } from '@ledger/kernel';
import fc from 'fast-check';
import { FINANCE, importRows, type Made, makeCompany, OPS, sound } from './company.ts';

/**
 * What happens in a company, drawn at random: facts, late facts, definitions, decisions, freezes, in any order. What the ledger refuses
 * is refused with a code and leaves nothing behind; the history goes on.
 */
export type Happening =
  | {
      readonly does: 'deal';
      readonly deal: number;
      readonly owner: string;
      readonly amount: number;
      readonly day: string;
    }
  | { readonly does: 'cancel'; readonly deal: number; readonly day: string }
  | { readonly does: 'split'; readonly deal: number; readonly share: number }
  | { readonly does: 'relief'; readonly of: string; readonly quarter: number; readonly share: number }
  | { readonly does: 'rates'; readonly from: string; readonly base: number; readonly above: number }
  | { readonly does: 'metric'; readonly from: string; readonly least: number }
  | { readonly does: 'adjust'; readonly of: string; readonly quarter: number; readonly amount: number }
  | { readonly does: 'hold'; readonly of: string; readonly from: string; readonly until: string | null }
  | { readonly does: 'revoke'; readonly which: number }
  | { readonly does: 'close' }
  | { readonly does: 'reopen' };

const DAYS = [
  '2026-01-15',
  '2026-02-27',
  '2026-03-31',
  '2026-04-01',
  '2026-05-20',
  '2026-06-30',
  '2026-08-08',
  '2026-09-30',
];
const PEOPLE = ['ada', 'ben'] as const;

const day = fc.constantFrom(...DAYS);
const person = fc.constantFrom(...PEOPLE);
const quarter = fc.integer({ min: 1, max: 3 });
const deal = fc.integer({ min: 1, max: 5 });

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant('deal' as const),
        deal,
        owner: person,
        amount: fc.integer({ min: -20, max: 120 }),
        day,
      }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('cancel' as const), deal, day }) },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('split' as const), deal, share: fc.constantFrom(10, 30, 50, 100) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('relief' as const),
        of: person,
        quarter,
        share: fc.constantFrom(20, 50, 100),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('rates' as const),
        from: day,
        base: fc.constantFrom(5, 8),
        above: fc.constantFrom(8, 15),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('metric' as const),
        from: day,
        least: fc.constantFrom(0, 15_000, 40_000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('adjust' as const),
        of: person,
        quarter,
        amount: fc.constantFrom(-500, 250, 0),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('hold' as const),
        of: person,
        from: day,
        until: fc.option(day, { nil: null }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('revoke' as const), which: fc.nat({ max: 20 }) }) },
    { weight: 4, arbitrary: fc.constant({ does: 'close' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'reopen' as const }) },
  ),
  { minLength: 4, maxLength: 18 },
);

export interface Lived {
  readonly made: Made;
  /** Position after the founding of the company. */
  readonly born: bigint;
  /** Codes of what was refused. */
  readonly refused: readonly string[];
}

/** A company to which all of this happened, one after the other. */
export async function live(all: readonly Happening[], around?: Parameters<typeof makeCompany>[0]): Promise<Lived> {
  const made = await makeCompany(around);
  const born = await made.ledger.store.head();
  const refused: string[] = [];
  for (const [index, each] of all.entries()) {
    made.at(Temporal.Instant.from('2027-01-02T09:00:00Z').add({ hours: index }).toString());
    const answer = await happen(made, each, index);
    if (isProblem(answer)) refused.push(answer.code);
  }
  return { made, born, refused };
}

const WHY = { reason: 'As agreed', evidence: ['mail'], scope: 'as said', expiresOn: null } as const;

async function happen(made: Made, each: Happening, index: number): Promise<unknown> {
  const { ledger } = made;
  switch (each.does) {
    case 'deal':
      return importRows(made, [`D-${each.deal},${each.owner},${each.amount}000.50,USD,${each.day}`]);
    case 'cancel':
      return recordOnDeal(
        ledger,
        { type: 'CancelDeal', source: 'csv', deal: `D-${each.deal}`, cancelledOn: each.day, reason: 'Rescinded' },
        OPS,
      );
    case 'split': {
      const rest = 100 - each.share;
      const shares = [
        { participant: 'ada', share: String(each.share / 100) },
        ...(rest === 0 ? [] : [{ participant: 'ben', share: String(rest / 100) }]),
      ];
      return decided(
        ledger,
        await requestSplit(ledger, { source: 'csv', deal: `D-${each.deal}`, shares, ...WHY }, OPS),
      );
    }
    case 'relief': {
      const [from, to] = QUARTERS[each.quarter - 1] ?? QUARTERS[0];
      const ask = { participant: each.of, metric: 'bookings', year: 2026, kind: 'leave', from, to } as const;
      const basis = { by: 'days', share: `${each.share}%` } as const;
      return decided(ledger, await requestRelief(ledger, { ...ask, basis, ...WHY }, OPS));
    }
    case 'rates':
      return defined(ledger, planOf(each));
    case 'metric':
      return defined(
        ledger,
        `metric: bookings\ntitle: Bookings\ncounts: deal.amount >= ${each.least}.0\namount: deal.amount\nfrom: ${each.from}\nreason: Redefined\n`,
      );
    case 'adjust':
      return defined(
        ledger,
        exceptionOf('adjustment', each.of, `a${index}`, `period: 2026-Q${each.quarter}\namount: ${each.amount}.25\n`),
      );
    case 'hold':
      return defined(
        ledger,
        exceptionOf(
          'hold',
          each.of,
          `h${index}`,
          `from: ${each.from}\n${each.until === null ? '' : `until: ${each.until}\n`}`,
        ),
      );
    case 'revoke': {
      const granted = (await requests(ledger, { all: true })).filter(
        ({ state, name }) => state === 'approved' && /^(split|relief|exception)/.test(name),
      );
      const one = granted[each.which % Math.max(1, granted.length)];
      return one === undefined ? undefined : revoke(ledger, one.name, 'No longer', FINANCE);
    }
    case 'close':
      return closeNext(ledger);
    case 'reopen':
      return reopenLast(ledger);
    default:
      return each satisfies never;
  }
}

const QUARTERS = [
  ['2026-01-01', '2026-04-01'],
  ['2026-04-01', '2026-07-01'],
  ['2026-07-01', '2026-10-01'],
] as const;

function planOf({ from, base, above }: Extract<Happening, { does: 'rates' }>): string {
  return `plan: seller
title: Seller
currency: USD
from: ${from}
reason: Other rates
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: ${base}% }, { from: 100%, pays: ${above}% }]
`;
}

function exceptionOf(kind: string, participant: string, name: string, terms: string): string {
  return `exception: ${kind}\nname: ${name}\nparticipant: ${participant}\n${terms}reason: As agreed\nevidence: [mail]\nscope: as said\n`;
}

async function defined(ledger: Ledger, text: string): Promise<unknown> {
  const read = readDefinitions(new TextEncoder().encode(text), 'history.yaml');
  if (!read.ok) {
    // What is drawn may make no sense; what this file writes must be readable.
    const unreadable = read.problems.find(({ code }) => code.startsWith('field_') || code === 'document_invalid');
    if (unreadable !== undefined) throw new Error(JSON.stringify(read.problems));
    return read.problems[0];
  }
  return decided(ledger, await define(ledger, read.documents, OPS));
}

/** Approves what waits, if it was not refused. */
async function decided(ledger: Ledger, answer: unknown, by: By = FINANCE): Promise<unknown> {
  if (isProblem(answer)) return answer;
  for (const { name } of await requests(ledger, { all: false })) {
    const approved = await approve(ledger, name, by);
    if (isProblem(approved)) return approved;
  }
  return answer;
}

/** Freezes the period that is open, and opens the next one. */
async function closeNext(ledger: Ledger): Promise<Problem | undefined> {
  const order = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
  for (const [at, period] of order.entries()) {
    const asked = await requestFreeze(ledger, { period, reason: 'Close', evidence: [] }, OPS);
    if (isProblem(asked) && asked.code === 'period_frozen') continue;
    if (isProblem(asked)) return asked;
    const frozen = await approve(ledger, `freeze/${period}`, FINANCE);
    if (isProblem(frozen)) return frozen;
    const next = order[at + 1];
    if (next !== undefined) sound(await openPeriod(ledger, next, OPS));
    return undefined;
  }
  return undefined;
}

/** Opens again what was frozen last; the period after it, if there is one, stays open. */
async function reopenLast(ledger: Ledger): Promise<unknown> {
  let answer: unknown;
  for (const period of ['2026-Q4', '2026-Q3', '2026-Q2', '2026-Q1']) {
    answer = await requestReopen(ledger, { period, reason: 'Wrong', evidence: [] }, CONTROLLER);
    if (isProblem(answer)) continue;
    for (const by of [FINANCE, SECOND]) {
      const approved = await approve(ledger, `reopen/${period}`, by);
      if (isProblem(approved)) return approved;
    }
    return answer;
  }
  return answer;
}

const CONTROLLER: By = { actor: { id: 'cora', role: 'finance' } };
const SECOND: By = { actor: { id: 'fiona', role: 'finance' } };

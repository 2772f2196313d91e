import {
  approve,
  assignPlan,
  decline,
  type Ledger,
  listQueries,
  openPeriod,
  openQuery,
  recordOnDeal,
  requestRelief,
  requestSplit,
  requests,
  resolveQuery,
  revoke,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import fc from 'fast-check';
import { defineText, FINANCE, freeze, importRows, MANAGER, type Made, OPS, sound } from '../support/company.ts';

/** Something that people do with a ledger. What the ledger refuses is part of its history, too: nothing happens. */
export type Step =
  | { readonly do: 'import'; readonly rows: readonly Row[]; readonly snapshot: boolean }
  | { readonly do: 'cancel'; readonly deal: number }
  | { readonly do: 'milestone'; readonly deal: number }
  | { readonly do: 'relief'; readonly who: Who; readonly month: number; readonly share: string; readonly then: Then }
  | { readonly do: 'split'; readonly deal: number; readonly share: number; readonly then: Then }
  | { readonly do: 'metric'; readonly amount: string; readonly month: number }
  | { readonly do: 'plan'; readonly pays: number; readonly window: string; readonly month: number }
  | { readonly do: 'quota'; readonly who: Who; readonly amount: number }
  | { readonly do: 'ask'; readonly who: Who }
  | { readonly do: 'answer'; readonly who: Who; readonly by: number }
  | { readonly do: 'join' }
  | { readonly do: 'close' };

export interface Row {
  readonly deal: number;
  readonly owner: Who | '';
  readonly cents: number;
  readonly currency: 'USD' | 'EUR';
  readonly day: number;
}
export type Who = 'ada' | 'ben' | 'cy';
type Then = 'approve' | 'decline' | 'revoke' | 'wait';

export const PEOPLE: readonly Who[] = ['ada', 'ben', 'cy'];
const OTHER_FINANCE = { actor: { id: 'fay', role: 'finance' } };
const QUARTERS = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];

const who = fc.constantFrom<Who>('ada', 'ben');
const deal = fc.integer({ min: 1, max: 9 });
const then = fc.constantFrom<Then>('approve', 'approve', 'decline', 'revoke', 'wait');
const month = fc.integer({ min: 1, max: 9 });

export const row: fc.Arbitrary<Row> = fc.record({
  deal,
  owner: fc.constantFrom<Who | ''>('ada', 'ben', 'ada', 'ben', 'cy', ''),
  cents: fc.integer({ min: -2_000_000, max: 9_000_000 }),
  currency: fc.constantFrom('USD', 'USD', 'EUR'),
  day: fc.integer({ min: 0, max: 272 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      rows: fc.uniqueArray(row, { minLength: 1, maxLength: 5, selector: (each) => each.deal }),
      snapshot: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), deal }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('milestone' as const), deal }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('relief' as const),
      who,
      month,
      share: fc.constantFrom('100%', '50%', '12.5%'),
      then,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('split' as const), deal, share: fc.integer({ min: 1, max: 99 }), then }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('metric' as const),
      amount: fc.constantFrom('deal.amount', 'deal.amount - deal.amount', 'deal.amount + deal.amount'),
      month,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      pays: fc.integer({ min: 1, max: 30 }),
      window: fc.constantFrom('month', 'quarter', 'year'),
      month,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('quota' as const), who, amount: fc.integer({ min: 1_000, max: 300_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ask' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('answer' as const), who, by: fc.integer({ min: 0, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'join' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'close' as const }) },
);

export const history = fc.array(step, { minLength: 4, maxLength: 14 });

/** Every close takes the ledger's clock to the day after its period. */
export interface Closing {
  closed: number;
}

export async function take(made: Made, closing: Closing, taken: Step): Promise<void> {
  const { ledger } = made;
  switch (taken.do) {
    case 'import':
      await importRows(made, taken.rows.map(csv), { snapshot: taken.snapshot });
      return;
    case 'cancel':
      await recordOnDeal(
        ledger,
        { type: 'CancelDeal', ...key(taken.deal), cancelledOn: '2026-05-04', reason: 'Withdrawn' },
        OPS,
      );
      return;
    case 'milestone':
      await recordOnDeal(
        ledger,
        { type: 'ReachMilestone', ...key(taken.deal), milestone: 'paid', reachedOn: '2026-05-04', amount: null },
        OPS,
      );
      return;
    case 'relief': {
      const ask = {
        participant: taken.who,
        metric: 'bookings',
        year: 2026,
        kind: 'leave' as const,
        from: first(taken.month),
        to: first(taken.month + 1),
        basis: { by: 'days' as const, share: taken.share },
        reason: 'Leave',
        evidence: ['HR'],
        scope: 'quota',
        expiresOn: null,
      };
      await requestRelief(ledger, ask, MANAGER);
      return settle(ledger, taken.then);
    }
    case 'split': {
      const shares = [
        { participant: 'ada', share: `0.${String(taken.share).padStart(2, '0')}` },
        { participant: 'ben', share: `0.${String(100 - taken.share).padStart(2, '0')}` },
      ];
      const ask = { ...key(taken.deal), shares, reason: 'Joint', evidence: ['mail'], scope: 'deal', expiresOn: null };
      await requestSplit(ledger, ask, MANAGER);
      return settle(ledger, taken.then);
    }
    case 'metric':
      await defineText(
        ledger,
        `metric: bookings\ntitle: Bookings\namount: ${taken.amount}\nfrom: ${first(taken.month)}\nreason: Corrected`,
      );
      return settle(ledger, 'approve');
    case 'plan':
      await defineText(
        ledger,
        `plan: seller\ntitle: Seller\ncurrency: USD\nfrom: ${first(taken.month)}\nreason: Changed\ncomponents: { bookings: { measure: bookings, window: ${taken.window}, table: [{ from: 0%, pays: ${taken.pays}% }, { from: 80%, pays: 15% }] } }`,
      );
      return settle(ledger, 'approve');
    case 'quota':
      await defineText(
        ledger,
        `quotas: [{ participant: ${taken.who}, metric: bookings, year: 2026, per: quarter, amount: ${taken.amount}, currency: USD }]`,
      );
      return settle(ledger, 'approve');
    case 'ask': {
      const period = QUARTERS[closing.closed] ?? '2026-Q1';
      const ask = { participant: taken.who, period, line: 'total', says: 'Is it right?', expects: null, facts: null };
      await openQuery(ledger, ask, { actor: { id: taken.who, role: 'rep' } });
      return;
    }
    case 'answer': {
      // Whichever event it names, only one that came after the question and moved something is taken.
      const events = [String((await ledger.store.head()) - BigInt(taken.by))];
      const { queries } = sound(await listQueries(ledger, { participant: taken.who }, OPS.actor));
      for (const { query } of queries)
        await resolveQuery(ledger, { query, reason: 'Corrected.', events }, OTHER_FINANCE);
      return;
    }
    case 'join':
      await defineText(
        ledger,
        'participants: [{ id: cy, starts: 2026-02-01, currency: USD }]\n---\nquotas: [{ participant: cy, metric: bookings, year: 2026, amount: 50000, currency: USD }]',
      );
      await settle(ledger, 'approve');
      await assignPlan(
        ledger,
        { participant: 'cy', plan: 'seller', from: '2026-02-01', to: null, reason: 'Joined' },
        OPS,
      );
      return;
    case 'close': {
      const period = QUARTERS[closing.closed];
      const next = QUARTERS[closing.closed + 1];
      if (period === undefined || next === undefined || period === '2026-Q4') return;
      closing.closed += 1;
      made.at(`${first(3 * closing.closed + 1)}T09:00:00Z`);
      await freeze(ledger, period);
      await openPeriod(ledger, next, OPS);
      return;
    }
    default:
      return taken satisfies never;
  }
}

/** Decides what waits, and takes back what was decided where the history says so. */
async function settle(ledger: Ledger, then: Then): Promise<void> {
  if (then === 'wait') return;
  for (const { name } of await requests(ledger, { all: false })) {
    if (name.startsWith('freeze/')) continue;
    if (then === 'decline') await decline(ledger, name, 'No', FINANCE);
    else if (!isProblem(await approve(ledger, name, FINANCE)) && then === 'revoke')
      await revoke(ledger, name, 'Wrong', FINANCE);
  }
}

function key(deal: number): { readonly source: string; readonly deal: string } {
  return { source: 'csv', deal: `D-${deal}` };
}

function first(month: number): string {
  return `2026-${String(month).padStart(2, '0')}-01`;
}

/** A row of the default mapping: id, rep, amount, currency, closed on. */
export function csv({ deal, owner, cents, currency, day }: Row): string {
  const sign = cents < 0 ? '-' : '';
  const [whole, rest] = [Math.trunc(Math.abs(cents) / 100), Math.abs(cents) % 100];
  const date = Temporal.PlainDate.from('2026-01-01').add({ days: day });
  const amount = cents === 0 ? '0' : `${sign}${whole}.${String(rest).padStart(2, '0')}`;
  return `D-${deal},${owner},${amount},${currency},${date}`;
}

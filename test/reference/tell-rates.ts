import type { PlanDocument } from '@ledger/events';
import { tidied } from './draw-caps.ts';
import { type ExchangeTerms, pairOf, policyOf } from './draw-exchange.ts';
import type { RatesStory } from './draw-rates.ts';
import { dateOf } from './draw-story.ts';
import { type Ledger, ledgerOf, type More } from './tell.ts';
import { type AsTold, dealEntry } from './tell-deals.ts';
import { type Entry, ratesEntry } from './tell-entries.ts';

/** A story whose rates depend on more, as the ledger has it. */
export function ratesLedger(story: RatesStory): Ledger {
  return ledgerOf(story.base, {
    asTold: asTold(story),
    facts: story.exchange === null ? [] : rateFacts(story.exchange, story.base.currency),
    whose: 'ada',
    asRecorded: (entry) => asRecorded(story, entry),
  });
}

/** The deal with the products of its lines, with a discount, paid on some day, and what comes back of it. */
function asTold({ lines, discounts, exchange, refunds }: RatesStory): AsTold {
  return (id, terms) => {
    const deal = dealEntry(id, terms);
    const place = Number(id.slice(2));
    const named = deal.lines.map((line, at) => {
      const { product, variant } = lines[2 * place + at] ?? { product: 'p1', variant: null };
      return { ...line, product, ...(variant === null ? {} : { variant }) };
    });
    const paid = exchange?.paid[place] ?? null;
    const days = paid === null ? [] : [paid, paid - 5];
    const milestones = [
      ...days.map((day) => ({ milestone: 'paid', on: dateOf(day), amount: null, event: '' })),
      ...(refunds[place] ?? []).map(({ day, amount }) => ({
        milestone: 'refunded',
        on: dateOf(day),
        amount,
        event: '',
      })),
    ];
    const discount = discounts[place] ?? null;
    const attributes = discount === null ? {} : { discount: { decimal: discount } };
    return { ...deal, lines: named, milestones, attributes: { ...deal.attributes, ...attributes } };
  };
}

function rateFacts(terms: ExchangeTerms, home: string): More['facts'] {
  const monthly = terms.monthly.flatMap((pair) =>
    ['EUR', 'JPY', 'USD'].flatMap((foreign) =>
      [0, 30, 60, 90, 120].flatMap((day, at) => {
        const value = ['1.25', '0.9', '1.0871', '3', '1.1'][at] ?? '1';
        return [day, day + 9].map((on) => ({ pair, foreign, day: on, value, stage: 0 }));
      }),
    ),
  );
  return [...monthly, ...terms.rates].flatMap(({ pair, foreign, day, value, stage }) => {
    const found = pairOf(terms, home, pair, foreign);
    if (found === null) return [];
    const rate = { on: dateOf(day), rate: value };
    return [{ stage, fact: (known, event) => ratesEntry(known, found.base, found.quote, { ...rate, event }) }];
  });
}

/** What a base story tells, with what this family says besides. */
function asRecorded(story: RatesStory, entry: Entry): Entry | null {
  const { exchange } = story;
  switch (entry.kind) {
    case 'plan':
      return { ...entry, versions: entry.versions.map((each) => ({ ...each, document: planOf(story, each) })) };
    case 'calendar':
      return exchange === null || exchange.ledger === 'home' ? entry : { ...entry, currency: exchange.ledger };
    case 'participant':
      return { ...entry, currency: exchange?.paidIn ?? entry.currency };
    case 'rates':
      return exchange?.hasPairs === false && isOpening(entry) ? null : entry;
    default:
      return entry;
  }
}

/** What base stories record before anything else. */
function isOpening({ rates }: Extract<Entry, { readonly kind: 'rates' }>): boolean {
  return rates.length === 1 && rates[0]?.on === '2025-11-01';
}

type PlanVersion = Extract<Entry, { readonly kind: 'plan' }>['versions'][number];

/** Without caps of components that it has not got. */
function capOf(
  cap: NonNullable<PlanDocument['cap']>,
  components: PlanDocument['components'],
): Partial<Pick<PlanDocument, 'cap'>> {
  const caps = [cap].flat().filter(({ earningsOf }) => earningsOf?.every((id) => id in components) !== false);
  const [first, second] = caps;
  if (first === undefined) return {};
  return { cap: second === undefined ? first : caps };
}

/** What a version of a plan says beside its components. */
function planOf({ planCaps, exchange, base }: RatesStory, { document, version }: PlanVersion): PlanVersion['document'] {
  const { components, cap: _, payout: __, ...rest } = document;
  const at = (version - 1) % planCaps.length;
  const [cap, policy, payout] = [planCaps[at], exchange?.policies[at], exchange?.payouts[at]];
  return {
    ...rest,
    components: Object.fromEntries(Object.entries(components).map(([id, component]) => [id, tidied(component)])),
    ...(cap === undefined ? {} : capOf(cap, components)),
    ...(exchange === null || policy === undefined ? {} : { exchange: policyOf(exchange, base.currency, policy) }),
    ...(payout === undefined || exchange?.paidIn == null ? {} : { payout }),
  };
}

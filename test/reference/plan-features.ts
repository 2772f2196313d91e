import type { Book } from '@ledger/calculation';
import type { PlanCap, PlanDocument } from '@ledger/events';
import { type Comparison, END } from './compare.ts';
import { linesOr, textOf } from './features.ts';

/** What plans say beside their components, and how to tell that it mattered. */
interface PlanFeature {
  readonly name: string;
  readonly isIn: (plan: PlanDocument) => boolean;
  readonly without: (plan: PlanDocument) => PlanDocument;
}

const kindOf = ({ exchange }: PlanDocument): string =>
  typeof exchange === 'object' ? Object.keys(exchange).join() : exchange;

const payout = (
  name: string,
  isIn: (payout: NonNullable<PlanDocument['payout']>) => boolean,
  without: Partial<NonNullable<PlanDocument['payout']>>,
): PlanFeature => ({
  name: `payout: ${name}`,
  isIn: ({ payout: said }) => said !== undefined && isIn(said),
  without: (plan) => (plan.payout === undefined ? plan : { ...plan, payout: { ...plan.payout, ...without } }),
});

const capsOf = ({ cap }: PlanDocument): readonly PlanCap[] => (cap === undefined ? [] : [cap].flat());

const cap = (name: string, isIn: (cap: PlanCap) => boolean, without: (cap: PlanCap) => PlanCap): PlanFeature => ({
  name: `cap of a plan: ${name}`,
  isIn: (plan) => capsOf(plan).some(isIn),
  without: ({ cap: said, ...plan }) => {
    if (said === undefined) return plan;
    return { ...plan, cap: Array.isArray(said) ? said.map(without) : without(said) };
  },
});

const severalCaps: PlanFeature = {
  name: 'cap of a plan: several',
  isIn: (plan) => capsOf(plan).length > 1,
  without: ({ cap: said, ...plan }) => ({ ...plan, ...(Array.isArray(said) && said[0] ? { cap: said[0] } : {}) }),
};

const PLAN_FEATURES: readonly PlanFeature[] = [
  ...['period-average', 'payment-date', 'on', 'rates'].map((kind) => ({
    name: `exchange: ${kind}`,
    isIn: (plan: PlanDocument) => kindOf(plan) === kind,
    without: (plan: PlanDocument) => ({ ...plan, exchange: 'booking-date' as const }),
  })),
  payout('booking-date', ({ rate }) => rate === 'booking-date', { rate: 'period-end' }),
  payout('days after the period', ({ rate }) => typeof rate === 'object', { rate: 'period-end' }),
  payout('a line of its own', ({ difference }) => difference === 'own-line', { difference: 'within-lines' }),
  cap(
    'period',
    ({ period }) => period !== null,
    (said) => ({ ...said, period: null }),
  ),
  cap(
    'year',
    ({ year }) => year !== null,
    (said) => ({ ...said, year: null }),
  ),
  severalCaps,
];

export const PLAN_SAYS = PLAN_FEATURES.map(({ name }) => name);

/** Of the features that are asked about, those without which something else would be paid. */
export function planFeaturesOf({ book, lines }: Comparison, isAsked: (name: string) => boolean): readonly string[] {
  const is = textOf(lines);
  return PLAN_FEATURES.filter(({ name, isIn, without }) => {
    const documents = [...book.plans.values()].flatMap(({ versions }) => versions.map(({ document }) => document));
    if (!isAsked(name) || !documents.some(isIn)) return false;
    return (
      linesOr(
        withPlans(book, (plan) => (isIn(plan) ? without(plan) : plan)),
        END,
      ) !== is
    );
  }).map(({ name }) => name);
}

function withPlans(book: Book, change: (plan: PlanDocument) => PlanDocument): Book {
  const plans = [...book.plans].map(([name, entry]) => {
    const versions = entry.versions.map((each) => ({ ...each, document: change(each.document) }));
    return [name, { ...entry, versions }] as const;
  });
  return { ...book, plans: new Map(plans) };
}

import type { DrawClause, GuaranteeClause, PayClause } from '@ledger/events';
import type { Clauses, Place } from './draw-payment.ts';
import type { Story } from './draw-story.ts';
import { type Due, dueIn } from './due.ts';
import { Refusal } from './formulas.ts';
import { write } from './ratio.ts';
import { bookAfter, type Ledger, ledgerOf } from './tell.ts';

/** What clauses can say, and whether it mattered: the same story without it pays something else. */
interface PaymentFeature {
  readonly name: string;
  readonly without: (pay: Payment) => Payment;
}
type Payment = NonNullable<Story['pay']>;

const inClauses =
  (without: (clauses: Clauses) => Clauses) =>
  (pay: Payment): Payment => ({
    ...pay,
    plan: without(pay.plan),
    other: without(pay.other),
    changes: pay.changes.map((each) => ({ ...each, clauses: without(each.clauses) })),
  });

const ofDraws = (field: keyof DrawClause, usual: Partial<DrawClause>): PaymentFeature => ({
  name: `draw: ${field}`,
  without: inClauses((clauses) =>
    clauses.draws === undefined ? clauses : { ...clauses, draws: clauses.draws.map((draw) => ({ ...draw, ...usual })) },
  ),
});
const ofGuarantee = (field: keyof GuaranteeClause, usual: Partial<GuaranteeClause>): PaymentFeature => ({
  name: `guarantee: ${field}`,
  without: inClauses((clauses) =>
    clauses.guarantee === undefined ? clauses : { ...clauses, guarantee: { ...clauses.guarantee, ...usual } },
  ),
});
const ofPay = (field: string, usual: (pay: PayClause) => PayClause): PaymentFeature => ({
  name: `pay: ${field}`,
  without: inClauses((clauses) => (clauses.pay === undefined ? clauses : { ...clauses, pay: usual(clauses.pay) })),
});

const ofLaw = (field: keyof Law, usual: Partial<Law>): PaymentFeature => ({
  name: `law: ${field}`,
  without: ({ place, ...pay }) => {
    if (place === null) return { ...pay, place };
    const later = place.later === null ? null : { ...place.later, law: { ...place.later.law, ...usual } };
    return { ...pay, place: { ...place, first: { ...place.first, ...usual }, later } };
  },
});
type Law = Place['first'];
const ofDecisions = (kind: string): PaymentFeature => ({
  name: `without a ${kind}`,
  without: (pay) => ({ ...pay, decisions: pay.decisions.filter(({ terms }) => terms.kind !== kind) }),
});

export const PAYMENT_FEATURES: readonly PaymentFeature[] = [
  ofDraws('kind', { kind: 'recoverable' }),
  ofDraws('every', { every: 'month' }),
  ofDraws('from', { from: null }),
  ofDraws('until', { until: null }),
  ofDraws('months', { months: null }),
  ofDraws('part', { part: 'days' }),
  ofDraws('protectFloor', { protectFloor: true }),
  ofDraws('recover', { recover: '100%' }),
  ofDraws('recoverFrom', { recoverFrom: null }),
  ofDraws('mostOwed', { mostOwed: null }),
  ofDraws('recoverMost', { recoverMost: undefined }),
  ofDraws('atEnd', { atEnd: 'recover' }),
  ofDraws('onLeaving', { onLeaving: 'as-usual' }),
  ofDraws('earningsOf', { earningsOf: undefined }),
  ofGuarantee('earningsOf', { earningsOf: undefined }),
  ofGuarantee('every', { every: 'month' }),
  ofGuarantee('from', { from: null }),
  ofGuarantee('until', { until: null }),
  ofGuarantee('months', { months: null }),
  ofGuarantee('part', { part: 'days' }),
  ofGuarantee('over', { over: 'each' }),
  ofGuarantee('paid', { paid: 'to-date' }),
  ofPay('every', (pay) => ({ ...pay, every: 'period' })),
  ofPay('minimum', (pay) => ({ ...pay, minimum: null })),
  ofPay('always', (pay) => ({ ...pay, always: [] })),
  ofPay('negative', (pay) => ({ ...pay, negative: 'carry' })),
  ofPay('negativeMinimum', (pay) => ({ ...pay, negativeMinimum: null })),
  ofPay('recover share', (pay) => ({ ...pay, recover: { ...pay.recover, share: '100%' } })),
  ofPay('recover at least', (pay) => ({ ...pay, recover: { ...pay.recover, atLeast: null } })),
  ofPay('instalment', (pay) => ({ ...pay, recover: { ...pay.recover, instalment: null } })),
  ofPay('corrections', ({ corrections: _corrections, ...pay }) => pay),
  ofPay('writeOffUnder', (pay) => ({ ...pay, writeOffUnder: null })),
  ofLaw('offset', { offset: 'allowed' }),
  ofLaw('recoverDraws', { recoverDraws: 'allowed' }),
  ofLaw('notice', { notice: 0 }),
  ...['waiver', 'consent', 'notice'].map(ofDecisions),
];

/** Of the features that are asked about, those without which the statements would be others. */
export function paymentFeaturesOf(
  story: Story,
  statements: readonly Due[],
  isAsked: (name: string) => boolean,
): readonly string[] {
  const { pay } = story;
  if (pay === null) return [];
  return PAYMENT_FEATURES.filter(({ name, without }) => {
    if (!isAsked(name)) return false;
    const changed: Story = { ...story, pay: without(pay) };
    return JSON.stringify(changed.pay) !== JSON.stringify(pay) && isOtherwise(ledgerOf(changed), statements);
  }).map(({ name }) => name);
}

/** Whether a ledger with other clauses, which change nothing that is earned, is paid something else. */
export function isOtherwise({ book, later }: Ledger, was: readonly Due[]): boolean {
  const statements: Due[] = [];
  let known = book;
  try {
    for (const [index, before] of was.entries()) {
      known = bookAfter(known, index === 0 ? [] : (later[index - 1] ?? []));
      const due = dueIn(known, before.period, statements, undefined, before);
      if (textOf(due) !== textOf(was[index])) return true;
      statements.push(due);
    }
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
  return false;
}

function textOf(due: Due | undefined): string {
  if (due === undefined) return '';
  const { said, total } = due;
  return `${write(total)} ${[...said.balances].map(([name, is]) => `${name} ${write(is)}`)}`;
}

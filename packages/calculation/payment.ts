import { add, type Exact, isZero, max, min, mul, neg, sign, sub, ZERO } from '@ledger/money';

/** What is paid of what is due, and what is carried, as arithmetic (mechanics §12, §20). Amounts of one currency; nothing is rounded here. */
export interface PaymentTerms {
  readonly minimum: Exact | null;
  /** Why even less than the minimum is paid in this period; `null` where nothing asks for it. */
  readonly always: string | null;
  readonly paysNegative: boolean;
  readonly negativeMinimum: Exact | null;
  readonly recover: {
    readonly share: Exact;
    readonly atLeast: Exact | null;
    readonly instalment: Exact | null;
  };
  /** Whether nothing is recovered for now. */
  readonly isSuspended: boolean;
  readonly writeOffUnder: Exact | null;
}

export interface Payable {
  /** Everything up to here, what was carried for being too little included. */
  readonly due: Exact;
  /** What of it is missing because earlier periods were paid too much: draws, guarantees and holds make up for a part. */
  readonly overpaid: Exact;
  /** What was to be recovered before. */
  readonly toRecover: Exact;
}

export interface Payment {
  /** Pay of the period out of which is recovered. */
  readonly pay: Exact;
  /** Most of it that is taken. */
  readonly limit: Exact;
  /** Added to the statement: what is not charged yet is more than 0, what is recovered now is less. */
  readonly recovery: Exact;
  readonly writtenOff: Exact;
  /** What of the sum is too little to be paid now. */
  readonly carried: Exact;
  readonly paid: Exact;
  readonly toRecover: Exact;
}

export function payment(
  { due, overpaid, toRecover }: Payable,
  terms: PaymentTerms,
  round: (amount: Exact) => Exact,
): Payment {
  const recovered = terms.paysNegative
    ? chargedAtOnce(due, toRecover, terms)
    : recoveredFromPay(due, overpaid, toRecover, terms, round);
  const left = add(toRecover, recovered.recovery);
  const writtenOff =
    terms.writeOffUnder !== null && sign(left) > 0 && sign(sub(terms.writeOffUnder, left)) > 0 ? left : ZERO;
  const payable = add(due, recovered.recovery);
  const tooLittle =
    terms.minimum !== null && terms.always === null && sign(payable) > 0 && sign(sub(terms.minimum, payable)) > 0;
  const carried = tooLittle ? payable : ZERO;
  return { ...recovered, writtenOff, carried, paid: sub(payable, carried), toRecover: sub(left, writtenOff) };
}

type Recovered = Pick<Payment, 'pay' | 'limit' | 'recovery'>;

/** What earlier periods were paid too much is paid back out of the pay of this one, by the plan's share; the rest is carried. */
function recoveredFromPay(
  due: Exact,
  overpaid: Exact,
  toRecover: Exact,
  { recover: { share, atLeast, instalment }, isSuspended }: PaymentTerms,
  round: (amount: Exact) => Exact,
): Recovered {
  const pay = sub(due, overpaid);
  const available = max(ZERO, pay);
  const asked = instalment ?? max(round(mul(share, available)), atLeast ?? ZERO);
  const limit = isSuspended ? ZERO : min(available, asked);
  const taken = min(sub(toRecover, overpaid), limit);
  return { pay, limit, recovery: sub(sub(available, taken), due) };
}

/** Payroll takes a negative sum, unless it is too small to be worth it. */
function chargedAtOnce(due: Exact, toRecover: Exact, { negativeMinimum, isSuspended }: PaymentTerms): Recovered {
  if (isSuspended) return { pay: due, limit: ZERO, recovery: sign(due) < 0 ? neg(due) : ZERO };
  const sum = sub(due, toRecover);
  const isSmall = sign(sum) < 0 && negativeMinimum !== null && sign(add(sum, negativeMinimum)) > 0;
  return { pay: due, limit: due, recovery: isSmall ? neg(due) : isZero(toRecover) ? ZERO : neg(toRecover) };
}

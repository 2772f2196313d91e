import type { StatementLine } from '@ledger/events';
import {
  add,
  div,
  type Exact,
  equal,
  exact,
  fraction,
  isZero,
  max,
  min,
  minorUnits,
  mul,
  neg,
  sign,
  sub,
  sum,
  ZERO,
} from '@ledger/money';
import type { Book, PostedLine } from './book.ts';
import { type Treatment, treatmentOf } from './corrections.ts';
import type { SettledPeriod, Settling } from './settling.ts';
import { roundedTo, step } from './trace-settlement.ts';
import { amountInWords, brief, postedText, signedInWords } from './words.ts';

type Correction = Extract<StatementLine, { kind: 'correction' }>;

/** A statement as far as what is corrected in it and what of that is given back. */
interface Correcting extends Pick<Settling, 'book' | 'period' | 'currency'> {
  readonly lines: readonly PostedLine[];
}

/** Corrections of one earlier period and component, with how each is posted. */
interface Bucket {
  readonly period: string;
  readonly component: string;
  readonly corrections: readonly Treated[];
}

interface Treated {
  readonly line: Correction;
  readonly amount: Exact;
  readonly cause: string | null;
  readonly treatment: Treatment;
}

/** What has been given, or kept, of corrections in a statement: what is spread is what it leaves. */
interface SetAgainst {
  left: Exact;
  readonly isAbout: (bucket: Bucket, correction: Treated) => boolean;
}

/**
 * Corrections that are not paid or taken back, by the policy in force or by what was decided about their cause (mechanics §18). They
 * are posted in full, so that what was posted for a period is what it should be; a line of its own gives back what is waived. What was
 * waived stands against later corrections the other way of the same period and component, in this statement or a later one: nobody is
 * paid twice for what was left to them.
 */
export function waiveByPolicy(settling: Settling): void {
  for (const bucket of bucketsOf(settling)) {
    const { period, component, corrections } = bucket;
    const line = WAIVED_BY_POLICY + keyOf(bucket);
    const { waived, each, by } = waivedOf(bucket, settling.currency);
    const before = sum(settling.before.map(({ lines }) => amountOf(lines, line)));
    const offset = offsetOf(before, bucket, each);
    const amount = add(waived, offset);
    if (isZero(amount)) continue;
    const { currency } = settling;
    const why = by ?? corrections.find(({ treatment }) => treatment.event !== null)?.treatment;
    const left = `${signedInWords(postedText(waived, currency), currency)}: corrections of ${period}, ${component}, that are not ${sign(waived) > 0 ? 'taken back' : 'paid'}, by ${why?.says ?? 'policy'}.`;
    const set = `${amountInWords(neg(offset), currency)} was waived before and stands against this correction of ${period}, ${component}.`;
    const says = [...(isZero(waived) ? [] : [left]), ...(isZero(offset) ? [] : [set])].join(' ');
    const steps = [
      step(
        'waived',
        'What is waived, and what was waived before and is set against later corrections.',
        'waived + offset',
        { waived, offset },
        amount,
      ),
    ];
    settling.move('written-off', null, amount);
    const cause = why?.event ?? null;
    settling.post({
      line,
      step: 'waived',
      amount,
      says: brief(says, 1000),
      steps,
      component,
      ...(cause === null ? {} : { cause }),
    });
  }
}

function amountOf(lines: readonly PostedLine[], line: string): Exact {
  return sum(lines.flatMap((each) => (each.line === line ? [exact(each.amount)] : [])));
}

/** What `waiveByPolicy` has set against corrections of a statement. */
function byPolicyIn(statement: Correcting): readonly SetAgainst[] {
  const { lines, currency } = statement;
  return bucketsOf(statement).flatMap((bucket): readonly SetAgainst[] => {
    const { waived, small } = waivedOf(bucket, currency);
    const isOf = (other: Bucket) => keyOf(other) === keyOf(bucket);
    return [
      { left: small, isAbout: (other, { treatment }) => isOf(other) && isLimited(treatment, currency) },
      { left: sub(amountOf(lines, WAIVED_BY_POLICY + keyOf(bucket)), waived), isAbout: isOf },
    ];
  });
}

/** What a bucket's policies waive of each of its corrections; more than 0 where it would have been taken back. */
type Waived = ReadonlyMap<Treated, Exact>;

function waivedOf(
  { corrections }: Bucket,
  currency: string,
): { readonly waived: Exact; readonly each: Waived; readonly small: Exact; readonly by: Treatment | null } {
  const under = (by: Treatment['policy']['by']) => corrections.filter(({ treatment }) => treatment.policy.by === by);
  const taken = (list: readonly Treated[]) => neg(sum(list.map(({ amount }) => amount)));
  const positives = under('positives-only');
  const limited = corrections.filter(({ treatment }) => isLimited(treatment, currency));
  const limit = limited[0]?.treatment.waiveUnder[currency];
  const little = taken(limited);
  const isSmall = limit !== undefined && sign(little) > 0 && sign(sub(exact(limit), little)) > 0;
  const small = isSmall ? little : ZERO;
  const parts = [
    under('waive').map((one): readonly [Treated, Exact] => [one, neg(one.amount)]),
    fallenOn(positives, max(ZERO, taken(positives))),
    fallenOn(limited, small),
  ].map((each) => ({ each, amount: sum(each.map(([, amount]) => amount)) }));
  const by = parts.find(({ amount }) => !isZero(amount))?.each[0]?.[0].treatment ?? null;
  const waived = sum(parts.map(({ amount }) => amount));
  return { waived, each: new Map(parts.flatMap(({ each }) => each)), small, by };
}

/** What is waived of some corrections together, as it falls on those that take back, in their order. */
function fallenOn(corrections: readonly Treated[], together: Exact): readonly (readonly [Treated, Exact])[] {
  let left = together;
  return corrections.map((one) => {
    const part = max(ZERO, min(neg(one.amount), left));
    left = sub(left, part);
    return [one, part];
  });
}

/** Whether what is too little is not taken back. */
function isLimited({ policy, waiveUnder }: Treatment, currency: string): boolean {
  return waiveUnder[currency] !== undefined && policy.by !== 'positives-only';
}

/**
 * What was waived before, and of earlier corrections of this statement, against what remains of later ones the other way; never more than
 * they come to together.
 */
function offsetOf(before: Exact, { corrections }: Bucket, waived: Waived): Exact {
  let standing = before;
  let net = ZERO;
  let upwards = ZERO;
  let downwards = ZERO;
  for (const one of corrections) {
    const part = waived.get(one) ?? ZERO;
    const rest = add(one.amount, part);
    standing = add(standing, part);
    net = add(net, rest);
    const set = shared(standing, rest);
    standing = sub(standing, set);
    if (sign(set) > 0) upwards = add(upwards, set);
    else downwards = add(downwards, set);
  }
  return neg(shared(sign(net) > 0 ? upwards : downwards, net));
}

/** As much as two amounts of the same sign have in common. */
function shared(one: Exact, other: Exact): Exact {
  if (sign(one) * sign(other) <= 0) return ZERO;
  return sign(one) > 0 ? min(one, other) : max(one, other);
}

function bucketsOf(statement: Correcting): readonly Bucket[] {
  const corrections = statement.lines.filter((line): line is Correction => line.kind === 'correction');
  const groups = Map.groupBy(corrections, keyOf);
  return [...groups.values()].flatMap((lines) => {
    const [first] = lines;
    if (first === undefined) return [];
    const { period, component } = first;
    return [
      {
        period,
        component,
        corrections: lines.map((line) => ({
          line,
          amount: exact(line.amount),
          cause: line.cause,
          treatment: treatmentOf(statement.book, statement.period, line.cause),
        })),
      },
    ];
  });
}

/**
 * Corrections that are spread: all but the first part waits, and a part of it comes with each pay period after. Whoever has left is
 * paid, or pays back, what is left of it.
 */
export function spreadCorrections(settling: Settling): void {
  releaseSpread(settling);
  if (settling.hasLeft) return;
  const { currency, period } = settling;
  const money = (value: Exact) => signedInWords(postedText(value, currency), currency);
  for (const [over, spreading] of spreadIn(settling)) {
    const [{ treatment }] = spreading;
    const amount = sum(spreading.map(({ left }) => left));
    const [now, waits] = dividedOver(amount, over, currency);
    if (isZero(waits)) continue;
    const of = `${period.id}-over-${over}`;
    const says = `${money(amount)} of corrections is spread over ${over} pay periods, by ${treatment.says}: ${money(now)} now.`;
    const steps = [
      step('spread', 'The part of this period, less all of it.', 'now - all', { now, all: amount }, neg(waits)),
    ];
    const cause = treatment.event === null ? {} : { cause: treatment.event };
    settling.move('spread', of, waits);
    settling.post({ line: `spread/${of}`, step: 'spread', amount: neg(waits), says, steps, ...cause });
  }
}

/** What of an amount is of the statement that spreads it, and what of it waits. */
function dividedOver(amount: Exact, over: number, currency: string): readonly [now: Exact, waits: Exact] {
  const now = roundedTo(mul(amount, fraction(1n, BigInt(over))), currency, 'half-up');
  return [now, sub(amount, now)];
}

/** A correction that is spread, and what of it is left to be. */
interface Spreading {
  readonly line: Correction;
  readonly left: Exact;
  readonly treatment: Treatment;
}

/** What is spread from a statement on, by the number of pay periods. */
function spreadIn(statement: Correcting): readonly (readonly [number, readonly [Spreading, ...Spreading[]]])[] {
  const all = [...byPolicyIn(statement), ...waiversIn(statement)];
  const groups = new Map<number, [Spreading, ...Spreading[]]>();
  for (const bucket of bucketsOf(statement)) {
    for (const correction of bucket.corrections) {
      const { line, treatment } = correction;
      if (treatment.policy.by !== 'spread') continue;
      let left = correction.amount;
      for (const each of all) if (each.isAbout(bucket, correction)) [left, each.left] = against(left, each.left);
      const { over } = treatment.policy;
      const known = groups.get(over);
      if (known === undefined) groups.set(over, [{ line, left, treatment }]);
      else known.push({ line, left, treatment });
    }
  }
  return [...groups].sort(([a], [b]) => a - b);
}

/**
 * The share that each correction of a statement has in what is spread from it on over so many pay periods. None where by now another
 * policy is said to have been in force than the one that it was posted by.
 */
function sharesIn(statement: Correcting, line: string, over: number): ReadonlyMap<Correction, Exact> {
  const spreading = spreadIn(statement).find(([periods]) => periods === over)?.[1] ?? [];
  const all = sum(spreading.map(({ left }) => left));
  const [, waits] = dividedOver(all, over, statement.currency);
  const isSo = !isZero(all) && equal(amountOf(statement.lines, line), neg(waits));
  return new Map(isSo ? spreading.map((each) => [each.line, div(each.left, all)]) : []);
}

/** Of which corrections a line `spread` is a part, and with how much of it each; empty for any other. */
export function spreadOf(
  { line, amount }: PostedLine,
  statements: readonly Pick<SettledPeriod, 'period' | 'lines'>[],
  { book, currency }: Pick<Settling, 'book' | 'currency'>,
): readonly { readonly line: Correction; readonly amount: Exact }[] {
  const [, since, over] = SPREAD.exec(line.startsWith('spread/') ? line.slice('spread/'.length) : '') ?? [];
  const statement = statements.find(({ period }) => period.id === since);
  if (statement === undefined) return [];
  const shares = sharesIn({ ...statement, book, currency }, line, Number(over));
  return [...shares].map(([correction, share]) => ({ line: correction, amount: mul(exact(amount), share) }));
}

/** An amount less what stands against it, and what is then left of that. */
function against(amount: Exact, pool: Exact): readonly [Exact, Exact] {
  if (sign(amount) * sign(pool) >= 0) return [amount, pool];
  const taken = sign(amount) < 0 ? min(neg(amount), pool) : neg(min(amount, neg(pool)));
  return [add(amount, taken), sub(pool, taken)];
}

/** What decisions and the plan give back in this statement, and of which corrections. */
function waiversIn({ lines, book }: Correcting): readonly SetAgainst[] {
  return lines.flatMap((line): SetAgainst[] => {
    if (line.kind !== 'settlement' || line.step !== 'waived' || line.line.startsWith(WAIVED_BY_POLICY)) return [];
    const terms = waiverOf(line.line, book);
    if (terms === undefined) return [{ left: exact(line.amount), isAbout: () => true }];
    const isAbout: SetAgainst['isAbout'] = ({ period, component }, { cause }) =>
      terms.period === period &&
      (terms.component === null || terms.component === component) &&
      (terms.cause === undefined || terms.cause === cause);
    return [{ left: exact(line.amount), isAbout }];
  });
}

/** The next part of what was spread in earlier statements; the last one takes what rounding left. */
function releaseSpread(settling: Settling): void {
  const { before, currency, hasLeft } = settling;
  const open = (before.at(-1)?.balances ?? []).filter(({ balance }) => balance === 'spread');
  for (const { of } of open) {
    const [, since, over] = SPREAD.exec(of ?? '') ?? [];
    if (of === null || since === undefined || over === undefined) continue;
    const waiting = settling.opening('spread', of);
    if (isZero(waiting)) continue;
    const passed = before.filter(({ period }) => period.id >= since).length;
    const parts = BigInt(Math.max(1, Number(over) - passed));
    const amount = hasLeft ? waiting : roundedTo(mul(waiting, fraction(1n, parts)), currency, 'half-up');
    const text = signedInWords(postedText(amount, currency), currency);
    const why = hasLeft
      ? 'the person has left'
      : parts === 1n
        ? 'the last part'
        : `one of ${parts} parts that are left`;
    const says = `${text} of the corrections that were spread in ${since} over ${over} pay periods: ${why}.`;
    const inputs = { waiting, parts: fraction(hasLeft ? 1n : parts, 1n) };
    const formula = `round(waiting / parts, ${minorUnits(currency)}, half-up)`;
    settling.move('spread', of, neg(amount));
    const steps = [step('spread', 'What waits, by the parts that are left.', formula, inputs, amount)];
    settling.post({ line: `spread/${of}`, step: 'spread', amount, says, steps });
  }
}

const SPREAD = /^(.+)-over-([0-9]+)$/;
/** How lines are called that waive by policy: then the earlier period and the component. */
export const WAIVED_BY_POLICY = 'waived/policy/';

/** The earlier period of which a line waives corrections; `undefined` for any other, and where a plan waives all of a statement's. */
export function waivedPeriod(line: PostedLine, book: Book): string | undefined {
  if (line.line.startsWith(WAIVED_BY_POLICY)) return line.line.slice(WAIVED_BY_POLICY.length).split('/')[0];
  return waiverOf(line.line, book)?.period;
}

/** What was decided, of a line that gives back by decision. */
function waiverOf(line: string, { exceptions }: Book) {
  const terms = line.startsWith('waived/') ? exceptions?.get(line.slice('waived/'.length))?.terms : undefined;
  return terms?.kind === 'waiver' ? terms : undefined;
}

/** Names what is corrected: an earlier period, and a component of it. */
export function keyOf({ period, component }: Pick<Bucket, 'period' | 'component'>): string {
  return `${period}/${component}`;
}

/** Whether that is of a period, and of one component of it where that is named. */
export function isKeyOf(key: string, period: string, component: string | null | undefined): boolean {
  return component === null || component === undefined
    ? key.startsWith(`${period}/`)
    : key === keyOf({ period, component });
}

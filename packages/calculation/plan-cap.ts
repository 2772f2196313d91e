import type { PlanCap, PlanDocument } from '@ledger/events';
import { add, div, type Exact, exact, isZero, max, min, mul, neg, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { Obstacle } from './in-force.ts';
import type { Calculated, PlanCapBasis } from './line.ts';
import { periodsFrom, type Span, windowOf } from './periods.ts';
import { type PersonalAmount, personalIn } from './personal.ts';
import type { Reporting } from './reporting.ts';
import { type StagedLines, toldApart } from './stage.ts';

/** Caps of a plan over its components, of a pay period and then of a year (mechanics §4): they take from each that earns alike. */
export function planCapped(
  book: Book,
  upTo: string,
  before: ReadonlyMap<string, StagedLines>,
  reported: Reporting,
): ReadonlyMap<string, StagedLines> {
  const isCapped = book.participant.assignments.some(({ plan }) =>
    book.plans.get(plan)?.versions.some(({ document }) => document.cap !== undefined),
  );
  if (!isCapped) return before;
  const after = new Map([...before].map(([component, periods]) => [component, new Map(periods)] as const));
  const paid: Paid = new Map();
  for (const span of periodsFrom(book.calendar, book.calendar.firstPeriod, upTo)) {
    const lines = [...after.values()].flatMap((periods) => periods.get(span.id) ?? []);
    // By name: it makes no difference which of several plans earned first.
    for (const plan of [...new Set(lines.map(({ inForce }) => inForce.plan))].sort()) {
      const ofPlan = lines.filter(({ inForce }) => inForce.plan === plan);
      for (const line of capLines(book, span, plan, ofPlan, paid, reported)) {
        const periods = after.get(line.inForce.component.id);
        const others = periods?.get(span.id) ?? [];
        periods?.set(span.id, [...others, toldApart(line, others)]);
      }
    }
  }
  return after;
}

/** The caps of a plan, in the order in which they are held against what it earns. */
export function planCapsOf({ cap }: Pick<PlanDocument, 'cap'>): readonly PlanCap[] {
  if (cap === undefined) return [];
  return Array.isArray(cap) ? cap : [cap];
}

/** What components were paid by plan and year, after all caps. */
type Paid = Map<string, Map<string, Exact>>;

/** What a component earns in a pay period, less what was taken of it. */
interface Share {
  readonly last: Calculated;
  amount: Exact;
}

/** The lines that take away what a plan earns in a pay period above its caps. */
function capLines(
  book: Book,
  span: Span,
  plan: string,
  lines: readonly Calculated[],
  paid: Paid,
  { report }: Reporting,
): readonly Calculated[] {
  const year = windowOf(span.from, 'year');
  const inYear = `${plan}/${year.id}`;
  const paidBefore = paid.get(inYear) ?? new Map<string, Exact>();
  const shares = new Map<string, Share>();
  for (const line of lines) {
    const known = shares.get(line.inForce.component.id);
    shares.set(line.inForce.component.id, { last: line, amount: add(known?.amount ?? ZERO, line.exact) });
  }
  const latest = lines.map(({ inForce }) => inForce.planVersion).sort((a, b) => b.version - a.version)[0];
  const made: Calculated[] = [];
  for (const cap of latest === undefined ? [] : planCapsOf(latest.document)) {
    const isOf = (component: string) => cap.earningsOf?.includes(component) ?? true;
    const own = [...shares].flatMap(([component, share]) => (isOf(component) ? [share] : []));
    const [first] = own;
    if (first === undefined || latest === undefined) continue;
    for (const [kind, of] of [
      ['plan-cap', span],
      ['plan-year-cap', year],
    ] as const) {
      const most = mostFor(book, cap, kind === 'plan-cap' ? 'period' : 'year', latest.document.currency, of);
      if (most === null) continue;
      if ('code' in most) {
        // Whoever looks at one of these components cannot tell what is left of it.
        for (const { last } of own) report(last.inForce, span.id, null, most);
        continue;
      }
      const before =
        kind === 'plan-cap' ? ZERO : sum([...paidBefore].flatMap(([id, amount]) => (isOf(id) ? [amount] : [])));
      made.push(...taken(kind, span, of.id, most, before, own));
    }
  }
  paid.set(
    inYear,
    new Map([
      ...paidBefore,
      ...[...shares].map(([id, { amount }]) => [id, add(paidBefore.get(id) ?? ZERO, amount)] as const),
    ]),
  );
  return made;
}

interface Most {
  readonly value: Exact;
  /** Where it is a share of what is agreed with the participant. */
  readonly agreed: PersonalAmount | null;
}

/** The cap of a stretch of time; `null` where there is none. */
function mostFor(
  book: Pick<Book, 'participant' | 'exceptions'>,
  cap: PlanCap,
  scope: 'period' | 'year',
  currency: string,
  of: Span,
): Most | Obstacle | null {
  const [money, share] = [cap[scope], cap.personal?.[scope]];
  if (money !== null) return { value: exact(money), agreed: null };
  if (share === undefined || cap.personal === undefined) return null;
  const { term, changes } = cap.personal;
  const agreed = personalIn(book, { term, changes, share }, currency, of);
  return 'code' in agreed ? agreed : { value: agreed.value, agreed };
}

/** What a cap takes, of each component that earns the same part of what that earns. */
function taken(
  kind: PlanCapBasis['kind'],
  { id: period }: Span,
  of: string,
  { value: cap, agreed }: Most,
  paidBefore: Exact,
  own: readonly Share[],
): readonly Calculated[] {
  const calculated = sum(own.map(({ amount }) => amount));
  const room = max(ZERO, min(calculated, sub(cap, paidBefore)));
  const removed = sign(calculated) > 0 ? sub(calculated, room) : ZERO;
  if (isZero(removed)) return [];
  const all = sum(own.map(({ amount }) => max(ZERO, amount)));
  return own.flatMap((share): readonly Calculated[] => {
    const { last, amount } = share;
    if (sign(amount) <= 0) return [];
    const basis: PlanCapBasis = { kind, cap, of, calculated, paidBefore, own: amount, all, agreed };
    const line = `${last.inForce.component.id}/${kind}/${of}`;
    const value = neg(div(mul(removed, amount), all));
    share.amount = add(amount, value);
    return [{ line, inForce: last.inForce, period, deal: null, closedOn: null, exact: value, basis }];
  });
}

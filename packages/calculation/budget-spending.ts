import type { Budget } from '@ledger/events';
import { add, cmp, type Exact, exact, max, min, sign, sub, sum, ZERO } from '@ledger/money';
import type { BudgetEntry, PaidEntry } from './budget-types.ts';
import { type Cadence, dayBefore, periodOf, type Span } from './periods.ts';
import { dividedBy, postedTo, wholeUnits } from './sharing.ts';

/** What a budget leaves of the entries of one pay period. */
export interface Paid {
  readonly period: string;
  readonly window: Span;
  readonly budget: Budget;
  /** What everybody was paid before the period. */
  readonly spentBefore: Exact;
  readonly entries: readonly PaidEntry[];
  /** Where everybody is paid at once, for the whole window: what each gets. */
  readonly due: readonly PaidEntry[];
  /** Whether nothing is paid before the window ends. */
  readonly waits: boolean;
}
/** Everybody's entries in one window of a budget, period by period. */
export function paidOf(entries: readonly BudgetEntry[], cadence: Cadence): readonly Paid[] {
  const [first] = entries;
  if (first === undefined) return [];
  const { window } = first;
  const end = periodOf(dayBefore(window.to), cadence);
  const done: Paid[] = [];
  let spent = ZERO;
  for (const period of [...new Set([...entries.map((each) => each.period), end])].sort()) {
    const soFar = entries.filter((each) => each.period <= period);
    const own = entries.filter((each) => each.period === period);
    if (soFar.length === 0) continue;
    const budget = termsOf(soFar);
    const spentBefore = spent;
    const common = { period, window, budget, spentBefore };
    if (budget.spends === 'in-proportion') {
      if (period < end) done.push({ ...common, entries: own.map(nothing), due: [], waits: true });
      else if (period === end)
        done.push({ ...common, entries: own.map(nothing), due: inProportion(soFar, budget), waits: false });
      else done.push({ ...common, entries: own.map(everything), due: [], waits: false });
    } else
      done.push({
        ...common,
        entries: firstCome(own, sub(wholeUnits(exact(budget.amount), currencyOf(soFar)), spent)),
        due: [],
        waits: false,
      });
    const paid = done.at(-1);
    const kept = paid === undefined || paid.due.length === 0 ? (paid?.entries ?? []) : paid.due;
    spent = add(spent, sum(kept.map((each) => each.paid)));
  }
  return done;
}

/** The budget as the newest version of the plans says; the lowest where several say it. */
function termsOf(entries: readonly BudgetEntry[]): Budget {
  let newest = '';
  let terms: Budget | undefined;
  for (const { inForce } of entries) {
    const { budget } = inForce.component.document;
    const { from } = inForce.planVersion;
    if (budget === undefined || from < newest) continue;
    if (terms === undefined || from > newest || cmp(exact(budget.amount), exact(terms.amount)) < 0) terms = budget;
    newest = from;
  }
  if (terms === undefined) throw new Error('an entry of a budget has none');
  return terms;
}

function nothing(entry: BudgetEntry): PaidEntry {
  return { entry, left: null, paid: ZERO };
}

function everything(entry: BudgetEntry): PaidEntry {
  return { entry, left: null, paid: entry.posted };
}

/** In the order of credits as long as something is left; what is about no single deal shares what the deals of the period leave. */
function firstCome(entries: readonly BudgetEntry[], available: Exact): readonly PaidEntry[] {
  const paid: PaidEntry[] = [];
  let left = available;
  for (const entry of entries.filter(({ place }) => place !== null).sort(byPlace)) {
    const room = max(ZERO, left);
    const amount = sign(entry.posted) > 0 ? min(entry.posted, room) : entry.posted;
    paid.push({ entry, left: room, paid: amount });
    left = sub(left, amount);
  }
  const rest = entries.filter(({ place }) => place === null);
  const back = rest.filter(({ posted }) => sign(posted) < 0);
  left = sub(left, sum(back.map(({ posted }) => posted)));
  paid.push(...back.map(everything));
  const others = rest.filter(({ posted }) => sign(posted) > 0);
  const all = sum(others.map(({ posted }) => posted));
  if (cmp(all, left) <= 0) return [...paid, ...others.map(everything)];
  const sorted = [...others].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const numbered = sorted.map((entry, at) => ({
    entry,
    key: `${keyOf(entry)}/${String(at).padStart(6, '0')}`,
    amount: entry.posted,
  }));
  const shares = dividedBy(max(ZERO, left), numbered, currencyOf(others));
  return [...paid, ...numbered.map(({ entry, key }) => ({ entry, left: null, paid: shares.get(key) ?? ZERO }))];
}

/** What each gets of the whole window, when it ends. */
function inProportion(entries: readonly BudgetEntry[], budget: Budget): readonly PaidEntry[] {
  const parts = partsOf(entries).map((part) => ({ ...part, posted: part.amount }));
  const kept = postedTo(exact(budget.amount), parts, currencyOf(entries));
  const last = new Map(entries.map((entry) => [keyOf(entry), entry]));
  return [...last].map(([key, entry]) => ({ entry, left: null, paid: kept.get(key) ?? ZERO }));
}

function partsOf(entries: readonly BudgetEntry[]): readonly { readonly key: string; readonly amount: Exact }[] {
  const parts = new Map<string, Exact>();
  for (const entry of entries) parts.set(keyOf(entry), add(parts.get(keyOf(entry)) ?? ZERO, entry.posted));
  return [...parts].map(([key, amount]) => ({ key, amount }));
}

function keyOf({ participant, component }: BudgetEntry): string {
  return `${participant}/${component}`;
}

function currencyOf([first]: readonly BudgetEntry[]): string {
  return first?.inForce.planVersion.document.currency ?? '';
}

/** The order of credits: closing date, sequence of the source, deal key; then participant and component. */
function byPlace(a: BudgetEntry, b: BudgetEntry): number {
  if (a.place !== null && b.place !== null) {
    if (a.place.closedOn !== b.place.closedOn) return a.place.closedOn < b.place.closedOn ? -1 : 1;
    if (a.place.sequence !== b.place.sequence) return a.place.sequence - b.place.sequence;
    if (a.place.deal !== b.place.deal) return a.place.deal < b.place.deal ? -1 : 1;
  }
  return keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
}

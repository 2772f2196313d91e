import { add, type Exact, equal, exact, isZero, max, min, neg, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book, PostedLine } from './book.ts';
import { payClauseIn } from './clauses.ts';
import { isKeyOf, keyOf, WAIVED_BY_POLICY, waivedPeriod } from './settle-corrections.ts';
import { correctionsOf } from './settle-payment.ts';
import type { Settling } from './settling.ts';
import { step } from './trace-settlement.ts';
import { amountInWords } from './words.ts';

/**
 * Where the plan pays corrections upwards only, what they take back together is given back in a line of its own (mechanics §18). What
 * was given back stands against later corrections the other way of the same period and component: a deal that is reinstated is not
 * paid twice.
 */
export function waiveCorrections(settling: Settling): void {
  const terms = payClauseIn(settling.stretches, settling.period);
  const corrections = correctionsOf(settling);
  const { nets } = netsOf(settling.lines, settling.book);
  const before = nets.size === 0 ? ZERO : sum([...standing(nets, givenBefore(settling)).values()]);
  const isPositivesOnly = terms?.clause.corrections === 'positives-only';
  const waived = isPositivesOnly ? max(neg(before), neg(corrections)) : neg(before);
  if (isZero(waived)) return;
  const money = amountInWords(sign(waived) < 0 ? neg(waived) : waived, settling.currency);
  const says =
    sign(waived) < 0
      ? `${money} of what corrections took back before was given back then, and stands against these.`
      : `${money} of corrections is not taken back: the plan pays positive ones only.`;
  const [what, formula, inputs] = workedOut(isPositivesOnly, { before, corrections });
  const steps = [step('waived', what, formula, inputs, waived)];
  settling.move('written-off', null, waived);
  settling.post({ line: 'waived', step: 'waived', amount: waived, says, steps, ...(terms?.stretch.source ?? {}) });
}

type Inputs = Readonly<Record<string, Exact>>;

/** What is waived, in words and as a formula. */
function workedOut(
  isPositivesOnly: boolean,
  { before, corrections }: { readonly before: Exact; readonly corrections: Exact },
): readonly [what: string, formula: string, inputs: Inputs] {
  if (isZero(before)) return ['What corrections take back together.', '0 - corrections', { corrections }];
  if (!isPositivesOnly) return ['What was given back before of what corrections pay again.', '0 - before', { before }];
  const what = 'What corrections take back together, less what was given back before of what they pay again.';
  return [what, 'max(0 - before, 0 - corrections)', { before, corrections }];
}

/** By period and component. */
type Amounts = ReadonlyMap<string, Exact>;

/** What plans gave back of corrections in earlier statements, and what of it no later correction has stood against since. */
export function givenBefore({ before, book }: Settling): Amounts {
  const given = new Map<string, Exact>();
  for (const { lines } of before) addTo(given, givenByPlan(lines, book, given));
  return given;
}

function addTo(amounts: Map<string, Exact>, more: Amounts): void {
  for (const [key, amount] of more) amounts.set(key, add(amounts.get(key) ?? ZERO, amount));
}

/** Of every line of statements that gives back of corrections: of which earlier periods and components, and how much of each. */
export function givenBackIn(
  statements: readonly { readonly lines: readonly PostedLine[] }[],
  book: Book,
): readonly ReadonlyMap<string, Amounts>[] {
  const given = new Map<string, Exact>();
  return statements.map(({ lines }) => {
    const byPlan = givenByPlan(lines, book, given);
    addTo(given, byPlan);
    return new Map([...netsOf(lines, book).by, [PLAN, byPlan]]);
  });
}

/** What the plan gives back in a statement, less what it gave before of what is paid again. */
function givenByPlan(lines: readonly PostedLine[], book: Book, given: Amounts): Amounts {
  const posted = sum(lines.flatMap((line) => (line.line === PLAN ? [exact(line.amount)] : [])));
  if (isZero(posted) && given.size === 0) return new Map();
  const { nets, total } = netsOf(lines, book);
  const against = standing(nets, given);
  const all = sum([...against.values()]);
  // A statement of before this was so took nothing off what it paid again.
  const isSo = equal(posted, neg(all)) || equal(posted, max(neg(all), neg(total)));
  const parts = new Map(isSo ? [...against].map(([key, amount]) => [key, neg(amount)] as const) : []);
  let left = isSo ? add(posted, all) : posted;
  for (const [key, net] of nets) {
    const part = sign(net) < 0 ? min(neg(net), left) : ZERO;
    if (sign(part) <= 0) continue;
    parts.set(key, add(parts.get(key) ?? ZERO, part));
    left = sub(left, part);
  }
  return parts;
}

/** The line by which a plan gives back. */
const PLAN = 'waived';

/** What was given back and is paid again. */
function standing(nets: Amounts, given: Amounts): Amounts {
  return new Map(
    [...nets].flatMap(([key, net]) => {
      const amount = min(max(ZERO, net), given.get(key) ?? ZERO);
      return sign(amount) > 0 ? [[key, amount] as const] : [];
    }),
  );
}

/**
 * What a statement corrects of each period and component, less what policies and decisions give back or take back of it; and in all.
 * `by`: what each of their lines does of that.
 */
function netsOf(
  lines: readonly PostedLine[],
  book: Book,
): { readonly nets: Amounts; readonly total: Exact; readonly by: ReadonlyMap<string, Amounts> } {
  const nets = new Map<string, Exact>();
  const by = new Map<string, Amounts>();
  let total = ZERO;
  for (const line of lines) {
    if (line.kind !== 'correction') continue;
    const key = keyOf(line);
    nets.set(key, add(nets.get(key) ?? ZERO, exact(line.amount)));
    total = add(total, exact(line.amount));
  }
  for (const line of lines) {
    const period = waivedPeriod(line, book);
    if (period === undefined) continue;
    let left = exact(line.amount);
    total = add(total, left);
    const component = line.line.startsWith(WAIVED_BY_POLICY) ? line.line.split('/')[3] : line.component;
    const parts = new Map<string, Exact>();
    for (const [key, net] of nets) {
      if (!isKeyOf(key, period, component) || sign(net) * sign(left) >= 0) continue;
      const part = sign(left) > 0 ? min(left, neg(net)) : max(left, neg(net));
      nets.set(key, add(net, part));
      parts.set(key, part);
      left = sub(left, part);
    }
    by.set(line.line, parts);
  }
  return { nets, total, by };
}

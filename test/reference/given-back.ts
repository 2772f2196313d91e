import type { Book } from '@ledger/calculation';
import { decisionsOf } from './decided.ts';
import { amountsOf, type Desk, type Said } from './desk.ts';
import { isPositive, larger, minus, NOTHING, negative, plus, type Ratio, smaller, total } from './ratio.ts';

/** Of which periods and components what corrections take back is given back (D131). */

/** By `<period>/<component>`. */
type Groups = ReadonlyMap<string, Ratio>;
type Statement = Pick<Said, 'caused' | 'settled'>;

/** What plans gave back, and what no later correction stood against. */
export function keptBefore({ before, book }: Desk): Groups {
  const kept = new Map<string, Ratio>();
  for (const said of before) keep(kept, givenByPlan(said, book, kept));
  return kept;
}

function keep(kept: Map<string, Ratio>, more: Groups): void {
  for (const [group, amount] of more) kept.set(group, plus(kept.get(group) ?? NOTHING, amount));
}

/** What the plan gives back in a statement of each group, less what it gave of it before and is paid again. */
function givenByPlan(said: Statement, book: Book, kept: Groups): Groups {
  const { groups } = correctedIn(said, book);
  const again = paidAgain(groups, kept);
  let rest = plus(total(amountsOf(said.settled, 'waived')), total([...again.values()]));
  return new Map(
    [...groups].map(([group, amount]) => {
      const part = smaller(larger(NOTHING, negative(amount)), rest);
      rest = minus(rest, part);
      return [group, minus(part, again.get(group) ?? NOTHING)];
    }),
  );
}

/** Of every statement, what each of its lines `waived` gives back of which group. */
export function givenBackIn(statements: readonly Statement[], book: Book): readonly ReadonlyMap<string, Groups>[] {
  const kept = new Map<string, Ratio>();
  return statements.map((said) => {
    const byPlan = givenByPlan(said, book, kept);
    keep(kept, byPlan);
    return new Map([...correctedIn(said, book).by, ['waived', byPlan]]);
  });
}

/** What was kept of a group before and is paid by now. */
export function paidAgain(groups: Groups, kept: Groups): Groups {
  return new Map(
    [...groups].map(([group, amount]) => [group, larger(NOTHING, smaller(amount, kept.get(group) ?? NOTHING))]),
  );
}

/** What a statement corrects, less what is waived of it by a policy or by decision; and what each line waives of it. */
export function correctedIn(
  { caused, settled }: Statement,
  book: Book,
): { readonly groups: Groups; readonly by: ReadonlyMap<string, Groups> } {
  const waivers = decisionsOf(book, 'waiver');
  const groups = new Map<string, Ratio>();
  const by = new Map<string, Groups>();
  for (const { period, component, amount } of caused) {
    const group = `${period}/${component}`;
    groups.set(group, plus(groups.get(group) ?? NOTHING, amount));
  }
  for (const { line, amount } of settled) {
    const terms = waivers.find(({ exception }) => line === `waived/${exception}`)?.terms;
    const about = line.startsWith('waived/policy/') ? line.slice('waived/policy/'.length) : null;
    if (terms === undefined && about === null) continue;
    const parts = new Map<string, Ratio>();
    let rest = amount;
    for (const [group, has] of groups) {
      const [period, component] = group.split('/');
      const isOf =
        terms === undefined
          ? group === about
          : terms.period === period && (terms.component === null || terms.component === component);
      if (!isOf) continue;
      const part = isPositive(rest)
        ? smaller(rest, larger(NOTHING, negative(has)))
        : larger(rest, negative(larger(NOTHING, has)));
      groups.set(group, plus(has, part));
      parts.set(group, part);
      rest = minus(rest, part);
    }
    by.set(line, parts);
  }
  return { groups, by };
}

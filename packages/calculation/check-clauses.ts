import type { PlanDocument } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { cmp, exact, isZero, percent, sign } from '@ledger/money';
import { floorIn } from './check-terms.ts';
import { nearest } from './finding.ts';
import { planCapsOf } from './plan-cap.ts';

/** What is wrong with clauses that are about the plan as a whole: its cap, and the components that a clause names. */
export function clauseProblems(document: PlanDocument): readonly Problem[] {
  return [...planCapProblems(document), ...earningsNamed(document)];
}

/** The caps of a plan, with where each stands and what it is called. */
function capsNamed({ cap }: Pick<PlanDocument, 'cap'>) {
  return planCapsOf({ cap }).map((clause, index) =>
    Array.isArray(cap)
      ? { at: `/cap/${index}`, words: `cap #${index + 1}`, clause }
      : { at: '/cap', words: 'cap', clause },
  );
}

function planCapProblems({ plan, cap, components }: PlanDocument): readonly Problem[] {
  return capsNamed({ cap }).flatMap(({ at, words, clause: each }) => {
    const refused = (says: string, field = '') =>
      problem('field_invalid', `plan ${plan}: ${words}${field.replace('/', '.')}: ${says}`, `${at}${field}`);
    const scopes = (['period', 'year'] as const).filter((scope) => (each[scope] ?? each.personal?.[scope]) != null);
    if (scopes.length === 0) return [refused('caps nothing; write period or year, or remove it.')];
    return scopes.flatMap((scope) => {
      const most = each[scope];
      const limit = most === null ? percent(each.personal?.[scope] ?? '0') : exact(most);
      const says =
        sign(limit) <= 0
          ? `is ${isZero(limit) ? '0' : 'below 0'}, so nothing is ever paid; write more.`
          : most === null
            ? null
            : floorAbove(each.earningsOf === undefined ? components : picked(components, each.earningsOf), most);
      return says === null ? [] : [refused(says, `/${scope}`)];
    });
  });
}

/** What the plan's cap would always take of what a component's floor raises. */
function floorAbove(components: PlanDocument['components'], most: string): string | null {
  for (const [id, { floor }] of Object.entries(components)) {
    const least = floor === null ? null : floorIn(floor, true);
    if (least === null || cmp(exact(most), exact(least)) >= 0) continue;
    return `${most} is below the floor of ${least} in ${id}; raise it, or lower the floor.`;
  }
  return null;
}

function picked(components: PlanDocument['components'], ids: readonly string[]): PlanDocument['components'] {
  return Object.fromEntries(Object.entries(components).filter(([id]) => ids.includes(id)));
}

/** Caps, draws and guarantees that look at some components: these are there, once, and what is settled can be told apart by them. */
function earningsNamed({ plan, cap, draws, guarantee, pay, components }: PlanDocument): readonly Problem[] {
  const clauses = [
    ...capsNamed({ cap }),
    ...(draws ?? []).map((clause, index) => ({ at: `/draws/${index}`, words: `draws #${index + 1}`, clause })),
    { at: '/guarantee', words: 'guarantee', clause: guarantee },
  ];
  return clauses.flatMap(({ at, words, clause }) => {
    const of = clause?.earningsOf;
    if (of === undefined) return [];
    const field = `${at}/earningsOf`;
    const refused = (says: string) => problem('field_invalid', `plan ${plan}: ${words}.earnings-of: ${says}`, field);
    const unknown = of.flatMap((id, index) => {
      if (of.indexOf(id) < index) return [refused(`names ${id} twice; keep it once.`)];
      if (id in components) return [];
      const hint = nearest(id, Object.keys(components));
      return [refused(`there is no component ${id}${hint}; name one of the plan.`)];
    });
    const isDraw = at.startsWith('/draws');
    const waits = isDraw && pay !== undefined && pay.every !== 'period';
    const waives = !at.startsWith('/cap') && pay?.corrections === 'positives-only';
    return [
      ...unknown,
      ...(waits
        ? [refused(`what waits for the end of the ${pay.every} is of all components; remove it, or pay.every.`)]
        : []),
      ...(waives
        ? [
            refused(
              'what is waived by pay.corrections is of all components; remove it, or corrections: positives-only.',
            ),
          ]
        : []),
    ];
  });
}

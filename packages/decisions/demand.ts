import type { ApprovalDocument, ApprovalRule, EventData } from '@ledger/events';
import { cmp, type Exact, exact, percent } from '@ledger/money';
import { approversOf, type Kind, type Role } from './authority.ts';

/** What rules of approval may look at in a request. */
export interface RequestFacts {
  readonly kind: Kind;
  /** Of exceptions. */
  readonly exception: string | null;
  readonly requesterRole: string;
  /** What it is about; `null`: it states no amount, which counts as more than any. */
  readonly amount: { readonly size: Exact; readonly currency: string } | null;
  /** Share of the year's quota that it moves; `null`: there is no quota to compare with. */
  readonly shareOfQuota: Exact | null;
  /** Whether it takes effect before the day on which it is decided. */
  readonly backDated: boolean;
}

/** The rules that a request falls under. All of them count. */
export function rulesAbout({ rules }: ApprovalDocument, facts: RequestFacts): readonly ApprovalRule[] {
  return rules.filter((rule) => isAbout(rule, facts));
}

function isAbout(rule: ApprovalRule, facts: RequestFacts): boolean {
  const { kinds, exceptions, requestedBy, amounts, shareOfQuota, backDated } = rule;
  if (kinds.length > 0 && !kinds.includes(facts.kind)) return false;
  if (exceptions.length > 0 && (facts.exception === null || !exceptions.includes(facts.exception))) return false;
  if (requestedBy.length > 0 && !requestedBy.includes(facts.requesterRole)) return false;
  if (backDated && !facts.backDated) return false;
  if (amounts !== null && !isOver(amounts, facts.amount)) return false;
  return shareOfQuota === null || facts.shareOfQuota === null || cmp(facts.shareOfQuota, percent(shareOfQuota)) > 0;
}

/** A limit cannot be passed under by saying no amount, nor by saying it in a currency for which there is none. */
function isOver(amounts: Readonly<Record<string, string>>, amount: RequestFacts['amount']): boolean {
  const limit = amount === null ? undefined : amounts[amount.currency];
  return amount === null || limit === undefined || cmp(amount.size, exact(limit)) > 0;
}

/** One for each approval that is needed: of each role as many as the matrix or any one of the rules asks for. */
export function approversBy(kind: Kind, rules: readonly ApprovalRule[]): readonly (readonly Role[])[] {
  const needed = [...approversOf(kind)];
  for (const role of ['finance', 'manager'] as const) {
    const most = Math.max(0, ...rules.map(({ approvers }) => approvers.filter((each) => each === role).length));
    const there = needed.filter((roles) => roles.includes(role)).length;
    for (let missing = most - there; missing > 0; missing -= 1) needed.push([role]);
  }
  return needed;
}

/** Whether somebody decides for another one on a day, by the rules that hold on it. */
export function mayStandIn(
  { document }: EventData<'ApprovalRuleSet'>,
  people: { readonly by: string; readonly for: string },
  { kind, day }: { readonly kind: Kind; readonly day: string },
): boolean {
  return document.delegations.some(
    ({ by, for: of, from, until, kinds }) =>
      by === people.by &&
      of === people.for &&
      from <= day &&
      (until === null || day < until) &&
      (kinds.length === 0 || kinds.includes(kind)),
  );
}

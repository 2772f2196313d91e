import { type ApprovalDocument, type EventData, exceptionKinds, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { isCurrency } from '@ledger/money';
import { checkMinorUnits } from './amounts.ts';
import { type Excluded, KINDS, ROLES, rolesFor } from './authority.ts';
import { checkInterval } from './interval.ts';
import { produce, refuse, shown } from './produce.ts';
import { approve, type Decision, decline, type RequestEvent } from './requests.ts';
import * as versions from './versions.ts';

/** The policy stream that holds who has to approve what. */
export const APPROVALS = 'approvals';

/** What happened to the rules of approval: versions of them. */
export type ApprovalsEvent = LedgerEvent<
  'ApprovalRulesProposed' | 'ApprovalRuleSet' | 'ApprovalRulesRejected' | RequestEvent['type']
>;

export interface ProposeApprovals extends versions.Proposing<ApprovalDocument> {
  readonly type: 'ProposeApprovals';
}
export interface ApproveApprovals extends Decision {
  readonly type: 'ApproveApprovals';
  readonly version: number;
}
export interface DeclineApprovals extends Decision {
  readonly type: 'DeclineApprovals';
  readonly version: number;
  readonly reason: string;
}
export type ApprovalsCommand = ProposeApprovals | ApproveApprovals | DeclineApprovals;

export interface ApprovalsState extends versions.Versions<EventData<'ApprovalRulesProposed'>> {
  /** In the order of their approval. */
  readonly sets: readonly EventData<'ApprovalRuleSet'>[];
}

export const approvalsDecider: Decider<ApprovalsState, ApprovalsCommand, ApprovalsEvent> = {
  initial: { ...versions.NO_VERSIONS, sets: [] },
  evolve,
  decide,
};

function evolve(state: ApprovalsState, event: ApprovalsEvent): ApprovalsState {
  const { sets } = state;
  switch (event.type) {
    case 'ApprovalRulesProposed':
      return { ...versions.withProposed(state, event.data), sets };
    case 'ApprovalRuleSet':
      return { ...versions.withApproved(state, event.data), sets: [...sets, event.data] };
    case 'ApprovalRulesRejected':
      return { ...versions.withDeclined(state, event.data.version), sets };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { ...versions.withStep(state, event), sets };
    default:
      return event satisfies never;
  }
}

/** The rules that hold for what is decided on a day; `null`: there are none, and the matrix alone counts. */
export function rulesOn({ sets }: ApprovalsState, day: string): EventData<'ApprovalRuleSet'> | null {
  return sets.findLast(({ effectiveFrom: from, effectiveTo: to }) => from <= day && (to === null || day < to)) ?? null;
}

type Answer = readonly ApprovalsEvent[] | Problem;

function decide(command: ApprovalsCommand, state: ApprovalsState, context: Context): Answer {
  switch (command.type) {
    case 'ProposeApprovals':
      return propose(command, state, context);
    case 'ApproveApprovals':
      return approve(matter(command, state, context), ({ data }, approval) =>
        produce('ApprovalRuleSet', { ...data, ...approval }),
      );
    case 'DeclineApprovals':
      return decline(matter(command, state, context), command.reason, ({ version }, refusal) =>
        produce('ApprovalRulesRejected', { version, ...refusal }),
      );
    default:
      return command satisfies never;
  }
}

function propose(command: ProposeApprovals, state: ApprovalsState, { actor }: Context): Answer {
  return versions.propose({ kind: 'approvals', versions: state, actor }, command, (terms) => {
    const proposed = produce('ApprovalRulesProposed', terms);
    return isProblem(proposed) ? proposed : (checkApprovals(terms.document)[0] ?? proposed);
  });
}

/** What no field of the rules shows alone; fields as in the document, `/rules/0/approvers`. */
export function checkApprovals({ rules, delegations }: ApprovalDocument): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (field: string, message: string) => problems.push(refuse('field_invalid', message, field));
  const kinds = (given: readonly string[], field: string) => {
    for (const [index, kind] of given.entries()) {
      if (DECIDABLE.includes(kind)) continue;
      report(`${field}/${index}`, `${shown(kind)} is no kind of request; write one of ${DECIDABLE.join(', ')}.`);
    }
  };
  for (const [index, rule] of rules.entries()) {
    const at = `/rules/${index}`;
    kinds(rule.kinds, `${at}/kinds`);
    for (const [place, kind] of rule.exceptions.entries()) {
      if (exceptionKinds.some((each) => each === kind)) continue;
      const known = exceptionKinds.join(', ');
      report(`${at}/exceptions/${place}`, `${shown(kind)} is no kind of exception; write one of ${known}.`);
    }
    if (rule.exceptions.length > 0 && rule.kinds.join() !== 'exception') {
      report(`${at}/exceptions`, `Rule ${shown(rule.rule)} names exceptions; write kinds: [exception] with it.`);
    }
    for (const [place, role] of rule.requestedBy.entries()) {
      if (ROLES.some((each) => each === role)) continue;
      report(`${at}/requestedBy/${place}`, `${shown(role)} is no role; write one of ${ROLES.join(', ')}.`);
    }
    for (const [currency, limit] of Object.entries(rule.amounts ?? {})) {
      const field = `${at}/amounts/${currency}`;
      if (isCurrency(currency)) {
        const wrong = checkMinorUnits(limit, currency, field);
        if (wrong !== undefined) problems.push(wrong);
        continue;
      }
      const message = `${shown(currency)} is not a currency of ISO 4217; write one as USD.`;
      problems.push(refuse('currency_unknown', message, field));
    }
    if (!rule.approvers.includes('finance')) {
      const message = `Rule ${shown(rule.rule)} asks for no approval of finance, which every request needs; add finance.`;
      report(`${at}/approvers`, message);
    }
    const first = rules.findIndex((each) => each.rule === rule.rule);
    if (first < index) {
      const message = `There are two rules ${shown(rule.rule)}; give each a name of its own.`;
      problems.push(refuse('already_exists', message, `${at}/rule`));
    }
  }
  for (const [index, { by, for: of, from, until, ...rest }] of delegations.entries()) {
    const at = `/delegations/${index}`;
    kinds(rest.kinds, `${at}/kinds`);
    if (by === of) report(`${at}/by`, `${shown(by)} need not stand in for themselves; name two people.`);
    const wrong = checkInterval({ from, to: until }, `${at}/until`);
    if (wrong !== undefined) problems.push(wrong);
  }
  return problems;
}

const DECIDABLE: readonly string[] = KINDS.filter((kind) => rolesFor(kind, 'decide').length > 0);

function matter(command: ApproveApprovals | DeclineApprovals, state: ApprovalsState, { actor, today }: Context) {
  const { requests } = state;
  const name = String(command.version);
  const known = rulesOn(state, today)?.document.delegations ?? [];
  const excluded = (data: EventData<'ApprovalRulesProposed'> | undefined) => empowered(data?.document, known);
  const fullName = requestName.approvals(command.version);
  return { kind: 'approvals', requests, name, fullName, decision: command, excluded, actor } as const;
}

/** Nobody approves that they may decide for somebody else, or somebody for them. */
function empowered(
  document: ApprovalDocument | undefined,
  known: ApprovalDocument['delegations'],
): readonly Excluded[] {
  const before = new Set(known.map((each) => canonical(each)));
  return (document?.delegations ?? [])
    .filter((each) => !before.has(canonical(each)))
    .flatMap(({ by, for: of }) => [
      { id: by, why: `would decide for ${shown(of)} by it` },
      { id: of, why: `would be stood in for by ${shown(by)} by it` },
    ]);
}

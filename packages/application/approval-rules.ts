import { APPROVALS, approversOf, KINDS, type Kind, type Role, rolesFor, rulesOn, saysOf } from '@ledger/decisions';
import { type EventData, type RecordedEvent, requestName, streamOf } from '@ledger/events';
import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import { delegationInWords, ruleInWords } from './approval-words.ts';
import { eventsOf } from './handle.ts';
import { expireDays, requestSeen } from './lapses.ts';
import type { Ledger } from './ledger.ts';
import { momentAsked } from './moment.ts';
import { reachOf } from './reach.ts';
import { approvalsAt } from './rules.ts';
import type { AsOf } from './statements.ts';

/** A version of the rules, in sentences. */
export interface ApprovalRulesVersion {
  readonly version: number;
  /** By which it was decided on, or waits. */
  readonly request: string;
  readonly state: 'waiting' | 'approved';
  readonly title: string;
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly requestedBy: string;
  /** Nobody yet, of what waits. */
  readonly approvedBy: readonly string[];
  readonly recordedAt: string;
  /** Days in which a request has to be decided. */
  readonly expireAfter: number;
  readonly rules: readonly { readonly rule: string; readonly says: string }[];
  readonly delegations: readonly { readonly by: string; readonly for: string; readonly says: string }[];
}

export interface ApprovalRulesAnswer {
  readonly asOf: string;
  readonly on: string;
  /** Version whose rules hold on the day; `null`: the matrix alone. */
  readonly inForce: number | null;
  readonly expireAfter: number;
  /** What holds whatever the rules say: who asks, who approves, how many have to. */
  readonly always: readonly {
    readonly kind: Kind;
    readonly says: string;
    readonly ask: readonly Role[];
    readonly approve: readonly Role[];
    readonly approvals: number;
  }[];
  /** The newest first. */
  readonly versions: readonly ApprovalRulesVersion[];
}

/** Who has to approve what: the rules of the company in words, with their history, and what holds beside them. */
export async function approvalRulesSeen(
  ledger: Ledger,
  actor: Acting,
  ask: AsOf,
): Promise<ApprovalRulesAnswer | Problem> {
  const reach = await reachOf(ledger, actor, 'requests');
  if (reach.kind === 'none') return reach.problem;
  return approvalRulesOf(ledger, ask);
}

/** The same for whoever may read everything; on a day, where one is asked about. */
export async function approvalRulesOf(
  ledger: Ledger,
  ask: AsOf & { readonly on?: string | undefined },
): Promise<ApprovalRulesAnswer | Problem> {
  const moment = await momentAsked(ledger, ask);
  if (isProblem(moment)) return moment;
  const { asOf, on } = moment;
  const set = rulesOn(await approvalsAt(ledger, asOf), on);
  const versions: ApprovalRulesVersion[] = [];
  for (const { event, recordedAt, position } of await eventsOf(ledger, streamOf.policy(APPROVALS))) {
    if (position > asOf) continue;
    if (event.type === 'ApprovalRuleSet') {
      const { coApprovedBy = [], approvedBy } = event.data;
      versions.push({
        ...versionOf(event.data, recordedAt),
        state: 'approved',
        approvedBy: [...coApprovedBy, approvedBy],
      });
    }
    if (event.type !== 'ApprovalRulesProposed') continue;
    const request = await requestSeen(ledger, requestName.approvals(event.data.version), asOf, ask.asOf);
    if (request?.state === 'waiting')
      versions.push({ ...versionOf(event.data, recordedAt), state: 'waiting', approvedBy: [] });
  }
  return {
    asOf: String(asOf),
    on,
    inForce: set?.version ?? null,
    expireAfter: expireDays(set),
    always: KINDS.filter((kind) => rolesFor(kind, 'decide').length > 0).map((kind) => ({
      kind,
      says: saysOf(kind),
      ask: rolesFor(kind, 'request'),
      approve: rolesFor(kind, 'decide'),
      approvals: approversOf(kind).length,
    })),
    versions: versions.toReversed(),
  };
}

function versionOf(
  data: EventData<'ApprovalRulesProposed'>,
  recordedAt: RecordedEvent['recordedAt'],
): Omit<ApprovalRulesVersion, 'state' | 'approvedBy'> {
  const { version, document, effectiveFrom: from, effectiveTo: to, reason, evidence, requestedBy } = data;
  const { title, expireAfter, rules, delegations } = document;
  return {
    ...{ version, request: requestName.approvals(version), title, from, to, reason, evidence, requestedBy, recordedAt },
    expireAfter,
    rules: rules.map((rule) => ({ rule: rule.rule, says: ruleInWords(rule) })),
    delegations: delegations.map((each) => ({ by: each.by, for: each.for, says: delegationInWords(each) })),
  };
}

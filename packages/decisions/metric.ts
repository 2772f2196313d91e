import { type EventData, type LedgerEvent, type MetricDocument, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { answer, produce, refuse, shown } from './produce.ts';
import { approve as approveRequest, type Decision, type RequestEvent, refusalOf, toDecide } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a metric: versions of the definition of what counts. */
export type MetricEvent = LedgerEvent<
  'MetricProposed' | 'MetricDefined' | 'MetricRejected' | 'MetricRetired' | RequestEvent['type']
>;

/** The metric is the one that the document names. */
export interface ProposeMetric {
  readonly type: 'ProposeMetric';
  readonly document: MetricDocument;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveMetric extends Decision {
  readonly type: 'ApproveMetric';
  readonly metric: string;
  readonly version: number;
}
export interface DeclineMetric extends Decision {
  readonly type: 'DeclineMetric';
  readonly metric: string;
  readonly version: number;
  readonly reason: string;
}
export interface RetireMetric {
  readonly type: 'RetireMetric';
  readonly metric: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly beneficiaries: readonly string[];
}
export type MetricCommand = ProposeMetric | ApproveMetric | DeclineMetric | RetireMetric;

export type MetricState = versions.Versions<EventData<'MetricProposed'>>;

export const metricDecider: Decider<MetricState, MetricCommand, MetricEvent> = {
  initial: versions.NO_VERSIONS,
  evolve,
  decide,
};

function evolve(state: MetricState, event: MetricEvent): MetricState {
  switch (event.type) {
    case 'MetricProposed':
      return versions.withProposed(state, event.data);
    case 'MetricDefined':
      return versions.withApproved(state, event.data);
    case 'MetricRejected':
      return versions.withDeclined(state, event.data.version);
    case 'MetricRetired':
      return versions.withRetired(state, event.data.effectiveFrom);
    case 'ApprovalGiven':
    case 'RequestExpired':
      return versions.withStep(state, event);
    default:
      return event satisfies never;
  }
}

function decide(command: MetricCommand, state: MetricState, context: Context): readonly MetricEvent[] | Problem {
  switch (command.type) {
    case 'ProposeMetric':
      return propose(command, state, context);
    case 'ApproveMetric':
      return approve(command, state, context);
    case 'DeclineMetric':
      return decline(command, state, context);
    case 'RetireMetric':
      return retire(command, state, context);
    default:
      return command satisfies never;
  }
}

function propose(command: ProposeMetric, state: MetricState, { actor }: Context): readonly MetricEvent[] | Problem {
  const refused = judge({ kind: 'metric', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { document, effectiveFrom, effectiveTo, reason } = command;
  const proposed = produce('MetricProposed', {
    metric: document.metric,
    version: state.lastVersion + 1,
    document,
    effectiveFrom,
    effectiveTo,
    reason,
    evidence: [...command.evidence],
    requestedBy: actor.id,
  });
  if (isProblem(proposed)) return proposed;
  const wrong = versions.checkProposal(proposed.data, canonical(document));
  if (wrong !== undefined) return wrong;
  return versions.isKnown(state, proposed.data) ? [] : [proposed];
}

function approve(command: ApproveMetric, state: MetricState, { actor }: Context): readonly MetricEvent[] | Problem {
  return approveRequest(matter(command, state, actor), ({ data }, approval) =>
    produce('MetricDefined', { ...data, ...approval }),
  );
}

function decline(command: DeclineMetric, state: MetricState, { actor }: Context): readonly MetricEvent[] | Problem {
  const request = toDecide(matter(command, state, actor));
  if (isProblem(request)) return request;
  const { metric, version } = request.data;
  return answer(produce('MetricRejected', { metric, version, ...refusalOf(request, actor, command.reason) }));
}

function matter(command: ApproveMetric | DeclineMetric, { requests }: MetricState, actor: Context['actor']) {
  const fullName = requestName.metric(command.metric, command.version);
  return versions.matter('metric', fullName, { decision: command, requests, actor });
}

function retire(command: RetireMetric, state: MetricState, { actor }: Context): readonly MetricEvent[] | Problem {
  const { metric, effectiveFrom, reason, beneficiaries } = command;
  return versions.retire({ kind: 'metric', actor, beneficiaries }, state, {
    retired: produce('MetricRetired', { metric, effectiveFrom, reason }),
    unknown: () =>
      refuse(
        'metric_unknown',
        `Metric ${shown(metric)} is not defined; define it before it can be retired.`,
        '/metric',
      ),
  });
}

import { type EventData, type LedgerEvent, type MetricDocument, requestName } from '@ledger/events';
import type { Context, Decider, Problem } from '@ledger/kernel';
import { produce, refuse, shown } from './produce.ts';
import { approve, type Decision, decline, type RequestEvent } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a metric: versions of the definition of what counts. */
export type MetricEvent = LedgerEvent<
  'MetricProposed' | 'MetricDefined' | 'MetricRejected' | 'MetricRetired' | RequestEvent['type']
>;

/** The metric is the one that the document names. */
export interface ProposeMetric extends versions.Proposing<MetricDocument> {
  readonly type: 'ProposeMetric';
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
export interface RetireMetric extends versions.Retiring {
  readonly type: 'RetireMetric';
  readonly metric: string;
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

function decide(command: MetricCommand, state: MetricState, { actor }: Context): readonly MetricEvent[] | Problem {
  const kind = 'metric';
  switch (command.type) {
    case 'ProposeMetric':
      return versions.propose({ kind, versions: state, actor }, command, (terms) =>
        produce('MetricProposed', { metric: terms.document.metric, ...terms }),
      );
    case 'ApproveMetric':
      return approve(matter(command, state, actor), ({ data }, approval) =>
        produce('MetricDefined', { ...data, ...approval }),
      );
    case 'DeclineMetric':
      return decline(matter(command, state, actor), command.reason, ({ metric, version }, refusal) =>
        produce('MetricRejected', { metric, version, ...refusal }),
      );
    case 'RetireMetric': {
      const { metric, effectiveFrom, reason, beneficiaries } = command;
      return versions.retire({ kind, actor, beneficiaries }, state, {
        retired: produce('MetricRetired', { metric, effectiveFrom, reason }),
        unknown: () =>
          refuse(
            'metric_unknown',
            `Metric ${shown(metric)} is not defined; define it before it can be retired.`,
            '/metric',
          ),
      });
    }
    default:
      return command satisfies never;
  }
}

function matter(command: ApproveMetric | DeclineMetric, { requests }: MetricState, actor: Context['actor']) {
  const fullName = requestName.metric(command.metric, command.version);
  return versions.matter('metric', fullName, { decision: command, requests, actor });
}

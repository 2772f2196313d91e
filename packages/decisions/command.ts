import { streamOf } from '@ledger/events';
import type { AccessCommand } from './access.ts';
import { APPROVALS, type ApprovalsCommand } from './approvals.ts';
import type { CreditingCommand } from './crediting.ts';
import type { DealCommand } from './deal.ts';
import type { ErasureCommand } from './erasure.ts';
import type { ExceptionCommand } from './exception.ts';
import type { FxCommand } from './fx.ts';
import type { JurisdictionCommand } from './jurisdiction.ts';
import type { MetricCommand } from './metric.ts';
import type { ParticipantCommand } from './participant.ts';
import type { PayoutCommand } from './payout.ts';
import type { PeriodCommand } from './period.ts';
import type { PlanCommand } from './plan.ts';
import { CLOSE_CALENDAR, type PolicyCommand } from './policy.ts';
import type { QueryCommand } from './query.ts';
import { QUERY_CLOCKS, type SetQueryClocks } from './query-clocks.ts';
import type { QuotaCommand } from './quota.ts';

/** Everything that can be asked of the ledger. */
export type Command =
  | PolicyCommand
  | ApprovalsCommand
  | FxCommand
  | ParticipantCommand
  | MetricCommand
  | PlanCommand
  | CreditingCommand
  | JurisdictionCommand
  | QuotaCommand
  | ExceptionCommand
  | DealCommand
  | PeriodCommand
  | PayoutCommand
  | QueryCommand
  | SetQueryClocks
  | AccessCommand
  | ErasureCommand;

/** The stream that a command is decided on. Ids are not checked here: the decider's events and the store refuse wrong ones. */
export function streamFor(command: Command): string {
  switch (command.type) {
    case 'SetCloseCalendar':
      return streamOf.policy(CLOSE_CALENDAR);
    case 'ProposeApprovals':
    case 'ApproveApprovals':
    case 'DeclineApprovals':
      return streamOf.policy(APPROVALS);
    case 'RecordExchangeRate':
      return streamOf.fx(command.base, command.quote, command.on.slice(0, 4));
    case 'ProposeMetric':
      return streamOf.metric(command.document.metric);
    case 'ApproveMetric':
    case 'DeclineMetric':
    case 'RetireMetric':
      return streamOf.metric(command.metric);
    case 'ProposePlan':
      return streamOf.plan(command.document.plan);
    case 'ApprovePlan':
    case 'DeclinePlan':
    case 'RetirePlan':
      return streamOf.plan(command.plan);
    case 'ProposeCrediting':
      return streamOf.crediting(command.document.crediting);
    case 'ApproveCrediting':
    case 'DeclineCrediting':
    case 'RetireCrediting':
      return streamOf.crediting(command.crediting);
    case 'ProposeJurisdiction':
      return streamOf.jurisdiction(command.document.jurisdiction);
    case 'ApproveJurisdiction':
    case 'DeclineJurisdiction':
    case 'RetireJurisdiction':
      return streamOf.jurisdiction(command.jurisdiction);
    case 'RecordDeal':
      return streamOf.deal(command.snapshot.source, command.snapshot.deal);
    case 'RequestException':
    case 'ApproveException':
    case 'DeclineException':
    case 'RevokeException':
      return streamOf.exception(command.participant, command.exception);
    case 'SetQueryClocks':
      return streamOf.policy(QUERY_CLOCKS);
    case 'FreezePayoutPart':
      return streamOf.payout(command.period, command.participant);
    case 'FreezePayout':
      return streamOf.payout(command.statement.period, command.statement.participant);
    default:
      if ('person' in command) return streamOf.person(command.person);
      if ('principal' in command) return streamOf.access(command.principal);
      if ('query' in command) return streamOf.query(command.query);
      if ('deal' in command) return streamOf.deal(command.source, command.deal);
      if ('metric' in command) return streamOf.quota(command.participant, command.metric, command.year);
      if ('participant' in command) return streamOf.participant(command.participant);
      return streamOf.period(command.period);
  }
}

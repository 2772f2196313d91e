import type { EventData, LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel, periodLabel } from './labels.ts';
import { payoutKey } from './payouts.ts';

/** A frozen statement as money: what it comes to, and what payroll said about its payments. */
export interface MoneyRow {
  readonly kind: 'money';
  readonly period: string;
  readonly participant: string;
  /** One for each freeze of the period, the latest last. */
  readonly statements: readonly {
    readonly position: string;
    readonly freeze: number;
    readonly digest: string;
    readonly currency: string;
    readonly total: string;
  }[];
  readonly outcomes: readonly Outcome[];
}

/** What became of the payment of a run. */
export interface Outcome {
  readonly outcome: 'paid' | 'returned';
  readonly run: number;
  readonly position: string;
  readonly on: string;
  readonly reference: string | null;
  readonly reason: string | null;
}

/** What went to payroll of a period. */
export interface RunsRow {
  readonly kind: 'runs';
  readonly period: string;
  readonly runs: readonly (Omit<EventData<'PayRunReleased'>, 'period'> & {
    readonly position: string;
    readonly recordedAt: string;
  })[];
  /** Positions at which the period was reopened: statements of the freezes before are no longer payable. */
  readonly reopened: readonly string[];
}

export const runsKey = (period: string): string => `run/${period}`;

/** What was paid, what is on its way, what came back? */
export const paymentsView: Projection<MoneyRow | RunsRow, LedgerEvent> = {
  name: 'payments',
  version: 2,
  keys({ event }) {
    switch (event.type) {
      case 'PayoutFrozen':
        return [payoutKey(event.data.statement.period, event.data.statement.participant)];
      case 'PayoutPaid':
      case 'PayoutReturned':
        return [payoutKey(event.data.period, event.data.participant)];
      case 'PayRunReleased':
      case 'PeriodReopened':
        return [runsKey(event.data.period)];
      default:
        return [];
    }
  },
  evolve(row, { event, position: at, recordedAt }) {
    const position = String(at);
    if (event.type === 'PayRunReleased') {
      const { period, ...run } = event.data;
      const { runs, reopened } = row?.kind === 'runs' ? row : { runs: [], reopened: [] };
      return { kind: 'runs', period, runs: [...runs, { ...run, position, recordedAt }], reopened };
    }
    if (event.type === 'PeriodReopened') {
      const { runs, reopened } = row?.kind === 'runs' ? row : { runs: [], reopened: [] };
      return { kind: 'runs', period: event.data.period, runs, reopened: [...reopened, position] };
    }
    if (event.type === 'PayoutFrozen') {
      const { digest, statement, freeze = 1 } = event.data;
      const { period, participant, currency, total } = statement;
      const before = row?.kind === 'money' ? row : { statements: [], outcomes: [] };
      const statements = [...before.statements, { position, freeze, digest, currency, total }];
      return { kind: 'money', period, participant, statements, outcomes: before.outcomes };
    }
    if (row?.kind !== 'money') return row;
    if (event.type === 'PayoutPaid') {
      const { run, paidOn: on, reference } = event.data;
      return {
        ...row,
        outcomes: [...row.outcomes, { outcome: 'paid', run, position, on, reference, reason: null }],
      };
    }
    if (event.type === 'PayoutReturned') {
      const { run, returnedOn: on, reference, reason } = event.data;
      return { ...row, outcomes: [...row.outcomes, { outcome: 'returned', run, position, on, reference, reason }] };
    }
    return row;
  },
  labels: (row) =>
    row.kind === 'runs' ? [periodLabel(row.period)] : [participantLabel(row.participant), periodLabel(row.period)],
};

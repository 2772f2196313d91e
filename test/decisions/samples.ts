import type {
  ApproveFreeze,
  AssignPlan,
  OnboardParticipant,
  OpenQuery,
  ProposeMetric,
  ProposePlan,
  ProposeQuota,
  RecordDeal,
  RecordExchangeRate,
  RequestFreeze,
  RequestRelief,
  RequestSplit,
  SetCloseCalendar,
} from '@ledger/decisions';
import type { Band, DealSnapshot, MetricDocument, PlanDocument, Statement, StatementLine } from '@ledger/events';

/** One good command of each kind; tests bend what they are about. */

export const ONBOARD: OnboardParticipant = {
  type: 'OnboardParticipant',
  participant: 'ada',
  startsOn: '2026-01-01',
  currency: 'USD',
  manager: 'mona',
  jobTitle: 'Account executive',
};

export const ASSIGN: AssignPlan = {
  type: 'AssignPlan',
  participant: 'ada',
  plan: 'ae',
  effectiveFrom: '2026-01-01',
  effectiveTo: null,
  reason: 'Joins the field team.',
  planExists: true,
};

export const METRIC: MetricDocument = {
  metric: 'expansion',
  title: 'Expansion revenue',
  unit: 'money',
  of: 'deal',
  counts: 'deal.type == "expansion"',
  amount: 'deal.amount',
};

export const PROPOSE_METRIC: ProposeMetric = {
  type: 'ProposeMetric',
  document: METRIC,
  effectiveFrom: '2026-01-01',
  effectiveTo: null,
  reason: 'First definition.',
  evidence: [],
};

/** A band that pays a share of what lies in it, up to the next. */
export function bandFrom(from: string, share: string): Band {
  return { from, to: null, pays: { by: 'share', share }, lump: null, applies: 'marginal', gate: null };
}

export const PLAN: PlanDocument = {
  plan: 'ae',
  title: 'Account executives 2026',
  currency: 'USD',
  exchange: 'booking-date',
  rounding: 'half-up',
  components: {
    commission: {
      title: 'Commission',
      credits: 'primary',
      when: 'true',
      measure: 'expansion',
      paysOn: null,
      window: 'quarter',
      target: 'quota',
      tierBy: 'attainment',
      read: 'marginal',
      rateAt: 'after',
      each: 'deal',
      table: [bandFrom('0%', '8%'), bandFrom('100%', '12%')],
      curve: [],
      targetIncentive: null,
      atBound: 'upper-band',
      multiplyCredit: [],
      multiplyEarning: [],
      gates: [],
      floor: null,
      cap: null,
      round: 'each-line',
    },
  },
};

export const PROPOSE_PLAN: ProposePlan = { ...PROPOSE_METRIC, type: 'ProposePlan', document: PLAN };

export const OF_QUOTA = { participant: 'ada', metric: 'expansion', year: 2026 } as const;

export const PROPOSE_QUOTA: ProposeQuota = {
  type: 'ProposeQuota',
  ...OF_QUOTA,
  quota: { per: 'quarter', amounts: ['250000'], currency: 'USD' },
  reason: 'Plan of the year.',
  evidence: [],
};

export const REQUEST_RELIEF: RequestRelief = {
  type: 'RequestRelief',
  ...OF_QUOTA,
  kind: 'leave',
  from: '2026-02-01',
  to: '2026-03-01',
  basis: { by: 'days', share: '100%' },
  reason: 'Parental leave.',
  evidence: ['HR-112'],
  scope: 'February 2026',
  expiresOn: null,
};

export const DEAL: DealSnapshot = {
  source: 'crm',
  deal: 'D-1',
  account: 'Initech',
  amount: '1000.00',
  currency: 'USD',
  closedOn: '2026-02-10',
  selectionOn: null,
  sequence: 1,
  owner: 'ada',
  credits: [
    { participant: 'ada', pool: 'primary', share: '0.6' },
    { participant: 'bob', pool: 'primary', share: '0.4' },
    { participant: 'cleo', pool: 'overlay', share: '1' },
  ],
  attributes: { type: 'expansion', score: { decimal: '7.50' } },
  lines: [
    { line: '1', product: 'Seats', category: null, quantity: '10', amount: '700.00', cost: '100.00' },
    { line: '2', product: 'Support', category: 'service', quantity: null, amount: '300.00', cost: null },
  ],
};

export const RECORD_DEAL: RecordDeal = { type: 'RecordDeal', snapshot: DEAL, status: 'closed', cancelledOn: null };

export const OF_DEAL = { source: 'crm', deal: 'D-1' } as const;

export const REQUEST_SPLIT: RequestSplit = {
  type: 'RequestSplit',
  ...OF_DEAL,
  shares: [
    { participant: 'ada', share: '0.7' },
    { participant: 'bob', share: '0.3' },
  ],
  reason: 'Bob took over in the last week.',
  evidence: ['https://mail.example/42'],
  scope: 'this deal',
  expiresOn: null,
};

export const OPEN_PERIOD = {
  type: 'OpenPeriod',
  period: '2026-Q1',
  cadence: 'quarter',
  firstPeriod: '2026-Q1',
} as const;

export const REQUEST_FREEZE: RequestFreeze = {
  type: 'RequestFreeze',
  period: '2026-Q1',
  reason: 'The quarter is complete.',
  evidence: [],
  unfrozenBefore: [],
  blockers: [],
};

export const APPROVE_FREEZE: ApproveFreeze = {
  type: 'ApproveFreeze',
  period: '2026-Q1',
  asOf: '412',
  unfrozenBefore: [],
  blockers: [],
  revision: 2,
  beneficiaries: ['ada', 'bob'],
};

export const CALENDAR: SetCloseCalendar = {
  type: 'SetCloseCalendar',
  cadence: 'quarter',
  firstPeriod: '2026-Q1',
  timeZone: 'Europe/Berlin',
  currency: 'USD',
  reason: 'The fiscal year is the calendar year.',
  beneficiaries: [],
};

export const RATE: RecordExchangeRate = {
  type: 'RecordExchangeRate',
  base: 'EUR',
  quote: 'USD',
  on: '2026-01-02',
  rate: '1.0850',
  source: 'ECB reference rate',
  beneficiaries: [],
};

export function line(number: number, says = 'Eight percent of what was credited.'): StatementLine {
  return {
    kind: 'earning',
    line: `crm.D-${number}/commission`,
    component: 'commission',
    plan: 'ae',
    planVersion: 1,
    amount: '10.25',
    trace: { step: 'rate', says },
    deal: `crm.D-${number}`,
    closedOn: '2026-02-10',
    exact: '10.25',
  };
}

export function statementOf(lines: readonly StatementLine[], total: string): Statement {
  return { period: '2026-Q1', participant: 'ada', currency: 'USD', lines: [...lines], attainment: [], total };
}

export const QUERY: OpenQuery = {
  type: 'OpenQuery',
  query: 'ada.1',
  managers: ['mona'],
  participant: 'ada',
  period: '2026-Q1',
  line: 'new-business/crm.D-1',
  says: 'It was 60/40.',
  expects: '12.50',
  currency: 'USD',
  saw: { state: 'open', asOf: '30', digest: 'a'.repeat(64), amount: '10.25' },
  facts: {
    deals: [],
    splits: [
      {
        source: 'crm',
        deal: 'D-1',
        shares: [
          { participant: 'ada', share: '0.6' },
          { participant: 'ben', share: '0.4' },
        ],
      },
    ],
  },
  replay: null,
};

import { metricDecider, type ProposeMetric, planDecider } from '@ledger/decisions';
import { digest } from '@ledger/kernel';
import { describe, test } from 'vitest';
import { bandFrom, METRIC, PLAN, PROPOSE_METRIC, PROPOSE_PLAN } from './samples.ts';
import { ADMIN, FEED, FINANCE, given, MANAGER, OPS, OTHER_OPS, REP } from './scenario.ts';

const none = given(metricDecider);
const APPROVE = { type: 'ApproveMetric', metric: 'expansion', version: 1, alsoPaid: ['ada'] } as const;
const DECLINE = { ...APPROVE, type: 'DeclineMetric', reason: 'Counts renewals too.' } as const;
const RETIRE = {
  type: 'RetireMetric',
  metric: 'expansion',
  effectiveFrom: '2026-07-01',
  reason: 'Replaced.',
  beneficiaries: ['ada'],
} as const;
const proposed = none
  .when(PROPOSE_METRIC, OPS)
  .records({ type: 'MetricProposed', data: { version: 1, requestedBy: 'olga' } });
const defined = proposed
  .when(APPROVE, FINANCE)
  .records({ type: 'MetricDefined', data: { version: 1, approvedBy: 'finn' } });
const other: ProposeMetric = { ...PROPOSE_METRIC, document: { ...METRIC, counts: 'true' }, reason: 'All of it.' };

describe('a metric is proposed', () => {
  test('the very same again writes nothing while it waits, and while it is in force', () => {
    proposed.when(PROPOSE_METRIC, OPS).recordsNothing();
    proposed.when({ ...PROPOSE_METRIC, reason: 'Again.' }, OTHER_OPS).recordsNothing();
    defined.when(PROPOSE_METRIC, OPS).recordsNothing();
  });

  test('another document or interval is the next version', () => {
    proposed.when(other, OPS).records({ type: 'MetricProposed', data: { version: 2 } });
    for (const story of [proposed, defined]) {
      story
        .when({ ...PROPOSE_METRIC, effectiveTo: '2027-01-01' }, OPS)
        .records({ type: 'MetricProposed', data: { version: 2 } });
    }
  });

  test('a version that applies for part of its interval is in force still, one that is covered whole can come back', () => {
    const later = { ...other, effectiveFrom: '2026-07-01' };
    const half = defined
      .when(later, OPS)
      .records({ type: 'MetricProposed' })
      .when({ ...APPROVE, version: 2 }, FINANCE)
      .records({ type: 'MetricDefined' });
    half.when(PROPOSE_METRIC, OPS).recordsNothing();
    half.when(later, OPS).recordsNothing();
    const whole = defined
      .when(other, OPS)
      .records({ type: 'MetricProposed' })
      .when({ ...APPROVE, version: 2 }, FINANCE)
      .records({ type: 'MetricDefined' });
    whole.when(PROPOSE_METRIC, OPS).records({ type: 'MetricProposed', data: { version: 3 } });
  });

  test('two later ones cover it whole that meet within it, whichever was decided first, and not where a day is left between them', () => {
    const year = { ...PROPOSE_METRIC, effectiveTo: '2027-01-01' };
    const covering = (...spans: readonly (readonly [from: string, to: string])[]) => {
      let story = none
        .when(year, OPS)
        .records({ type: 'MetricProposed' })
        .when(APPROVE, FINANCE)
        .records({ type: 'MetricDefined' });
      for (const [at, [effectiveFrom, effectiveTo]] of spans.entries()) {
        story = story
          .when({ ...other, effectiveFrom, effectiveTo }, OPS)
          .records({ type: 'MetricProposed' })
          .when({ ...APPROVE, version: at + 2 }, FINANCE)
          .records({ type: 'MetricDefined' });
      }
      return story.when(year, OPS);
    };
    covering(['2026-07-01', '2027-01-01'], ['2026-01-01', '2026-07-01']).records({ type: 'MetricProposed' });
    covering(['2026-07-02', '2027-01-01'], ['2026-01-01', '2026-07-01']).recordsNothing();
    covering(['2026-07-01', '2026-12-31'], ['2026-01-01', '2026-07-01']).recordsNothing();
  });

  test('what was declined can be proposed again', () => {
    const declined = proposed.when(DECLINE, FINANCE).records({ type: 'MetricRejected', data: { declinedBy: 'finn' } });
    declined.when(PROPOSE_METRIC, OPS).records({ type: 'MetricProposed', data: { version: 2 } });
  });

  test('what cannot be', () => {
    none.when({ ...PROPOSE_METRIC, effectiveTo: '2026-01-01' }, OPS).refuses('interval_invalid');
    none
      .when({ ...PROPOSE_METRIC, effectiveFrom: '2026-1-1' }, OPS)
      .refuses('date_invalid', /"2026-1-1"/, '/effectiveFrom');
    none.when({ ...PROPOSE_METRIC, reason: '' }, OPS).refuses('reason_required');
    none
      .when({ ...PROPOSE_METRIC, document: { ...METRIC, title: 'x\u202ey' } }, OPS)
      .refuses('field_invalid', /\\u\{202e\}/, '/document/title');
    for (const actor of [REP, MANAGER, FINANCE, ADMIN, FEED])
      none.when(PROPOSE_METRIC, actor).refuses('role_forbidden');
  });
});

describe('a proposed metric is decided', () => {
  const request = proposed.events[0];
  const requestHash = digest(request?.data);

  test('the approval repeats the request and binds its hash and revision', () => {
    proposed
      .when({ ...APPROVE, requestHash }, FINANCE)
      .records({ type: 'MetricDefined', data: { ...request?.data, requestHash, requestRevision: 1 } });
    proposed
      .when({ ...APPROVE, requestHash: '0'.repeat(64) }, FINANCE)
      .refuses('approval_stale', /look at it as it is now/);
  });

  test('once', () => {
    defined.when(APPROVE, FINANCE).refuses('already_decided', /approved already/);
    defined.when(DECLINE, FINANCE).refuses('already_decided');
    proposed.when({ ...APPROVE, version: 2 }, FINANCE).refuses('not_found', /waiting here: 1/);
    none.when(APPROVE, FINANCE).refuses('not_found', /nothing is waiting/);
    proposed.when({ ...DECLINE, reason: '' }, FINANCE).refuses('reason_required');
  });

  test('by finance, not by whoever requested it or is paid by it', () => {
    for (const actor of [REP, MANAGER, OPS, ADMIN, FEED]) proposed.when(APPROVE, actor).refuses('role_forbidden');
    proposed.when(APPROVE, { id: 'olga', role: 'finance' }).refuses('own_request');
    proposed.when(APPROVE, { ...FINANCE, onBehalfOf: 'olga' }).refuses('own_request');
    proposed.when({ ...APPROVE, requestedFor: 'finn' }, FINANCE).refuses('own_request');
    proposed.when(APPROVE, { id: 'ada', role: 'finance' }).refuses('own_pay');
    proposed.when(DECLINE, { id: 'olga', role: 'finance' }).refuses('own_request');
  });
});

describe('a metric is retired', () => {
  test('once, by finance; what applied before can be proposed anew', () => {
    const retired = defined.when(RETIRE, FINANCE).records({ type: 'MetricRetired' });
    retired.when(RETIRE, FINANCE).recordsNothing();
    retired.when({ ...RETIRE, effectiveFrom: '2026-10-01' }, FINANCE).records({ type: 'MetricRetired' });
    defined.when(RETIRE, OPS).refuses('role_forbidden');
    const ADA = { id: 'ada', role: 'finance' };
    defined.when(RETIRE, ADA).refuses('own_pay');
    // What says nothing new moves nobody's pay.
    retired.when(RETIRE, ADA).recordsNothing();
    retired.when({ ...RETIRE, effectiveFrom: '2026-08-01' }, ADA).refuses('own_pay');
    none.when(RETIRE, FINANCE).refuses('metric_unknown');
    defined
      .when({ ...RETIRE, effectiveFrom: '2026-01-01' }, FINANCE)
      .records({ type: 'MetricRetired' })
      .when(PROPOSE_METRIC, OPS)
      .records({ type: 'MetricProposed', data: { version: 2 } });
  });
});

describe('a plan', () => {
  const approve = { type: 'ApprovePlan', plan: 'ae', version: 1, alsoPaid: ['ada'] } as const;
  const proposal = given(planDecider)
    .when(PROPOSE_PLAN, OPS)
    .records({ type: 'PlanProposed', data: { version: 1 } });
  const published = proposal.when(approve, FINANCE).records({ type: 'PlanPublished', data: { requestRevision: 1 } });

  test('goes the same way', () => {
    published.when(PROPOSE_PLAN, OPS).recordsNothing();
    published.when(approve, FINANCE).refuses('already_decided');
    proposal.when({ ...approve, type: 'DeclinePlan', reason: 'Too dear.' }, FINANCE).records({ type: 'PlanRejected' });
    const retire = {
      type: 'RetirePlan',
      plan: 'ae',
      effectiveFrom: '2026-07-01',
      reason: 'Ends.',
      beneficiaries: [],
    } as const;
    published.when(retire, FINANCE).records({ type: 'PlanRetired' }).when(retire, FINANCE).recordsNothing();
    given(planDecider).when(retire, FINANCE).refuses('plan_unknown');
    proposal.when(approve, { id: 'ada', role: 'finance' }).refuses('own_pay', /paid by a plan/);
  });

  test('passes in spite of the cases that fail, and of no others than those that somebody gave a reason for', () => {
    const withCases = given(planDecider)
      .when({ ...PROPOSE_PLAN, cases: [{ case: 'a' }, { case: 'b' }] }, OPS)
      .records({ type: 'PlanProposed' });
    const failing = (...failed: readonly string[]) => ({ ...approve, proof: { passed: 2 - failed.length, failed } });
    const overridden = withCases
      .when({ ...failing('a'), despite: 'It has the rate of last year.' }, FINANCE)
      .records({ type: 'PlanCasesOverridden', data: { failed: ['a'] } });
    const fay = { id: 'fay', role: 'finance' } as const;
    overridden.when(failing('a', 'b'), fay).refuses('cases_failed', /2 of the 2 cases/);
    overridden.when(failing('b'), fay).refuses('cases_failed');
    overridden.when(failing('a'), FINANCE).refuses('own_request', /let plan ae version 1 pass/);
    overridden.when(failing('a'), fay).records({ type: 'PlanPublished', data: { proof: { overriddenBy: 'finn' } } });
  });

  test('pays in a currency that exists and fits into an event', () => {
    const proposing = (document: typeof PLAN) => given(planDecider).when({ ...PROPOSE_PLAN, document }, OPS);
    proposing({ ...PLAN, currency: 'XXQ' }).refuses('currency_unknown', /"XXQ"/, '/document/currency');
    const { commission } = PLAN.components;
    if (commission === undefined) throw new TypeError('the sample plan has a commission');
    const table = Array.from({ length: 100 }, () => bandFrom('0%', '8%'));
    const components = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`c${n}`, { ...commission, table }]));
    proposing({ ...PLAN, components }).refuses('document_too_large', /split it/);
    proposing({ ...PLAN, components: { commission: { ...commission, table: [bandFrom('8 %', '8%')] } } }).refuses(
      'percent_invalid',
      /./,
      '/document/components/commission/table/0/from',
    );
  });
});

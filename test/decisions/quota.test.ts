import { type ProposeQuota, quotaDecider, type RequestRelief } from '@ledger/decisions';
import { describe, test } from 'vitest';
import { OF_QUOTA, PROPOSE_QUOTA, REQUEST_RELIEF } from './samples.ts';
import { ADMIN, FINANCE, given, MANAGER, OPS, REP } from './scenario.ts';

const none = given(quotaDecider);
const APPROVE = { type: 'ApproveQuota', ...OF_QUOTA, proposal: 'proposal-1' } as const;
const proposed = none.when(PROPOSE_QUOTA, MANAGER).records({ type: 'QuotaProposed', data: { proposal: 'proposal-1' } });
const assigned = proposed.when(APPROVE, FINANCE).records({ type: 'QuotaAssigned', data: { approvedBy: 'finn' } });
const quota = (amounts: string[], per: 'month' | 'quarter' | 'year' = 'quarter', currency: string | null = 'USD') =>
  ({ ...PROPOSE_QUOTA, quota: { per, amounts, currency } }) satisfies ProposeQuota;

describe('a quota', () => {
  test('that is equal writes nothing, however it is written', () => {
    proposed.when(PROPOSE_QUOTA, OPS).recordsNothing();
    assigned.when(quota(['250000.00']), MANAGER).recordsNothing();
    assigned.when(quota(['250000', '250000.0', '250000', '250000']), MANAGER).recordsNothing();
    assigned.when(quota(['250001']), MANAGER).records({ type: 'QuotaProposed', data: { proposal: 'proposal-2' } });
  });

  test('has a name of its own', () => {
    const named = none
      .when({ ...PROPOSE_QUOTA, proposal: 'proposal-2' }, OPS)
      .records({ type: 'QuotaProposed', data: { proposal: 'proposal-2' } });
    named.when(quota(['1']), OPS).records({ type: 'QuotaProposed', data: { proposal: 'proposal-3' } });
    named
      .when({ ...quota(['1']), proposal: 'proposal-2' }, OPS)
      .refuses('already_exists', /another request/, '/proposal');
  });

  test('has as many amounts as its year has intervals, in minor units of a currency that exists', () => {
    none.when(quota(['1', '2']), OPS).refuses('field_invalid', /per quarter has 2 amounts; give one for all, or 4/);
    none.when(quota(['1', '2'], 'year'), OPS).refuses('field_invalid', /give one\./);
    none.when(quota(['-1']), OPS).refuses('amount_invalid', /negative/, '/quota/amounts/0');
    none.when(quota(['1.001']), OPS).refuses('amount_invalid', /USD has 2/, '/quota/amounts/0');
    none.when(quota(['1e999999999']), OPS).refuses('amount_invalid', /1e999999999/);
    none.when(quota(['1'], 'year', 'XXQ'), OPS).refuses('currency_unknown');
    none.when(quota(['1.5'], 'year', null), OPS).records({ type: 'QuotaProposed' });
  });

  test('is decided by finance, not by requester or participant', () => {
    for (const actor of [REP, MANAGER, OPS, ADMIN]) proposed.when(APPROVE, actor).refuses('role_forbidden');
    proposed.when(APPROVE, { id: 'mona', role: 'finance' }).refuses('own_request');
    proposed.when(APPROVE, { id: 'ada', role: 'finance' }).refuses('own_pay');
    for (const actor of [REP, FINANCE, ADMIN]) none.when(PROPOSE_QUOTA, actor).refuses('role_forbidden');
    proposed.when({ ...APPROVE, requestHash: 'x' }, FINANCE).refuses('approval_stale', /not "x"/, '/requestHash');
    proposed.when({ ...APPROVE, proposal: 'nix' }, FINANCE).refuses('not_found', /waiting here: proposal-1/);
    assigned.when(APPROVE, FINANCE).refuses('already_decided');
  });

  test('that was declined can be proposed again', () => {
    const DECLINE = { ...APPROVE, type: 'DeclineQuota', reason: 'Too low.' } as const;
    const declined = proposed.when(DECLINE, FINANCE).records({ type: 'QuotaRejected', data: { reason: 'Too low.' } });
    declined.when(APPROVE, FINANCE).refuses('already_decided', /declined already/);
    declined.when(PROPOSE_QUOTA, OPS).records({ type: 'QuotaProposed', data: { proposal: 'proposal-2' } });
    proposed.when({ ...DECLINE, reason: '' }, FINANCE).refuses('reason_required');
  });
});

describe('a relief', () => {
  const NAMED = { ...OF_QUOTA, relief: 'relief-1' } as const;
  const GRANT = { type: 'ApproveRelief', ...NAMED } as const;
  const REVOKE = { type: 'RevokeRelief', ...NAMED, reason: 'Came back early.' } as const;
  const requested = assigned
    .when(REQUEST_RELIEF, MANAGER)
    .records({ type: 'QuotaReliefRequested', data: { relief: 'relief-1' } });
  const granted = requested
    .when(GRANT, FINANCE)
    .records({ type: 'QuotaReliefGranted', data: { requestRevision: 3, requestedBy: 'mona' } });
  const bent = (change: Partial<RequestRelief>) => assigned.when({ ...REQUEST_RELIEF, ...change }, MANAGER);

  test('is requested, granted, revoked, each once', () => {
    requested.when(REQUEST_RELIEF, OPS).recordsNothing();
    granted.when({ ...REQUEST_RELIEF, basis: { by: 'days', share: '1.0' } }, OPS).recordsNothing();
    granted
      .when({ ...REQUEST_RELIEF, expiresOn: '2026-02-20' }, OPS)
      .records({ type: 'QuotaReliefRequested', data: { relief: 'relief-2', expiresOn: '2026-02-20' } });
    granted.when(GRANT, FINANCE).refuses('already_decided');
    const revoked = granted.when(REVOKE, FINANCE).records({ type: 'QuotaReliefRevoked', data: { revokedBy: 'finn' } });
    revoked.when(REVOKE, FINANCE).refuses('already_decided', /revoked already/);
    revoked.when(REQUEST_RELIEF, OPS).records({ type: 'QuotaReliefRequested', data: { relief: 'relief-2' } });
    requested.when({ ...REVOKE, type: 'DeclineRelief' }, FINANCE).records({ type: 'QuotaReliefDeclined' });
    requested.when(REVOKE, FINANCE).refuses('not_found', /none is in force/);
    granted.when({ ...REVOKE, relief: 'relief-9' }, FINANCE).refuses('not_found', /in force here: relief-1/);
  });

  test('reduces a quota that is assigned', () => {
    proposed.when(REQUEST_RELIEF, MANAGER).refuses('quota_missing', /ada has no quota for expansion in 2026/);
  });

  test('rests on the quota that was assigned when it was asked for', () => {
    const other = requested
      .when({ ...PROPOSE_QUOTA, quota: { ...PROPOSE_QUOTA.quota, amounts: ['77000'] } }, OPS)
      .records({ type: 'QuotaProposed', data: { proposal: 'proposal-2' } })
      .when({ type: 'ApproveQuota', ...OF_QUOTA, proposal: 'proposal-2' }, FINANCE)
      .records({ type: 'QuotaAssigned' });
    other.when(GRANT, FINANCE).refuses('approval_stale', /asked for at revision 3 has changed at 5/);
  });

  test('expires after the day on which it begins, or never', () => {
    const { from } = REQUEST_RELIEF;
    bent({ expiresOn: from }).refuses(
      'interval_invalid',
      new RegExp(`expires on ${from} relieves nothing`),
      '/expiresOn',
    );
    bent({ from: '2026-02-01', expiresOn: '2026-02-02' }).records({ type: 'QuotaReliefRequested' });
  });

  test('has reason and evidence', () => {
    bent({ reason: '\n' }).refuses('reason_required', /./, '/reason');
    bent({ evidence: [] }).refuses('evidence_required', /./, '/evidence');
    bent({ evidence: [''] }).refuses('evidence_required', /./, '/evidence/0');
    bent({ scope: '' }).refuses('field_invalid', /scope is ""/, '/scope');
  });

  test('lies within the year of the quota', () => {
    bent({ to: '2026-02-01' }).refuses('interval_invalid', /holds no day/, '/to');
    bent({ from: '2025-12-01' }).refuses('interval_invalid', /not within 2026/, '/from');
    bent({ to: '2027-02-01' }).refuses('interval_invalid', /not within 2026/, '/to');
    bent({ to: '2027-01-01' }).records({ type: 'QuotaReliefRequested' });
  });

  test.each(['0%', '-5%', '100.01%', '1.5'])('takes off no share of %s', (share) => {
    bent({ basis: { by: 'days', share } }).refuses('percent_invalid', /at most 100%/, '/basis/share');
  });

  test('takes off no share of minus zero', () => {
    bent({ basis: { by: 'days', share: '-0%' } }).refuses('percent_invalid', /minus zero/, '/basis/share');
  });

  test.each(['0', '-5', '0.001'])('takes off no amount of %s', (amount) => {
    bent({ basis: { by: 'amount', amount } }).refuses('amount_invalid', /./, '/basis/amount');
  });

  test('may take off a lump sum', () => {
    bent({ basis: { by: 'amount', amount: '50000' } }).records({ type: 'QuotaReliefRequested' });
  });

  test('is decided and revoked by finance, not by requester or participant', () => {
    for (const actor of [REP, MANAGER, OPS, ADMIN]) {
      requested.when(GRANT, actor).refuses('role_forbidden');
      granted.when(REVOKE, actor).refuses('role_forbidden');
    }
    requested.when(GRANT, { id: 'mona', role: 'finance' }).refuses('own_request');
    granted.when(REVOKE, { id: 'mona', role: 'finance' }).refuses('own_request');
    requested.when(GRANT, { id: 'ada', role: 'finance' }).refuses('own_pay');
    granted.when(REVOKE, { id: 'ada', role: 'finance' }).refuses('own_pay');
    for (const actor of [REP, FINANCE, ADMIN]) assigned.when(REQUEST_RELIEF, actor).refuses('role_forbidden');
  });
});

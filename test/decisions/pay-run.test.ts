import { payRunDecider, type ReleasePayRun } from '@ledger/decisions';
import type { LedgerEvent } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { sampleData } from '../events/samples.ts';
import { FINANCE, given, OPS, REP } from './scenario.ts';

const event = (type: LedgerEvent['type'], more: object = {}): LedgerEvent =>
  ({ type, data: { ...(sampleData(type) as object), ...more } }) as LedgerEvent;
const OPENED = event('PeriodOpened');
const REQUESTED = event('PeriodFreezeRequested', { requestedBy: 'olga' });
const STARTED = event('PeriodFreezeStarted', { requestedBy: 'olga' });
const FROZEN = event('PeriodFrozen');

const RELEASE: ReleasePayRun = {
  type: 'ReleasePayRun',
  period: '2026-Q1',
  run: 1,
  seen: 4,
  asOf: '27',
  payments: 1,
  totals: { USD: '5519.50' },
  digest: 'a'.repeat(64),
  beneficiaries: ['ada'],
};
const frozen = given(payRunDecider, [OPENED, REQUESTED, STARTED, FROZEN]);

describe('a pay run', () => {
  test('is released by finance, once', () => {
    const paid = frozen
      .when(RELEASE, FINANCE)
      .records({ type: 'PayRunReleased', data: { run: 1, releasedBy: 'finn' } });
    paid.when(RELEASE, FINANCE).refuses('version_unexpected', /put the run together again/);
    paid.when({ ...RELEASE, run: 2, seen: 5 }, FINANCE).records({ type: 'PayRunReleased', data: { run: 2 } });
  });

  test('is not released by whom it pays, by whoever asked for the freeze, or by another role', () => {
    frozen.when(RELEASE, OPS).refuses('role_forbidden');
    frozen.when(RELEASE, REP).refuses('role_forbidden');
    frozen.when(RELEASE, { id: 'ada', role: 'finance' }).refuses('own_pay');
    frozen.when(RELEASE, { id: 'olga', role: 'finance' }).refuses('own_request');
    frozen.when({ ...RELEASE, requestedFor: 'pia' }, { id: 'pia', role: 'finance' }).refuses('own_request');
  });

  test('is not released of a period that is open, or open again, or whose freeze is carried out, the second one too', () => {
    given(payRunDecider, [OPENED])
      .when({ ...RELEASE, seen: 1 }, FINANCE)
      .refuses('period_not_frozen');
    given(payRunDecider, [OPENED, REQUESTED, STARTED])
      .when({ ...RELEASE, seen: 3 }, FINANCE)
      .refuses('period_not_frozen');
    given(payRunDecider, [OPENED, REQUESTED, STARTED, FROZEN, event('PeriodReopened')])
      .when({ ...RELEASE, seen: 5 }, FINANCE)
      .refuses('period_not_frozen');
    given(payRunDecider, [OPENED, REQUESTED, STARTED, FROZEN, REQUESTED, STARTED])
      .when({ ...RELEASE, seen: 6 }, FINANCE)
      .refuses('period_not_frozen');
  });

  test('rests on the period as it was seen: whatever happened to it since has to be looked at', () => {
    const answer = given(payRunDecider, [OPENED, REQUESTED, STARTED, FROZEN, REQUESTED]).when(RELEASE, FINANCE);
    answer.refuses('version_unexpected', /something happened to it meanwhile/);
    expect(frozen.events).toHaveLength(4);
  });
});

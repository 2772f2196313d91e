import { type Command, REQUESTS, type RequestName, streamFor } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ASSIGN,
  CALENDAR,
  OF_QUOTA,
  OPEN_PERIOD,
  PROPOSE_METRIC,
  PROPOSE_PLAN,
  RATE,
  RECORD_DEAL,
  REQUEST_RELIEF,
  REQUEST_SPLIT,
  statementOf,
} from './samples.ts';

const ofQuota = { participant: 'ada', metric: 'new-arr', year: 2026, stream: 'quota-ada.new-arr.2026' } as const;

test.each<[string, RequestName]>([
  ['metric/expansion@2', { kind: 'metric', stream: 'metric-expansion', metric: 'expansion', version: 2 }],
  ['plan/ae@12', { kind: 'plan', stream: 'plan-ae', plan: 'ae', version: 12 }],
  ['quota/ada.new-arr.2026/proposal-1', { kind: 'quota', ...ofQuota, proposal: 'proposal-1' }],
  [
    'exception/ada.relocation',
    { kind: 'exception', stream: 'exception-ada.relocation', participant: 'ada', exception: 'relocation' },
  ],
  ['relief/ada.new-arr.2026/relief-1', { kind: 'relief', ...ofQuota, relief: 'relief-1' }],
  [
    'split/crm.D-1/split-1',
    { kind: 'split', stream: 'deal-crm.D-1', source: 'crm', deal: 'D-1', exception: 'split-1' },
  ],
  [
    'split/crm.D.1.x/split-1',
    { kind: 'split', stream: 'deal-crm.D.1.x', source: 'crm', deal: 'D.1.x', exception: 'split-1' },
  ],
  ['freeze/2026-Q1', { kind: 'freeze', stream: 'period-2026-Q1', period: '2026-Q1' }],
])('%s', (text, name) => {
  expect(REQUESTS.parse(text)).toEqual(name);
  expect(REQUESTS.name(name)).toBe(text);
});

test.each([
  '',
  'metric/expansion',
  'metric/expansion@0',
  'metric/a.b@1',
  'quota/ada.2026/p',
  'freeze/2026',
  'toString',
  'plan/ae@1\n',
])('%j names no request', (text) => {
  expect(REQUESTS.parse(text)).toMatchObject({ code: 'field_invalid' });
});

test('reading never throws, and what it reads is what was written', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(metric|split|relief|freeze)\/[a-z.@/0-9-]{0,12}$/)),
      (text) => {
        const name = REQUESTS.parse(text);
        if (!isProblem(name)) expect(REQUESTS.name(name)).toBe(text);
      },
    ),
  );
});

test.each<[string, Command]>([
  ['policy-close-calendar', CALENDAR],
  ['fx-EURUSD.2026', RATE],
  ['participant-ada', ASSIGN],
  ['metric-expansion', PROPOSE_METRIC],
  ['plan-ae', PROPOSE_PLAN],
  ['plan-ae', { type: 'ApprovePlan', plan: 'ae', version: 1 }],
  ['metric-expansion', { type: 'ApproveMetric', metric: 'expansion', version: 1 }],
  ['quota-ada.expansion.2026', { type: 'ApproveQuota', ...OF_QUOTA, proposal: 'p' }],
  ['quota-ada.expansion.2026', REQUEST_RELIEF],
  ['deal-crm.D-1', RECORD_DEAL],
  ['deal-crm.D-1', REQUEST_SPLIT],
  ['period-2026-Q1', OPEN_PERIOD],
  [
    'payout-2026-Q1.ada',
    { type: 'FreezePayoutPart', period: '2026-Q1', participant: 'ada', asOf: '1', part: 1, lines: [] },
  ],
  ['payout-2026-Q1.ada', { type: 'FreezePayout', asOf: '1', parts: 0, statement: statementOf([], '0'), digest: '' }],
])('%s is the stream of the command', (stream, command) => {
  expect(streamFor(command)).toBe(stream);
});

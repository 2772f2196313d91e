import { exceptionDecider, type RequestException } from '@ledger/decisions';
import type { ExceptionTerms } from '@ledger/events';
import { describe, test } from 'vitest';
import { FINANCE, given, OPS } from './scenario.ts';

const GIFT = { kind: 'adjustment', period: '2026-Q1', amount: '250.00', component: null } as const;
const ASK: RequestException = {
  type: 'RequestException',
  participant: 'ada',
  exception: 'gift',
  terms: GIFT,
  reason: 'She trained the newcomers.',
  evidence: ['Mail of 2026-03-30'],
  scope: 'pay of ada',
  expiresOn: null,
};
const APPROVE = { type: 'ApproveException', participant: 'ada', exception: 'gift' } as const;
const none = given(exceptionDecider);
const until = (expiresOn: string | null, terms: ExceptionTerms = GIFT) => none.when({ ...ASK, terms, expiresOn }, OPS);

test('an adjustment of nothing is none', () => {
  for (const amount of ['0', '0.00']) {
    until(null, { ...GIFT, amount }).refuses('amount_invalid', /changes nothing/, '/terms/amount');
  }
  until(null, { ...GIFT, amount: '-0.01' }).records({ type: 'ExceptionRequested' });
});

describe('the day on which a decision about pay expires', () => {
  test('leaves something that it moves: a statement is decided as of the last day of its period', () => {
    until('2026-03-31').refuses('interval_invalid', /2026-Q1 .* expire on 2026-04-01 or later, or never/, '/expiresOn');
    until('2026-04-01').records({ type: 'ExceptionRequested' });
    const hold = { kind: 'hold', from: '2026-02-01', until: null, component: null, deal: null } as const;
    until('2026-02-01', hold).refuses('interval_invalid', /begins on 2026-02-01/, '/expiresOn');
    until('2026-02-02', hold).records({ type: 'ExceptionRequested' });
    until('2026-03-31', { ...hold, period: '2026-Q1' }).refuses('interval_invalid', /2026-Q1/);
    until('2026-01-01', { kind: 'consent', from: '2026-01-01', until: null }).refuses('interval_invalid');
  });

  test('is part of what is asked for: the same for longer is no repetition', () => {
    for (const [first, then, says] of [
      ['2026-07-01', null, /expires on 2026-07-01, not never/],
      [null, '2026-07-01', /expires never, not on 2026-07-01/],
    ] as const) {
      const asked = until(first).records({ type: 'ExceptionRequested' });
      const approved = asked.when(APPROVE, FINANCE).records({ type: 'ExceptionApproved' });
      for (const story of [asked, approved]) {
        story.when({ ...ASK, expiresOn: first, reason: 'Once more.' }, OPS).recordsNothing();
        story.when({ ...ASK, expiresOn: then }, OPS).refuses('already_exists', says, '/expiresOn');
      }
    }
  });
});

describe('the name of a decision about pay', () => {
  const asked = none.when(ASK, OPS).records({ type: 'ExceptionRequested' });
  const why = { participant: 'ada', exception: 'gift', reason: 'It was not so.' };

  test('stays with what held, whatever is asked for by it', () => {
    const approved = asked.when(APPROVE, FINANCE).records({ type: 'ExceptionApproved' });
    const revoked = approved.when({ type: 'RevokeException', ...why }, FINANCE).records({ type: 'ExceptionRevoked' });
    for (const terms of [GIFT, { ...GIFT, amount: '300.00' }]) {
      const again = { ...ASK, terms };
      revoked
        .when(again, OPS)
        .refuses('already_exists', /gift .* is revoked; give another name, or none/, '/exception');
    }
  });

  test('is free again where nobody granted what was asked for', () => {
    const declined = asked.when({ type: 'DeclineException', ...why }, FINANCE).records({ type: 'ExceptionDeclined' });
    declined.when({ ...ASK, terms: { ...GIFT, amount: '300.00' } }, OPS).records({ type: 'ExceptionRequested' });
  });
});

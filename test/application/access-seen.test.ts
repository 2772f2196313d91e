import { accessFor, issueKey, registerPrincipal } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { makeLedger, sound } from '../support/company.ts';

const ADMIN = { actor: { id: 'adam', role: 'admin' } };

test('the review of access is whole for admins and finance, without names for auditors, without keys and identities for ops', async () => {
  const { ledger } = makeLedger();
  const ada = { principal: 'ada', identity: { issuer: 'https://login.acme.example', subject: 'a' }, name: 'Ada Berg' };
  sound(await registerPrincipal(ledger, ada, ADMIN));
  sound(await registerPrincipal(ledger, { principal: 'crm', identity: null }, ADMIN));
  const key = { principal: 'crm', scopes: ['deals:read'], expiresOn: '2026-06-30', reason: 'x', evidence: [] };
  sound(await issueKey(ledger, key, ADMIN));
  const seen = async (role: string) => {
    const rows = await accessFor(ledger, {}, { id: 'x', role });
    if (isProblem(rows)) return rows.code;
    return rows.map(({ principal, name, identity, keys }) => [principal, name, identity !== null, keys.length]);
  };
  const whole = [
    ['ada', 'Ada Berg', true, 0],
    ['crm', null, false, 1],
  ];
  expect(await seen('admin')).toEqual(whole);
  expect(await seen('finance')).toEqual(whole);
  expect(await seen('auditor')).toEqual([
    ['ada', null, true, 0],
    ['crm', null, false, 1],
  ]);
  expect(await seen('ops')).toEqual([
    ['ada', 'Ada Berg', false, 0],
    ['crm', null, false, 0],
  ]);
  for (const role of ['rep', 'manager', 'integration']) expect(await seen(role)).toBe('role_forbidden');
});

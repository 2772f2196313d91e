import { accessNamed, accessPage, issueKey, registerPrincipal } from '@ledger/application';
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
    const page = await accessPage(ledger, { id: 'x', role }, {});
    if (isProblem(page)) return page.code;
    return page.principals.map(({ principal, name, identity, keys: all }) => [
      principal,
      name,
      identity !== null,
      all?.length ?? null,
    ]);
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
    ['ada', 'Ada Berg', false, null],
    ['crm', null, false, null],
  ]);
  for (const role of ['rep', 'manager', 'integration']) expect(await seen(role)).toBe('role_forbidden');

  const trail = async (role: string, principal = 'crm') => {
    const one = await accessNamed(ledger, { id: 'x', role }, { principal });
    return isProblem(one) ? one.code : one.trail.map(({ type }) => type);
  };
  expect(await trail('auditor')).toEqual(['PrincipalRegistered', 'KeyIssued']);
  expect(await trail('ops')).toEqual(['PrincipalRegistered']);
  expect(await trail('rep')).toBe('role_forbidden');
  expect(await trail('ops', 'nobody')).toBe('principal_unknown');
});

test('its pages speak of one moment, whatever is recorded meanwhile', async () => {
  const { ledger } = makeLedger();
  const register = async (principal: string) =>
    sound(await registerPrincipal(ledger, { principal, identity: null }, ADMIN));
  for (const id of ['a', 'b', 'c']) await register(id);
  const first = sound(await accessPage(ledger, ADMIN.actor, { limit: 2 }));
  await register('bb');
  const { next: cursor } = first;
  const second = sound(await accessPage(ledger, ADMIN.actor, { limit: 2, cursor: cursor ?? undefined }));
  const ids = [...first.principals, ...second.principals].map(({ principal }) => principal);
  expect([ids, second.next, second.asOf]).toEqual([['a', 'b', 'c'], null, first.asOf]);
});

import { type AccessCommand, accessDecider, INCOMPATIBLE, READ_SCOPES, ROLES, WRITE_SCOPES } from '@ledger/decisions';
import type { Actor } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { ADMIN, FEED, FINANCE, given, MANAGER, OPS, REP, type Story, TODAY } from './scenario.ts';

type Told = Story<AccessCommand, (typeof EVENTS)[number]>;
const EVENTS = given(accessDecider).events;
const IDENTITY = 'a'.repeat(64);
const OTHER_IDENTITY = 'b'.repeat(64);
const OTHER_ADMIN: Actor = { id: 'abby', role: 'admin' };
const OTHER_FINANCE: Actor = { id: 'fay', role: 'finance' };
const WHY = { reason: 'New in the team.', evidence: [] };

const register = { type: 'RegisterPrincipal', principal: 'zoe', kind: 'person', identity: IDENTITY } as const;
const machine = { type: 'RegisterPrincipal', principal: 'crm', kind: 'machine', identity: null } as const;
const ask = (role: string, principal = 'zoe') => ({ type: 'RequestGrant', principal, role, ...WHY }) as const;
const give = (role: string, requestHash?: string) =>
  ({ type: 'ApproveGrant', principal: 'zoe', role, requestHash }) as const;
const take = (role: string) => ({ type: 'RevokeRole', principal: 'zoe', role, reason: 'Moves on.' }) as const;
const turn = (how: 'DisablePrincipal' | 'EnablePrincipal', principal = 'zoe') =>
  ({ type: how, principal, reason: 'Leaves.' }) as const;
const first = (role: string, holders: readonly string[] = [], atConsole = true) =>
  ({ type: 'GrantFirstRole', principal: 'zoe', role, reason: 'Start.', atConsole, holders }) as const;
const key = (scopes: readonly string[], expiresOn = '2026-12-31', name = 'K1') =>
  ({ type: 'IssueKey', principal: 'crm', key: name, secretHash: 'c'.repeat(64), scopes, expiresOn, ...WHY }) as const;
const approveKey = (requestHash?: string) =>
  ({ type: 'ApproveKey', principal: 'crm', key: 'K1', requestHash }) as const;

const zoe = () => given(accessDecider).when(register, ADMIN).records({ type: 'PrincipalRegistered' });
const holding = (...roles: readonly string[]): Told =>
  roles.reduce<Told>(
    (story, role) =>
      story
        .when(ask(role), ADMIN)
        .records({ type: 'RoleGrantRequested', data: { role, identity: IDENTITY } })
        .when(give(role), FINANCE)
        .records({ type: 'RoleGranted', data: { role, requestedBy: 'adam', approvedBy: 'finn', identity: IDENTITY } }),
    zoe(),
  );
const crm = () => given(accessDecider).when(machine, ADMIN).records({ type: 'PrincipalRegistered' });

describe('a grant', () => {
  test('is asked for by an admin and given by finance', () => {
    holding('manager');
    for (const actor of [OPS, FINANCE, MANAGER, REP, FEED]) {
      zoe()
        .when(ask('manager'), actor)
        .refuses('role_forbidden', /ask somebody with role admin/);
    }
    const asked = zoe().when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
    for (const actor of [OPS, MANAGER, REP, FEED, OTHER_ADMIN]) {
      asked.when(give('manager'), actor).refuses('role_forbidden', /ask somebody with role finance/);
    }
  });

  test('is nothing that anybody gives or asks for themselves, in person or through a stand-in', () => {
    const self: Actor = { id: 'zoe', role: 'admin' };
    zoe()
      .when(ask('auditor'), self)
      .refuses('self_grant', /ask another admin/);
    zoe()
      .when(ask('auditor'), { ...ADMIN, onBehalfOf: 'zoe' })
      .refuses('self_grant');
    zoe()
      .when(ask('auditor'), { ...self, onBehalfOf: 'adam' })
      .refuses('self_grant');
    const asked = zoe().when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
    asked
      .when(give('manager'), { id: 'zoe', role: 'finance' })
      .refuses('approver_excluded', /would hold the role by it/);
    asked.when(give('manager'), { ...FINANCE, onBehalfOf: 'zoe' }).refuses('approver_excluded');
    asked.when(give('manager'), { id: 'adam', role: 'finance' }).refuses('own_request');
    asked.when(give('manager'), { ...FINANCE, onBehalfOf: 'adam' }).refuses('own_request');
  });

  test('binds what was asked for', () => {
    const asked = zoe().when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
    asked.when(give('manager', 'd'.repeat(64)), FINANCE).refuses('approval_stale', /look at it as it is now/);
    asked.when(give('ops'), FINANCE).refuses('not_found', /waiting here: manager/);
  });

  test('is decided once, and asked for once', () => {
    const asked = zoe().when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
    asked.when(ask('manager'), OTHER_ADMIN).recordsNothing();
    const given = asked.when(give('manager'), FINANCE).records({ type: 'RoleGranted' });
    given.when(give('manager'), OTHER_FINANCE).refuses('already_decided');
    given.when(ask('manager'), ADMIN).recordsNothing();
    const declined = asked
      .when({ type: 'DeclineGrant', principal: 'zoe', role: 'manager', reason: 'Not yet.' }, FINANCE)
      .records({ type: 'RoleGrantDeclined', data: { role: 'manager', declinedBy: 'finn' } });
    declined.when(give('manager'), FINANCE).refuses('already_decided');
    declined.when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
  });

  test('that nobody decided in its time is asked for anew', () => {
    const asked = zoe().when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
    const [, request] = asked.events;
    const expired = given(accessDecider, [
      ...asked.events,
      {
        type: 'RequestExpired',
        data: { request: 'grant/zoe.manager', requestHash: IDENTITY, requestRevision: 2, expiredOn: TODAY },
      },
    ]);
    expect(request?.type).toBe('RoleGrantRequested');
    expired.when(give('manager'), FINANCE).refuses('request_expired');
    expired.when(ask('manager'), ADMIN).records({ type: 'RoleGrantRequested' });
  });

  test('needs somebody whom the ledger knows and lets in', () => {
    given(accessDecider)
      .when(ask('rep'), ADMIN)
      .refuses('principal_unknown', /register them first/);
    const off = zoe().when(turn('DisablePrincipal'), ADMIN).records({ type: 'PrincipalDisabled' });
    off.when(ask('rep'), ADMIN).refuses('principal_disabled');
    const asked = zoe().when(ask('rep'), ADMIN).records({ type: 'RoleGrantRequested' });
    const later = asked.when(turn('DisablePrincipal'), ADMIN).records({ type: 'PrincipalDisabled' });
    later.when(give('rep'), FINANCE).refuses('principal_disabled');
    crm()
      .when(ask('rep', 'crm'), ADMIN)
      .refuses('field_invalid', /machines act by the scopes of a key/);
  });

  test.each(['owner', 'OPS', '', 'integration', '__proto__'])('of %j gives nothing: people do not hold it', (role) => {
    zoe()
      .when(ask(role), ADMIN)
      .refuses('field_invalid', /is no role of a person/, '/role');
  });
});

describe('roles that do not go together', () => {
  const pairs = INCOMPATIBLE.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]) as readonly (readonly [string, string])[];

  test.each(pairs)('whoever holds %s is never given %s', (held, asked) => {
    const both = new RegExp(`cannot be (?:${held} and ${asked}|${asked} and ${held}) at once`);
    holding(held).when(ask(asked), ADMIN).refuses('roles_incompatible', both, '/role');
  });

  test.each(pairs)('nor are %s and %s asked for together', (one, other) => {
    const asked = zoe().when(ask(one), ADMIN).records({ type: 'RoleGrantRequested' });
    asked.when(ask(other), ADMIN).refuses('roles_incompatible');
  });

  test('everything else goes together', () => {
    const people = ROLES.filter((role) => role !== 'integration');
    const clash = (a: string, b: string) =>
      INCOMPATIBLE.some((pair) => pair.some((x) => x === a) && pair.some((x) => x === b));
    for (const held of people) {
      for (const asked of people) if (held !== asked && !clash(held, asked)) holding(held, asked);
    }
  });

  test('are not given when the other one came in between', () => {
    const asked = zoe().when(ask('ops'), ADMIN).records({ type: 'RoleGrantRequested' });
    const between = asked.when(first('finance'), ADMIN).records({ type: 'FirstRoleGranted' });
    between.when(give('ops'), FINANCE).refuses('roles_incompatible', /ops and finance/);
  });

  test('nor is a role given twice', () => {
    const asked = zoe().when(ask('finance'), ADMIN).records({ type: 'RoleGrantRequested' });
    const between = asked.when(first('finance'), ADMIN).records({ type: 'FirstRoleGranted' });
    between.when(give('finance'), FINANCE).refuses('role_held', /decline the request/);
  });

  test('one can be given when the other was taken away', () => {
    holding('ops').when(take('ops'), ADMIN).records({ type: 'RoleRevoked' }).when(ask('finance'), ADMIN).records({
      type: 'RoleGrantRequested',
    });
  });
});

describe('the first holder of a role', () => {
  test('is made on the console, while there is nobody', () => {
    zoe()
      .when(first('admin'), ADMIN)
      .records({ type: 'FirstRoleGranted', data: { role: 'admin', grantedBy: 'adam' } });
    zoe().when(first('finance'), ADMIN).records({ type: 'FirstRoleGranted' });
    zoe()
      .when(first('admin', [], false), ADMIN)
      .refuses('console_only');
    zoe()
      .when(first('admin', ['abby']), ADMIN)
      .refuses('role_held', /"abby" holds the role admin/);
    zoe().when(first('admin'), OPS).refuses('role_forbidden');
    for (const role of ['ops', 'auditor', 'manager', 'rep', 'integration']) {
      zoe()
        .when(first(role), ADMIN)
        .refuses('field_invalid', /only admin and finance have a first holder/);
    }
  });

  test('is never both, and told once', () => {
    const story = zoe().when(first('admin'), ADMIN).records({ type: 'FirstRoleGranted' });
    story.when(first('finance'), ADMIN).refuses('roles_incompatible', /admin and finance/);
    story.when(first('admin'), ADMIN).recordsNothing();
    given(accessDecider).when(first('admin'), ADMIN).refuses('principal_unknown');
  });
});

describe('who is known', () => {
  test('is known once; a machine is no person', () => {
    zoe().when(register, OTHER_ADMIN).recordsNothing();
    zoe()
      .when({ ...register, kind: 'machine', identity: null }, ADMIN)
      .refuses('already_exists', /is a person already/);
    given(accessDecider)
      .when({ ...register, identity: null }, ADMIN)
      .refuses('field_invalid', /give issuer and subject/);
    given(accessDecider)
      .when({ ...machine, identity: IDENTITY }, ADMIN)
      .refuses('field_invalid', /leave issuer/);
    for (const actor of [OPS, FINANCE, MANAGER, REP, FEED]) {
      given(accessDecider).when(register, actor).refuses('role_forbidden');
    }
  });

  test('gets another identity only while no role would come in with it', () => {
    const other = { ...register, identity: OTHER_IDENTITY };
    zoe()
      .when(other, ADMIN)
      .records({
        type: 'PrincipalRegistered',
        data: { identity: OTHER_IDENTITY, replaces: IDENTITY },
      });
    holding('auditor')
      .when(other, ADMIN)
      .refuses('identity_in_use', /holds auditor/);
    const asked = zoe().when(ask('auditor'), ADMIN).records({ type: 'RoleGrantRequested' });
    asked.when(other, ADMIN).refuses('identity_in_use', /waits for a role/);
    holding('auditor')
      .when(take('auditor'), ADMIN)
      .records({ type: 'RoleRevoked' })
      .when(other, ADMIN)
      .records({ type: 'PrincipalRegistered' });
  });

  test('is disabled and enabled by an admin, and enables nobody with their own hands', () => {
    const off = holding('auditor').when(turn('DisablePrincipal'), ADMIN).records({ type: 'PrincipalDisabled' });
    off.when(turn('DisablePrincipal'), ADMIN).recordsNothing();
    off.when(turn('EnablePrincipal'), { id: 'zoe', role: 'admin' }).refuses('self_grant');
    off.when(turn('EnablePrincipal'), FINANCE).refuses('role_forbidden');
    off.when(turn('EnablePrincipal'), OTHER_ADMIN).records({ type: 'PrincipalEnabled' });
    zoe().when(turn('EnablePrincipal'), ADMIN).recordsNothing();
    given(accessDecider).when(turn('DisablePrincipal'), ADMIN).refuses('principal_unknown');
    zoe()
      .when({ ...turn('DisablePrincipal'), reason: ' ' }, ADMIN)
      .refuses('reason_required');
  });

  test('loses a role by one admin, who has to say why', () => {
    holding('ops')
      .when(take('ops'), ADMIN)
      .records({ type: 'RoleRevoked', data: { revokedBy: 'adam' } });
    holding('ops')
      .when({ ...take('ops'), reason: '' }, ADMIN)
      .refuses('reason_required');
    holding('ops')
      .when(take('manager'), ADMIN)
      .refuses('not_found', /they hold ops/);
    holding('ops').when(take('ops'), FINANCE).refuses('role_forbidden');
  });
});

describe('a key', () => {
  test.each(READ_SCOPES)('that reads (%s) is issued by one admin', (scope) => {
    crm()
      .when(key([scope]), ADMIN)
      .records({ type: 'KeyIssued', data: { scopes: [scope], requestedBy: 'adam' } });
    for (const actor of [OPS, FINANCE, MANAGER, REP, FEED])
      crm()
        .when(key([scope]), actor)
        .refuses('role_forbidden');
  });

  test.each(WRITE_SCOPES)('that writes (%s) opens nothing before finance has approved it', (scope) => {
    const asked = crm()
      .when(key(['deals:read', scope]), ADMIN)
      .records({ type: 'KeyRequested' });
    for (const actor of [OPS, MANAGER, REP, FEED, OTHER_ADMIN])
      asked.when(approveKey(), actor).refuses('role_forbidden');
    asked.when(approveKey(), { id: 'adam', role: 'finance' }).refuses('own_request');
    asked.when(approveKey('d'.repeat(64)), FINANCE).refuses('approval_stale');
    asked.when({ type: 'RevokeKey', principal: 'crm', key: 'K1', reason: 'x' }, ADMIN).refuses('not_found');
    asked
      .when(approveKey(), FINANCE)
      .records({ type: 'KeyApproved', data: { scopes: ['deals:read', scope], approvedBy: 'finn' } })
      .when(approveKey(), OTHER_FINANCE)
      .refuses('already_decided');
    asked
      .when({ type: 'DeclineKey', principal: 'crm', key: 'K1', reason: 'Too much.' }, FINANCE)
      .records({ type: 'KeyDeclined' })
      .when(approveKey(), FINANCE)
      .refuses('already_decided');
  });

  test('has scopes that there are, each once, and an end within a year', () => {
    crm()
      .when(key(['deals:read', 'deals:read']), ADMIN)
      .records({ type: 'KeyIssued', data: { scopes: ['deals:read'] } });
    crm()
      .when(key(['deals:delete']), ADMIN)
      .refuses('field_invalid', /is no scope/, '/scopes/0');
    crm().when(key([]), ADMIN).refuses('field_invalid', /./, '/scopes');
    crm()
      .when(key(['deals:read'], TODAY), ADMIN)
      .refuses('interval_invalid', /a day from 2026-04-02/, '/expiresOn');
    crm()
      .when(key(['deals:read'], '2027-04-02'), ADMIN)
      .records({ type: 'KeyIssued' });
    crm()
      .when(key(['deals:read'], '2027-04-03'), ADMIN)
      .refuses('interval_invalid');
    crm()
      .when(key(['deals:read'], 'never'), ADMIN)
      .refuses('date_invalid');
  });

  test('is of a machine that is known and comes in', () => {
    given(accessDecider)
      .when(key(['deals:read']), ADMIN)
      .refuses('principal_unknown');
    zoe()
      .when({ ...key(['deals:read']), principal: 'zoe' }, ADMIN)
      .refuses('field_invalid', /people sign in/);
    const off = crm().when(turn('DisablePrincipal', 'crm'), ADMIN).records({ type: 'PrincipalDisabled' });
    off.when(key(['deals:read']), ADMIN).refuses('principal_disabled');
  });

  test('has a name of its own, is revoked by one admin, and stays revoked', () => {
    const issued = crm()
      .when(key(['deals:read']), ADMIN)
      .records({ type: 'KeyIssued' });
    issued.when(key(['deals:read']), ADMIN).refuses('already_exists');
    const revoke = { type: 'RevokeKey', principal: 'crm', key: 'K1', reason: 'Leaked.' } as const;
    issued.when(revoke, FINANCE).refuses('role_forbidden');
    const revoked = issued.when(revoke, ADMIN).records({ type: 'KeyRevoked' });
    revoked.when(revoke, ADMIN).recordsNothing();
    revoked.when({ ...revoke, key: 'K2' }, ADMIN).refuses('not_found', /none is open/);
    const asked = crm()
      .when(key(['deals:write']), ADMIN)
      .records({ type: 'KeyRequested' });
    asked.when(key(['deals:read']), ADMIN).refuses('already_exists');
  });
});

import { actingAs, reaches, reachOf, recordOnParticipant, refresh, teamOf, unseen } from '@ledger/application';
import { decode } from '@ledger/events';
import type { Acting } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importRows, type Made, makeCompany, makeLedger, OPS, sound } from '../support/company.ts';

const MO: Acting = { id: 'mo', role: 'manager' };

async function reports(made: Made, participant: string, manager: string | null, from: string): Promise<void> {
  const line = { type: 'ChangeReportingLine', participant, manager, effectiveFrom: from, reason: 'Team' } as const;
  sound(await recordOnParticipant(made.ledger, line, OPS));
  await refresh(made.ledger);
}

describe('a manager', () => {
  test('sees whoever reports to them today, directly or not, and themselves', async () => {
    const made = await makeCompany();
    expect(await teamOf(made.ledger, 'mo')).toEqual(new Set(['mo']));
    await reports(made, 'ada', 'mo', '2026-01-01');
    await reports(made, 'ben', 'ada', '2026-01-01');
    expect(await teamOf(made.ledger, 'mo')).toEqual(new Set(['mo', 'ada', 'ben']));
    expect(await teamOf(made.ledger, 'ada')).toEqual(new Set(['ada', 'ben']));
    expect(await teamOf(made.ledger, 'ben')).toEqual(new Set(['ben']));
  });

  test('sees them from the first day of the line, and no more from the day of another one', async () => {
    const made = await makeCompany();
    await reports(made, 'ada', 'mo', '2026-02-01');
    await reports(made, 'ada', 'pia', '2026-03-01');
    const seenOn = async (instant: string) => {
      made.at(instant);
      return (await teamOf(made.ledger, 'mo')).has('ada');
    };
    expect(await seenOn('2026-01-31T23:59:00Z')).toBe(false);
    expect(await seenOn('2026-02-01T00:00:00Z')).toBe(true);
    expect(await seenOn('2026-03-01T00:00:00Z')).toBe(false);
  });

  test('is told of a change of the lines at once, also among several who ask together', async () => {
    const made = await makeCompany();
    await Promise.all([teamOf(made.ledger, 'mo'), teamOf(made.ledger, 'ada')]);
    await reports(made, 'ada', 'mo', '2026-01-01');
    const together = await Promise.all(['mo', 'mo', 'ada'].map((id) => teamOf(made.ledger, id)));
    expect(together).toEqual([new Set(['mo', 'ada']), new Set(['mo', 'ada']), new Set(['ada'])]);
    await importRows(made, ['D-1,ada,100.00,USD,2026-01-02']);
    await reports(made, 'ada', null, '2026-01-02');
    expect(await teamOf(made.ledger, 'mo')).toEqual(new Set(['mo']));
  });

  test('of an empty ledger sees what is their own', async () => {
    expect(await teamOf(makeLedger().ledger, 'mo')).toEqual(new Set(['mo']));
  });
});

describe('what somebody sees', () => {
  test('is all, theirs, their team, or nothing with the reason', async () => {
    const made = await makeCompany();
    await reports(made, 'ada', 'mo', '2026-01-01');
    const reach = (actor: Acting, resource: 'pay' | 'plans' | 'access-log' = 'pay') =>
      reachOf(made.ledger, actor, resource);
    expect(await reach({ id: 'olga', role: 'ops' })).toEqual({ kind: 'all' });
    expect(await reach({ id: 'ada', role: 'rep' })).toEqual({ kind: 'people', ids: new Set(['ada']) });
    expect(await reach(MO)).toEqual({ kind: 'people', ids: new Set(['mo', 'ada']) });
    expect(await reach({ id: 'adam', role: 'admin' })).toMatchObject({ problem: { code: 'role_forbidden' } });
    expect(await reach({ id: 'adam', role: 'admin' }, 'plans')).toEqual({ kind: 'redacted' });
    expect(await reach(MO, 'access-log')).toMatchObject({ kind: 'none', problem: { code: 'role_forbidden' } });
    const key = { id: 'crm', role: 'integration', scopes: ['payouts:read'] };
    expect(await reach(key)).toEqual({ kind: 'all' });
    expect(await reach(key, 'plans')).toMatchObject({ problem: { code: 'scope_missing' } });
  });

  test('what is hidden and what is not there get the same answer', async () => {
    const made = await makeCompany();
    const ada = await reachOf(made.ledger, { id: 'ada', role: 'rep' }, 'deals');
    const asked = { thing: 'deal', name: 'csv.D-1' };
    expect(unseen(ada, { ...asked, people: ['ada', 'ben'] })).toBeUndefined();
    const hidden = unseen(ada, { ...asked, people: ['ben'] });
    expect(hidden?.code).toBe('not_found');
    expect(hidden).toEqual(unseen(ada, asked));
    const all = await reachOf(made.ledger, { id: 'olga', role: 'ops' }, 'deals');
    expect(unseen(all, { ...asked, people: ['ben'] })).toBeUndefined();
    expect(unseen(all, asked)).toEqual(hidden);
  });

  test('something that is about nobody is seen by those only who see everything', () => {
    expect(reaches({ kind: 'people', ids: new Set(['ada']) }, [])).toBe(false);
    expect(reaches({ kind: 'all' }, [])).toBe(true);
    expect(reaches({ kind: 'redacted' }, [])).toBe(true);
    expect(reaches({ kind: 'none', problem: { code: 'role_forbidden', message: '' } }, ['ada'])).toBe(false);
  });
});

describe('the role of a request', () => {
  test('is the only one, or the one that is asked for', () => {
    expect(actingAs({ id: 'ada', roles: ['rep'] })).toEqual({ id: 'ada', role: 'rep' });
    expect(actingAs({ id: 'mo', roles: ['rep', 'manager'] }, 'manager')).toEqual({ id: 'mo', role: 'manager' });
    expect(actingAs({ id: 'mo', roles: ['rep', 'manager'] })).toMatchObject({ code: 'role_ambiguous' });
    expect(actingAs({ id: 'mo', roles: [] })).toMatchObject({ code: 'role_forbidden' });
  });

  test('is never one that they do not hold', () => {
    const roles = ['rep', 'manager', 'ops', 'finance', 'auditor', 'admin', 'integration'] as const;
    fc.assert(
      fc.property(fc.subarray([...roles]), fc.oneof(fc.constantFrom(...roles), fc.string()), (held, asked) => {
        const acting = actingAs({ id: 'x', roles: held }, asked);
        const holds = held.some((role) => role === asked);
        expect('role' in acting ? acting.role : acting.code).toBe(holds ? asked : 'role_forbidden');
      }),
    );
  });

  test('a key acts within its scopes, and without any may do nothing', () => {
    const key = { id: 'crm', roles: ['integration'], key: 'K1' } as const;
    expect(actingAs({ ...key, scopes: ['deals:write'] })).toEqual({
      id: 'crm',
      role: 'integration',
      scopes: ['deals:write'],
    });
    expect(actingAs(key)).toEqual({ id: 'crm', role: 'integration', scopes: [] });
  });

  test('the scopes of a key bind what it imports, and stand in no event', async () => {
    const made = await makeCompany();
    const row = ['D-1,ada,100.00,USD,2026-01-02'];
    const by = (scopes: readonly string[]) => ({ actor: { id: 'crm', role: 'integration', scopes } });
    expect(await importRows(made, row, { by: by(['deals:read', 'payroll:write']) })).toMatchObject({
      code: 'scope_missing',
    });
    const before = await made.ledger.store.head();
    sound(await importRows(made, row, { by: by(['deals:write']) }));
    const [deal] = (await made.ledger.store.readAll({ after: before, limit: 1 })).map(decode);
    expect(deal?.event.type).toBe('DealClosed');
    expect(deal?.meta.actor).toEqual({ id: 'crm', role: 'integration' });
  });
});

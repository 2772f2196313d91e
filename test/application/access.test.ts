import {
  actingAs,
  approve,
  type By,
  changeAccess,
  decline,
  grantFirstRole,
  type Identity,
  issueKey,
  listAccess,
  type NewKey,
  principalByIdentity,
  principalByKey,
  refresh,
  registerPrincipal,
  requests,
  showAccess,
} from '@ledger/application';
import { REQUESTS, type RequestName } from '@ledger/decisions';
import { decode, streamOf } from '@ledger/events';
import { type EventStore, isProblem } from '@ledger/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { defineText, FINANCE, importRows, type Made, makeLedger, OPS, sound } from '../support/company.ts';

const CONSOLE: By = { actor: { id: 'root', role: 'admin' }, atConsole: true };
const ADMIN: By = { actor: { id: 'adam', role: 'admin' } };
const ISSUER = 'https://login.acme.example';
const of = (subject: string): Identity => ({ issuer: ISSUER, subject });
const WHY = { reason: 'New in the team', evidence: [] };
const codeOf = (answer: unknown) => (isProblem(answer) ? answer.code : 'done');

let made: Made;
beforeEach(async () => {
  made = makeLedger();
  await first('adam', 'admin');
  await first('finn', 'finance');
});

async function first(principal: string, role: string, by: By = CONSOLE) {
  return grantFirstRole(made.ledger, { principal, role, identity: of(`sub-${principal}`), reason: 'Start' }, by);
}
async function join(principal: string, ...roles: readonly string[]): Promise<void> {
  sound(await registerPrincipal(made.ledger, { principal, identity: of(`sub-${principal}`) }, ADMIN));
  for (const role of roles) {
    sound(await changeAccess(made.ledger, { type: 'RequestGrant', principal, role, ...WHY }, ADMIN));
    sound(await approve(made.ledger, `grant/${principal}.${role}`, FINANCE));
  }
}
async function machine(principal = 'crm'): Promise<void> {
  sound(await registerPrincipal(made.ledger, { principal, identity: null }, ADMIN));
}
async function newKey(scopes: readonly string[], expiresOn = '2026-06-30', by: By = ADMIN): Promise<NewKey> {
  return sound(await issueKey(made.ledger, { principal: 'crm', scopes, expiresOn, ...WHY }, by));
}
const signIn = async (who: string) => {
  await refresh(made.ledger);
  return principalByIdentity(made.ledger, of(`sub-${who}`));
};
const enter = async (text: string | null) => {
  await refresh(made.ledger);
  return principalByKey(made.ledger, text ?? '');
};

describe('the first holders', () => {
  test('are made on the console, and only while there is none', async () => {
    expect(await signIn('adam')).toEqual({ id: 'adam', roles: ['admin'] });
    expect(await signIn('finn')).toEqual({ id: 'finn', roles: ['finance'] });
    expect(codeOf(await first('eve', 'admin'))).toBe('role_held');
    expect(codeOf(await first('eve', 'finance'))).toBe('role_held');
    expect(await signIn('eve')).toMatchObject({ code: 'unauthenticated' });
    expect((await made.ledger.store.read(streamOf.access('eve'))).length).toBe(0);
  });

  test('are made by no other door, whoever asks', async () => {
    made = makeLedger();
    for (const by of [{ ...CONSOLE, atConsole: false }, ADMIN, FINANCE]) {
      expect(codeOf(await first('eve', 'admin', by))).toMatch(/^(?:console_only|role_forbidden)$/);
    }
    expect(await made.ledger.store.head()).toBe(0n);
  });

  test('can be made again when nobody who holds the role can come in', async () => {
    sound(
      await changeAccess(
        made.ledger,
        { type: 'DisablePrincipal', principal: 'adam', reason: 'Left' },
        {
          actor: { id: 'root', role: 'admin' },
        },
      ),
    );
    expect(codeOf(await first('eve', 'admin'))).toBe('done');
    expect(await signIn('eve')).toEqual({ id: 'eve', roles: ['admin'] });
  });
});

describe('signing in', () => {
  test('finds the person by issuer and subject together, and nobody by anything else', async () => {
    await join('mo', 'manager', 'rep');
    expect(await signIn('mo')).toEqual({ id: 'mo', roles: ['rep', 'manager'] });
    for (const other of [of('sub-m'), of(''), { issuer: 'https://evil.example', subject: 'sub-mo' }, of('sub-mo ')]) {
      expect(await principalByIdentity(made.ledger, other)).toEqual(await signIn('nobody'));
    }
  });

  test('of somebody without a role lets them in to nothing', async () => {
    await join('mo');
    const mo = sound(await signIn('mo'));
    expect(mo).toEqual({ id: 'mo', roles: [] });
    expect(codeOf(actingAs(mo))).toBe('role_forbidden');
  });

  test('puts nothing into the log that names anybody', async () => {
    const ask = { principal: 'mo', identity: of('mo@acme.example'), name: 'Mo Doe', email: 'mo@acme.example' };
    sound(await registerPrincipal(made.ledger, ask, ADMIN));
    const log = (await made.ledger.store.readAll({ after: 0n, limit: 100 })).map(({ data }) => data).join();
    for (const personal of ['acme.example', 'Mo Doe', 'login']) expect(log).not.toContain(personal);
    expect(await made.ledger.directory.get('mo')).toEqual({ id: 'mo', name: 'Mo Doe', email: 'mo@acme.example' });
    sound(await registerPrincipal(made.ledger, { principal: 'mo', identity: ask.identity, name: 'Mo Poe' }, ADMIN));
    expect(await made.ledger.directory.get('mo')).toMatchObject({ name: 'Mo Poe', email: 'mo@acme.example' });
  });

  test('one person is one principal', async () => {
    await join('mo', 'manager');
    const again = { principal: 'mo2', identity: of('sub-mo') };
    expect(codeOf(await registerPrincipal(made.ledger, again, ADMIN))).toBe('identity_taken');
    expect(codeOf(await registerPrincipal(made.ledger, { principal: 'mo', identity: of('other') }, ADMIN))).toBe(
      'identity_in_use',
    );
  });

  test('two nodes that register one identity at a time leave it with the first, on every node', async () => {
    const other = { principal: 'mo2', identity: of('sub-mo') };
    const around = (store: EventStore): EventStore => ({
      ...store,
      appendEach: async (appends) => {
        // Another node was quicker, between the look at the view and the append.
        if (appends.some(({ stream }) => stream === 'access-mo2')) await join('mo', 'auditor');
        return store.appendEach(appends);
      },
    });
    const slow = { ...made.ledger, store: around(made.ledger.store) };
    sound(await registerPrincipal(slow, other, ADMIN));
    expect(await signIn('mo')).toEqual({ id: 'mo', roles: ['auditor'] });
  });

  test('by a new identity is possible once the roles are taken away, and the old one opens nothing', async () => {
    await join('mo', 'auditor');
    sound(
      await changeAccess(
        made.ledger,
        { type: 'RevokeRole', principal: 'mo', role: 'auditor', reason: 'New IdP' },
        ADMIN,
      ),
    );
    sound(await registerPrincipal(made.ledger, { principal: 'mo', identity: of('new') }, ADMIN));
    expect(await signIn('mo')).toMatchObject({ code: 'unauthenticated' });
    await refresh(made.ledger);
    expect(await principalByIdentity(made.ledger, of('new'))).toEqual({ id: 'mo', roles: [] });
    sound(await registerPrincipal(made.ledger, { principal: 'pia', identity: of('sub-mo') }, ADMIN));
    await refresh(made.ledger);
    expect(await principalByIdentity(made.ledger, of('sub-mo'))).toEqual({ id: 'pia', roles: [] });
  });
});

describe('what was given is taken away', () => {
  test('at once, also where no view has heard of it', async () => {
    await join('mo', 'manager', 'rep');
    sound(await signIn('mo'));
    sound(
      await changeAccess(made.ledger, { type: 'RevokeRole', principal: 'mo', role: 'manager', reason: 'x' }, ADMIN),
    );
    expect(await principalByIdentity(made.ledger, of('sub-mo'))).toEqual({ id: 'mo', roles: ['rep'] });
    sound(await changeAccess(made.ledger, { type: 'DisablePrincipal', principal: 'mo', reason: 'x' }, ADMIN));
    expect(await principalByIdentity(made.ledger, of('sub-mo'))).toMatchObject({ code: 'unauthenticated' });
    sound(await changeAccess(made.ledger, { type: 'EnablePrincipal', principal: 'mo', reason: 'x' }, ADMIN));
    expect(await principalByIdentity(made.ledger, of('sub-mo'))).toEqual({ id: 'mo', roles: ['rep'] });
  });
});

describe('a key', () => {
  beforeEach(() => machine());

  test('that reads opens at once, with its scopes; its text is nowhere in the ledger', async () => {
    const { text, key, request } = await newKey(['deals:read']);
    expect(request).toBeNull();
    expect(await enter(text)).toEqual({ id: 'crm', roles: ['integration'], scopes: ['deals:read'], key });
    const secret = text?.split('_').slice(2).join('_') ?? '';
    expect(secret.length).toBe(43);
    const log = JSON.stringify((await made.ledger.store.readAll({ after: 0n, limit: 100 })).map(({ data }) => data));
    expect(log).not.toContain(secret);
    expect(JSON.stringify(await listAccess(made.ledger))).not.toContain(secret.slice(0, 10));
  });

  test('that writes opens when finance has approved it', async () => {
    const { text, request } = await newKey(['deals:read', 'deals:write']);
    expect(await enter(text)).toMatchObject({ code: 'unauthenticated' });
    expect(codeOf(await approve(made.ledger, request ?? '', ADMIN))).toBe('role_forbidden');
    sound(await approve(made.ledger, request ?? '', FINANCE));
    expect(await enter(text)).toMatchObject({ id: 'crm', scopes: ['deals:read', 'deals:write'] });
    const declined = await newKey(['payroll:write']);
    sound(await decline(made.ledger, declined.request ?? '', 'No', FINANCE));
    expect(await enter(declined.text)).toMatchObject({ code: 'unauthenticated' });
  });

  test('opens nothing when one character is another, when it ended, was revoked or its machine is disabled', async () => {
    const { text, key } = await newKey(['deals:read'], '2026-01-20');
    const good = text ?? '';
    sound(await enter(good));
    const wrong = await enter('');
    const swapped = good.slice(0, -2) + (good.at(-2) === 'A' ? 'B' : 'A') + good.slice(-1);
    const otherId = good.replace(key, '01JZZZZZZZZZZZZZZZZZZZZZZZ');
    for (const each of ['clk', key, `clk_${key}_`, swapped, otherId, good.toLowerCase(), `${good}A`, ` ${good}`]) {
      expect([each, await enter(each)]).toEqual([each, wrong]);
    }
    made.at('2026-01-19T23:59:59Z');
    expect(codeOf(await enter(good))).toBe('done');
    made.at('2026-01-20T00:00:00Z');
    expect(await enter(good)).toEqual(wrong);

    const { text: later, key: name } = await newKey(['deals:read']);
    const turn = (type: 'DisablePrincipal' | 'EnablePrincipal') =>
      changeAccess(made.ledger, { type, principal: 'crm', reason: 'x' }, ADMIN);
    sound(await turn('DisablePrincipal'));
    expect(await enter(later)).toEqual(wrong);
    sound(await turn('EnablePrincipal'));
    expect(codeOf(await enter(later))).toBe('done');
    sound(await changeAccess(made.ledger, { type: 'RevokeKey', principal: 'crm', key: name, reason: 'x' }, ADMIN));
    expect(await enter(later)).toEqual(wrong);
  });

  test('is shown once: the same command again issues no other, and does not show it', async () => {
    const once: By = { ...ADMIN, commandId: 'key-1' };
    const { text, key } = await newKey(['deals:read'], '2026-06-30', once);
    const again = await newKey(['deals:read'], '2026-06-30', once);
    expect(text).not.toBeNull();
    expect(again).toMatchObject({ key, text: null, outcome: { repeated: true } });
    const other = await issueKey(
      made.ledger,
      { principal: 'crm', scopes: ['plans:read'], expiresOn: '2026-06-30', ...WHY },
      once,
    );
    expect(codeOf(other)).toBe('command_id_reused');
  });

  test('writes what its scopes name, and nothing else', async () => {
    const { text, request } = await newKey(['fx:write']);
    sound(await approve(made.ledger, request ?? '', FINANCE));
    const actor = sound(actingAs(sound(await enter(text))));
    expect(codeOf(await importRows(made, ['D-1,ada,100.00,USD,2026-01-02'], { by: { actor } }))).toBe('scope_missing');
    await defineText(made.ledger, 'rates: [{ pair: EUR/USD, on: 2026-01-01, rate: 1.10, source: Central bank }]', {
      actor,
    });
    const last = (await made.ledger.store.readAll({ after: 0n, limit: 100 })).map(decode).at(-1);
    expect(last?.event.type).toBe('ExchangeRateRecorded');
    expect(last?.meta.actor).toEqual({ id: 'crm', role: 'integration' });
  });
});

describe('requests about access', () => {
  test('stand with the others, bind a hash and expire', async () => {
    await join('mo');
    sound(await changeAccess(made.ledger, { type: 'RequestGrant', principal: 'mo', role: 'ops', ...WHY }, ADMIN));
    const name = 'grant/mo.ops';
    const [row] = await requests(made.ledger, { all: false });
    expect(row).toMatchObject({ name, says: 'role ops for mo', requestedBy: 'adam', expiresOn: '2026-01-19' });
    const stale = await approve(made.ledger, name, FINANCE, { requestHash: 'd'.repeat(64) });
    expect(codeOf(stale)).toBe('approval_stale');
    made.at('2026-01-19T00:00:00Z');
    expect(codeOf(await approve(made.ledger, name, FINANCE, { requestHash: row?.hash }))).toBe('request_expired');
    expect(
      codeOf(await changeAccess(made.ledger, { type: 'RequestGrant', principal: 'mo', role: 'ops', ...WHY }, ADMIN)),
    ).toBe('done');
    expect(codeOf(await approve(made.ledger, name, FINANCE))).toBe('done');
    expect(await signIn('mo')).toEqual({ id: 'mo', roles: ['ops'] });
  });

  test('two who approve at once give one role', async () => {
    await join('mo');
    sound(await changeAccess(made.ledger, { type: 'RequestGrant', principal: 'mo', role: 'ops', ...WHY }, ADMIN));
    const fay: By = { actor: { id: 'fay', role: 'finance' } };
    const both = await Promise.all([FINANCE, fay].map((by) => approve(made.ledger, 'grant/mo.ops', by)));
    expect(both.map(codeOf).sort()).toEqual(['already_decided', 'done']);
  });

  test('follow the rules of approval, where the company has some', async () => {
    await defineText(
      made.ledger,
      `
approvals: Rules
from: 2026-01-01
reason: x
rules: [{ rule: two for access, kinds: [grant, key], approvers: [finance, finance] }]
`,
    );
    sound(await approve(made.ledger, 'approvals@1', FINANCE));
    await join('mo');
    sound(await changeAccess(made.ledger, { type: 'RequestGrant', principal: 'mo', role: 'ops', ...WHY }, ADMIN));
    sound(await approve(made.ledger, 'grant/mo.ops', FINANCE));
    expect(await signIn('mo')).toEqual({ id: 'mo', roles: [] });
    expect(codeOf(await approve(made.ledger, 'grant/mo.ops', FINANCE))).toBe('approval_repeated');
    sound(await approve(made.ledger, 'grant/mo.ops', { actor: { id: 'fay', role: 'finance' } }));
    expect(await signIn('mo')).toEqual({ id: 'mo', roles: ['ops'] });
  });

  test('have names that are read as they are written', () => {
    for (const name of ['grant/mo.ops', 'key/crm.01JZ0000000000000000000000']) {
      const parsed = REQUESTS.parse(name) as RequestName;
      expect(REQUESTS.name(parsed)).toBe(name);
      expect(parsed.stream).toBe(name.startsWith('grant') ? 'access-mo' : 'access-crm');
    }
  });
});

describe('the review of access', () => {
  test('says who held which role at a moment, and who gave it', async () => {
    made.at('2026-02-01T09:00:00Z');
    await join('mo', 'manager');
    made.at('2026-03-01T09:00:00Z');
    sound(
      await changeAccess(made.ledger, { type: 'RevokeRole', principal: 'mo', role: 'manager', reason: 'x' }, ADMIN),
    );
    const then = sound(await showAccess(made.ledger, { principal: 'mo', asOf: '2026-02-28T00:00:00Z' }));
    expect(then.roles).toMatchObject([
      { role: 'manager', since: '2026-02-01T09:00:00.000002Z', requestedBy: 'adam', approvedBy: ['fred'] },
    ]);
    expect(sound(await showAccess(made.ledger, { principal: 'mo' })).roles).toEqual([]);
    expect(codeOf(await showAccess(made.ledger, { principal: 'mo', asOf: '2026-01-31T00:00:00Z' }))).toBe(
      'principal_unknown',
    );
    const all = sound(await listAccess(made.ledger, { asOf: '2026-02-28T00:00:00Z' }));
    expect(all.map(({ principal, roles }) => [principal, roles.map(({ role }) => role)])).toEqual([
      ['adam', ['admin']],
      ['finn', ['finance']],
      ['mo', ['manager']],
    ]);
    expect(codeOf(await listAccess(made.ledger, { asOf: 'later' }))).toBe('as_of_invalid');
  });

  test('shows keys with their scopes and end, and whether they were revoked', async () => {
    await machine();
    const { key } = await newKey(['deals:read']);
    sound(await changeAccess(made.ledger, { type: 'RevokeKey', principal: 'crm', key, reason: 'x' }, ADMIN));
    expect(sound(await showAccess(made.ledger, { principal: 'crm' })).keys).toMatchObject([
      { key, scopes: ['deals:read'], expiresOn: '2026-06-30', requestedBy: 'adam', approvedBy: [], revoked: true },
    ]);
  });
});

test.each([
  [{ principal: 'a.b' }, 'id_invalid'],
  [{ principal: '../x' }, 'id_invalid'],
  [{ identity: of(' ') }, 'field_invalid'],
  [{ identity: { issuer: '', subject: 'x' } }, 'field_invalid'],
  [{ identity: of('x'.repeat(501)) }, 'field_invalid'],
  [{ identity: of('\ud800') }, 'field_invalid'],
])('to register %j is refused: %s', async (other, code) => {
  const ask = { principal: 'mo', identity: of('mo'), ...other };
  expect(codeOf(await registerPrincipal(made.ledger, ask, ADMIN))).toBe(code);
  expect(codeOf(await registerPrincipal(made.ledger, ask, OPS))).not.toBe('done');
});

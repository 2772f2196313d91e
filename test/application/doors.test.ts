import {
  approve,
  type By,
  changeAccess,
  decline,
  define,
  issueKey,
  openPeriod,
  perform,
  recordReplay,
  registerPrincipal,
  requestErasure,
  requestFreeze,
  requestRelief,
  requestReopen,
  requestReplay,
  requestSplit,
  requests,
  revoke as revokeByName,
} from '@ledger/application';
import { runCli } from '@ledger/cli';
import { readDefinitions } from '@ledger/connectors';
import { KINDS, type Kind, rolesFor } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Api, makeApi } from '../api/given.ts';
import { documentsOf, FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

/** Every kind of request by every door: whoever may not decide it is refused, and nothing is written. */

const FILE = `
metric: revenue
title: Revenue
amount: deal.amount
from: 2026-01-01
reason: x
---
plan: lead
title: Lead
currency: USD
from: 2026-01-01
reason: x
components:
  c: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 1% }] }
---
crediting: helpers
title: Helpers
from: 2026-01-01
reason: x
rules: [{ rule: help, share: 50%, credits: { participant: ada }, pool: overlay }]
---
jurisdiction: us-ca
title: California
source: statute
offset: allowed
recover-draws: allowed
from: 2026-01-01
reason: x
---
quotas: [{ participant: ada, metric: bookings, year: 2026, per: quarter, amount: 90000, currency: USD }]
---
exception: adjustment
name: gift
participant: ada
period: 2026-Q1
amount: 10
reason: x
evidence: [y]
---
approvals: Rules
from: 2026-01-01
reason: x
`;

const LARGE_ONLY = `
metric: bookings
title: Bookings
counts: deal.amount > 50000
amount: deal.amount
from: 2026-01-01
reason: Only large ones
`;

/** One waiting request of each kind; those that only a frozen period can have are below. */
const NAMES: Partial<Record<Kind, string>> = {
  metric: 'metric/revenue@1',
  plan: 'plan/lead@1',
  crediting: 'crediting/helpers@1',
  jurisdiction: 'jurisdiction/us-ca@1',
  // A relief rests on the quota, and is stale once that is another one.
  relief: 'relief/ada.bookings.2026/relief-1',
  quota: 'quota/ada.bookings.2026/proposal-2',
  split: 'split/csv.D-1/split-1',
  exception: 'exception/ada.gift',
  approvals: 'approvals@1',
  freeze: 'freeze/2026-Q1',
  grant: 'grant/pia.auditor',
  erasure: 'erasure/erp',
  // Keys have names that are drawn; the one of this ledger stands here before each test.
  key: '',
};
/** Who asked, and who may not decide what they asked for; all else was asked for by ops. */
const ASKED_BY: Readonly<Partial<Record<Kind, string>>> = {
  grant: 'adam',
  key: 'adam',
  erasure: 'adam',
  reopen: 'cora',
};
const AFTER_FREEZE: Partial<Record<Kind, string>> = { reopen: 'reopen/2026-Q1', replay: 'replay/large' };
const PAYS_ADA: readonly Kind[] = ['quota', 'relief', 'split', 'exception', 'crediting', 'freeze', 'reopen', 'replay'];

let made: Made;
beforeEach(async () => {
  made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-20']));
  made.at('2026-04-02T09:00:00Z');
  const read = readDefinitions(new TextEncoder().encode(FILE), 'all.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  sound(await define(made.ledger, read.documents, OPS));
  const why = { reason: 'x', evidence: ['y'], scope: 'z', expiresOn: null };
  const basis = { by: 'days', share: '50%' } as const;
  const relief = { participant: 'ada', metric: 'bookings', year: 2026, kind: 'other' } as const;
  sound(await requestRelief(made.ledger, { ...relief, from: '2026-02-01', to: '2026-03-01', basis, ...why }, OPS));
  const shares = [{ participant: 'ben', share: '1' }];
  sound(await requestSplit(made.ledger, { source: 'csv', deal: 'D-1', shares, ...why }, OPS));
  sound(await openPeriod(made.ledger, '2026-Q1', OPS));
  const despite = 'the requests that wait are what is tested';
  sound(await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'x', evidence: [], despite }, OPS));
  const admin = as('adam', 'admin');
  const pia = { issuer: 'https://login.acme.example', subject: 'pia' };
  const access = { reason: 'x', evidence: [] };
  sound(await registerPrincipal(made.ledger, { principal: 'pia', identity: pia }, admin));
  const grant = { type: 'RequestGrant', principal: 'pia', role: 'auditor', ...access } as const;
  sound(await changeAccess(made.ledger, grant, admin));
  sound(await registerPrincipal(made.ledger, { principal: 'crm', identity: null }, admin));
  sound(await registerPrincipal(made.ledger, { principal: 'erp', identity: null }, admin));
  sound(await requestErasure(made.ledger, { person: 'erp', keptUntil: '2026-01-01', ...access }, admin));
  const key = { principal: 'crm', scopes: ['deals:write'], expiresOn: '2026-12-31', ...access };
  NAMES.key = sound(await issueKey(made.ledger, key, admin)).request ?? '';
});

type Door = (name: string, by: By) => Promise<string>;
const codeOf = (answer: unknown) => (isProblem(answer) ? answer.code : 'done');
const DOORS: Readonly<Record<string, Door>> = {
  'the function': async (name, by) => codeOf(await approve(made.ledger, name, by)),
  'the function that declines': async (name, by) => codeOf(await decline(made.ledger, name, 'No', by)),
  'a step of a worked case': async (name, by) =>
    codeOf(
      await perform(made.ledger, {
        ...{ on: '2026-04-02', by: by.actor, refused: null, line: 1, says: 'approve', isQuery: false },
        action: { do: 'approve', request: name, kind: null, about: '' },
      } as unknown as Parameters<typeof perform>[1]),
    ),
  'the command line': async (name, { actor }) => {
    let err = '';
    const io = { out: () => undefined, err: (text: string) => (err += text), env: {}, colour: false };
    const who = actor.onBehalfOf === undefined ? [] : ['--on-behalf-of', actor.onBehalfOf];
    const file = `${made.folder}/test.ledger`;
    const argv = ['--file', file, '--as', `${actor.role}:${actor.id}`, ...who, 'approve', name];
    const code = await runCli(argv, { ...io, terminal: false, columns: 80 } as unknown as Parameters<typeof runCli>[1]);
    return code === 0 ? 'done' : (/error\[([a-z_]+)\]/.exec(err)?.[1] ?? err);
  },
  'the API': async (name, by) => overHttp(`/v1/requests/${encodeURIComponent(name)}/approve`, {}, by),
  'the API that declines': async (name, by) =>
    overHttp(`/v1/requests/${encodeURIComponent(name)}/decline`, { reason: 'No' }, by),
};

/** Nobody stands in for anybody over HTTP, and a program comes with its key. */
const ALONE: readonly string[] = ['the API', 'the API that declines'];
let api: { readonly of: Made; readonly on: Api } | undefined;

async function overHttp(path: string, body: object, { actor }: By): Promise<string> {
  if (api?.of !== made) api = { of: made, on: await makeApi({ made }) };
  const answer = await api.on.call('POST', path, { as: `${actor.role}:${actor.id}`, body });
  return answer.status < 300 ? 'done' : (/"code":"([a-z_]+)"/.exec(answer.text)?.[1] ?? answer.text);
}

const as = (id: string, role: string, onBehalfOf?: string): By => ({
  actor: onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf },
});

test('every kind that is decided has its request here, or below', () => {
  const decided = KINDS.filter((kind) => rolesFor(kind, 'decide').length > 0);
  expect([...Object.keys(NAMES), ...Object.keys(AFTER_FREEZE)].sort()).toEqual([...decided].sort());
});

/** Whoever may not decide one of these is refused by the door, and nothing is written. */
async function closed(door: string, names: Partial<Record<Kind, string>>): Promise<void> {
  const go = DOORS[door] ?? (() => Promise.resolve('no door'));
  const standsIn = !ALONE.includes(door);
  const head = await made.ledger.store.head();
  for (const [kind, name] of Object.entries(names)) {
    for (const role of ['admin', 'ops', 'manager', 'auditor', 'rep', ...(standsIn ? ['integration'] : [])]) {
      expect([kind, role, await go(name, as('zoe', role))]).toEqual([kind, role, 'role_forbidden']);
    }
    const asker = ASKED_BY[kind as Kind] ?? 'olga';
    expect([kind, await go(name, as(asker, 'finance'))]).toEqual([kind, 'own_request']);
    if (standsIn) expect([kind, await go(name, as('fay', 'finance', asker))]).toEqual([kind, 'own_request']);
    if (!PAYS_ADA.includes(kind as Kind)) continue;
    // Whom a replay pays is calculated, which is not done for one that is over.
    const refused = kind === 'replay' && door === 'the command line' ? 'request_expired' : 'own_pay';
    expect([kind, await go(name, as('ada', 'finance'))]).toEqual([kind, refused]);
    if (standsIn) expect([kind, await go(name, as('fay', 'finance', 'ada'))]).toEqual([kind, refused]);
  }
  expect(await made.ledger.store.head()).toBe(head);
}

/** The quarter is history, somebody wants it open again, and a replay waits to be applied. */
async function afterFreeze(): Promise<void> {
  made = await makeCompany();
  const { ledger } = made;
  sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-20', 'D-2,ada,20000.00,USD,2026-02-20']));
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  const documents = documentsOf(LARGE_ONLY);
  const why = { reason: 'x', evidence: ['y'] };
  const ask = { replay: 'large', reason: 'x', from: '2026-Q1', to: '2026-Q1', documents };
  const { digest } = sound(await recordReplay(ledger, ask, OPS)).answer;
  sound(await requestReplay(ledger, { replay: 'large', digest, policy: { by: 'true-up' }, ...why }, OPS));
  sound(await requestReopen(ledger, { period: '2026-Q1', ...why }, as('cora', 'finance')));
}

describe.each(Object.keys(DOORS))('%s', (door) => {
  // The system clock is months later: by the command line all of these are expired as well, which is asked last.
  test('lets nobody decide who may not, whatever the kind', async () => {
    await closed(door, NAMES);
    expect((await requests(made.ledger, { all: false })).length).toBe(Object.keys(NAMES).length);
  });

  test('nor what only a frozen period can have', async () => {
    await afterFreeze();
    await closed(door, AFTER_FREEZE);
  });
});

test('who may decides each of them, and revokes what can be revoked', async () => {
  for (const [kind, name] of Object.entries(NAMES)) {
    if (kind === 'freeze') continue;
    expect([kind, codeOf(await approve(made.ledger, name, FINANCE))]).toEqual([kind, 'done']);
    expect([kind, codeOf(await approve(made.ledger, name, FINANCE))]).toEqual([kind, 'already_decided']);
  }
  for (const kind of ['split', 'relief', 'exception'] as const) {
    const name = NAMES[kind] ?? '';
    expect(codeOf(await revokeByName(made.ledger, name, 'No', as('olga', 'finance')))).toBe('own_request');
    expect(codeOf(await revokeByName(made.ledger, name, 'No', as('ada', 'finance')))).toBe('own_pay');
    expect(codeOf(await revokeByName(made.ledger, name, ' ', FINANCE))).toBe('reason_required');
    expect(codeOf(await revokeByName(made.ledger, name, 'No', as('adam', 'admin')))).toBe('role_forbidden');
    expect(codeOf(await revokeByName(made.ledger, name, 'No', FINANCE))).toBe('done');
    expect(codeOf(await revokeByName(made.ledger, name, 'No', FINANCE))).toBe('already_decided');
  }
});

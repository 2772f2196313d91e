import { ROUTES, type Route } from '@ledger/api';
import { ROLES } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';
import { importRows, makeCompany } from '../support/company.ts';
import { codeOf, makeApi } from './given.ts';

const GROUPS = ['definitions', 'people', 'decisions', 'periods', 'payments'];
const LETTERS = { r: 'rep', m: 'manager', o: 'ops', f: 'finance', a: 'auditor', d: 'admin', k: 'integration' } as const;

/** Whom the door lets in, by the rows of the matrix (authorization.json); what they may of it, the application says. A key has no scope here. */
const MAY: Readonly<Record<string, string>> = {
  define: 'm o f d k',
  listDefinitions: 'r m o f a d',
  readDefinition: 'r m o f a d',
  readDefinitionInWords: 'r m o f a d',
  retireDefinition: 'f',
  checkCases: 'o f a',
  whatWould: 'r m o f a',
  listParticipants: 'r m o f a d',
  readParticipant: 'r m o f a d',
  assignPlan: 'o',
  unassignPlan: 'o',
  changeManager: 'o',
  recordLeave: 'm o',
  offboard: 'o',
  acknowledgePlan: 'r m',
  readPlanLetters: 'r m o f a d',
  requestRelief: 'm o',
  requestSplit: 'm o',
  requestException: 'm o',
  listExceptions: 'r m o f a',
  listRequests: 'm o f a d',
  readApprovalRules: 'm o f a d',
  readRequest: 'm o f a d',
  readRequestCases: 'm o f a d',
  readRequestEffect: 'o f a',
  // Rules of a company may let managers decide.
  approveRequest: 'm f',
  declineRequest: 'm f',
  revokeRequest: 'm f',
  listPeriods: 'r m o f a d',
  openPeriod: 'o f',
  readPeriod: 'r m o f a d',
  readBlockers: 'o f a',
  readClose: 'o f a',
  requestFreeze: 'o',
  continueFreeze: 'o f',
  requestReopen: 'f',
  listStatements: 'r m o f a',
  listPayouts: 'r m o f a',
  listPayRuns: 'o f a',
  releasePayRun: 'f',
  readPayRun: 'o f a',
  readPayRunFile: 'o f a',
  importPayments: 'f k',
};

const FILLED: Readonly<Record<string, string>> = {
  period: '2026-Q1',
  participant: 'ada',
  request: 'x',
  kind: 'plan',
  name: 'seller',
  plan: 'seller',
  source: 'crm',
  deal: 'D-1',
  run: '1',
};
const filled = ({ path }: Route) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => FILLED[name] ?? name);

/** Personas, and a program with a key of these scopes. */
async function api(scopes: readonly string[] = []) {
  return makeApi({
    made: await makeCompany(),
    authenticators: [
      async (credentials) => {
        const [, role, id = ''] = credentials.split(':');
        const known = ROLES.find((each) => each === role);
        if (known === undefined) return undefined;
        return known === 'integration' ? { id, roles: [known], scopes, key: 'key-1' } : { id, roles: [known] };
      },
    ],
  });
}

/** Streams never end; who may follow them is tested where they are. */
const own = ROUTES.filter(({ group, answer }) => GROUPS.includes(group) && answer.type !== 'text/event-stream');

describe('who may', () => {
  test('is said here of every route', () => {
    expect(Object.keys(MAY).sort()).toEqual(own.map(({ name }) => name).sort());
  });

  test('is asked at the door of every route, before anything of the request is looked at', async () => {
    const { call } = await api();
    for (const route of own) {
      const allowed: string[] = [];
      for (const [letter, role] of Object.entries(LETTERS)) {
        const answer = await call(route.method, filled(route), { as: `${role}:someone` });
        const isRefused = answer.status === 403;
        if (isRefused) expect(['403 role_forbidden', '403 scope_missing']).toContain(codeOf(answer));
        else allowed.push(letter);
      }
      expect([route.name, allowed.join(' ')]).toEqual([route.name, MAY[route.name]]);
    }
  });

  test('a key does what its scopes say, and no more', async () => {
    const rates = 'rates:\n  - { pair: GBP/USD, on: 2026-01-01, rate: 1.27, source: Central bank }\n';
    const metric = 'metric: x\ntitle: X\namount: deal.amount\nfrom: 2026-01-01\nreason: Why\n';
    const as = 'integration:feed';
    const headers = { 'content-type': 'application/yaml' };
    const without = await api(['deals:write']);
    const refused = await without.call('POST', '/v1/definitions', { as, raw: rates, headers });
    expect(codeOf(refused)).toBe('403 scope_missing');
    const feed = await api(['fx:write', 'plans:read', 'payouts:read']);
    expect(await feed.call('POST', '/v1/definitions', { as, raw: rates, headers })).toMatchObject({ status: 201 });
    expect(codeOf(await feed.call('POST', '/v1/definitions', { as, raw: metric, headers }))).toBe('403 role_forbidden');
    const { body } = await feed.call('GET', '/v1/definitions', { as });
    const { definitions } = body as { readonly definitions: readonly { readonly kind: string }[] };
    expect([...new Set(definitions.map(({ kind }) => kind))]).toEqual(['calendar', 'metric', 'plan', 'rates']);
    const quota = await feed.call('GET', '/v1/definitions/quota/ada.bookings.2026', { as });
    expect(codeOf(quota)).toBe('403 scope_missing');
    await importRows(feed, ['D-1,ada,1000.00,USD,2026-01-04']);
    const statements = await feed.call('GET', '/v1/periods/2026-Q1/statements', { as });
    expect(statements).toMatchObject({ status: 200, body: { totals: { USD: '80.00' } } });
  });
});

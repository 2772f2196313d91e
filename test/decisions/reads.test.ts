import { existsSync, readFileSync } from 'node:fs';
import {
  type Extent,
  extentOf,
  hidden,
  judge,
  judgeRead,
  KINDS,
  leftOut,
  READ_SCOPES,
  RESOURCES,
  type Resource,
  ROLES,
  rolesFor,
  WRITE_SCOPES,
} from '@ledger/decisions';
import { describe, expect, test } from 'vitest';

/** The rows once more, as the document has them: letters of each role, the scope of keys, the row that it comes from. */
const EXPECTED: Readonly<Record<Resource, readonly [row: string | null, letters: string, scope: string | null]>> = {
  pay: ['R01', 'O T A A A -', 'payouts:read'],
  deals: ['R02', 'O T A A A -', 'deals:read'],
  plans: ['R03', 'O T A A A R', 'plans:read'],
  quotas: ['R04', 'O T A A A -', 'quotas:read'],
  events: ['R05', 'O T A A A R', 'events:read'],
  proofs: ['R06', 'O T A A A A', 'events:read'],
  people: ['R07', 'O T A A R A', null],
  exports: ['R08', 'O T A A A -', 'exports:read'],
  stream: ['R09', 'O T A A A -', null],
  'access-log': ['R10', '- - R A A A', null],
  // Rows that the document does not have.
  queries: [null, 'O T A A A -', null],
  requests: [null, '- T A A A R', null],
  replays: [null, '- - A A A -', null],
  close: [null, '- - A A A -', null],
  calendar: [null, 'A A A A A A', 'plans:read'],
};
const EXTENTS: Readonly<Record<string, Extent>> = { A: 'all', T: 'team', O: 'own', R: 'redacted', '-': 'none' };
const PEOPLE = ROLES.filter((role) => role !== 'integration');
const letter = (resource: Resource, role: (typeof PEOPLE)[number]) =>
  EXPECTED[resource][1].split(' ')[PEOPLE.indexOf(role)] ?? '';

const CELLS = RESOURCES.flatMap((resource) => PEOPLE.map((role) => ({ resource, role, cell: letter(resource, role) })));

describe('who sees what', () => {
  test.each(CELLS)('$resource: $role sees $cell', ({ resource, role, cell }) => {
    expect(extentOf(resource, { role })).toBe(EXTENTS[cell]);
    expect(judgeRead(resource, { role })?.code).toBe(cell === '-' ? 'role_forbidden' : undefined);
  });

  test.each(RESOURCES)('%s: a key sees it by its scope, and by no other', (resource) => {
    const scope = EXPECTED[resource][2];
    for (const each of [...READ_SCOPES, ...WRITE_SCOPES]) {
      const seen = extentOf(resource, { role: 'integration', scopes: [each] });
      expect([each, seen]).toEqual([each, each === scope ? 'all' : 'none']);
    }
    expect(extentOf(resource, { role: 'integration', scopes: [] })).toBe('none');
    const refused = judgeRead(resource, { role: 'integration', scopes: [] });
    expect(refused?.code).toBe(scope === null ? 'role_forbidden' : 'scope_missing');
    if (scope !== null) expect(refused?.message).toContain(scope);
  });

  test.each(RESOURCES)('%s: a role that nobody knows sees nothing', (resource) => {
    for (const role of ['owner', '', 'OPS', 'toString', '__proto__']) expect(extentOf(resource, { role })).toBe('none');
  });

  test.each(RESOURCES)('%s: what is left out is said where somebody sees it redacted', (resource) => {
    const redacted = PEOPLE.some((role) => extentOf(resource, { role }) === 'redacted');
    expect(leftOut(resource) !== undefined).toBe(redacted);
  });

  test('what is hidden and what is missing get the same answer, whoever asks', () => {
    expect(hidden('statement', 'ada/2026-Q1')).toEqual({
      code: 'not_found',
      message: 'There is no statement "ada/2026-Q1" that you can see; check its name.',
    });
  });
});

describe('the table of authority that LEDGER_AUTHORITY_TABLE names', () => {
  test('every row of it that reads is ours, letter by letter', ({ skip }) => {
    const file = process.env.LEDGER_AUTHORITY_TABLE;
    if (file === undefined || !existsSync(file)) return skip('LEDGER_AUTHORITY_TABLE names no file');
    const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cells: readonly Record<string, string>[] };
    const rows = cells.filter(({ id }) => id?.startsWith('R'));
    const ours = RESOURCES.filter((resource) => EXPECTED[resource][0] !== null);
    expect(ours.map((resource) => EXPECTED[resource][0])).toEqual(rows.map(({ id }) => id));
    for (const [index, resource] of ours.entries()) {
      const row = rows[index];
      const scope = EXPECTED[resource][2];
      expect([...PEOPLE.map((role) => row?.[role]), row?.key]).toEqual([
        ...EXPECTED[resource][1].split(' '),
        scope === null ? '-' : `S ${scope}`,
      ]);
    }
  });
});

describe('keys', () => {
  const NEEDS = { deal: 'deals:write', payment: 'payroll:write', fx: 'fx:write' } as const;
  const RECORDED = KINDS.filter((kind) => rolesFor(kind, 'record').includes('integration'));

  test('record what their scopes name, and nothing else', () => {
    expect(RECORDED).toEqual(Object.keys(NEEDS));
    for (const kind of KINDS) {
      for (const scope of [...WRITE_SCOPES, ...READ_SCOPES]) {
        const actor = { id: 'crm', role: 'integration', scopes: [scope] };
        const code = judge({ kind, step: 'record', actor, beneficiaries: [] })?.code;
        const allowed = kind in NEEDS && Object.entries(NEEDS).some(([own, needs]) => own === kind && needs === scope);
        const refused = RECORDED.includes(kind) ? 'scope_missing' : 'role_forbidden';
        expect([kind, scope, code]).toEqual([kind, scope, allowed ? undefined : refused]);
      }
    }
  });

  test('ask for no decision and make none, whatever they are allowed to', () => {
    for (const kind of KINDS) {
      for (const step of ['request', 'decide'] as const) {
        const actor = { id: 'crm', role: 'integration', scopes: [...WRITE_SCOPES, ...READ_SCOPES] };
        expect(judge({ kind, step, actor, beneficiaries: [], roles: ['finance', 'manager'] })?.code).toBe(
          'role_forbidden',
        );
      }
    }
  });

  test('a key that says to be of another role is still bound by its scopes', () => {
    const actor = { id: 'crm', role: 'finance', scopes: ['deals:write'] };
    expect(judge({ kind: 'quota', step: 'decide', actor, beneficiaries: [] })?.code).toBe('scope_missing');
  });
});

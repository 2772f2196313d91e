import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, refused, WHEN } from './given.ts';

const IDP = ['--issuer', 'https://login.acme.example', '--subject'];
const WHY = ['--reason', 'New in the team'];

async function begun(): Promise<Place> {
  const at = await companyPlace();
  for (const [id, role] of [
    ['adam', 'admin'],
    ['fay', 'finance'],
  ]) {
    const made = await at.at(WHEN, 'admin:root', `access init ${id} --role ${role}`, ...IDP, `sub-${id}`);
    expect(made).toMatchObject({ code: 0, err: '' });
  }
  return at;
}

test('a person and a program are let in, reviewed and let in no more, by commands', async () => {
  const at = await begun();
  const admin = (line: string, ...more: readonly string[]) => at.at(WHEN, 'admin:adam', line, ...more);
  expect((await admin('access register zoe --name', 'Zoe Doe', ...IDP, 'sub-zoe')).out).toMatch(/PrincipalRegistered/);
  expect((await admin('access grant zoe auditor', ...WHY, '--evidence', 'HR-1')).out).toMatch(
    /waiting for approval: grant\/zoe\.auditor/,
  );
  expect((await at.at(WHEN, 'finance:fay', 'approve --all')).out).toMatch(/approve those by name/);
  expect((await at.at(WHEN, 'finance:fay', 'approve grant/zoe.auditor')).out).toMatch(/approved grant\/zoe\.auditor/);
  await admin('access register crm --machine');
  const asked = await admin('access keys issue crm --scope deals:write --expires 2026-12-31', ...WHY);
  const [request] = /key\/crm\.\S+/.exec(asked.out) ?? [''];
  expect((await at.at(WHEN, 'finance:fay', `approve ${request}`)).out).toMatch(/approved key\/crm/);

  const list = await at.at(WHEN, 'auditor:ana', 'access list');
  expect(list.out).toMatch(/zoe \(Zoe Doe\), person\n {4}auditor since 2026-04-02, asked by adam, approved by fay/);
  expect(list.out).toMatch(/key \S+ for deals:write,\s+until 2026-12-31, asked by\s+adam, approved by fay/);
  const before = await at.at(WHEN, 'auditor:ana', 'access list --as-of 2026-03-01T00:00:00Z');
  expect(before.out).toMatch(/Nobody is known/);

  expect((await admin('access revoke zoe auditor', ...WHY)).out).toMatch(/RoleRevoked/);
  const [, key = ''] = /^key\/crm\.(\S+)$/.exec(request) ?? [];
  expect((await admin(`access keys revoke crm ${key}`, ...WHY)).out).toMatch(/KeyRevoked/);
  expect((await admin('access disable crm', ...WHY)).out).toMatch(/PrincipalDisabled/);
  expect((await admin('access enable crm', ...WHY)).out).toMatch(/PrincipalEnabled/);
  expect((await at.at(WHEN, 'auditor:ana', 'access show crm')).out).toMatch(
    /KeyRequested[\s\S]*KeyApproved[\s\S]*KeyRevoked/,
  );
  const audit = await at.at(WHEN, 'auditor:ana', 'audit --type access');
  expect(audit.out).toMatch(/RoleGranted[\s\S]*RoleRevoked/);
  expect((await at.at(WHEN, 'auditor:ana', 'verify')).code).toBe(0);
});

test('a key is shown once, and its secret is in no file of the ledger', async () => {
  const at = await begun();
  await at.at(WHEN, 'admin:adam', 'access register crm --machine');
  const line = 'access keys issue crm --scope deals:read --expires 2026-12-31 --command-id key-1 --json';
  const made = JSON.parse((await at.at(WHEN, 'admin:adam', line, ...WHY)).out) as { text: string; key: string };
  expect(made.text).toMatch(/^clk_[0-9A-Z]{26}_[A-Za-z0-9_-]{43}$/);
  expect(made.text).toContain(made.key);
  const secret = made.text.slice(-43);
  for (const name of readdirSync(at.folder)) {
    expect([name, readFileSync(join(at.folder, name)).includes(secret)]).toEqual([name, false]);
  }
  const again = JSON.parse((await at.at(WHEN, 'admin:adam', line, ...WHY)).out);
  expect(again).toMatchObject({ text: null, key: made.key, outcome: { repeated: true } });
  expect((await at.at(WHEN, 'admin:adam', line.replace(' --json', ''), ...WHY)).out).toMatch(/cannot be shown again/);
});

test('what is not allowed or makes no sense is refused with a code, and nothing is written', async () => {
  const at = await begun();
  await at.at(WHEN, 'admin:adam', 'access register crm --machine');
  const say = (as: string, argv: string, exit: number, code: string) => refused(at, as, argv.split(' '), exit, code);
  const init = 'access init eve --issuer https://x --subject e';
  await say('admin:root', `${init} --role admin`, EXITS.conflict, 'role_held');
  await say('ops:olga', `${init} --role admin`, EXITS.forbidden, 'role_forbidden');
  await say('admin:root', `${init} --role ops`, EXITS.usage, 'option_invalid');
  await say('admin:root', 'access init eve --role admin --issuer x', EXITS.usage, 'argument_missing');
  await say('admin:root', 'access register zoe', EXITS.usage, 'argument_missing');
  await say('admin:root', 'access register zoe --machine --issuer x --subject y', EXITS.usage, 'argument_missing');
  await say('admin:root', 'access register a.b --machine', EXITS.input, 'id_invalid');
  await say('ops:olga', 'access register zoe --machine', EXITS.forbidden, 'role_forbidden');
  await say('admin:adam', 'access grant zoe rep --reason x', EXITS.conflict, 'principal_unknown');
  await say('admin:adam', 'access grant adam auditor --reason x', EXITS.forbidden, 'self_grant');
  await say('admin:root', 'access grant adam ops --reason x', EXITS.conflict, 'roles_incompatible');
  await say('admin:root', 'access grant fay owner --reason x', EXITS.input, 'field_invalid');
  await say('admin:root', 'access revoke fay ops --reason x', EXITS.conflict, 'not_found');
  const key = 'access keys issue crm --reason x --expires 2026-12-31 --scope';
  await say('admin:adam', `${key} deals:drop`, EXITS.input, 'field_invalid');
  await say('finance:fay', `${key} deals:read`, EXITS.forbidden, 'role_forbidden');
  await say('admin:adam', `${key.replace('2026-12', '2028-12')} deals:read`, EXITS.input, 'interval_invalid');
  await say('admin:adam', `${key.replace('crm', 'fay')} deals:read`, EXITS.input, 'field_invalid');
  await say('admin:adam', 'access show nobody', EXITS.conflict, 'principal_unknown');
  await say('admin:adam', 'access list --as-of later', EXITS.usage, 'as_of_invalid');
  expect((await cli(['access'])).code).toBe(EXITS.usage);
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, refusal, WHEN } from './given.ts';

const HOSTILE = '"><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>&amp;\' =1+1';

/** A company in which every text that a person can write is written by somebody who means harm. */
async function hostile(): Promise<Place> {
  const at = await companyPlace();
  const metric = `metric: bookings\ntitle: ${JSON.stringify(HOSTILE)}\namount: deal.amount\nfrom: 2026-01-01\nreason: ${JSON.stringify(HOSTILE)}\nevidence: [${JSON.stringify(HOSTILE)}]\n`;
  expect((await at.at(WHEN, 'ops:olga', `define ${at.write('hostile.yaml', metric)}`)).err).toBe('');
  const split = await cli([
    ...['--file', at.file, '--at', WHEN, '--as', 'manager:mo', 'split', 'csv.D-2', 'ada=60%', 'ben=40%'],
    ...['--reason', HOSTILE, '--evidence', HOSTILE],
  ]);
  expect(split.err).toBe('');
  expect((await at.at(WHEN, 'finance:fred', 'approve --all')).code).toBe(0);
  await cli([
    '--file',
    at.file,
    '--at',
    WHEN,
    '--as',
    'ops:olga',
    'freeze',
    '2026-Q1',
    '--reason',
    HOSTILE,
    '--despite',
    HOSTILE,
  ]);
  expect((await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1')).code).toBe(0);
  const exception = `exception: adjustment\nname: more\nparticipant: ada\nperiod: 2026-Q2\namount: 1.00\nreason: ${JSON.stringify(HOSTILE)}\nevidence: [${JSON.stringify(HOSTILE)}]\n`;
  expect((await at.at(WHEN, 'ops:olga', 'open 2026-Q2')).code).toBe(0);
  expect((await at.at(WHEN, 'ops:olga', `define ${at.write('exception.yaml', exception)}`)).err).toBe('');
  return at;
}

const VOID = new Set(['meta', 'br']);

/** Reads a page as strictly as XML would: every tag closed in order, nothing of a tag in its text. Returns the names of the tags. */
function tagsOf(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  const open: string[] = [];
  const body = page.replace(/^<!doctype html>\n/, '').replace(/<style>[^<]*<\/style>/, '');
  const rest = body.replace(/<(\/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>/g, (_, closing: string, name: string) => {
    names.add(name);
    if (closing === '/') expect(open.pop()).toBe(name);
    else if (!VOID.has(name)) open.push(name);
    return '';
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
  return names;
}

describe('handover', () => {
  test('writes one page that stands by itself, and the same as JSON', async () => {
    const at = await companyPlace();
    const out = join(at.folder, 'a', 'pack');
    const before = await at.head();
    const ran = await at.at(WHEN, 'ops:olga', `handover --out ${out}`);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await at.head()).toBe(before);
    expect(readdirSync(out).sort()).toEqual(['handover.html', 'handover.json']);
    const page = readFileSync(join(out, 'handover.html'), 'utf8');
    const tags = tagsOf(page);
    for (const name of ['script', 'img', 'link', 'iframe', 'object', 'form', 'base']) expect(tags).not.toContain(name);
    expect(page).not.toMatch(/https?:|url\(|@import|src=/);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(page).toContain(`id="${target?.slice(1)}"`);
    expect(page).toContain('@media print');
    expect(page).toContain('Dear colleague');
    expect(page).toContain(`export LEDGER_STORE=&#39;${at.file}&#39; `);
    // What is printed can be given as it stands.
    expect(page).not.toMatch(/<code>ledger (?:close|show|payouts|pay-run|replay)<\/code>/);
    const pack = JSON.parse(readFileSync(join(out, 'handover.json'), 'utf8'));
    expect(pack).toMatchObject({ ledger: 'acme', asOf: before, rehearsal: null });
    const told = JSON.parse((await cli(['--json', '--file', at.file, '--at', WHEN, 'handover', '--out', out])).out);
    expect(told.pack).toEqual(pack);
    // However the ledger was named, the page is read elsewhere.
    await cli(['--file', relative(process.cwd(), at.file), '--at', WHEN, 'handover', '--out', out]);
    expect(readFileSync(join(out, 'handover.html'), 'utf8')).toContain(`export LEDGER_STORE=&#39;${at.file}&#39; `);
  });

  test('every text that somebody wrote is text, in the page and in what is read from it', async () => {
    const at = await hostile();
    const out = join(at.folder, 'pack');
    expect(await at.at(WHEN, 'ops:olga', `handover --out ${out}`)).toMatchObject({ code: 0, err: '' });
    const page = readFileSync(join(out, 'handover.html'), 'utf8');
    expect(tagsOf(page)).not.toContain('img');
    const escaped = page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g) ?? [];
    expect(escaped.length).toBeGreaterThan(5);
    const pack = JSON.parse(readFileSync(join(out, 'handover.json'), 'utf8'));
    expect(JSON.stringify(pack)).toContain(JSON.stringify(HOSTILE).slice(1, -1));
    expect(pack.unusual.map(({ why }: { why: string }) => why)).toContain('overridden');
  });

  // A view that says otherwise is what a release that calculates, or explains, otherwise looks like.
  async function otherwise(view: string, was: string, is: string): Promise<{ err: string; page: string }> {
    const at = await companyPlace();
    await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'D-4 belongs to nobody'");
    expect((await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1')).code).toBe(0);
    expect((await at.at(WHEN, 'ops:olga', 'attainment 2026-Q1')).code).toBe(0);
    const db = new DatabaseSync(`${at.file}.views`);
    const { id } = db.prepare('SELECT id FROM builds WHERE name = ? AND build = ?').get(view, 'live') as { id: number };
    expect(db.prepare(`UPDATE rows_${id} SET row = replace(row, ?, ?)`).run(was, is).changes).toBeGreaterThan(0);
    db.close();
    const out = join(at.folder, 'pack');
    const { code, err } = await at.at(WHEN, 'ops:olga', `handover --out ${out}`);
    expect(code).toBe(EXITS.integrity);
    const page = readFileSync(join(out, 'handover.html'), 'utf8');
    tagsOf(page);
    return { err, page };
  }

  test('a frozen statement that does not come out again is said by line, with what to do, and by the exit code', async () => {
    const { err, page } = await otherwise('deals', '80000.00', '90000.00');
    expect(err).toMatch(
      /^error\[replay_unequal\]: 1 statement of 2026-Q1 does not come out as frozen \(ada\), with other totals/,
    );
    expect(page).toContain('1 statement of 2026-Q1 does not come out');
    expect(page).toContain('<code>bookings/csv.D-1</code>: 6400.00 → 7200.00');
    for (const command of ['verify', 'recompute frozen.json', 'replay 2026-Q1'])
      expect(page).toContain(`ledger ${command}`);
  });

  test('a release that only explains otherwise moves no money, and the page says so', async () => {
    const { err, page } = await otherwise('definitions', '"Bookings"', '"Sold"');
    expect(err).toContain('2 statements of 2026-Q1 do not come out as frozen (ada, ben), with the same totals');
    expect(page).toContain('Every amount is as it was frozen; how they are explained reads otherwise.');
    expect(page).toContain('the close goes on');
  });

  test('an exception that is over and still felt is not counted among those in force', async () => {
    const at = await companyPlace();
    const leave =
      'relief ada bookings 2026 --kind leave --from 2026-02-01 --to 2026-03-01 --reason Leave --evidence HR';
    expect((await at.at(WHEN, 'manager:mo', leave)).err).toBe('');
    expect((await at.at(WHEN, 'finance:fred', 'approve --all')).code).toBe(0);
    const { out } = await at.at(WHEN, 'ops:olga', `handover --out ${join(at.folder, 'pack')}`);
    expect(out).toContain('0 exceptions in force, 1 over and still felt, ');
  });

  test('a folder that cannot be written, and one that is not named, are refused', async () => {
    const at = await companyPlace();
    writeFileSync(join(at.folder, 'file'), '');
    const ran = await at.at(WHEN, 'ops:olga', `handover --out ${join(at.folder, 'file')}`);
    expect(refusal(ran, EXITS.environment)).toEqual(['store_read_only']);
    // Where no folder can be, node's own way to make one with those above it never ends.
    if (existsSync('/proc/self')) {
      const nowhere = await at.at(WHEN, 'ops:olga', 'handover --out /proc/no/folder');
      expect(refusal(nowhere, EXITS.environment)).toEqual(['store_read_only']);
    }
    expect(refusal(await at.at(WHEN, 'ops:olga', 'handover'), EXITS.usage)).toEqual(['argument_missing']);
  });
});

test('close says the steps, and what comes next', async () => {
  const at = await companyPlace();
  const ran = await at.at(WHEN, 'ops:olga', 'close 2026-Q1');
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(
    /look {2}Mend what blocks the freeze[\s\S]*csv\.D-4[\s\S]*Look first: 5 Mend what blocks the freeze\nNext: ledger --as ops:<you> freeze 2026-Q1/,
  );
  expect(refusal(await at.at(WHEN, 'ops:olga', 'close Q1'), EXITS.input)).toEqual(['field_invalid']);
});

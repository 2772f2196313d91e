import { resolveQuery } from '@ledger/application';
import { describe, expect, test } from 'vitest';
import { type Api, makeApi } from '../api/given.ts';
import { importRows, makeCompany, OPS, sound } from '../support/company.ts';
import { cli, companyPlace, type Place, WHEN, widest } from './given.ts';

async function asked(): Promise<Place> {
  const at = await companyPlace();
  await at.at(WHEN, 'rep:ada', "query open ada 2026-Q1 csv.D-2 --says 'The order form says 60,000.'");
  return at;
}

describe('query follow, in the ledger file', () => {
  test('prints what others write as it comes, until the query is resolved', async () => {
    const at = await asked();
    const after = await at.head();
    const following = cli(
      ['--file', at.file, '--as', 'rep:ada', 'query', 'follow', 'ada.1', '--after', after].concat(
        '--until',
        'resolved',
      ),
    );
    await at.at(WHEN, 'ops:olga', "query reply ada.1 --says 'Which form?' --ask");
    await at.at(WHEN, 'rep:ada', 'query reply ada.1 --says OF-2');
    await at.at(WHEN, 'ops:olga', "query resolve ada.1 --reason 'It was 40,000.'");
    const { code, out, err } = await following;
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').filter((line) => line.includes('ada.1'))).toEqual([
      expect.stringContaining('olga asks'),
      expect.stringContaining('ada says'),
      expect.stringContaining('olga resolved it; no money moves'),
    ]);
    expect(widest(out)).toBeLessThanOrEqual(80);
    const again = await cli(['--file', at.file, '--as', 'rep:ada', 'query', 'follow', 'ada.1', '--until', 'resolved']);
    expect(again).toEqual({ code: 0, out: '', err: '' });
  });

  test('ends when whoever reads has seen enough; shows nobody what they may not see', async () => {
    const at = await asked();
    const enough = new AbortController();
    let out = '';
    const ran = await cli(['--file', at.file, '--as', 'ops:olga', '--json', 'query', 'follow', '--after', '0'], {
      interrupted: () => enough.signal,
      out(text) {
        out += text;
        enough.abort();
      },
    });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ type: 'QueryOpened', query: 'ada.1', data: { line: 'bookings/csv.D-2' } });
    const other = await cli(['--file', at.file, '--as', 'rep:ben', 'query', 'follow', 'ada.1']);
    expect(other).toMatchObject({ code: 5, err: expect.stringMatching(/^error\[not_found\]/) });
    for (const wrong of [
      ['--until', 'bored'],
      ['--after', 'now'],
    ]) {
      const ran = await cli(['--file', at.file, '--as', 'ops:olga', 'query', 'follow', ...wrong]);
      expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/^error\[option_invalid\]/) });
    }
  });
});

describe('query follow, from a server', () => {
  const follow = (api: Pick<Api, 'address'>, as: string, ...more: readonly string[]) =>
    cli(['query', 'follow', ...more, '--url', api.address], { env: { LEDGER_TOKEN: `demo:${as}` } });

  test('prints the same, and goes on where it was when the server was stopped and started again', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,40000.00,USD,2026-02-10']));
    const first = await makeApi({ made });
    const body = { participant: 'ada', period: '2026-Q1', line: 'csv.D-1', says: 'Is that all?' };
    await first.call('POST', '/v1/queries', { as: 'rep:ada', body });
    let hasSeen: (() => void) | undefined;
    const seen = new Promise<void>((resolve) => {
      hasSeen = resolve;
    });
    let out = '';
    const following = cli(['query', 'follow', 'ada.1', '--after', '0', '--until', 'resolved', '--url', first.address], {
      env: { LEDGER_TOKEN: 'demo:rep:ada' },
      out(text) {
        out += text;
        hasSeen?.();
      },
    });
    await seen;
    await first.close();
    const second = await makeApi({ made, port: Number(new URL(first.address).port) });
    sound(await resolveQuery(made.ledger, { query: 'ada.1', reason: 'It is.', events: [] }, OPS));
    expect(await following).toMatchObject({ code: 0, err: '' });
    expect(out.split('\n').filter((line) => line.includes('ada.1'))).toEqual([
      expect.stringContaining('ada asks about bookings/csv.D-1 in 2026-Q1'),
      expect.stringContaining('olga resolved it'),
    ]);
    expect(await follow(second, 'rep:ben', 'ada.1')).toMatchObject({
      code: 5,
      err: expect.stringMatching(/^error\[not_found\]/),
    });
    expect(await follow(second, 'rep:ada', '--after', '99999999')).toMatchObject({
      code: 5,
      err: expect.stringMatching(/^error\[last_event_id_ahead\]/),
    });
  });

  test('sends no token where others could read it', async () => {
    const there = { address: 'http://ledger.example' };
    expect(await follow(there, 'rep:ada')).toMatchObject({ code: 2, err: expect.stringMatching(/option_invalid/) });
    const without = await cli(['query', 'follow', '--url', 'https://ledger.example']);
    expect(without).toMatchObject({ code: 4, err: expect.stringMatching(/^error\[unauthenticated\]/) });
  });
});

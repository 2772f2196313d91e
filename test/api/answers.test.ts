import { gunzipSync } from 'node:zlib';
import { createAnswers, isNamed, packedOf } from '@ledger/api';
import { expect, test } from 'vitest';
import { importRows, sound } from '../support/company.ts';
import { codeOf, makeApi } from './given.ts';

const STATEMENT = '/v1/periods/2026-Q1/statements/ada';

test('an answer goes by its bytes: the same again is 304, another one is sent', async () => {
  const api = await makeApi();
  const first = await api.call('GET', STATEMENT, { as: 'rep:ada' });
  const etag = first.headers.get('etag') ?? '';
  const headers = { 'if-none-match': `"other", W/${etag}` };
  const again = await api.call('GET', STATEMENT, { as: 'rep:ada', headers });
  expect([again.status, again.text, again.headers.get('ledger-position')]).toEqual([
    304,
    '',
    first.headers.get('ledger-position'),
  ]);
  sound(await importRows(api, ['D-1,ada,1000.00,USD,2026-01-04']));
  const later = await api.call('GET', STATEMENT, { as: 'rep:ada', headers });
  expect(later).toMatchObject({ status: 200, body: { statement: { total: '80.00' } } });
});

test('what is kept is given to nobody else, in no other role, and not before it is there', async () => {
  const api = await makeApi();
  const ops = await api.call('GET', STATEMENT, { as: 'ops:olga' });
  expect((await api.call('GET', STATEMENT, { as: 'ops:olga' })).text).toBe(ops.text);
  expect(codeOf(await api.call('GET', STATEMENT, { as: 'rep:ben' }))).toBe('404 not_found');
  expect(codeOf(await api.call('GET', STATEMENT, { as: 'rep:olga' }))).toBe('404 not_found');
  expect(codeOf(await api.call('GET', STATEMENT, { as: 'admin:olga' }))).toBe('403 role_forbidden');
  expect(codeOf(await api.call('GET', `${STATEMENT}?after=x`, { as: 'ops:olga' }))).toBe('400 parameter_invalid');
});

test('the oldest go when there are too many', () => {
  const answers = createAnswers(10_000);
  const answer = (bytes: number) => ({ bytes: Buffer.alloc(bytes), etag: '"e"', position: '1' });
  answers.keep('a', answer(3_000));
  answers.keep('b', answer(3_000));
  expect(answers.get('a')).toBeDefined();
  answers.keep('c', answer(3_000));
  expect(['a', 'b', 'c'].map((key) => answers.get(key) !== undefined)).toEqual([true, false, true]);
  answers.keep('huge', answer(2_000_000));
  expect(answers.get('huge')).toBeUndefined();
  expect([isNamed('*', '"e"'), isNamed(undefined, '"e"'), isNamed('"f"', '"e"')]).toEqual([true, false, false]);
});

test('what is long is packed once, for those who take it so', async () => {
  const long = { bytes: Buffer.from('ledger '.repeat(5_000)), etag: '"e"', position: '1' };
  const short = { ...long, bytes: Buffer.from('short') };
  for (const none of [undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.0'])
    expect(await packedOf(long, none)).toBeUndefined();
  const packed = await packedOf(long, 'br;q=1, gzip;q=0.5');
  expect(gunzipSync(packed ?? '')).toEqual(long.bytes);
  expect(await packedOf(long, 'deflate, GZIP')).toBe(packed);
  expect(await packedOf(short, 'gzip')).toBeUndefined();
});

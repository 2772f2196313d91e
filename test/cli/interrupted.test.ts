import { remainingTime } from '@ledger/cli';
import { expect, test } from 'vitest';
import { cli, companyPlace, WHEN } from './given.ts';

test.each([
  ['diff', '--as-of', '1'],
  ['replay', '2026-Q1'],
  ['replay', '2026-Q1', '--record', 'kept', '--note', 'Test'],
])('%s %s %s: interrupted, says in a line that nothing was written, and ends as shells say it', async (...line) => {
  const at = await companyPlace();
  await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
  const before = await at.head();
  const ask = ['--file', at.file, '--as', 'ops:olga', '--at', WHEN, ...line];
  const ran = await cli(ask, { interrupted: () => AbortSignal.abort() });
  expect(ran).toEqual({ code: 130, out: '', err: 'interrupted: nothing was written\n' });
  expect(await at.head()).toBe(before);
});

test('the time that remains is told once there is something to tell it by', () => {
  const remaining = remainingTime();
  expect(remaining(0, 100, 1_000)).toBe('');
  expect(remaining(0, 100, 9_000)).toBe('');
  expect(remaining(10, 100, 11_000)).toBe(' · 1 min 30 s left');
  expect(remaining(90, 100, 91_000)).toBe(' · 10 s left');
  const quick = remainingTime();
  expect(quick(0, 100, 0)).toBe('');
  expect(quick(50, 100, 10)).toBe('');
});

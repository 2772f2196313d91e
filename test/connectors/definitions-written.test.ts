import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesAsData, type Definition, definitionText, readDefinitions, type Writable } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { casesIn } from '../cases/run.ts';
import { bytes, METRIC, read } from './definitions.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['test/cases/own', 'test/golden'].map((folder) => join(ROOT, folder));

/** What can be written of a definition, as the log would have it. */
function writable(definition: Definition): readonly Writable[] {
  switch (definition.kind) {
    case 'plan':
      return [{ ...definition, cases: definition.cases === null ? [] : casesAsData(definition.cases) }];
    case 'metric':
    case 'crediting':
    case 'jurisdiction':
    case 'rates':
      return [definition];
    case 'quotas':
      return definition.quotas.map((quota) => ({ kind: 'quotas', ...quota, reason: quota.reason ?? 'Why.' }));
    case 'calendar':
      return [{ ...definition, holidays: definition.holidays }];
    case 'corrections':
      return [{ ...definition, waiveUnder: definition.waiveUnder ?? {} }];
    default:
      return [];
  }
}

const CORRECTIONS = `corrections: { policy: true-up, from: 2026-01-01, reason: Why. }
---
corrections: { policy: spread, over: 3, waive-under: { USD: 5.00 }, from: 2026-01-01, reason: Why. }
`;

/** Every definition of every worked case, and of the demo. */
const all = [
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => casesIn(join(folder, name)))
      .flatMap(({ steps }) => steps.filter(({ refused }) => refused === null))
      .flatMap(({ action }) => (action.do === 'define' ? action.documents : [])),
  ),
  ...['calendar', 'metrics', 'plans', 'plan-june', 'quotas', 'rates'].flatMap((name) =>
    read(readFileSync(join(ROOT, `services/cli/demo/company/${name}.yaml`), 'utf8')),
  ),
  ...read(CORRECTIONS),
].flatMap(writable);

describe('a definition of the log as a text', () => {
  test('is read again as what it was, whatever it says', () => {
    const kinds = Map.groupBy(all, ({ kind }) => kind);
    expect(all.length).toBeGreaterThan(500);
    expect([...kinds.keys()].sort()).toEqual([
      'calendar',
      'corrections',
      'crediting',
      'jurisdiction',
      'metric',
      'plan',
      'quotas',
      'rates',
    ]);
    const unwritten = all.filter((each) => definitionText(each) === null);
    expect(unwritten).toEqual([]);
  });

  test('says only what does not hold anyhow, as people write it', () => {
    const plan = `plan: seller
title: Seller 2026
currency: USD
from: 2026-07-01
reason: A second accelerator for the second half.
evidence: [ Compensation committee 2026-06-20 ]
components:
  bookings:
    measure: bookings
    window: quarter
    table:
      - { from: 0%, pays: 8% }
      - { from: 100%, pays: 12% }
cases:
  - case: A deal above quota is paid at two rates
    given:
      - { quota: { ada: 100000 }, per: quarter }
      - { deal: D-1, owner: ada, amount: 120000, closed: 2026-02-09 }
    then:
      - { statement: ada, period: 2026-Q1, total: 10400.00 }
`;
    for (const text of [METRIC, plan]) {
      const [definition] = read(text).flatMap(writable);
      expect(definition && definitionText(definition)).toBe(text);
    }
  });

  test('is none rather than one that says something else', () => {
    const [metric] = read(METRIC);
    if (metric?.kind !== 'metric') throw new Error('no metric');
    // Of no file: a file says why.
    expect(definitionText({ ...metric, reason: '' })).toBeNull();
    const quoted = definitionText({ ...metric, reason: '& why: "so" {really}\nsince {it}: is # so' });
    expect(readDefinitions(bytes(quoted ?? ''), 'x.yaml').ok).toBe(true);
  });
});

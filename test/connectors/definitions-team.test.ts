import { readDefinitions } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';

/** What is wrong with components of teams, and with crediting rules, as the file shows it. */
function said(text: string): readonly string[] {
  const read = readDefinitions(new TextEncoder().encode(text), 'a.yaml');
  return read.ok ? [] : read.problems.map(({ code, message }) => `${code} ${message}`);
}

const plan = (component: string) =>
  `plan: p\ntitle: P\ncurrency: USD\nfrom: 2026-01-01\nreason: r\ncomponents:\n  c: { measure: m, window: month, table: [{ from: 0%, pays: 1% }], ${component} }\n`;
const rules = (text: string) =>
  `crediting: c\ntitle: C\nfrom: 2026-01-01\nreason: r\nrules:\n  - { rule: one, ${text} }\n`;

describe('teams', () => {
  test.each([
    ['team: { depth: direct }', /^field_invalid a\.yaml:7:.*is read only with `credits: team`/],
    ['pays-on: earnings', /^field_invalid a\.yaml:7:.*pays-on: earnings are what a team earns; write credits: team/],
    ['credits: team, earnings-of: [x]', /^field_invalid .*earnings-of: says which earnings are measured, and none are/],
    ['credits: team, team: { depth: two }', /^field_invalid .*"two" is not known; write all or direct/],
    ['credits: team, team: { dept: all }', /^field_unknown .*unknown field "dept"; did you mean "depth"\?/],
    ['team: { quotas: { over-assignment: 20% } }', /^field_invalid a\.yaml:7:.*is read only with `credits: team`/],
    ['credits: team, team: { quotas: {} }', /^field_missing a\.yaml:7:.*team\.quotas\.over-assignment/],
    [
      'credits: team, team: { quotas: { over-assignment: a fifth } }',
      /^percent_invalid a\.yaml:7:\d+: .*over-assignment: .*8%/,
    ],
    [
      'credits: team, team: { quotas: { over-assignment: 0%, flows-through: [leave] } }',
      /^field_invalid a\.yaml:7:.*"leave" is not known; write .*relief/,
    ],
    [
      'credits: team, team: { quotas: { over-assignment: 0%, without-quota: pays-base } }',
      /^field_invalid a\.yaml:7:.*"pays-base" is not known; write stop or counts-0/,
    ],
    ['credits: teams', /^field_invalid .*"teams" is not known/],
  ])('%s', (component, message) => {
    expect(said(plan(component))).toEqual([expect.stringMatching(message)]);
  });
});

describe('crediting rules', () => {
  test.each([
    ['credits: boss', /^field_invalid a\.yaml:6:.*credits: "boss" is not known/],
    ['credits: { manager: 0 }', /^field_invalid .*levels from 1 to 10/],
    ['credits: owner, share: 3 of 4', /^percent_invalid .*must be a share as 30%, 0\.3 or 1\/3/],
    ['credits: owner, share: 1/0', /^percent_invalid /],
    ['credits: owner, from: 2026-02-01, to: 2026-01-01', /^interval_invalid .*must be after/],
    ['share: 10%', /^field_missing .*credits/],
    ['credits: owner }\n  - { rule: one, credits: manager', /^field_invalid a\.yaml:7:.*two rules are called one/],
  ])('%s', (text, message) => {
    expect(said(rules(text))).toEqual([expect.stringMatching(message)]);
  });

  test('a set holds at least one rule', () => {
    expect(said('crediting: c\ntitle: C\nfrom: 2026-01-01\nreason: r\nrules: []\n')).toEqual([
      expect.stringMatching(/^field_missing .*must hold at least one rule/),
    ]);
  });
});

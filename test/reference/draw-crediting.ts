import { checkCrediting } from '@ledger/calculation';
import type { CreditingDocument, CreditRule, Recipient } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';
import { CONDITIONS } from './formulas.ts';

/** Draws rules that credit people, what deals say of whom they name, and how both change. */

const recipients = fc.constantFrom<Recipient[]>(
  { by: 'manager', level: 1 },
  { by: 'manager', level: 2 },
  { by: 'participant', participant: 'ben' },
  { by: 'participant', participant: 'mo' },
  { by: 'attribute', attribute: 'engineer' },
  { by: 'territory', attribute: 'region' },
  { by: 'owner' },
);

const dates = fc.constantFrom(null, null, null, '2026-01-15', '2026-02-10');

const rule: fc.Arbitrary<Omit<CreditRule, 'rule'>> = fc.record({
  when: mostly(6, 'true', ...Object.keys(CONDITIONS)),
  from: dates,
  to: fc.constantFrom(null, null, null, '2026-03-01', '2026-02-01'),
  credits: recipients,
  on: mostly<CreditRule['on']>(6, 'closed', 'selected', { attribute: 'created' }),
  pool: mostly<CreditRule['pool']>(6, 'primary', 'overlay'),
  share: fc.constantFrom('30%', '20%', '1/3', '0.1', '60%', '100%'),
  ifUnreachable: mostly<CreditRule['ifUnreachable']>(8, 'rest', 'stop'),
});

const territories = [
  { territory: 'north', owner: 'ben', from: '2025-12-01', to: '2026-02-01' },
  { territory: 'north', owner: 'zoe', from: '2026-02-01', to: null },
  { territory: 'south', owner: 'ada', from: '2026-01-10', to: null },
];

function documents(crediting: string): fc.Arbitrary<CreditingDocument> {
  return fc
    .record({
      apply: mostly<CreditingDocument['apply']>(7, 'all', 'first'),
      sourceCredits: mostly<CreditingDocument['sourceCredits']>(4, 'reduce', 'keep', 'replace'),
      rest: mostly<CreditingDocument['rest']>(3, 'owner', 'spread', 'none'),
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    })
    .map(({ rules, ...terms }) => ({
      crediting,
      title: crediting,
      ...terms,
      territories: rules.some(({ credits }) => credits.by === 'territory') ? territories : [],
      rules: rules.map((each, at) => ({ rule: `r${at}`, ...each })),
    }))
    .filter((document) => checkCrediting(document).length === 0);
}

const day = fc.integer({ min: 0, max: 120 });

export const creditingSets = fc.record({
  sets: fc.oneof(
    { weight: 6, arbitrary: documents('a').map((each) => [each]) },
    { weight: 4, arbitrary: fc.tuple(documents('a'), documents('b')).map((both) => [...both]) },
  ),
  from: fc.constantFrom('2025-01-01', '2025-01-01', '2026-01-10'),
  late: mostly(7, 0, 1, 2),
  change: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.record({ document: documents('a'), from: day, stage: fc.nat({ max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ document: fc.constant(null), from: day, stage: fc.nat({ max: 3 }) }) },
  ),
});

/** What deals say for rules to read. */
export const named = fc.record({
  owner: mostly<string | null>(5, 'ada', 'ben', null, 'mo'),
  engineer: mostly<string | null>(4, 'ben', 'mo', 'nobody', null),
  region: mostly<string | null>(4, 'north', 'south', 'west', null),
  created: mostly<string | null>(6, '2026-01-20', '2026-02-05', null),
});

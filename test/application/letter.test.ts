import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lettersOf, planLetter, recordOnParticipant } from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { approveAll, defineText, makeCompany, sound } from '../support/company.ts';

const ALL = { kind: 'all' } as const;

/** Every plan, whole or in part, of the page about the plan language. */
function plansOfThePage() {
  const page = readFileSync(join(import.meta.dirname, '../../docs/plan-language.md'), 'utf8');
  const head = 'plan: x\ntitle: X\ncurrency: USD\nfrom: 2026-01-01\nreason: Example\n';
  return [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => {
    const read = readDefinitions(Buffer.from(text.startsWith('components:') ? head + text : text), 'page.yaml');
    return read.ok ? read.documents.flatMap((each) => (each.kind === 'plan' ? [each.document] : [])) : [];
  });
}

describe('a plan letter', () => {
  test('says everything of every plan on the page about the plan language', () => {
    const plans = plansOfThePage();
    expect(plans.length).toBeGreaterThan(20);
    for (const plan of plans) {
      const sections = planLetter(plan, () => undefined);
      expect(sections).toHaveLength(Object.keys(plan.components).length + 1);
      for (const { component, clauses } of sections) {
        const fields = new Set(clauses.map(({ field }) => field));
        for (const { says } of clauses) {
          expect(says).toMatch(/^[A-Z0-9].*[.:]$/);
          // Not every currency has cents.
          expect(says).not.toMatch(/undefined|null|\[object|NaN| {2}| \.|\bcents?\b/);
        }
        // What a component says only where it departs from what is usual is said.
        const own: object = component === null ? plan : (plan.components[component] ?? {});
        const rare = [
          'streak',
          'contest',
          'objectives',
          'windfall',
          'groupCap',
          'budget',
          'release',
          'returned',
          'draws',
          'guarantee',
          'phaseIn',
          'onLeaving',
          'prorate',
          'duringLeave',
          'withoutQuota',
        ];
        for (const field of rare) if (field in own) expect([...fields]).toContain(field);
      }
    }
  });

  test.each([
    ['deal.type == "new"', 'Only deals count whose type is "new".'],
    [
      'deal.amount >= decimal("50000") && deal.type != "renewal"',
      'Only deals count whose amount is at least 50,000 and type is not "renewal".',
    ],
    ['deal.region == "north" || deal.seats > 10', 'Only deals count whose region is "north" or seats is more than 10.'],
    // What a sentence would not say exactly is shown as it is written.
    ...['deal.a == "1" && deal.b == "2" || deal.c == "3"', 'deal.name == "a && b"', 'deal.type in ["new"]'].map(
      (when) => [when, `Only deals count for which this holds: \`${when}\`.`],
    ),
  ])('says %s', (when = '', says) => {
    const text = `plan: x\ntitle: X\ncurrency: USD\nfrom: 2026-01-01\nreason: Example\ncomponents: { c: { measure: m, window: quarter, when: '${when}', table: [{ from: 0%, pays: 1% }] } }\n`;
    const read = readDefinitions(Buffer.from(text), 'plan.yaml');
    const [plan] = read.ok ? read.documents : [];
    if (plan?.kind !== 'plan') throw new Error(JSON.stringify(read));
    const clauses = planLetter(plan.document, () => undefined).flatMap((section) => section.clauses);
    expect(clauses.find(({ field }) => field === 'when')?.says).toBe(says);
  });

  test('reads to its participant as it was published, with figures', async () => {
    const { ledger } = await makeCompany();
    const letters = sound(await lettersOf(ledger, ALL, { participant: 'ada' }));
    expect(letters.quotas).toEqual([
      { metric: 'bookings', year: 2026, says: 'Bookings 2026: 100,000.00 USD for each quarter.' },
    ]);
    const [letter] = letters.plans;
    expect(letter).toMatchObject({
      plan: 'seller',
      from: '2026-01-01',
      versions: [{ version: 1, isInForce: true, isAcknowledged: false, changes: [] }],
    });
    const says = letter?.versions[0]?.sections.flatMap(({ clauses }) => clauses.map((each) => each.says));
    expect(says?.slice(0, 8)).toEqual([
      'It measures Bookings: every deal counts for its amount.',
      'Your primary credits count: your share of deals, which add up to 100% among those who share one.',
      'What counts adds up over each quarter.',
      'The target is your quota for the window.',
      'Each rate applies to what lies in its own band.',
      'From 0% to 100% of the target: 8% of Bookings.',
      'From 100% of the target: 12% of Bookings.',
      'Who hits a bound exactly is paid by the higher band.',
    ]);
  });

  test('of the next version says what is otherwise, and who has read it', async () => {
    const { ledger } = await makeCompany();
    const acknowledge = { type: 'AcknowledgePlan', participant: 'ada', plan: 'seller', version: 1 } as const;
    sound(await recordOnParticipant(ledger, acknowledge, { actor: { id: 'ada', role: 'rep' } }));
    await defineText(
      ledger,
      `
plan: seller
title: Seller
currency: USD
from: 2026-07-01
reason: More above quota, capped
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 14% }]
    cap: { period: 20000 }
`,
    );
    await approveAll(ledger);
    const { plans } = sound(await lettersOf(ledger, ALL, { participant: 'ada' }));
    const [second, first] = plans[0]?.versions ?? [];
    expect([second?.isAcknowledged, first?.isAcknowledged]).toEqual([false, true]);
    expect([second?.isInForce, first?.isInForce]).toEqual([false, true]);
    const told = { component: 'bookings', title: 'bookings' };
    expect(second?.changes).toEqual([
      {
        ...told,
        before: ['From 100% of the target: 12% of Bookings.'],
        after: ['From 100% of the target: 14% of Bookings.'],
      },
      { ...told, before: [], after: ['At most 20,000.00 USD is paid in a pay period.', 'What exceeds a cap is lost.'] },
    ]);
  });

  test('is for those who see rates and people: to others the person is not there', async () => {
    const { ledger } = await makeCompany();
    const ask = { participant: 'ada' };
    expect(await lettersOf(ledger, { kind: 'people', ids: new Set(['ben']) }, ask)).toMatchObject({
      code: 'not_found',
    });
    expect(await lettersOf(ledger, { kind: 'redacted' }, ask)).toMatchObject({ code: 'not_found' });
    expect(await lettersOf(ledger, ALL, { participant: 'eve' })).toMatchObject({ code: 'not_found' });
  });
});

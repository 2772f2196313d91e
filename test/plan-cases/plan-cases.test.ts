import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, type Place, place } from '../cli/given.ts';

/** Cases inside a plan document: read with it, run when it is proposed, and in the way of a plan that they do not prove. */

const METRIC = `metric: bookings
title: Bookings
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026.
`;

function plan(total: string, more = ''): string {
  return `plan: seller
title: Seller 2026
currency: USD
components:
  sales: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }] }
cases:
  - case: A deal above quota is paid at two rates
    given:
      - { quota: { ada: 100000 }, per: quarter }
      - { deal: D-1, owner: ada, amount: 120000, closed: 2026-02-09 }
    then:
      - { statement: ada, period: 2026-Q1, total: ${total} }
  - case: Below quota it is paid at one
    given:
      - { quota: { ada: 100000 }, per: quarter }
      - { deal: D-1, owner: ada, amount: 20000, closed: 2026-02-09 }
    then:
      - { statement: ada, period: 2026-Q1, total: 1600.00 }
${more}from: 2026-01-01
reason: Plan year 2026.
`;
}

const AT = '2026-01-05T09:00:00Z';

async function made(): Promise<Place> {
  const at = place();
  await cli(['--file', at.file, 'init', '--ledger', 'test', '--demo']);
  at.write('metric.yaml', METRIC);
  return at;
}

async function proposed(total: string) {
  const at = await made();
  const files = `${at.write('metric.yaml', METRIC)} ${at.write('plan.yaml', plan(total))}`;
  const ran = await at.at(AT, 'ops:olga', `define ${files}`);
  await at.at(AT, 'finance:fred', 'approve metric/bookings@1');
  return { at, ran };
}

describe('a plan with cases', () => {
  test('of one title is taken, with a warning where the title comes again', async () => {
    const at = await made();
    const text = plan('10400.00').replace('Below quota it is paid at one', 'A deal above quota is paid at two rates');
    const ran = await at.at(AT, 'ops:olga', `define ${at.write('metric.yaml', METRIC)} ${at.write('plan.yaml', text)}`);
    expect(ran.code).toBe(0);
    expect(ran.out.replaceAll(/\s+/g, ' ')).toMatch(
      /warning \S*plan.yaml:13:5: the case of line 7 has this title, too; call one of them otherwise\./,
    );
  });

  test('is published when they pass, and the approval says so', async () => {
    const { at, ran } = await proposed('10400.00');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('cases of seller: 2 passed, 0 failed');
    expect((await at.at(AT, 'finance:fred', 'requests')).out).toContain('cases of seller: 2 passed, 0 failed');
    const approved = await at.at(AT, 'finance:fred', 'approve plan/seller@1 --json');
    expect(approved.code).toBe(0);
    const [{ outcome }] = JSON.parse(approved.out);
    expect(outcome.events[0]).toMatchObject({ type: 'PlanPublished', data: { proof: { passed: 2, failed: [] } } });
    expect(outcome.events[0].data).not.toHaveProperty('cases');
  });

  test('of the reference is one that passes', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/worked-cases.md'), 'utf8');
    const text = /## Cases in a plan[\s\S]*?```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const at = await made();
    const ran = await at.at(AT, 'ops:olga', `define ${at.write('metric.yaml', METRIC)} ${at.write('plan.yaml', text)}`);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('1 passed, 0 failed');
  });

  test('is not published while one fails; the difference is shown to who proposes and who approves', async () => {
    const { at, ran } = await proposed('9600.00');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('cases of seller: 1 passed, 1 failed');
    expect(ran.out).toMatch(/total: expected 9600.00, is 10400.00/);
    expect((await at.at(AT, 'finance:fred', 'requests')).out).toMatch(/expected 9600.00, is 10400.00/);
    const refused = await at.at(AT, 'finance:fred', 'approve plan/seller@1');
    expect(refused.code).toBe(5);
    expect(refused.err).toMatch(/error\[cases_failed\]: 1 of the 2 cases .* "A deal above quota/);
  });

  test('passes in spite of them with a reason and two people who did not ask for it', async () => {
    const { at } = await proposed('9600.00');
    const despite = ['--despite', 'The case has last year’s rate.'];
    expect((await at.at(AT, 'ops:olga', 'approve plan/seller@1', ...despite)).err).toMatch(/role_forbidden/);
    expect((await at.at(AT, 'finance:olga', 'approve plan/seller@1', ...despite)).err).toMatch(/own_request/);
    const first = await at.at(AT, 'finance:fred', 'approve plan/seller@1', ...despite);
    expect(first.out).toMatch(/let pass plan\/seller@1/);
    // Whoever approves it after that sees who let it pass, and why.
    for (const asked of ['requests', 'requests plan/seller@1']) {
      expect((await at.at(AT, 'finance:flora', asked)).out).toMatch(
        /let pass by fred, so that somebody else approves it:\s+The\s+case\s+has\s+last\s+year’s\s+rate\./,
      );
    }
    const again = await at.at(AT, 'finance:fred', 'approve plan/seller@1');
    expect(again.code).toBe(4);
    expect(again.err).toMatch(/own_request.*"fred" let plan seller version 1 pass/);
    const second = await at.at(AT, 'finance:flora', 'approve plan/seller@1 --json');
    expect(second.code).toBe(0);
    const [{ outcome }] = JSON.parse(second.out);
    expect(outcome.events[0].data).toMatchObject({
      approvedBy: 'flora',
      proof: { passed: 1, overriddenBy: 'fred', overrideReason: 'The case has last year’s rate.' },
    });
  });

  test('other cases are another proposal; the same ones are not', async () => {
    const { at } = await proposed('9600.00');
    const same = await at.at(AT, 'ops:olga', `define ${at.write('plan.yaml', plan('9600.00'))}`);
    expect(same.out).toContain('recorded already');
    const mended = await at.at(AT, 'ops:olga', `define ${at.write('plan.yaml', plan('10400.00'))}`);
    expect(mended.out).toContain('plan/seller@2');
    expect((await at.at(AT, 'finance:fred', 'approve plan/seller@2')).code).toBe(0);
  });

  test.each([
    ['an unknown step', '      - { dael: D-2 }', /plan.yaml:21:11: cases #3.given #1: unknown field "dael"/],
    ['the plan itself', '      - { define: { plan: seller, components: {} } }', /plan.yaml:21:19: .*leave it out/],
    ['a file', '      - { file: other.yaml }', /plan.yaml:21:\d+: .*has no place in a case that a plan carries/],
    [
      'a date that is none',
      '      - { deal: D-1, owner: ada, amount: 1, closed: 2026-02-30 }',
      /plan.yaml:21:\d+: .*2026-02-30/,
    ],
  ])('%s in one of them is refused with line and column in the plan', async (_, step, says) => {
    const at = await made();
    const more = `  - case: Wrong\n    given:\n${step}\n    then:\n      - { statement: ada, period: 2026-Q1, total: 0 }\n`;
    const files = `${at.write('metric.yaml', METRIC)} ${at.write('plan.yaml', plan('10400.00', more))}`;
    const ran = await at.at(AT, 'ops:olga', `define ${files}`);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(says);
    expect(await at.head()).toBe('0');
  });
});

import { describe, expect, test } from 'vitest';
import { cli, type Place, place } from '../cli/given.ts';

/** What dates and currencies say against a plan is said when it is proposed, with the place in its file. */

const AT = '2026-01-05T09:00:00Z';

const CALENDAR = `calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: The company closes by the quarter. }
`;

function metric(from: string, to?: string): string {
  return `metric: bookings\ntitle: Bookings\namount: deal.amount\nfrom: ${from}\n${to === undefined ? '' : `to: ${to}\n`}reason: Plan year.\n`;
}

function plan(from: string, to?: string, currency = 'USD'): string {
  return `plan: seller
title: Seller
currency: ${currency}
components:
  sales: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 8% }] }
from: ${from}
${to === undefined ? '' : `to: ${to}\n`}reason: Plan year.
`;
}

async function made(): Promise<Place> {
  const at = place();
  await cli(['--file', at.file, 'init', '--ledger', 'test', '--demo']);
  expect((await at.at(AT, 'ops:olga', `define ${at.write('calendar.yaml', CALENDAR)}`)).code).toBe(0);
  return at;
}

const propose = (at: Place, ...texts: readonly string[]) =>
  at.at(AT, 'ops:olga', `define ${texts.map((text, index) => at.write(`file${index + 1}.yaml`, text)).join(' ')}`);

describe('a plan whose metric', () => {
  test.each([
    ['ends before it begins', metric('2026-01-01', '2026-07-01'), plan('2026-07-01')],
    ['begins when it has ended', metric('2027-01-01'), plan('2026-01-01', '2027-01-01')],
  ])('%s is refused with its place', async (_, first, second) => {
    const at = await made();
    const before = await at.head();
    const ran = await propose(at, first, second);
    expect(ran.code).toBe(5);
    expect(ran.err).toMatch(
      /error\[metric_unknown\]: \S*file2.yaml:5:21: plan seller: metric bookings is in force from .*on no day/,
    );
    expect(await at.head()).toBe(before);
  });

  test.each([
    ['ends while it applies', metric('2026-01-01', '2026-07-01'), plan('2026-01-01'), 'from 2026-07-01 on'],
    ['begins later', metric('2026-04-01'), plan('2026-01-01'), 'from 2026-01-01 to 2026-04-01'],
  ])('%s is taken, with a warning that names the days', async (_, first, second, days) => {
    const ran = await propose(await made(), first, second);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      new RegExp(`warning \\S*file2.yaml:5:21: plan seller: metric bookings .*closes ${days} stops`),
    );
  });

  test('is in force on all its days, by several versions, says nothing', async () => {
    const at = await made();
    await propose(at, metric('2026-01-01', '2026-07-01'));
    await at.at(AT, 'finance:fred', 'approve metric/bookings@1');
    const ran = await propose(at, metric('2026-07-01'), plan('2026-01-01'));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).not.toContain('warning');
  });

  test('is retired before it begins is refused, and another version ends the retirement', async () => {
    const at = await made();
    await propose(at, metric('2026-01-01'));
    await at.at(AT, 'finance:fred', 'approve metric/bookings@1');
    const retire = ['--from', '2026-03-01', '--reason', 'It is measured otherwise.'];
    expect((await at.at(AT, 'finance:fred', 'retire metric bookings', ...retire)).code).toBe(0);
    expect((await propose(at, plan('2026-04-01'))).err).toMatch(
      /metric_unknown.*from 2026-01-01 to 2026-03-01, on no day/,
    );
    expect((await propose(at, plan('2026-01-01'))).out).toMatch(/warning .*from 2026-03-01 on stops/);
    expect((await propose(at, metric('2026-02-01'), plan('2026-04-01'))).out).not.toContain('warning');
  });
});

test('a plan in a currency that nothing is exchanged into is taken with a warning', async () => {
  const at = await made();
  const warned = await propose(at, metric('2026-01-01'), plan('2026-01-01', undefined, 'EUR'));
  expect(warned.code).toBe(0);
  expect(warned.out).toMatch(/warning \S*file2.yaml:3:11: plan seller: no exchange rate from or to EUR/);
  const rates = 'rates: [{ pair: EUR/USD, on: 2026-01-01, rate: 1.10, source: bank }]\n';
  const quiet = await propose(at, rates, plan('2026-02-01', undefined, 'EUR'));
  expect(quiet.out).not.toContain('warning');
  expect((await propose(at, plan('2026-03-01'))).out).not.toContain('warning');
});

describe('where somebody works', () => {
  const law = (from: string, to?: string) =>
    `{ jurisdiction: us-ca, title: California, source: Memo, offset: forbidden, recover-draws: forbidden, from: ${from}, ${to === undefined ? '' : `to: ${to}, `}reason: Memo of counsel }\n`;
  const works = (jurisdiction: string) =>
    `exception: jurisdiction\nparticipant: ada\njurisdiction: ${jurisdiction}\nfrom: 2026-01-01\nreason: Works there.\nevidence: [contract]\n`;
  const ADA = 'participants: [{ id: ada, starts: 2026-01-01, currency: USD }]\nreason: x\n';

  test('is a place that is known, proposed, or given beside it; another one is refused with its place in the file', async () => {
    const at = await made();
    await propose(at, ADA);
    const before = await at.head();
    const unknown = await propose(at, works('us-cal'));
    expect(unknown.code).toBe(5);
    expect(unknown.err).toMatch(
      /error\[jurisdiction_missing\]: \S*file1.yaml:3:15: .*"us-cal"; define it, or correct its id/,
    );
    expect(await at.head()).toBe(before);
    expect((await propose(at, works('us-cal'), law('2026-01-01'))).err).toMatch(/did you mean "us-ca"\?/);
    await propose(at, law('2026-01-01'));
    const waits = await propose(at, works('us-ca'));
    expect(waits).toMatchObject({ code: 0 });
    expect(waits.out).not.toContain('warning');
  });

  test('is warned of where its law holds on some of the days only', async () => {
    const at = await made();
    await propose(at, ADA);
    const ran = await propose(at, works('us-ca'), law('2026-04-01', '2027-01-01'));
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /warning \S*file1.yaml:3:15: .*that ends from 2026-01-01 to 2026-04-01 or from 2027-01-01 on stops the statement/,
    );
  });
});

test('a plan that cannot pay somebody in their currency is assigned with a warning, by each way in', async () => {
  const at = await made();
  const ops = (command: string, ...more: readonly string[]) => at.at(AT, 'ops:olga', command, ...more);
  const person = (id: string, currency: string, plans = '') =>
    at.write(`${id}.yaml`, `participants: [{ id: ${id}, starts: 2026-01-01, currency: ${currency}${plans} }]`);
  await propose(at, metric('2026-01-01'), plan('2026-01-01'));
  await at.at(AT, 'finance:fred', 'approve --all');
  await ops(`define ${person('eve', 'EUR')} ${person('ann', 'USD')}`);
  const assign = (id: string, ...more: readonly string[]) =>
    ops(`assign ${id} seller --from 2026-01-01 --reason x`, ...more);
  expect((await assign('ann')).out).not.toContain('warning');
  const warned = await assign('eve');
  expect(warned.code).toBe(0);
  expect(warned.out).toContain(
    'warning Plan seller pays in USD and eve is paid in EUR: from 2026-01-01 on it stops the statement; write payout: { rate: period-end } in the plan, or assign one in EUR.',
  );
  expect(JSON.parse((await assign('eve', '--json')).out).warnings).toMatchObject([
    { code: 'plan_currency', field: '/plan' },
  ]);
  // From the middle of the year on the plan pays everybody in their own currency.
  await propose(at, plan('2026-07-01').replace('components:', 'payout: { rate: period-end }\ncomponents:'));
  await at.at(AT, 'finance:fred', 'approve --all');
  const joins = (from: string) => `, plans: [{ plan: seller, from: ${from} }]`;
  expect((await ops(`define ${person('max', 'EUR', joins('2026-04-01'))}`)).out).toMatch(
    /warning Plan seller pays in USD and max .*from 2026-04-01 on/,
  );
  expect((await ops(`define ${person('zoe', 'EUR', joins('2026-07-01'))}`)).out).not.toContain('warning');
  // Its terms of pay are amounts that are paid.
  const terms = 'payout: { rate: period-end }\npay: { minimum: 25.00 }\ncomponents:';
  await propose(at, plan('2026-10-01').replace('components:', terms));
  await at.at(AT, 'finance:fred', 'approve --all');
  expect((await ops(`define ${person('ida', 'EUR', joins('2026-07-01'))}`)).out).toContain(
    'warning Plan seller has draws, a guarantee or terms of pay in USD and ida is paid in EUR: from 2026-10-01 on it stops the statement; write them in a plan in EUR, or as a decision about the person.',
  );
});

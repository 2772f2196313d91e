import { asPersona } from '@ledger/api';
import { approve, KEY_PREFIX, principalByKey, requestException } from '@ledger/application';
import { exceptionKinds } from '@ledger/events';
import { parseInstant } from '@ledger/kernel';
import { openLedger } from '@ledger/wiring';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

const OLGA = { actor: { id: 'olga', role: 'ops' } };

/** What the demo lacks: objectives that are scored, windfalls that are decided about, a hold that is released. */
const DEFINED = [
  `plan: specialist
title: Specialist 2026
currency: USD
from: 2026-01-01
reason: Specialists are paid by objectives too.
components:
  goals:
    window: quarter
    target-incentive: 5000.00
    objectives:
      - { name: launch, weight: 60% }
      - { name: hiring, weight: 40% }
  large:
    measure: new-business
    window: year
    tier-by: amount
    table: [{ from: 0, pays: 10% }]
    windfall: { deal-over: 1000000.00 }
---
exception: hold
participant: ada
name: audit
from: 2026-06-01
reason: An audit is going on.
evidence: [Audit 7]
`,
  `approvals: Rules of Halden
from: 2026-01-01
reason: The audit asked for them.
evidence: [Audit report]
rules: [{ rule: pay by decision, kinds: [exception], over: { amount: { USD: 50 } }, not-below: [requester] }]
delegations: [{ by: flora, for: fay, from: 2026-04-13 }]
`,
  `exception: draw
participant: ada
name: draw
draw: { amount: 500.00, from: 2026-07-01 }
reason: The first months are slow.
evidence: [Offer letter]
`,
  `participants:
  - { id: gus, starts: 2026-01-01, currency: USD, manager: mo, plans: [{ plan: specialist, from: 2026-01-01 }] }
`,
];

/** Good input for every kind, by the labels of its fields. */
const GOOD: Readonly<Record<string, readonly [title: string, fields: Readonly<Record<string, string>>]>> = {
  adjustment: ['Adjustment', { 'Whom it is for': 'ada', 'Statement of': '2026-Q2', Amount: '-120.50' }],
  waiver: ['Waiver of corrections', { 'Whom it is for': 'ada', 'Statement of': '2026-Q2' }],
  'draw-forgiveness': ['Forgiveness of a draw', { 'Whom it is for': 'ada', 'Statement of': '2026-Q2' }],
  windfall: ['Decision about a windfall', { 'Whom it is for': 'gus', 'Statement of': '2026-Q2', Deal: 'crm.OP-2001' }],
  score: [
    'Score of an objective',
    { 'Whom it is for': 'gus', Component: 'goals', Objective: 'launch', Window: '2026-Q2', Reached: '80%' },
  ],
  hold: ['Hold', { 'Whom it is for': 'ben', 'First day': '2026-06-01' }],
  release: ['Release of a hold', { 'Whom it is for': 'ada', Hold: 'audit', 'Paid with the statement of': '2026-Q2' }],
  'recovery-suspension': ['Suspension of recovery', { 'Whom it is for': 'ada', 'First day': '2026-06-01' }],
  relief: [
    'Quota relief',
    {
      ...{ 'Whom it is for': 'ada', 'Metric of the quota': 'new-business', Year: '2026' },
      ...{ 'First day': '2026-06-01', 'First day after it': '2026-06-15' },
    },
  ],
  split: ['Split of a deal', { Deal: 'crm.OP-1347', Shares: 'ben 0.6\nada 40%' }],
  draw: ['Draw', { 'Whom it is for': 'dev', 'At least so much is paid': '3000.00', 'First day': '2026-07-01' }],
  guarantee: [
    'Guarantee',
    { 'Whom it is for': 'dev', 'At least so much is earned': '2000.00', 'First day': '2026-07-01' },
  ],
  'target-incentive': [
    'Target incentive of a person',
    { 'Whom it is for': 'gus', Amount: '24000', 'First day': '2026-01-01' },
  ],
  salary: ['Salary of a person', { 'Whom it is for': 'gus', Amount: '60000', 'First day': '2026-01-01' }],
  jurisdiction: ['Where a person works', { 'Whom it is for': 'ada', Jurisdiction: 'no', 'First day': '2026-01-01' }],
  consent: ['Consent to recovery', { 'Whom it is for': 'ada', 'First day': '2026-06-01' }],
  notice: ['Notice of recovery', { 'Whom it is for': 'ada', 'First day': '2026-06-01' }],
};

/** Of all kinds, those whose forms have fields that others do not have: a list, a choice, an amount, a date, a share. */
const TRIED = ['adjustment', 'release', 'relief', 'split', 'draw'];

let web: Web;
beforeAll(async () => {
  if (!HAS_BROWSER) return;
  web = await serveWeb(async (ledger) => ({
    // As a server of a demo lets in: by a key, too.
    authenticators: [
      asPersona,
      async (credentials) => (credentials.startsWith(KEY_PREFIX) ? principalByKey(ledger, credentials) : undefined),
    ],
  }));
  // Months ago somebody asked for what nobody decided.
  const past = await openLedger(web.file, { clock: () => parseInstant('2026-07-10T09:00:00Z') ?? 0n });
  const asksThen = { exception: 'adjustment', participant: 'ada', period: '2026-Q2', amount: '10.00', name: 'old' };
  const old = await requestException(past, { ...asksThen, reason: 'Fair', evidence: ['Mail'] }, OLGA);
  await past.close();
  expect(old).not.toHaveProperty('code');
  for (const text of DEFINED) {
    const { waiting } = (await asked('ops:olga', '/v1/definitions', text)) as { readonly waiting: readonly string[] };
    for (const request of waiting) await approve(web.ledger, request, { actor: { id: 'fred', role: 'finance' } });
  }
});

/** As a program asks: what it reads, or the definitions that it sends. */
async function asked(as: string, path: string, definitions?: string): Promise<unknown> {
  const response = await fetch(`${web.address}${path}`, {
    ...(definitions === undefined ? {} : { method: 'POST', body: definitions }),
    headers: {
      authorization: `Bearer demo:${as}`,
      'idempotency-key': crypto.randomUUID(),
      'content-type': 'application/yaml',
    },
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const field = (form: Locator | Page, label: string) => form.getByLabel(new RegExp(`^${label}( \\*)?$`));

/** Goes on with the Tab key until this has the focus, as somebody does who has no mouse. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((element) => element.matches(':focus'))) return;
  }
  throw new Error(`nobody comes to ${wanted} with the Tab key`);
}

/** What is typed into a field of an adjustment, and what is said there: nothing of it is sent. Each check by itself is in `events/forms`. */
const REFUSED: readonly (readonly [label: string, typed: string, says: RegExp])[] = [
  ['Amount', '1,5', /has a decimal comma; write 1\.5/],
  ['Amount', '1000.001', /has 3 decimals; USD has 2/],
  ['Whom it is for', '../etc/passwd', /does not fit here/],
  ['Statement of', '2026-Q7', /quarter as 2026-Q1/],
  ['Reason', '  \n ', /The reason is empty/],
  ['Reason', 'paid\u202e000,1', /cannot be seen \(U\+202E\)/],
  ['Evidence', `Memo 12\n${'z'.repeat(1001)}`, /^Line 2: /],
];

/** What the ledger alone knows: it is sent, and refused at its field. */
const REFUSED_BY_LEDGER: readonly (readonly [label: string, typed: string, says: RegExp])[] = [
  ['Amount', '0', /changes nothing/],
  ['Whom it is for', 'nobody', /nobody has that id/],
];

async function choose(page: Page, title: string): Promise<Locator> {
  const kind = page.getByRole('combobox', { name: 'What is asked for' });
  await kind.fill(title);
  await page.getByRole('option', { name: title, exact: true }).click();
  return page.getByRole('form', { name: 'Ask for it' });
}

describe('an exception', () => {
  test('is asked for by a form for each kind, and waits', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    // Every kind there is has its form; a new one is missed here.
    expect(Object.keys(GOOD).sort()).toEqual([...exceptionKinds, 'relief', 'split'].sort());
    const page = await web.page('ops:olga', { at: '/exceptions/ask' });
    const requests: string[] = [];
    for (const [kind, [title, fields]] of Object.entries(GOOD)) {
      if (!TRIED.includes(kind)) continue;
      const form = await choose(page, title);
      for (const [label, text] of Object.entries(fields)) await field(form, label).fill(text);
      await field(form, 'Reason').fill(`Because of ${title}`);
      await field(form, 'Evidence').fill('Memo 12\nMemo 13');
      await form.getByRole('button', { name: 'Ask for it' }).click();
      const sent = page.getByRole('status').filter({ hasText: 'It waits for approval' });
      requests.push((await sent.getByRole('link').textContent()) ?? '');
      await page.getByRole('button', { name: 'Ask for another' }).click();
    }
    const { requests: waiting } = (await asked('finance:fred', '/v1/requests?limit=500')) as {
      readonly requests: readonly { readonly name: string; readonly evidence: readonly string[] }[];
    };
    const ours = waiting.filter(({ name }) => requests.includes(name));
    expect(ours).toHaveLength(TRIED.length);
    for (const { evidence } of ours) expect(evidence).toEqual(['Memo 12', 'Memo 13']);
  });

  test('that may not be meant is asked for, and says so', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const over = '/exceptions/ask?kind=hold&participant=dev&from=2026-01-01&until=2026-01-02';
    const page = await web.page('ops:olga', { at: over });
    const form = page.getByRole('form', { name: 'Ask for it' });
    await field(form, 'Reason').fill('Look at it first');
    await field(form, 'Evidence').fill('Memo 14');
    await form.getByRole('button', { name: 'Ask for it' }).click();
    await page.getByRole('status').filter({ hasText: 'It waits for approval' }).waitFor();
    const warned = page.getByRole('alert').filter({ hasText: 'It may not be what you mean' });
    expect(await warned.textContent()).toMatch(/it is over on 2026-01-02, .* so that it holds nothing/);
    // Whoever decides is not told that nobody's pay moves by what is settled.
    await page.getByRole('link', { name: /^exception\/dev\.hold/ }).click();
    await page.getByText(/^Nothing that is earned moves by it/).waitFor();
  });

  test('that is wrong is refused at its field, and everything that was typed stays', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/exceptions/ask?kind=adjustment&participant=chloe' });
    let sent = 0;
    page.on('request', (request) => {
      sent += request.method() === 'POST' ? 1 : 0;
    });
    const waiting = async () => ((await asked('finance:fred', '/v1/requests?limit=500')) as { asOf: string }).asOf;
    const before = await waiting();
    const form = page.getByRole('form', { name: 'Ask for it' });
    const good = {
      ...{ 'Whom it is for': 'chloe', 'Statement of': '2026-Q2', Amount: '12.50', Component: 'new-business' },
      ...{ Reason: 'The list price was wrong', Evidence: 'Memo 12', 'What it covers': 'One deal' },
    };
    for (const [label, text] of Object.entries(good)) await field(form, label).fill(text);
    // The currency of the person is there, and with it how many decimals it has.
    await form.getByText('USD').waitFor();
    const ask = form.getByRole('button', { name: 'Ask for it' });
    const refuse = async (label: string, typed: string, says: RegExp) => {
      await field(form, label).fill(typed);
      await ask.click();
      const wrong = form.locator('[aria-invalid="true"]');
      await wrong.waitFor();
      expect(await wrong.inputValue(), label).toBe(typed);
      expect(await wrong.evaluate((element) => element.matches(':focus')), `${label} has the focus`).toBe(true);
      const told = await wrong.evaluate((element) => element.closest('div[class*="root"]')?.textContent ?? '');
      expect(told.replace(label, '').replace(/^ \*/, ''), `${label} ${typed.slice(0, 40)}`).toMatch(
        new RegExp(says.source.replace(/^\^/, ''), 'u'),
      );
      await field(form, label).fill(good[label as keyof typeof good]);
      await wrong.waitFor({ state: 'detached' });
    };
    for (const [label, typed, says] of REFUSED) await refuse(label, typed, says);
    // A day that no calendar has is no empty field.
    await field(form, 'No longer holds from').focus();
    await page.keyboard.type('02302026');
    await ask.click();
    await form.getByText('This is no day that exists').waitFor();
    await field(form, 'No longer holds from').fill('2026-12-31');
    expect(sent).toBe(0);
    for (const [label, typed, says] of REFUSED_BY_LEDGER) await refuse(label, typed, says);
    for (const [label, text] of Object.entries(good)) expect(await field(form, label).inputValue()).toBe(text);
    expect([sent, await waiting()]).toEqual([REFUSED_BY_LEDGER.length, before]);
    // Another kind keeps what fits it, and shows no refusal that was of the first.
    await field(form, 'Amount').fill('+1');
    await ask.click();
    await form.locator('[aria-invalid="true"]').waitFor();
    await choose(page, 'Split of a deal');
    expect(await field(form, 'Reason').inputValue()).toBe('The list price was wrong');
    expect(await form.locator('[aria-invalid="true"]').count()).toBe(0);
    await field(form, 'Shares').fill('ada 70% of it');
    await ask.click();
    await form.getByText('Name the deal with its source').waitFor();
    await form.getByText('Line 1: "ada 70% of it" is not one person with one share').waitFor();
  });

  test('is asked for by ops and approved by finance with the keyboard alone, and stands in the register', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const ops = await web.page('ops:olga', { at: '/statements/2026-Q2/ema' });
    await tabTo(ops, ops.getByRole('link', { name: 'Adjust' }));
    await ops.keyboard.press('Enter');
    const form = ops.getByRole('form', { name: 'Ask for it' });
    for (const [label, text] of [
      ['Amount', '75.25'],
      ['Reason', 'A bonus for the fair'],
      ['Evidence', 'Mail of May 4'],
      ['No longer holds from', '12312026'],
    ] as const) {
      await tabTo(ops, field(form, label));
      await ops.keyboard.type(text);
    }
    expect(await field(form, 'Whom it is for').inputValue()).toBe('ema');
    await ops.keyboard.press('Enter');
    await ops.getByText('It waits for approval').waitFor();
    const finance = await web.page('finance:fred', { at: '/requests/exception%2Fema.adjustment-2026-Q2' });
    // Who may approve it, and by which rule.
    await finance.getByText('one of finance, not olga').waitFor();
    await finance.getByText('By the rule “pay by decision”').waitFor();
    expect(await ops.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await tabTo(finance, finance.getByRole('button', { name: 'Approve' }));
    await finance.keyboard.press('Enter');
    await tabTo(finance, finance.getByRole('dialog').getByRole('button', { name: 'Approve' }));
    await finance.keyboard.press('Enter');
    await finance.getByText('approved', { exact: true }).waitFor();
    // What is in the address filters the register.
    const register = await web.page('finance:fred', { at: '/exceptions?kind=adjustment&participant=ema' });
    const row = register.getByRole('list', { name: 'Exceptions' }).getByRole('listitem');
    await row.getByText('+75.25').waitFor();
    expect(await row.count()).toBe(1);
    expect(await row.textContent()).toContain('A bonus for the fair (Mail of May 4)');
    await register.getByText(/^Revoked \(/).click();
    await register.getByText('Nothing departs from the rules like that').waitFor();
    expect(new URL(register.url()).search).toContain('state=revoked');
  });

  test('that nobody decided in its time can be asked for again, as its page says', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/requests/exception%2Fada.old' });
    await page.getByText(/Nobody decided it before Jul \d+, 2026, so it moves nothing/).waitFor();
    await page.getByText('may ask for it again').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  test('is nothing that a rep asks for or looks up', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:ben', { at: '/exceptions/ask' });
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    expect(await page.getByRole('link', { name: 'Exceptions' }).count()).toBe(0);
    expect(await page.getByRole('combobox', { name: 'What is asked for' }).count()).toBe(0);
  });
});

test.for([
  ['/exceptions', 'Exceptions', 'Ended, still felt'],
  ['/exceptions/ask?kind=draw&participant=dev', 'Ask for an exception', 'Pay ahead of earnings'],
  ['/approval-rules?version=1', 'Rules of approval', 'An exception about pay of more than 50.00 USD'],
] as const)('%s can be used by everybody', async ([at, title, text], context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  await holdsForEverybody(web, 'ops:olga', at, async (page) => {
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByText(text).first().waitFor();
  });
});

describe('access', () => {
  test('is given by an admin: somebody is registered, a role waits for finance, a key is shown once', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('admin:adam', { at: '/access' });
    await page.getByText('Nobody is known yet').waitFor();
    const fill = async (button: string, fields: Readonly<Record<string, string>>) => {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('dialog', { name: button });
      for (const [label, text] of Object.entries(fields)) await field(dialog, label).fill(text);
      return { dialog, send: () => dialog.getByRole('button', { name: button }).click() };
    };
    // Given a person, registered and with a role that is asked for.
    const person = { Id: 'nia', 'Identity provider': 'https://login.halden.example', 'Who they are there': '5e21' };
    await (await fill('Register somebody', { ...person, Name: 'Nia Lind' })).send();
    await page.getByRole('heading', { name: 'Access of nia' }).waitFor();
    const grant = await fill('Ask for a role', { Reason: 'Closes the books' });
    await grant.send();
    await grant.dialog.locator('[aria-invalid="true"]').first().waitFor();
    await grant.dialog.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: /^ops/ }).click();
    await grant.send();
    await page.getByText('role ops for nia').waitFor();
    const finance = await web.page('finance:fred', { at: '/requests/grant%2Fnia.ops' });
    await finance.getByRole('button', { name: 'Approve' }).click();
    await finance.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await finance.getByText('approved', { exact: true }).waitFor();
    // When a program is registered and a key made for it.
    await page.getByRole('link', { name: 'Access', exact: true }).click();
    await page.getByRole('row', { name: /nia/ }).getByText('ops').waitFor();
    const program = await fill('Register somebody', { Id: 'crm' });
    await program.dialog.getByRole('combobox', { name: 'Who it is' }).click();
    await page.getByRole('option', { name: /^A program/ }).click();
    await program.send();
    await page.getByRole('heading', { name: 'Access of crm' }).waitFor();
    const day = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    const key = await fill('Make a key', { 'Opens nothing from': day, Reason: 'Reads deals' });
    await key.dialog.getByRole('checkbox', { name: /^deals:read/ }).check();
    await key.send();
    // Then it is shown, opens what it names, and is on no page that is loaded after.
    const text = (await page.getByLabel('The key').textContent()) ?? '';
    const opened = await fetch(`${web.address}/v1/deals?limit=1`, { headers: { authorization: `Bearer ${text}` } });
    expect(opened.status).toBe(200);
    await page.reload();
    await page.getByRole('table', { name: 'Keys' }).getByText('deals:read').waitFor();
    expect(await page.content()).not.toContain(text);
    // What takes it away takes effect at once.
    await (await fill('Let in no more', { Reason: 'Replaced' })).send();
    await page.getByRole('button', { name: 'Let in again' }).waitFor();
    const closed = await fetch(`${web.address}/v1/deals?limit=1`, { headers: { authorization: `Bearer ${text}` } });
    expect(closed.status).toBe(401);
  });

  test('is seen by nobody whom it does not concern, and can be used by everybody else', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const rep = await web.page('rep:ben', { at: '/access' });
    await rep.getByRole('navigation', { name: 'Screens' }).waitFor();
    expect(await rep.getByRole('link', { name: 'Access' }).count()).toBe(0);
    await rep.getByText('This screen is for').waitFor();
    expect(await rep.getByText('Nia Lind').count()).toBe(0);
    const asked = { role: 'manager', reason: 'Leads the desk' };
    expect((await web.call('admin:adam', 'POST', '/v1/access/nia/grants', asked)).status).toBe(201);
    await holdsForEverybody(web, 'admin:adam', '/access', (page) => page.getByText('Nia Lind').waitFor());
    await holdsForEverybody(web, 'admin:adam', '/access/crm', (page) =>
      page.getByRole('table', { name: 'Keys' }).waitFor(),
    );
    await holdsForEverybody(web, 'admin:adam', '/access/nia', (page) =>
      page.getByRole('alert').getByRole('link', { name: 'role manager for nia' }).waitFor(),
    );
  });

  test('leaves a name behind that is forgotten when finance has approved it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('admin:adam', { at: '/access/nia' });
    await page.getByText('Nia Lind').first().waitFor();
    const ask = page.getByRole('button', { name: 'Ask to forget the name' });
    expect(await ask.count()).toBe(0);
    await page.getByRole('button', { name: 'Let in no more' }).click();
    const gone = page.getByRole('dialog', { name: 'Let in no more' });
    await field(gone, 'Reason').fill('She left');
    await gone.getByRole('button', { name: 'Let in no more' }).click();
    await ask.click();
    const dialog = page.getByRole('dialog', { name: 'Ask to forget the name' });
    await field(dialog, 'No law asks for the name from').fill('2099-01-01');
    await field(dialog, 'Reason').fill('She asked for it');
    await dialog.getByRole('button', { name: 'Ask to forget the name' }).click();
    await dialog.getByText(/has to be kept until/).waitFor();
    await field(dialog, 'No law asks for the name from').fill('2026-01-01');
    await dialog.getByRole('button', { name: 'Ask to forget the name' }).click();
    const finance = await web.page('finance:fred', { at: '/requests/erasure%2Fnia' });
    await finance.getByRole('button', { name: 'Approve' }).click();
    await finance.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await finance.getByText('approved', { exact: true }).waitFor();
    await page.goto(`${web.address}/access/nia`);
    await page.getByRole('heading', { name: 'Access of nia' }).waitFor();
    await page.getByRole('button', { name: 'Let in again' }).waitFor();
    expect(await page.getByText('Nia Lind').count()).toBe(0);
  });
});

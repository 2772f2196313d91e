import { approve, decline, requestRelief, requests } from '@ledger/application';
import { expect, test } from 'vitest';
import { FINANCE, MANAGER, makeCompany, sound } from '../support/company.ts';

const NAME = 'relief/ada.bookings.2026/relief-1';
const ASK = {
  participant: 'ada',
  metric: 'bookings',
  year: 2026,
  kind: 'leave',
  from: '2026-02-01',
  to: '2026-03-01',
  basis: { by: 'days', share: '100%' },
  reason: 'Parental leave',
  evidence: ['HR case 7'],
  scope: 'February',
  expiresOn: null,
} as const;

/** Asked for on the first of February at noon. */
async function waiting() {
  const made = await makeCompany();
  made.at('2026-02-01T12:00:00Z');
  sound(await requestRelief(made.ledger, ASK, MANAGER));
  const types = async () => (await made.ledger.store.read('quota-ada.bookings.2026')).map(({ type }) => type).slice(2);
  return { ...made, types };
}

test('on the last day of its time a request is decided as ever', async () => {
  const { ledger, at, types } = await waiting();
  at('2026-02-14T23:59:59Z');
  expect((await requests(ledger, { all: false })).map(({ expiresOn }) => expiresOn)).toEqual(['2026-02-15']);
  sound(await approve(ledger, NAME, FINANCE));
  expect(await types()).toEqual(['QuotaReliefRequested', 'QuotaReliefGranted']);
});

test('after that it is neither approved nor declined, and nothing is written', async () => {
  const { ledger, at } = await waiting();
  at('2026-02-15T00:00:00Z');
  const head = await ledger.store.head();
  expect(await approve(ledger, NAME, FINANCE)).toMatchObject({ code: 'request_expired' });
  expect(await decline(ledger, NAME, 'No', FINANCE)).toMatchObject({ code: 'request_expired' });
  expect(await ledger.store.head()).toBe(head);
  expect(await requests(ledger, { all: false })).toEqual([]);
  const all = await requests(ledger, { all: true });
  expect(all.find(({ name }) => name === NAME)).toMatchObject({ state: 'expired', expiresOn: '2026-02-15' });
});

test('it can be asked for anew; that the first one has expired is recorded in front', async () => {
  const { ledger, at, types } = await waiting();
  at('2026-02-20T09:00:00Z');
  sound(await requestRelief(ledger, ASK, MANAGER));
  expect(await types()).toEqual(['QuotaReliefRequested', 'RequestExpired', 'QuotaReliefRequested']);
  expect(await approve(ledger, NAME, FINANCE)).toMatchObject({ code: 'request_expired' });
  sound(await approve(ledger, NAME.replace('-1', '-2'), FINANCE));
  const states = (await requests(ledger, { all: true })).filter(({ name }) => name.startsWith('relief/'));
  expect(states.map(({ name, state }) => `${name.slice(-1)} ${state}`)).toEqual(['1 expired', '2 approved']);
});

test('an approval names the hash that was looked at, or is refused', async () => {
  const { ledger } = await waiting();
  const [row] = await requests(ledger, { all: false });
  const head = await ledger.store.head();
  const other = await approve(ledger, NAME, FINANCE, { requestHash: 'a'.repeat(64) });
  expect(other).toMatchObject({ code: 'approval_stale', field: '/requestHash' });
  expect(await ledger.store.head()).toBe(head);
  sound(await approve(ledger, NAME, FINANCE, { requestHash: row?.hash }));
});

test('whoever had a request made by a stand-in does not decide it', async () => {
  const made = await makeCompany();
  const standIn = { actor: { id: 'olga', role: 'ops', onBehalfOf: 'fred' } };
  sound(await requestRelief(made.ledger, ASK, standIn));
  expect(await approve(made.ledger, NAME, FINANCE)).toMatchObject({ code: 'own_request' });
  sound(await approve(made.ledger, NAME, { actor: { id: 'fay', role: 'finance' } }));
});

import { seededRandom } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { makeCompany } from '../support/company.ts';
import { type Answered, makeApi } from './given.ts';

const KEYS = 24;
const RETRIES = 40;
const AS = 'ops:olga';

const deal = (n: number) => ({
  source: 'crm',
  deal: `D-${n}`,
  amount: '1000.00',
  currency: 'USD',
  closedOn: '2026-01-04',
  owner: 'ada',
});
const split = (n: number) => ({
  shares: [
    { participant: 'ada', share: `0.${50 + n}` },
    { participant: 'ben', share: `0.${50 - n}` },
  ],
  reason: 'Joint pursuit',
  evidence: ['HR-12'],
});

/** Half of them are new deals, half ask for a split of an old one, of which there may be many. */
const commands = Array.from({ length: KEYS }, (_, n) =>
  n % 2 === 0
    ? { key: `key-${n}`, path: '/v1/deals', body: deal(n) }
    : { key: `key-${n}`, path: `/v1/deals/crm/D-old-${n % 3}/splits`, body: split(n) },
);

// promises.md, P14.
test('a storm of retries through two doors, half of them cut off, is one event a key; nobody else waits for it', async () => {
  const made = await makeCompany();
  // Of each person in the whole test: more than two doors let through.
  const limit = { requestsPerSecond: 300, rateWindowMs: 600_000 };
  const [api, other] = [await makeApi({ made, ...limit }), await makeApi({ made, ...limit })];
  const calm = await makeApi({ made });
  for (const n of [0, 1, 2]) {
    const old = { ...deal(0), deal: `D-old-${n}` };
    expect(await calm.call('POST', '/v1/deals', { as: AS, body: old })).toMatchObject({ status: 201 });
  }
  const before = await made.ledger.store.head();
  const random = seededRandom(20260104);
  const sends = commands
    .flatMap((command) => Array.from({ length: RETRIES }, () => ({ command, order: random(), isCut: random() < 0.5 })))
    .sort((a, b) => a.order - b.order);
  const answers = new Map<string, Answered[]>();
  const statuses = new Map<number, number>();

  async function send(
    { command: { key, path, body }, isCut }: (typeof sends)[number],
    door: typeof api,
  ): Promise<void> {
    const headers = { 'idempotency-key': key };
    if (isCut) {
      // Sent, and gone before the answer.
      const given = { ...headers, authorization: `Bearer demo:${AS}`, 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(1 + Math.floor(random() * 20));
      const sent = { method: 'POST', headers: given, body: JSON.stringify(body), signal };
      await fetch(`${door.address}${path}`, sent).catch(() => undefined);
      return;
    }
    const answer = await door.call('POST', path, { as: AS, body, headers });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 201) answers.set(key, [...(answers.get(key) ?? []), answer]);
  }

  while (sends.length > 0) {
    const burst = sends.splice(0, 80).map((each, n) => send(each, n % 2 === 0 ? api : other));
    const read = await calm.call('GET', '/v1/periods/2026-Q1/statements/ben', { as: 'rep:ben' });
    expect(read.status).toBe(200);
    await Promise.all(burst);
  }
  // Whoever was held back or cut off every time asks once more.
  for (const command of commands) await send({ command, order: 0, isCut: false }, calm);

  expect([...statuses.keys()].sort()).toEqual([201, 429]);
  expect((await made.ledger.store.head()) - before).toBe(BigInt(KEYS));
  for (const { key } of commands) {
    const all = answers.get(key) ?? [];
    const said = all.map(({ body }) => ({ ...(body as object), repeated: true }));
    expect(said).toEqual(said.map(() => said[0]));
    expect(all.filter(({ headers }) => headers.get('idempotency-replayed') === null).length).toBeLessThanOrEqual(1);
  }
});

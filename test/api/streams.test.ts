import { type Authenticator, asPersona } from '@ledger/api';
import { continueFreeze, openLive, recordOnParticipant, workOnQuery } from '@ledger/application';
import { bound, canonical, type Pending, ProblemError, problem } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';
import { type Api, makeApi } from './given.ts';
import { type Heard, isReady, listen, says } from './reading.ts';

const ASK = { period: '2026-Q1', line: 'total', says: 'Is that all?' };

async function company(): Promise<Made> {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,40000.00,USD,2026-02-10', 'D-2,ben,50000.00,USD,2026-03-01']));
  return made;
}

async function opened(options: Parameters<typeof makeApi>[0] = {}): Promise<Api> {
  const api = await makeApi({ made: await company(), ...options });
  for (const participant of ['ada', 'ben']) {
    await api.call('POST', '/v1/queries', { as: `rep:${participant}`, body: { ...ASK, participant } });
  }
  return api;
}

async function post(api: Api, as: string, text: string, query = 'ada.1'): Promise<void> {
  const { status } = await api.call('POST', `/v1/queries/${query}/messages`, { as, body: { says: text } });
  expect(status).toBe(201);
}

/** A ledger whose store is away when that is said. */
function failing(
  { store, views, ...ledger }: Made['ledger'],
  away: { log: boolean; period: boolean; payouts: boolean; readonly hasFailed: PromiseWithResolvers<void> },
): Made['ledger'] {
  const gone = () => new ProblemError(problem('store_unavailable', 'The store does not answer; ask again.'));
  return {
    ...ledger,
    store: {
      ...bound(store),
      async head() {
        if (away.log) throw gone();
        return store.head();
      },
      async appendEach(appends) {
        if (away.payouts && appends.some(({ stream }) => stream.startsWith('payout-'))) throw gone();
        return store.appendEach(appends);
      },
    },
    views: {
      ...views,
      async get(view, key, ...more) {
        if (!away.period || key !== 'period/2026-Q1') return views.get(view, key, ...more);
        away.hasFailed.resolve();
        throw gone();
      },
    },
  };
}

const textOf = ({ data }: Heard) => (data.data as { readonly says: string }).says;

describe('two people on one thread', () => {
  test('read what the other writes as it is written, each once, in order', async () => {
    const api = await opened();
    const ada = await listen(api, '/v1/queries/ada.1/stream', { as: 'rep:ada', headers: { accept: 'image/png' } });
    const olga = await listen(api, '/v1/queries/stream', { as: 'ops:olga' });
    await Promise.all([ada.until(isReady), olga.until(isReady)]);
    expect(ada.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await post(api, 'ops:olga', 'What is missing?');
    expect(await ada.until(says('What is missing?'))).toMatchObject({
      name: 'query',
      data: { type: 'QueryMessagePosted', query: 'ada.1', participant: 'ada', actor: { id: 'olga', role: 'ops' } },
    });
    await post(api, 'rep:ada', 'D-9.');
    const heard = await olga.until(says('D-9.'));
    expect(heard.id).toBe(heard.data.position);
    expect(olga.heard.map(textOf)).toEqual(['What is missing?', 'D-9.']);
  });
});

describe('what somebody may not see', () => {
  test('does not come over their stream, and cannot be told from what is not there', async () => {
    const api = await opened();
    const ben = await listen(api, '/v1/queries/stream', { as: 'rep:ben', after: '0' });
    await post(api, 'ops:olga', 'To Ada.');
    await post(api, 'ops:olga', 'To Ben.', 'ben.1');
    await ben.until(says('To Ben.'));
    expect(ben.heard.map(({ data }) => data.query)).toEqual(['ben.1', 'ben.1']);
    for (const [path, as, code] of [
      ['/v1/queries/ada.1/stream', 'rep:ben', '404 not_found'],
      ['/v1/queries/ada.7/stream', 'rep:ben', '404 not_found'],
      ['/v1/queries/stream?participant=ada', 'rep:ben', '404 not_found'],
      ['/v1/periods/2026-Q1/statements/ada/stream', 'rep:ben', '404 not_found'],
      ['/v1/periods/2031-Q1/stream', 'rep:ben', '404 not_found'],
      ['/v1/queries/stream', 'admin:root', '403 role_forbidden'],
      ['/v1/queries/stream?token=abc', 'rep:ben', '401 token_in_url'],
    ] as const) {
      await expect(listen(api, path, { as })).rejects.toThrow(code);
    }
  });

  test('a manager who lost a report hears of their query no more, and is told', async () => {
    const made = await company();
    await reports(made, 'mo', '2026-01-01');
    const api = await makeApi({ made });
    await api.call('POST', '/v1/queries', { as: 'rep:ada', body: { ...ASK, participant: 'ada' } });
    const one = await listen(api, '/v1/queries/ada.1/stream', { as: 'manager:mo' });
    const all = await listen(api, '/v1/queries/stream', { as: 'manager:mo' });
    await Promise.all([one.until(isReady), all.until(isReady)]);
    await post(api, 'ops:olga', 'Still yours.');
    await Promise.all([one.until(says('Still yours.')), all.until(says('Still yours.'))]);
    await reports(made, 'ben', '2026-01-02');
    await post(api, 'ops:olga', 'Not any more.');
    await one.until(isRevoked);
    await one.ended;
    const desk = await listen(api, '/v1/queries/stream', { as: 'ops:olga', after: all.last });
    await desk.until(says('Not any more.'));
    expect([...one.heard, ...all.heard].filter(says('Not any more.'))).toEqual([]);
    await expect(listen(api, '/v1/queries/ada.1/stream', { as: 'manager:mo' })).rejects.toThrow('404 not_found');
  });

  test('is not seen from the day on which a report has another manager, though nothing is recorded then', async () => {
    const made = await company();
    await reports(made, 'mo', '2026-01-01');
    await reports(made, 'ben', '2026-01-06');
    const api = await makeApi({ made });
    await api.call('POST', '/v1/queries', { as: 'rep:ada', body: { ...ASK, participant: 'ada' } });
    const one = await listen(api, '/v1/queries/ada.1/stream', { as: 'manager:mo' });
    await one.until(isReady);
    made.at('2026-01-06T00:00:00Z');
    const began = performance.now();
    await one.until(isRevoked);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('is closed within five seconds of a revocation, with the word for it', async () => {
    let isDisabled = false;
    const gate: Authenticator = async (credentials) =>
      isDisabled ? problem('token_invalid', 'The token is not valid any more; sign in again.') : asPersona(credentials);
    const api = await opened({ authenticators: [gate] });
    const ada = await listen(api, '/v1/queries/stream', { as: 'rep:ada' });
    await ada.until(isReady);
    isDisabled = true;
    const began = performance.now();
    expect(await ada.until(isRevoked)).toMatchObject({ data: { detail: expect.stringContaining('sign in') } });
    await ada.ended;
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(listen(api, '/v1/queries/stream', { as: 'rep:ada' })).rejects.toThrow('401 token_invalid');
  });
});

const isRevoked = ({ name }: Heard) => name === 'session_revoked';

async function reports({ ledger }: Made, manager: string, effectiveFrom: string): Promise<void> {
  const line = { type: 'ChangeReportingLine', participant: 'ada', manager, effectiveFrom, reason: 'Team' } as const;
  sound(await recordOnParticipant(ledger, line, OPS));
}

describe('where a stream goes on', () => {
  test('after a position, from now on without one; not after the end of the log', async () => {
    const api = await opened();
    const list = await api.call('GET', '/v1/queries', { as: 'ops:olga' });
    const { asOf } = list.body as { readonly asOf: string };
    await post(api, 'ops:olga', 'one');
    const missed = await listen(api, '/v1/queries/stream', { as: 'ops:olga', after: asOf });
    const fresh = await listen(api, '/v1/queries/stream', { as: 'ops:olga' });
    await Promise.all([missed.until(isReady), fresh.until(isReady)]);
    await post(api, 'ops:olga', 'two');
    await Promise.all([missed.until(says('two')), fresh.until(says('two'))]);
    expect(missed.heard.map(textOf)).toEqual(['one', 'two']);
    expect(fresh.heard.map(textOf)).toEqual(['two']);
    const at = (after: string) => listen(api, '/v1/queries/stream', { as: 'ops:olga', after });
    await expect(at('99999999999')).rejects.toThrow('409 last_event_id_ahead');
    await expect(at('-1')).rejects.toThrow('400 last_event_id_invalid');
    await expect(at('1e3')).rejects.toThrow('400 last_event_id_invalid');
    expect((await at('')).status).toBe(200);
  });

  test('has no gap and nothing twice, however often the connection breaks while others write', async () => {
    const api = await opened();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 }), async (patience) => {
        const start = String(await api.ledger.store.head());
        const written = [...patience.entries()].flatMap(([round, count]) =>
          Array.from({ length: count }, (_, index) => `${start}-${round}-${index}`),
        );
        const writing = (async () => {
          for (const text of [...written, `${start}-end`]) {
            const message = { type: 'PostMessage', query: 'ada.1', says: text, asks: false } as const;
            sound(await workOnQuery(api.ledger, message, OPS));
            await new Promise(setImmediate);
          }
        })();
        const heard: Heard[] = [];
        let last = start;
        for (const count of [...patience, Number.POSITIVE_INFINITY]) {
          const listener = await listen(api, '/v1/queries/ada.1/stream', { as: 'rep:ada', after: last });
          await listener.until((event) => says(`${start}-end`)(event) || listener.heard.length > count);
          listener.leave();
          heard.push(...listener.heard);
          last = listener.last ?? last;
          if (heard.some(says(`${start}-end`))) break;
        }
        await writing;
        expect(heard.map(textOf)).toEqual([...written, `${start}-end`]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a reader who does not read', () => {
  test('is waited for as long as they are only late, and is told everything', async () => {
    const api = await opened();
    const late = await listen(api, '/v1/queries/ada.1/stream', { as: 'rep:ada' });
    await late.until(isReady);
    late.pause();
    await appendMessages(api, TEXTS);
    late.resume();
    await late.until(says(TEXTS.at(-1) ?? ''));
    expect(late.heard.map(textOf).map(number)).toEqual(TEXTS.map(number));
  });

  test('is cut off with the reason in the end, and goes on where it was', async () => {
    const made = await company();
    const api = await opened({ made, live: openLive(made.ledger, { slowMs: 300, beatMs: 100 }) });
    const slow = await listen(api, '/v1/queries/ada.1/stream', { as: 'rep:ada' });
    await slow.until(isReady);
    slow.pause();
    await appendMessages(api, TEXTS);
    await followersOf(api, 0);
    slow.resume();
    await slow.until(({ name }) => name === 'too_slow');
    await slow.ended;
    const first = slow.heard.filter(({ name }) => name === 'query').map(textOf);
    const again = await listen(api, '/v1/queries/ada.1/stream', { as: 'rep:ada', after: slow.last });
    await again.until(says(TEXTS.at(-1) ?? ''));
    expect(first.length).toBeLessThan(TEXTS.length);
    expect([...first, ...again.heard.map(textOf)].map(number)).toEqual(TEXTS.map(number));
  });
});

/** More than the sockets between two processes hold. */
const TEXTS = Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(3_900)}`);

async function followersOf(api: Api, count: number): Promise<void> {
  for (;;) if ((await api.call('GET', '/metrics')).text.includes(`\nledger_sse_clients ${count}\n`)) return;
}

const number = (text: string) => text.split(' ')[0];

/** More than sockets hold, faster than the door takes it. */
async function appendMessages({ ledger: { store, newId } }: Made, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += 200) {
    const id = newId();
    const meta = { actor: { id: 'olga', role: 'ops' }, commandId: id, commandHash: '0'.repeat(64), correlationId: id };
    const events = texts.slice(from, from + 200).map((text): Pending => {
      const data = { query: 'ada.1', side: 'desk', says: text, asks: false, postedBy: 'olga' };
      const own = { id: newId(), type: 'QueryMessagePosted', version: 1, data: canonical(data) };
      return { ...own, meta: { ...meta, causationId: null } };
    });
    const expected = (await store.read('query-ada.1')).length;
    expect(await store.append({ stream: 'query-ada.1', events, expected })).toMatchObject({ ok: true });
  }
}

describe('a period and its statements', () => {
  test('tell what moves them: sums of a statement, and how the period stands', async () => {
    const made = await company();
    const away = { log: false, period: false, payouts: false, hasFailed: Promise.withResolvers<void>() };
    const api = await opened({ made: { ...made, ledger: failing(made.ledger, away) } });
    const before = String(await api.ledger.store.head());
    const path = '/v1/periods/2026-Q1/statements/ada/stream';
    // A log that is away when the first one comes is asked again for the next.
    away.log = true;
    await expect(listen(api, path, { as: 'rep:ada' })).rejects.toThrow('503 store_unavailable');
    away.log = false;
    const ada = await listen(api, path, { as: 'rep:ada' });
    const period = await listen(api, '/v1/periods/2026-Q1/stream', { as: 'rep:ada' });
    await Promise.all([ada.until(isReady), period.until(isReady)]);
    // While nobody can say how the statement stands, nothing is told of it.
    away.period = true;
    sound(await importRows(api, ['D-3,ada,10000.00,USD,2026-03-01']));
    await away.hasFailed.promise;
    away.period = false;
    expect(await ada.until(({ name }) => name === 'statement')).toMatchObject({
      name: 'statement',
      data: {
        before: '3200.00',
        after: '4000.00',
        difference: '800.00',
        state: 'open',
        components: [{ component: 'bookings' }],
      },
    });
    const missed = await listen(api, path, { as: 'manager:ada', after: before });
    await missed.until(isReady);
    expect(missed.heard).toMatchObject([{ data: { since: before, before: '3200.00', after: '4000.00' } }]);
    api.at('2026-04-01T09:00:00Z');
    // A freeze that stops before it has written the statement, and goes on.
    away.payouts = true;
    await expect(freeze(api.ledger, '2026-Q1')).rejects.toThrow();
    await ada.until(({ data }) => data.state === 'freezing');
    away.payouts = false;
    sound(await continueFreeze(api.ledger, '2026-Q1', FINANCE));
    await ada.until(({ data }) => data.state === 'frozen');
    await period.until(({ data }) => data.type === 'PeriodFrozen');
    expect(period.heard.map(({ data }) => `${data.type} ${data.participant}`)).toEqual([
      'PeriodFreezeStarted null',
      'PayoutFrozen ada',
      'PeriodFrozen null',
    ]);
  });
});

describe('a server with many who follow', () => {
  test('tells all of them everything in order, beats when nothing happens, and says when it stops', async () => {
    const made = await company();
    const api = await opened({ made, live: openLive(made.ledger, { each: 200, beatMs: 1_000 }) });
    const listeners = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        listen(api, '/v1/queries/stream', { as: index % 2 === 0 ? 'ops:olga' : `finance:f${index}` }),
      ),
    );
    await Promise.all(listeners.map((each) => each.until(isReady)));
    const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
    for (const says of texts) {
      sound(await workOnQuery(api.ledger, { type: 'PostMessage', query: 'ada.1', says, asks: false }, OPS));
    }
    await Promise.all(listeners.map((each) => each.until(says('message 49'))));
    for (const { heard } of listeners) expect(heard.map(textOf)).toEqual(texts);
    const end = String(await api.ledger.store.head());
    await Promise.all(listeners.map((each) => each.until(({ name, id }) => name === 'beat' && id === end)));
    const metrics = await api.call('GET', '/metrics');
    expect(metrics.text).toMatch(/^ledger_sse_clients 200$/m);
    await api.close();
    await Promise.all(listeners.map((each) => each.until(({ name }) => name === 'closing')));
    await Promise.all(listeners.map(({ ended }) => ended));
  });

  test('takes so many of one person and no more; a stream that is left makes room', async () => {
    const made = await company();
    const api = await opened({ made, live: openLive(made.ledger, { each: 2 }) });
    const of = (as: string) => listen(api, '/v1/queries/stream', { as });
    const [first] = [await of('ops:olga'), await of('ops:olga')];
    await expect(of('ops:olga')).rejects.toThrow('429 streams_too_many');
    expect((await of('ops:ozzy')).status).toBe(200);
    first.leave();
    await followersOf(api, 2);
    expect((await of('ops:olga')).status).toBe(200);
    const head = await fetch(`${api.address}/v1/queries/stream`, {
      method: 'HEAD',
      headers: { authorization: 'Bearer demo:ops:olga' },
    });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });
});

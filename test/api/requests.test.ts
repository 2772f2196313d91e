import {
  answerRequests,
  asPersona,
  atDoors,
  createMetrics,
  problemDocument,
  queriesSubject,
  ROUTES,
  withoutIssuer,
} from '@ledger/api';
import { openLive } from '@ledger/application';
import { natsBus } from '@ledger/bus-nats';
import { type Bus, localBus } from '@ledger/kernel';
import { pino } from 'pino';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { importRows, makeCompany, sound } from '../support/company.ts';
import { linkTo, NATS_SERVER, type NatsServer, NO_NATS, startNats, up } from '../support/nats.ts';
import { type Api, makeApi } from './given.ts';

let server: NatsServer | undefined;
afterAll(() => server?.end());

/** Two ends of a bus; `ready` when what one serves the other can ask for. */
type Opening = () => Promise<{ readonly bus: Bus; readonly other: Bus; readonly ready: () => Promise<void> }>;

const BUSES: readonly (readonly [name: string, missing: string | undefined, open: Opening])[] = [
  [
    'in one process',
    undefined,
    async () => {
      const bus = localBus();
      return { bus, other: bus, ready: async () => undefined };
    },
  ],
  [
    'over NATS',
    NATS_SERVER === undefined ? NO_NATS : undefined,
    async () => {
      server ??= await startNats();
      const links = [await linkTo(server.settings), await linkTo(server.settings)] as const;
      await Promise.all(links.map(up));
      onTestFinished(async () => void (await Promise.all(links.map((link) => link.close()))));
      const ready = async () => void (await Promise.all(links.map(up)));
      return { bus: natsBus(links[0], 'acme'), other: natsBus(links[1], 'acme'), ready };
    },
  ],
];

interface Asking extends Api {
  ask(what: string, as: string | undefined, message: object | string): Promise<{ status: number; body: object }>;
}

async function asking(open: Opening): Promise<Asking> {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,40000.00,USD,2026-02-10']));
  const live = openLive(made.ledger);
  const metrics = createMetrics();
  const ledger = atDoors(made.ledger, metrics);
  const api = await makeApi({ made, ledger, live, metrics });
  const { bus, other, ready } = await open();
  const authenticators = [asPersona, withoutIssuer];
  const options = { ledger, live, routes: ROUTES, authenticators, logger: pino({ level: 'silent' }) };
  const stop = answerRequests(bus, options);
  onTestFinished(stop);
  await ready();
  return {
    ...api,
    async ask(what, as, message) {
      const credentials = as === undefined ? {} : { authorization: `Bearer demo:${as}` };
      const text = typeof message === 'string' ? message : JSON.stringify({ ...credentials, ...message });
      const answer = await other.request(queriesSubject('acme', what), new TextEncoder().encode(text));
      return JSON.parse(new TextDecoder().decode(answer));
    },
  };
}

const ASK = { participant: 'ada', period: '2026-Q1', line: 'csv.D-1', says: 'Is that all?' };

describe.each(BUSES)('queries by request and reply, %s', (_, missing, open) => {
  test('are opened, posted to, listed, read and followed, with the answers of HTTP', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const api = await asking(open);
    const opened = await api.ask('open', 'rep:ada', { key: 'one', body: ASK });
    expect(opened).toMatchObject({ status: 201, body: { query: 'ada.1', repeated: false } });
    expect(await api.ask('open', 'rep:ada', { key: 'one', body: ASK })).toMatchObject({ body: { repeated: true } });
    // What is written by either door is counted, once.
    expect((await api.call('GET', '/metrics')).text).toMatch(/^ledger_appended_events_total 1$/m);
    // The key names the same request at both doors.
    const http = await api.call('POST', '/v1/queries', {
      as: 'rep:ada',
      body: ASK,
      headers: { 'idempotency-key': 'one' },
    });
    expect(http).toMatchObject({ status: 201, body: { query: 'ada.1', repeated: true } });
    for (const [what, path, message] of [
      ['list', '/v1/queries?period=2026-Q1', { query: { period: '2026-Q1' } }],
      ['read', '/v1/queries/ada.1', { params: { query: 'ada.1' } }],
    ] as const) {
      const { status, body } = await api.call('GET', path, { as: 'ops:olga' });
      expect(await api.ask(what, 'ops:olga', message)).toEqual({ status, body });
    }
    const begun = await api.ask('follow', 'rep:ada', { query: 'ada.1' });
    expect(begun).toMatchObject({ status: 200, body: { entries: [] } });
    const { position } = begun.body as { readonly position: string };
    const waiting = api.ask('follow', 'rep:ada', { query: 'ada.1', after: position });
    const post = { key: 'two', params: { query: 'ada.1' }, body: { says: 'Which form?', asks: true } };
    expect(await api.ask('post', 'ops:olga', post)).toMatchObject({ status: 201 });
    const told = { type: 'QueryMessagePosted', query: 'ada.1', data: { says: 'Which form?' } };
    expect(await waiting).toMatchObject({ status: 200, body: { entries: [told] } });
    const missed = await api.ask('follow', 'rep:ada', { after: position });
    expect(missed).toEqual(await waiting);
    const { position: end } = missed.body as { readonly position: string };
    const nothing = await api.ask('follow', 'rep:ada', { after: end, waitMs: 10 });
    expect(nothing).toEqual({ status: 200, body: { position: end, entries: [] } });
  });

  test('are refused as on HTTP', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const api = await asking(open);
    await api.ask('open', 'rep:ada', { key: 'one', body: ASK });
    const code = async (what: string, as: string | undefined, message: object | string) => {
      const { status, body } = await api.ask(what, as, message);
      return `${status} ${problemDocument.parse(body).code}`;
    };
    expect(await code('list', undefined, {})).toBe('401 unauthenticated');
    expect(await code('list', 'admin:root', {})).toBe('403 role_forbidden');
    expect(await code('read', 'rep:ben', { params: { query: 'ada.1' } })).toBe('404 not_found');
    expect(await code('follow', 'rep:ben', { query: 'ada.1' })).toBe('404 not_found');
    expect(await code('follow', 'rep:ben', { participant: 'ada' })).toBe('404 not_found');
    expect(await code('follow', 'rep:ada', { after: '99999999' })).toBe('409 last_event_id_ahead');
    expect(await code('open', 'rep:ada', { body: ASK })).toBe('400 idempotency_key_missing');
    expect(await code('open', 'rep:ada', { key: 'one', body: { ...ASK, says: 'No.' } })).toBe(
      '422 idempotency_key_reused',
    );
    expect(await code('open', 'rep:ada', { key: 'three', body: { ...ASK, color: 'red' } })).toBe('400 field_unknown');
    expect(await code('open', 'rep:ada', { key: 'three', colour: 'red' })).toBe('400 field_unknown');
    expect(await code('open', 'rep:ada', '{"key":"a","key":"b"}')).toBe('400 field_repeated');
    expect(await code('open', 'rep:ada', 'hello')).toBe('400 json_malformed');
  });
});

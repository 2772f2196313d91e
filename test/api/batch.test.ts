import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/company.ts';
import { type Answered, codeOf, makeApi } from './given.ts';

const DEAL = { source: 'crm', amount: '1000.00', currency: 'USD', closedOn: '2026-01-04', owner: 'ada' };
const NDJSON = { 'content-type': 'application/x-ndjson' };
const OPS = 'ops:olga';

const lines = (...deals: readonly object[]) => deals.map((deal) => `${JSON.stringify(deal)}\n`).join('');
const numbered = (count: number) => Array.from({ length: count }, (_, at) => ({ ...DEAL, deal: `D-${at}` }));

/** Temporary files go into a folder of the test's own, so that what is left of them is seen. */
function temporaries(): () => readonly string[] {
  const before = process.env.TMPDIR;
  const folder = temporaryFolder();
  process.env.TMPDIR = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return () => readdirSync(folder).filter((name) => /^ledger-(?:import|upload)-/.test(name));
}

function errorsOf({ body }: Answered) {
  return (body as { readonly errors?: readonly { readonly code: string; readonly line?: number }[] }).errors ?? [];
}

describe('deals as NDJSON', () => {
  test('are recorded line by line; the same batch again records nothing, the same key answers as before', async () => {
    const api = await makeApi();
    const raw = lines(...numbered(3), {
      ...DEAL,
      source: 'erp',
      deal: 'D-0',
      status: 'cancelled',
      cancelledOn: '2026-01-09',
    });
    const headers = { ...NDJSON, 'idempotency-key': 'nightly' };
    const first = await api.call('POST', '/v1/deals/batch', { as: OPS, raw, headers });
    expect(first).toMatchObject({ status: 200, body: { rows: 4, deals: 4, closed: 4, cancelled: 1, repeated: false } });
    const again = await api.call('POST', '/v1/deals/batch', { as: OPS, raw, headers });
    expect(again.body).toEqual({ ...(first.body as object), repeated: true });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await api.call('POST', '/v1/deals/batch', { as: OPS, raw: lines(...numbered(2)), headers });
    expect(codeOf(other)).toBe('422 idempotency_key_reused');
    const renamed = await api.call('POST', '/v1/deals/batch', { as: OPS, raw, headers: NDJSON });
    expect(renamed.body).toMatchObject({ closed: 0, cancelled: 0, unchanged: 4, repeated: false });
    const single = await api.call('POST', '/v1/deals', { as: OPS, body: { ...DEAL, deal: 'D-1' } });
    expect(single).toMatchObject({ status: 200, body: { position: null } });
    const statement = await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: 'rep:ada' });
    expect(statement.body).toMatchObject({ statement: { total: '240.00' } });
  });

  test('are recorded as each by itself would be, whatever way they are written', async () => {
    const told = [
      {},
      { amount: '1000', owner: null },
      { amount: '-0.50', currency: 'EUR', attributes: { z: 'last', a: true, b: { decimal: '1.50' } } },
      { amount: '12', currency: 'JPY', account: 'Zelenka "x" \\u00e9', sequence: 3, selectionOn: '2026-02-01' },
      { amount: '1000.000' },
      {
        credits: [
          { share: '0.5', pool: 'primary', participant: 'ada' },
          { participant: 'ben', pool: 'primary', share: '0.50' },
        ],
      },
      { credits: [{ participant: 'ben', pool: 'overlay', share: '1' }] },
      { credits: [{ share: '1', pool: 'primary', participant: 'ben' }] },
      { attributes: { zone: 'b', area: 'a' } },
      { attributes: { area: 'a', zone: 'b' } },
      { attributes: { zone: 'b', area: 'a', kind: { date: '2026-01-01' } } },
      { credits: [] },
      { lines: [{ line: '1', product: 'A', category: null, quantity: null, amount: '1000.00', cost: null }] },
    ].map((more, at) => ({ ...DEAL, deal: `D-${at}`, ...more }));
    const [batch, single] = [await makeApi(), await makeApi()];
    const raw = lines(...told);
    expect((await batch.call('POST', '/v1/deals/batch', { as: OPS, raw, headers: NDJSON })).status).toBe(200);
    for (const deal of told) {
      expect((await single.call('POST', '/v1/deals', { as: OPS, body: deal })).status).toBe(201);
      const stream = `deal-crm.${deal.deal}`;
      const [ours] = await batch.ledger.store.read(stream);
      const [other] = await single.ledger.store.read(stream);
      expect([ours?.type, ours?.data]).toEqual([other?.type, other?.data]);
    }
  });

  test('are all refused for one line, each error with its line; empty lines say nothing', async () => {
    const api = await makeApi();
    const bad = [
      lines({ ...DEAL, deal: 'D-1' }),
      '\n',
      '{"source":"crm",\n',
      lines({ ...DEAL, deal: 'D-2', amount: 12, closedOn: '2026-02-30' }),
      lines({ ...DEAL, deal: 'D-1' }),
      '{"deal":"a","deal":"b"}\r\n',
      lines({ ...DEAL, deal: 'D-3', approvedBy: 'me' }),
      JSON.stringify({ ...DEAL, deal: 'D-4', currency: 'XXX' }),
    ];
    const answer = await api.call('POST', '/v1/deals/batch', { as: OPS, raw: bad.join(''), headers: NDJSON });
    expect(codeOf(answer)).toBe('400 json_malformed');
    expect(errorsOf(answer).map(({ code, line }) => `${line} ${code}`)).toEqual([
      '3 json_malformed',
      '4 amount_not_string',
      '4 date_invalid',
      '5 row_conflict',
      '6 field_repeated',
      '7 field_unknown',
      '8 currency_unknown',
    ]);
    expect(await api.ledger.store.read('deal-crm.D-1')).toEqual([]);
    const twice = lines({ ...DEAL, deal: 'D-1' }, { ...DEAL, deal: 'D-1', amount: '2.00' });
    const conflict = await api.call('POST', '/v1/deals/batch', { as: OPS, raw: twice, headers: NDJSON });
    expect(codeOf(conflict)).toBe('422 row_conflict');
    const empty = await api.call('POST', '/v1/deals/batch', { as: OPS, raw: '\n \n', headers: NDJSON });
    expect(codeOf(empty)).toBe('400 body_empty');
    const own = await api.call('POST', '/v1/deals/batch', {
      as: 'ops:ada',
      raw: lines({ ...DEAL, deal: 'D-1', owner: 'ben' }, { ...DEAL, deal: 'D-2' }),
      headers: NDJSON,
    });
    expect([own.status, errorsOf(own).map(({ line }) => line)]).toEqual([403, [2]]);
    expect(await api.ledger.store.read('deal-crm.D-1')).toEqual([]);
  });

  test('are told again by whom they pay, among new ones of others', async () => {
    const api = await makeApi();
    await api.call('POST', '/v1/deals/batch', { as: OPS, raw: lines(...numbered(2)), headers: NDJSON });
    const split = { credits: [{ participant: 'ben', share: '1' }], owner: null };
    await api.call('POST', '/v1/deals/batch', {
      as: OPS,
      raw: lines({ ...DEAL, deal: 'D-2', ...split }),
      headers: NDJSON,
    });
    const own = [{ ...numbered(1)[0], amount: '1000' }, ...numbered(2).slice(1)];
    const raw = lines(...own, { ...DEAL, deal: 'D-9', owner: 'ben' });
    const told = await api.call('POST', '/v1/deals/batch', { as: 'ops:ada', raw, headers: NDJSON });
    expect(told).toMatchObject({ status: 200, body: { closed: 1, unchanged: 2 } });
    const single = await api.call('POST', '/v1/deals', { as: 'ops:ada', body: { ...DEAL, deal: 'D-1' } });
    expect(single).toMatchObject({ status: 200, body: { position: null } });
    const changed = await api.call('POST', '/v1/deals', {
      as: 'ops:ada',
      body: { ...DEAL, deal: 'D-1', amount: '2.00' },
    });
    expect(codeOf(changed)).toBe('403 own_pay');
    // A deal of somebody else's that is told as one's own is no repetition.
    const taken = lines({ ...DEAL, deal: 'D-9', owner: 'ada' });
    expect(codeOf(await api.call('POST', '/v1/deals/batch', { as: 'ops:ada', raw: taken, headers: NDJSON }))).toBe(
      '403 own_pay',
    );
  });

  test('show the first hundred errors of many', async () => {
    const api = await makeApi();
    const raw = '{"source":"crm"}\n'.repeat(5_000);
    const answer = await api.call('POST', '/v1/deals/batch', { as: OPS, raw, headers: NDJSON });
    expect(errorsOf(answer)).toHaveLength(100);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('the first 100 are listed') });
    expect(answer.text.length).toBeLessThan(50_000);
  });

  test('are tried dry, and a snapshot notices what its sources no longer have', async () => {
    const api = await makeApi();
    const [one, two] = numbered(2);
    if (one === undefined || two === undefined) throw new Error('two deals are needed');
    const post = (query: string, ...deals: readonly object[]) =>
      api.call('POST', `/v1/deals/batch${query}`, { as: OPS, raw: lines(...deals), headers: NDJSON });
    expect((await post('?dryRun=true', one, two)).body).toMatchObject({ closed: 2, dryRun: true });
    expect(await api.ledger.store.read('deal-crm.D-0')).toEqual([]);
    expect((await post('', one, two, { ...one, source: 'erp' })).body).toMatchObject({ closed: 3 });
    expect((await post('?snapshot=true', two)).body).toMatchObject({ unchanged: 1, vanished: 1 });
    expect((await api.ledger.store.read('deal-crm.D-0')).map(({ type }) => type)).toEqual([
      'DealClosed',
      'DealVanished',
    ]);
    expect(codeOf(await post('?dryRun=yes', one))).toBe('400 parameter_invalid');
  });

  test('that are many go through without being held in memory', async () => {
    const api = await makeApi();
    const count = 8_000;
    async function* sent() {
      for (let at = 0; at < count; at += 1_000) {
        yield Buffer.from(
          lines(
            ...Array.from({ length: 1_000 }, (_, of) => ({ ...DEAL, deal: `D-${at + of}`, account: 'A'.repeat(150) })),
          ),
        );
      }
    }
    const before = process.memoryUsage().heapUsed;
    const response = await fetch(`${api.address}/v1/deals/batch`, {
      method: 'POST',
      headers: { ...NDJSON, authorization: `Bearer demo:${OPS}`, 'idempotency-key': 'many' },
      body: ReadableStream.from(sent()),
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ closed: count });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6);
  });

  test('of a client that stands still, goes away or sends a line without end are not recorded, and leave no file', async () => {
    const left = temporaries();
    const api = await makeApi({ bodyTimeoutMs: 200 });
    const head = [
      'POST /v1/deals/batch HTTP/1.1',
      'host: ledger',
      `authorization: Bearer demo:${OPS}`,
      'content-type: application/x-ndjson',
      'idempotency-key: slow',
      'transfer-encoding: chunked',
    ].join('\r\n');
    const begun = lines({ ...DEAL, deal: 'D-1' });
    const begin = async () => {
      const socket = connect(Number(new URL(api.address).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`${head}\r\n\r\n${begun.length.toString(16)}\r\n${begun}\r\n`);
      return socket;
    };
    const still = await begin();
    let answer = '';
    still.on('data', (data) => {
      answer += data;
    });
    await once(still, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*request_timeout/s);
    const gone = await begin();
    await expect.poll(() => left().length).toBe(1);
    gone.destroy();
    await expect.poll(() => left().length).toBe(0);
    const endless = `{"source":"${'a'.repeat(1_100_000)}`;
    const long = await api.call('POST', '/v1/deals/batch', { as: OPS, raw: endless, headers: NDJSON });
    expect(codeOf(long)).toBe('413 body_too_large');
    expect(await api.ledger.store.read('deal-crm.D-1')).toEqual([]);
    expect(left()).toEqual([]);
  });
});

describe('deals as CSV', () => {
  test('are read row by row, as the import reads them, for whoever maps columns; nothing is recorded', async () => {
    const leftovers = temporaries();
    const api = await makeApi();
    const head = await api.ledger.store.head();
    const mapping = encodeURIComponent(
      'source: crm\ndeal: Id\nowner: Rep\namount: Sum\ncurrency: Cur\nclosed-on: Day\nstatus: { column: Stage, closed: [Won], ignore: [Lost] }\nformat: { decimal-mark: ",", thousands: "." }\n',
    );
    const raw = `Id,Rep,Sum,Cur,Day,Stage
D-1,ada,"1.000,50",USD,2026-01-04,Won
D-2,ada,10,USD,2026-01-04,Lost

D-3,ada,"1.00",EURO,2026-02-30,Maybe
D-4,ada,10,USD
D-5,ada,"10
`;
    const read = (rows: number) => {
      const headers = { 'content-type': 'text/csv' };
      return api.call('POST', `/v1/deals/csv/rows?rows=${rows}&mapping=${mapping}`, { as: OPS, raw, headers });
    };
    const { status, body } = await read(10);
    const { rows } = body as { readonly rows: readonly { errors: { column: string; detail: string }[] }[] };
    expect([status, rows.length]).toEqual([200, 5]);
    expect(rows[0]).toEqual({
      ...{ row: 1, state: 'closed', errors: [] },
      deal: {
        ...{ deal: 'D-1', account: null, closedOn: '2026-01-04', amount: '1000.50', currency: 'USD' },
        credits: [{ participant: 'ada', pool: 'primary', share: '1' }],
      },
    });
    expect(rows[1]).toEqual({ row: 2, state: 'left out', deal: null, errors: [] });
    expect(rows[2]).toMatchObject({ row: 4, state: 'refused', deal: null });
    expect(rows[2]?.errors.map(({ column }) => column).sort()).toEqual(['Cur', 'Day', 'Stage']);
    expect(rows[3]?.errors[0]?.detail).toBe('Row 5 has 4 fields instead of 6; add what is missing.');
    expect(rows[4]?.errors[0]?.detail).toMatch(/^Row 6 .*quote/);
    // What follows is not looked at.
    expect((await read(1)).body).toEqual({ rows: rows.slice(0, 1) });
    expect(codeOf(await read(51))).toBe('400 parameter_invalid');
    expect([await api.ledger.store.head(), leftovers()]).toEqual([head, []]);
  });

  test('are recorded by our columns or by a mapping, all rows or none', async () => {
    const left = temporaries();
    const api = await makeApi();
    const headers = { 'content-type': 'text/csv' };
    const raw = 'deal_id,rep_id,amount,currency,closed_on\nD-1,ada,1000.00,USD,2026-01-04\n';
    const plain = await api.call('POST', '/v1/deals/csv', { as: OPS, raw, headers });
    expect(plain).toMatchObject({ status: 200, body: { rows: 1, closed: 1 } });
    const mapping = encodeURIComponent(
      '{source: crm, deal: Id, owner: Rep, amount: Sum, currency: {value: USD}, closed-on: Day}',
    );
    const mapped = await api.call('POST', `/v1/deals/csv?mapping=${mapping}`, {
      as: OPS,
      raw: 'Id,Rep,Sum,Day\nD-1,ben,5.00,2026-01-04\nD-2,ben,five,2026-01-04\n',
      headers,
    });
    expect(codeOf(mapped)).toBe('422 csv_rows_invalid');
    expect(errorsOf(mapped)).toMatchObject([{ row: 2 }]);
    const joins = encodeURIComponent(
      '{source: crm, deal: Id, owner: a.Rep, amount: Sum, currency: {value: USD}, closed-on: Day, join: {a: {file: a.csv, on: Id, key: Id}}}',
    );
    const joined = await api.call('POST', `/v1/deals/csv?mapping=${joins}`, { as: OPS, raw, headers });
    expect(codeOf(joined)).toBe('422 mapping_invalid');
    expect(await api.ledger.store.read('deal-crm.D-1')).toEqual([]);
    expect(left()).toEqual([]);
  });
});

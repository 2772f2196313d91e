import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '@ledger/api';
import { copyLedger, type Ledger } from '@ledger/application';
import { type Microseconds, parseInstant, seededRandom, systemClock, ulidFactory } from '@ledger/kernel';
import { openCopy, openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import { type Api, makeApi } from '../api/given.ts';
import { cli } from '../cli/given.ts';
import { sound, temporaryFolder } from '../support/company.ts';
import { prefix } from '../support/prefix.ts';
import { eventful } from './eventful.ts';

/**
 * Every read that takes a moment, by both doors, against a ledger that holds only the events up to it. What takes a moment is read from
 * the routes and the help, so that no new read is forgotten.
 */

/** Years later than everything that was recorded: today has no part in an answer about the past. */
const LATER = '2031-01-01T00:00:00Z';
const OPS = 'ops:olga';

/** What stands in the path of a route, by its name there. */
const IN_PATHS: Readonly<Record<string, readonly string[]>> = {
  period: ['2026-Q1', '2026-Q2'],
  participant: ['ada', 'ben'],
  source: ['csv'],
  deal: ['D-2', 'D-5'],
  request: ['split/csv.D-2/split-1', 'relief/ben.bookings.2026/relief-1', 'exception/ada.late', 'freeze/2026-Q1'],
  query: ['ada.1', 'ada.2'],
  replay: ['large'],
  principal: ['adam', 'crm'],
  kind: ['plan', 'metric'],
  name: ['seller', 'bookings'],
};

/** What else a route is asked; the first of each is what it cannot do without. */
const IN_QUERIES: Readonly<Record<string, readonly string[]>> = {
  readStatement: ['', 'freeze=1', 'freeze=2'],
  explainLine: ['line=csv.D-2', 'line=total'],
  whoDid: ['type=DealClosed'],
  search: ['text=a', 'text=2026', 'text=split'],
  readTeam: ['', 'sort=-pay'],
  readCost: ['', 'by=plan', 'by=team'],
  listRequests: ['', 'state=all'],
  listQueries: ['', 'stands=all', 'breached=true'],
  listExceptions: ['', 'state=expired', 'money=true'],
  listDeals: ['', 'uncredited=true', 'sort=amount'],
  listDefinitions: ['', 'on=2026-04-01', 'kind=quota&participant=ada'],
  listParticipants: ['', 'on=2026-03-01'],
  readDefinition: ['', 'on=2026-03-01'],
  readAuditTrail: ['participant=ada', 'period=2026-Q1', 'since=2026-04-01&until=2026-05-01'],
  downloadAuditTrail: ['participant=ada', 'deal=csv.D-2'],
};

/** Says where one can look back to, which is the whole log whatever one looks at. */
const ABOUT_NOW = new Set(['readMoments']);

/** Reads that take no moment, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  diff: 'it takes two',
  readRequestCases: 'what an approval would find today, for whoever gives it',
  readRequestEffect: 'what an approval would move today, for whoever gives it',
  readPayRun: 'a run is what it was when it was released',
  readPayRunFile: 'a run is what it was when it was released',
  listJobs: 'work of this server',
  readJob: 'work of this server',
  whoAmI: 'who asks, and what they may now',
};

/** A command line for each command that takes a moment. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  statement: ['statement ada 2026-Q1', 'statement ada 2026-Q2 --json'],
  attainment: ['attainment 2026-Q1', 'attainment 2026-Q2 --json'],
  explain: ['explain ada 2026-Q1 csv.D-2'],
  standing: ['standing ada 2026-Q2'],
  team: ['team 2026-Q2'],
  letter: ['letter ada'],
  cost: ['cost', 'cost --by plan'],
  deals: ['deals', 'deals ada --json'],
  requests: ['requests', 'requests --all'],
  payouts: ['payouts 2026-Q1'],
  blockers: ['blockers 2026-Q1', 'blockers 2026-Q2'],
  close: ['close 2026-Q1', 'close 2026-Q2'],
  exceptions: ['exceptions', 'exceptions --no-money --json'],
  show: ['show plan', 'show quota --json', 'show people --on 2026-04-15', 'show period'],
  audit: ['audit --participant ada', 'audit deal csv.D-2 --csv', 'audit --payout 2026-Q1/ada'],
  replay: ['replay 2026-Q1'],
  'replay show': ['replay show large', 'replay show large --json'],
  'what-would': ['what-would --owner ada --amount 5000 --closed 2026-04-10'],
  handover: ['handover --out PACK'],
  'query show': ['query show ada.1', 'query show ada.2 --json'],
  'query list': ['query list', 'query list --state all'],
  'access list': ['access list'],
  'access show': ['access show adam', 'access show crm'],
};
/** A difference takes two moments, and a query quotes a statement while it writes. */
const OTHER_LINES = new Set(['diff', 'query open']);

/** A ledger in a file, and what its clock says. */
interface Kept {
  readonly file: string;
  readonly ledger: Ledger;
  readonly api: Api;
  clock: Microseconds;
}

async function keptIn(file: string): Promise<Kept> {
  const kept = { clock: at(LATER) };
  const clock = () => kept.clock;
  const store = openLog(file, { mode: 'open', clock });
  const [views, directory] = [openViews(':memory:'), openDirectory(`${file}.people`)];
  onTestFinished(async () => {
    await Promise.all([store.close(), views.close(), directory.close()]);
  });
  const ledger = { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(7)) };
  const api = await makeApi({ made: { ledger, folder: '', at: () => undefined } });
  return Object.assign(kept, { file, ledger, api });
}

/** The events up to a position in a file of their own, as `ledger copy` would have brought them there on that day. */
async function copiedUpTo(full: Kept, position: bigint): Promise<Kept> {
  const file = join(temporaryFolder(), 'test.ledger');
  const clock = systemClock;
  const target = openCopy(file, { mode: 'create', ledger: full.ledger.store.ledger, clock, demo: true });
  const directory = openDirectory(`${file}.people`);
  const from = { store: prefix(full.ledger.store, position), directory: full.ledger.directory };
  sound(await copyLedger(from, { ...target, directory }));
  await Promise.all([target.close(), directory.close()]);
  return keptIn(file);
}

function at(instant: string): Microseconds {
  return parseInstant(instant) ?? 0n;
}

function takes({ query }: Route, field: string): boolean {
  return field in ((query as z.ZodObject | undefined)?.shape ?? {});
}

const READS = ROUTES.filter(
  ({ method, may, answer }) => method === 'GET' && may !== 'anybody' && answer.type !== 'text/event-stream',
);

/** Every address that a route is asked at: what stands in its path in every combination, with each query. */
function addressesOf({ name, path }: Route): readonly string[] {
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part ?? '');
  let paths = [path];
  for (const part of parts) {
    const values = IN_PATHS[part];
    if (values === undefined) throw new Error(`${name}: say what {${part}} may be in IN_PATHS`);
    paths = paths.flatMap((each) => values.map((value) => each.replace(`{${part}}`, encodeURIComponent(value))));
  }
  return paths.flatMap((each) => (IN_QUERIES[name] ?? ['']).map((query) => `${each}?${query}`));
}

/** An answer without what names the request. */
async function asked({ api }: Kept, address: string, asOf?: string) {
  const moment = asOf === undefined ? '' : `&asOf=${encodeURIComponent(asOf)}`;
  const { status, text, headers } = await api.call('GET', `${address}${moment}`, { as: 'finance:fred' });
  const said = text.replace(/,"requestId":"[^"]*"/, '');
  return { address, status, position: headers.get('ledger-position'), said };
}

/** A moment of the story: the last event by then, when it was recorded, a later instant before the next one, and a ledger that ends there. */
interface Moment {
  readonly position: bigint;
  readonly recorded: string;
  readonly later: string;
  readonly past: Kept;
}

async function momentsOf(full: Kept): Promise<readonly Moment[]> {
  const moments: Moment[] = [];
  const log = await full.ledger.store.readAll({ after: 0n, limit: 1_000 });
  const quiet = log.filter(({ recordedAt }, index) => {
    const next = log[index + 1];
    return next === undefined || at(next.recordedAt) - at(recordedAt) > 3_600_000_000n;
  });
  const picked = quiet.filter((_, index) => index % 9 === 5);
  for (const { position, recordedAt } of picked) {
    const next = log.find((each) => each.position > position)?.recordedAt ?? '2026-12-31T00:00:00Z';
    const later = new Date(Date.parse(next) - 60_000).toISOString();
    moments.push({ position, recorded: recordedAt, later, past: await copiedUpTo(full, position) });
  }
  return moments;
}

async function overHttp(full: Kept, moments: readonly Moment[]): Promise<void> {
  const answered = new Set<string>();
  const routes = READS.filter((each) => takes(each, 'asOf') && !ABOUT_NOW.has(each.name));
  for (const [index, { position, recorded, later, past }] of moments.entries()) {
    const moment = index % 2 === 0 ? later : String(position);
    for (const route of routes) {
      for (const address of addressesOf(route)) {
        const told = await asked(full, address, moment);
        if (told.status === 200) answered.add(route.name);
        expect(told.said, `${address} as of ${moment}`).not.toMatch(/"code":"(?:parameter|internal)/);
        expect(told, `as of ${moment}`).toEqual(await asked(past, address, moment));
        // And what that ledger said on the day.
        past.clock = at(recorded);
        const then = await asked(past, address);
        past.clock = at(LATER);
        expect(await asked(full, address, recorded)).toEqual(then);
      }
    }
  }
  expect([...answered].sort()).toEqual(routes.map(({ name }) => name).sort());
}

/** A list that is asked for entry by entry, by its cursor alone, is the whole list: of the same position and day. */
async function byCursor(full: Kept, moments: readonly Moment[]): Promise<void> {
  // What stands beside the list is the same on every page.
  const entriesOf = ({ runs: _, ...body }: Readonly<Record<string, unknown>>) =>
    Object.values(body).filter(Array.isArray).flat();
  let pages = 0;
  for (const { later } of moments) {
    for (const route of READS.filter((each) => takes(each, 'cursor'))) {
      for (const address of addressesOf(route)) {
        const whole = await asked(full, `${address}&limit=500`, later);
        if (whole.status !== 200) continue;
        const parts: unknown[] = [];
        let goesOn = `&asOf=${encodeURIComponent(later)}`;
        while (goesOn !== '') {
          const part = JSON.parse((await asked(full, `${address}&limit=4${goesOn}`)).said);
          parts.push(...entriesOf(part));
          goesOn = part.next === null ? '' : `&cursor=${part.next}`;
          pages += 1;
        }
        expect(parts, `${address} as of ${later}`).toEqual(entriesOf(JSON.parse(whole.said)));
      }
    }
  }
  expect(pages).toBeGreaterThan(50);
}

async function onTheCommandLine(full: Kept, moments: readonly Moment[]): Promise<void> {
  const run = async ({ file }: Kept, line: string, moment: string) => {
    const folder = join(temporaryFolder(), 'pack');
    const words = line.replace('PACK', folder).split(' ');
    const { code, out, err } = await cli(['--file', file, '--at', LATER, '--as', OPS, ...words, '--as-of', moment]);
    const files = line.includes('PACK') && code === 0 ? readdirSync(folder).sort() : [];
    const texts = files.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
    const said = [out, err, ...texts].map((text) => text.replaceAll(folder, 'pack').replaceAll(file, 'file'));
    return { code, said };
  };
  for (const [command, lines] of Object.entries(LINES)) {
    const codes = new Set<number>();
    for (const line of lines) {
      for (const [index, { position, later, past }] of moments.entries()) {
        const moment = index % 2 === 0 ? String(position) : later;
        const told = await run(full, line, moment);
        codes.add(told.code);
        expect(told, `${line} as of ${moment}`).toEqual(await run(past, line, moment));
      }
    }
    expect([...codes], command).toContain(0);
    expect([...codes], command).not.toContain(2);
  }
}

/** Commands by the help, those of groups too, that take a moment. */
async function commandsWithMoment(group: readonly string[] = []): Promise<readonly string[]> {
  const { out } = await cli([...group, '--help']);
  const own = out.slice(0, out.indexOf('\nGlobal Options:\n'));
  const found = own.includes('--as-of <') && group.length > 0 ? [group.join(' ')] : [];
  const list = out.includes('\nCommands:\n') ? out.slice(out.indexOf('\nCommands:\n')) : '';
  for (const [, name] of list.matchAll(/^ {2}([a-z-]+)/gm)) {
    if (name !== undefined && name !== 'help') found.push(...(await commandsWithMoment([...group, name])));
  }
  return found;
}

describe('a read', () => {
  test('takes a moment, or is said not to', async () => {
    const without = READS.filter((route) => !takes(route, 'asOf')).map(({ name }) => name);
    expect(without.sort()).toEqual(Object.keys(WITHOUT).sort());
    const known = [...Object.keys(LINES), ...OTHER_LINES];
    expect([...(await commandsWithMoment())].sort()).toEqual(known.sort());
  });

  test('as of a moment answers what a ledger does that holds nothing else, by every door', {
    timeout: 60_000,
  }, async () => {
    const full = await keptIn((await eventful()).file);
    const moments = await momentsOf(full);
    await overHttp(full, moments);
    await byCursor(full, moments);
    await onTheCommandLine(full, moments);
  });
});

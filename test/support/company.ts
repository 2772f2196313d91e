import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  approve,
  assignPlan,
  type By,
  define,
  importDeals,
  type Ledger,
  openPeriod,
  requestFreeze,
  requests,
} from '@ledger/application';
import { DEFAULT_MAPPING, readDefinitions } from '@ledger/connectors';
import { type EventStore, isProblem, type Problem, parseInstant, seededRandom, ulidFactory } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { onTestFinished, vi } from 'vitest';

export const OPS: By = { actor: { id: 'olga', role: 'ops' } };
export const FINANCE: By = { actor: { id: 'fred', role: 'finance' } };
export const MANAGER: By = { actor: { id: 'mo', role: 'manager' } };

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A value that must not be a problem. */
export function sound<T>(value: T | Problem): T {
  if (isProblem(value)) throw new Error(`${value.code}: ${value.message} ${JSON.stringify(value.errors ?? [])}`);
  return value;
}

export interface Made {
  readonly ledger: Ledger;
  readonly folder: string;
  /** Sets the clock. */
  at(instant: string): void;
}

/** An empty ledger on a disk of its own, with a clock that stands until it is set. `around` wraps its store. */
export function makeLedger(options: { readonly around?: (store: EventStore) => EventStore } = {}): Made {
  const folder = temporaryFolder();
  let now = parseInstant('2026-01-05T09:00:00Z') ?? 0n;
  const clock = () => now;
  const file = join(folder, 'test.ledger');
  const log = openLog(file, { mode: 'create', ledger: 'acme', clock });
  const views = openViews(`${file}.views`, { log: log.uid });
  const directory = openDirectory(`${file}.people`);
  onTestFinished(async () => {
    await Promise.all([log.close(), views.close(), directory.close()]);
  });
  const store = options.around?.(log) ?? log;
  return {
    ledger: { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(7)) },
    folder,
    at(instant) {
      now = parseInstant(instant) ?? now;
    },
  };
}

/** The documents of a definition file, which must be readable. */
export function documentsOf(text: string) {
  const read = readDefinitions(new TextEncoder().encode(text), 'test.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.documents;
}

export async function defineText(ledger: Ledger, text: string, by: By = OPS) {
  return sound(await define(ledger, documentsOf(text), by));
}

/** Approves everything that waits but freezes. */
export async function approveAll(ledger: Ledger): Promise<void> {
  for (const { name } of await requests(ledger, { all: false })) {
    if (!name.startsWith('freeze/')) sound(await approve(ledger, name, FINANCE));
  }
}

export async function freeze(ledger: Ledger, period: string) {
  const ask = { period, reason: 'Close of the period', evidence: [], despite: 'As this company does it' };
  sound(await requestFreeze(ledger, ask, OPS));
  return sound(await approve(ledger, `freeze/${period}`, FINANCE));
}

/** Deals by the default mapping: `id, rep, amount, currency, closed on`. */
export async function importRows(
  made: Made,
  rows: readonly string[],
  options: { readonly snapshot?: boolean; readonly dryRun?: boolean; readonly by?: By } = {},
) {
  const file = join(made.folder, 'deals.csv');
  writeFileSync(file, `deal_id,rep_id,amount,currency,closed_on\n${rows.join('\n')}\n`);
  const { snapshot = false, dryRun = false, by = OPS } = options;
  return importDeals(made.ledger, { file, mapping: DEFAULT_MAPPING, folder: made.folder, snapshot, dryRun }, by);
}

/** Two sellers under one plan: 8 % to a quota of 100,000 a quarter, 12 % above. */
export const DEFINITIONS = `
calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: Policy }
---
metric: bookings
title: Bookings
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026
---
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: Plan year 2026
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }]
---
participants:
  - { id: ada, name: Ada Berg, starts: 2026-01-01, currency: USD }
  - { id: ben, name: Ben Osei, starts: 2026-01-01, currency: USD }
---
rates:
  - { pair: EUR/USD, on: 2026-01-01, rate: 1.10, source: Central bank }
---
quotas:
  - { participant: ada, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: USD }
  - { participant: ben, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: USD }
`;

/** A plan whose people are paid out of one budget, so that each of them looks at all the others. */
export const FLAT = `
plan: flat
title: Flat
currency: USD
from: 2026-01-01
reason: Plan year 2026
components:
  bookings:
    measure: bookings
    window: quarter
    tier-by: amount
    table: [{ from: 0, pays: 8% }]
    budget: { amount: 5000.00 }
`;

/** Hires so many people under that plan: p0, p1, … */
export async function hireFlat(ledger: Ledger, people: number): Promise<readonly string[]> {
  await defineText(ledger, FLAT);
  await approveAll(ledger);
  const ids = Array.from({ length: people }, (_, index) => `p${index}`);
  const plans = '[{ plan: flat, from: 2026-01-01 }]';
  const hired = ids.map((id) => `{ id: ${id}, starts: 2026-01-01, currency: USD, plans: ${plans} }`);
  await defineText(ledger, `participants: [${hired.join(', ')}]`);
  return ids;
}

/** How often the definitions of a whole company are read while something is done. */
export async function companiesOpened({ views }: Ledger, act: () => Promise<unknown>): Promise<number> {
  const lists = vi.spyOn(views, 'list');
  await act();
  const opened = lists.mock.calls.filter(([view, prefix]) => view === definitionsView && prefix === '').length;
  lists.mockRestore();
  return opened;
}

/** Those two sellers, with the first quarter open. */
export async function makeCompany(
  options: Parameters<typeof makeLedger>[0] = {},
  definitions = DEFINITIONS,
): Promise<Made> {
  const made = makeLedger(options);
  await foundCompany(made.ledger, definitions);
  return made;
}

/** The same on a ledger that is empty. */
export async function foundCompany(ledger: Ledger, definitions = DEFINITIONS): Promise<void> {
  await defineText(ledger, definitions);
  await approveAll(ledger);
  for (const participant of ['ada', 'ben']) {
    const ask = { participant, plan: 'seller', from: '2026-01-01', to: null, reason: 'Plan year 2026' };
    sound(await assignPlan(ledger, ask, OPS));
  }
  sound(await openPeriod(ledger, '2026-Q1', OPS));
}

/** A plan `lead` that pays for what the team does, by the terms of its one component, and cy, who reports to whom it is for. */
export function teamUnder(lead: string, pays: string): string {
  return `
plan: lead
title: Lead
currency: USD
from: 2026-01-01
reason: x
components:
  team: { credits: team, window: quarter, tier-by: amount, ${pays} }
---
participants:
  - { id: ${lead}, starts: 2026-01-01, currency: USD }
  - { id: cy, name: Cy, starts: 2026-01-01, currency: USD, manager: ${lead} }
`;
}

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { approve, define, type Ledger, openPeriod, requests } from '@ledger/application';
import { type DealMapping, readDefinitions, readMapping } from '@ledger/connectors';
import { type DealSnapshot, encode, type LedgerEvent, streamOf } from '@ledger/events';
import { type Append, isProblem, type Problem, seededRandom } from '@ledger/kernel';

/** An invented company of any size on the definitions of the demo: the same seed gives the same deals. */

const COMPANY = join(import.meta.dirname, '../../services/cli/demo/company');
export const OPS = { actor: { id: 'olga', role: 'ops' } } as const;
export const FINANCE = { actor: { id: 'fred', role: 'finance' } } as const;

/** Of events that are appended as they are. */
export const META = {
  ...OPS,
  commandId: 'bench',
  commandHash: '0'.repeat(64),
  correlationId: 'bench',
  causationId: null,
};

/** A participant closes about so many deals in a year. */
const DEALS_EACH = 100;
const SEED = 20260105;

export function participantsOf(deals: number): number {
  return Math.max(1, Math.round(deals / DEALS_EACH));
}

export function participantId(index: number): string {
  return `rep-${String(index).padStart(6, '0')}`;
}

interface Deal {
  readonly id: string;
  readonly account: string;
  readonly type: string;
  readonly segment: string;
  readonly term: number;
  readonly amount: string;
  readonly currency: string;
  readonly uplift: string;
  /** ISO date. */
  readonly closedOn: string;
  readonly owner: number;
}

/** The deals of a year in the order of their closing dates. */
function* dealsOf(count: number): Generator<Deal> {
  const random = seededRandom(SEED);
  const people = participantsOf(count);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  for (let index = 0; index < count; index += 1) {
    const day = new Date(Date.UTC(2026, 0, 1 + Math.floor((index * 365) / count)));
    const type = pick(['new', 'new', 'new', 'expansion', 'expansion', 'renewal']);
    const amount = `${Math.floor(1_000 + random() ** 3 * 90_000)}.${pick(['00', '00', '50', '99'])}`;
    yield {
      id: `OP-${String(index).padStart(7, '0')}`,
      account: `${pick(['Zelenka', 'Nordfjell', 'Halden', 'Kestrel', 'Brønn'])} ${pick(['Marine', 'Textiles', 'Optics'])} ${index % 997}`,
      type,
      segment: pick(['small', 'mid-market', 'enterprise']),
      term: pick([12, 24, 36]),
      amount,
      currency: random() < 0.3 ? 'EUR' : 'USD',
      uplift: type === 'renewal' ? `${Math.floor(100 + random() * 900)}.00` : '',
      closedOn: day.toISOString().slice(0, 10),
      owner: Math.floor(random() * people),
    };
  }
}

const HEADER =
  'Opportunity ID,Account,Type,Segment,Term (months),Amount,Currency,Uplift,Close Date,Owner,Stage,Cancelled On';

function csvRow(deal: Deal): string {
  const { id, account, type, segment, term, amount, currency, uplift, closedOn, owner } = deal;
  const date = `${closedOn.slice(8)}.${closedOn.slice(5, 7)}.${closedOn.slice(0, 4)}`;
  return `${id},${account},${type},${segment},${term},${amount},${currency},${uplift},${date},Rep ${participantId(owner).slice(4)},Closed Won,`;
}

/** Writes an export of so many deals. */
export async function writeExport(path: string, deals: number): Promise<void> {
  await writeRows(path, dealsOf(deals));
}

/** One in a hundred deals of the first quarter, told differently since: what the next statements have to correct. */
export async function writeCorrections(path: string, deals: number): Promise<void> {
  const late = dealsOf(deals)
    .filter(({ closedOn }, index) => closedOn < '2026-04-01' && index % 100 === 0)
    .map((deal) => ({ ...deal, amount: '12345.00' }));
  await writeRows(path, late);
}

async function writeRows(path: string, deals: Iterable<Deal>): Promise<void> {
  const out = createWriteStream(path);
  let text = `${HEADER}\n`;
  for (const deal of deals) {
    text += `${csvRow(deal)}\n`;
    if (text.length < 1 << 16) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
}

/** The same deals as the facts that an import makes of them. */
export function* snapshots(deals: number): Generator<DealSnapshot> {
  for (const { id, account, type, segment, term, amount, currency, uplift, closedOn, owner } of dealsOf(deals)) {
    const participant = participantId(owner);
    const attributes = { type, segment, termMonths: { decimal: String(term) } };
    yield {
      source: 'crm',
      deal: id,
      account,
      amount,
      currency,
      closedOn,
      selectionOn: null,
      sequence: 0,
      owner: participant,
      credits: [{ participant, pool: 'primary', share: '1' }],
      attributes: uplift === '' ? attributes : { ...attributes, uplift: { decimal: uplift } },
      lines: [],
    };
  }
}

export async function companyMapping(): Promise<DealMapping> {
  const path = join(COMPANY, 'deals.mapping.yaml');
  return good(readMapping(await readFile(path, 'utf8'), path));
}

/** Calendar, rates, metrics and plans by the product's own commands; then everybody with a plan and a quota. */
export async function found(ledger: Ledger, people: number): Promise<void> {
  for (const name of ['calendar', 'rates', 'metrics', 'plans']) {
    const read = readDefinitions(await readFile(join(COMPANY, `${name}.yaml`)), name);
    if (!read.ok) throw new Error(`${name}: ${read.problems[0]?.message}`);
    good(await define(ledger, read.documents, OPS));
    for (const request of await requests(ledger, { all: false })) good(await approve(ledger, request.name, FINANCE));
  }
  await hire(ledger, people);
  good(await openPeriod(ledger, '2026-Q1', OPS));
}

/** The same events as `define` and `approve` record, appended at once: there is nothing to measure in giving 30 000 commands. */
async function hire(ledger: Ledger, people: number): Promise<void> {
  const appends: Append[] = [];
  const meta = {
    ...OPS,
    commandId: 'bench',
    commandHash: '0'.repeat(64),
    correlationId: 'bench',
    causationId: null,
  };
  const add = (stream: string, ...events: readonly LedgerEvent[]) => {
    const pending = events.map((event) => ({ id: ledger.newId(), ...encode(event), meta }));
    appends.push({ stream, expected: 0, events: pending });
  };
  for (let index = 0; index < people; index += 1) {
    const participant = participantId(index);
    add(
      streamOf.participant(participant),
      {
        type: 'ParticipantOnboarded',
        data: { participant, startsOn: '2026-01-01', currency: 'USD', manager: null, jobTitle: 'Account executive' },
      },
      {
        type: 'PlanAssigned',
        data: {
          participant,
          plan: 'account-executive',
          effectiveFrom: '2026-01-01',
          effectiveTo: null,
          reason: 'Plan year 2026',
        },
      },
    );
    const metric = 'new-business';
    add(streamOf.quota(participant, metric, 2026), {
      type: 'QuotaAssigned',
      data: {
        participant,
        metric,
        year: 2026,
        proposal: 'p1',
        quota: { per: 'quarter', amounts: ['250000'], currency: 'USD' },
        reason: 'Plan year 2026',
        evidence: [],
        requestedBy: 'olga',
        approvedBy: 'fred',
        requestHash: '0'.repeat(64),
        requestRevision: 1,
      },
    });
  }
  while (appends.length > 0) await ledger.store.appendEach(appends.splice(0, 1_000));
}

/** What a function answered; throws if it was refused. */
export function good<T extends object>(answer: T | Problem): T {
  if (isProblem(answer)) {
    throw new Error([answer, ...(answer.errors ?? [])].map(({ code, message }) => `${code}: ${message}`).join('\n'));
  }
  return answer;
}

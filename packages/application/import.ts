import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type CheckedDeals,
  checkDeals,
  checkLines,
  type DealMapping,
  firstRows,
  isAmount,
  type RowRead,
  type ToldDeal,
  unitsOf,
} from '@ledger/connectors';
import { judge, newDeal, peopleOf, type RecordDeal } from '@ledger/decisions';
import type { DealSnapshot } from '@ledger/events';
import { canonical, isProblem, type Problem, problem } from '@ledger/kernel';
import { type Importing, recordDeals, type Tally, unsureOf } from './import-recording.ts';
import { type By, type Ledger, refresh } from './ledger.ts';

interface Ask {
  /** The import holds everything that its source has: deals that are not in it have vanished there. */
  readonly snapshot: boolean;
  /** Says what would be recorded and records nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: (stage: 'checking' | 'recording', done: number, of: number) => void;
}

export interface ImportAsk extends Ask {
  readonly file: string;
  readonly mapping: DealMapping;
  /** Folder of the files that the mapping joins. */
  readonly folder: string;
  /** What the file is called where its own name says nothing. */
  readonly title?: string;
}

export interface LinesAsk extends Ask {
  /** A JSON object in each line, in pieces of any size. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What a line tells, or what is wrong with it. */
  readonly parse: (line: Buffer) => ToldLine | Problem;
}

export type ToldLine = RecordDeal | WholeDeal;

/** A deal that stands, without lines, all of it one participant's or nobody's: what nearly every line of a batch tells. */
export interface WholeDeal extends Pick<DealSnapshot, 'source' | 'deal' | 'amount' | 'currency' | 'owner'> {
  readonly type: 'WholeDeal';
  /** Who has all of it. */
  readonly credited: string | null;
  /** Canonical JSON of the snapshot, which fits its schema. */
  readonly data: string;
}

export interface ImportReport extends Tally {
  /** SHA-256 of what was given, with its mapping: names the import, in every event that it records, as the correlation id. */
  readonly digest: string;
  readonly rows: number;
  readonly deals: number;
  readonly ignored: number;
  readonly duplicates: number;
  readonly withoutOwner: number;
  readonly dryRun: boolean;
  /** The command had been given before: this is what it has done in all. */
  readonly repeated: boolean;
}

/**
 * Imports deals from a CSV file. The whole file is checked before the first event is written: one bad row refuses it. Recording is
 * idempotent by content, so that the same command goes on where a killed one stopped, the same file again records nothing, and a
 * changed row becomes an amendment.
 */
export async function importDeals(ledger: Ledger, ask: ImportAsk, by: By): Promise<ImportReport | Problem> {
  const { mapping } = ask;
  const check = async (spool: string) => {
    const checked = await checkDeals({
      file: ask.file,
      mapping,
      folder: ask.folder,
      spool,
      lookFor: unsureOf(by.actor, mapping.lines !== undefined),
      onProgress: (done: number, of: number) => ask.onProgress?.('checking', done, of),
    });
    return isProblem(checked) ? checked : { ...checked, sources: new Set([mapping.source]) };
  };
  const told = { word: 'Row', lines: mapping.lines !== undefined, title: ask.title ?? basename(ask.file) };
  return imported(ledger, ask, by, check, told);
}

/** The same from a CSV file as it arrives, without the files that a mapping could join to it. */
export async function importCsv(
  ledger: Ledger,
  { bytes, ...ask }: Omit<ImportAsk, 'file' | 'folder'> & { readonly bytes: AsyncIterable<Uint8Array> },
  by: By,
): Promise<ImportReport | Problem> {
  return laidDown(bytes, ask.mapping, (file, folder) => importDeals(ledger, { ...ask, file, folder }, by));
}

/** The first rows of a CSV file as the import would read them, with what is wrong with each; nothing is recorded, or looked up. */
export async function firstRowsOf(
  bytes: AsyncIterable<Uint8Array>,
  mapping: DealMapping,
  most: number,
): Promise<readonly RowRead[] | Problem> {
  return laidDown(bytes, mapping, (file) => firstRows(file, mapping, most));
}

/** Does something with a file that was sent, which has none beside it, as long as it lies there. */
async function laidDown<T>(
  bytes: AsyncIterable<Uint8Array>,
  mapping: DealMapping,
  work: (file: string, folder: string) => Promise<T>,
): Promise<T | Problem> {
  const [beside] = Object.keys(mapping.join);
  if (beside !== undefined) {
    const says = `The mapping joins the file ${beside}, and a file that is sent has none beside it; leave "join" out.`;
    return problem('mapping_invalid', says);
  }
  const folder = await mkdtemp(join(tmpdir(), 'ledger-upload-'));
  try {
    const file = join(folder, 'deals.csv');
    await pipeline(bytes, createWriteStream(file, { mode: 0o600 }));
    return await work(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same from a batch of JSON objects, one a line, of any sources. Every line is decided in the first pass, as if its deal were new. */
export async function importLines(ledger: Ledger, ask: LinesAsk, by: By): Promise<ImportReport | Problem> {
  const refused = judge({ kind: 'deal', step: 'record', actor: by.actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const people = peopleOf(by.actor);
  const own = unsureOf(by.actor, false);
  let mentions = 0;
  const read = (line: Buffer): ToldDeal | Problem => {
    const told = ask.parse(line);
    if (isProblem(told)) return told;
    if (told.type === 'WholeDeal' && isSure(told, people)) {
      const { source, deal, data, credited } = told;
      return { source, deal, status: 'closed', cancelledOn: null, data, credited: credited !== null };
    }
    const command = told.type === 'WholeDeal' ? commandOf(told) : told;
    const events = newDeal(command);
    if (isProblem(events)) return events;
    const [closed] = events;
    const { source, deal, credits } = closed.data;
    const { status, cancelledOn } = command;
    const data = canonical(closed.data);
    if (own.some((text) => data.includes(text))) mentions += 1;
    return {
      source,
      deal,
      status,
      cancelledOn,
      data,
      credited: credits.some(({ pool }) => pool === 'primary'),
    };
  };
  const check = async (spool: string) => {
    const checked = await checkLines({ bytes: ask.bytes, read, spool });
    return isProblem(checked) ? checked : { ...checked, mentions };
  };
  return imported(ledger, ask, by, check, { word: 'Line', lines: false, title: 'a batch of all deals' });
}

/**
 * A quick yes before the decider (ADR 17): the amount spelled as its currency is, and the deal nobody's who records it. Of a new deal the
 * decider would answer `DealClosed` with the very snapshot; a test holds it to that.
 */
function isSure({ amount, currency, owner, credited }: WholeDeal, people: readonly string[]): boolean {
  const units = unitsOf(currency);
  return (
    units !== undefined &&
    isAmount(amount, units) &&
    (owner === null || !people.includes(owner)) &&
    (credited === null || !people.includes(credited))
  );
}

/** The same as any other line would tell it. */
function commandOf({ data }: WholeDeal): RecordDeal {
  return { type: 'RecordDeal', snapshot: JSON.parse(data) as DealSnapshot, status: 'closed', cancelledOn: null };
}

/** The one way of an import: check all, spool it, record from the spool; the temporary file goes whatever happens. */
async function imported(
  ledger: Ledger,
  ask: Ask,
  by: By,
  check: (spool: string) => Promise<(CheckedDeals & Pick<Importing, 'sources'>) | Problem>,
  told: Importing['told'],
): Promise<ImportReport | Problem> {
  const temporary = await mkdtemp(join(tmpdir(), 'ledger-import-'));
  try {
    const checked = await check(join(temporary, 'deals.ndjson'));
    if (isProblem(checked)) return checked;
    await refresh(ledger);
    const { digest, rows, deals, ignored, duplicates, withoutOwner, sources } = checked;
    const recorded = await recordDeals(ledger, { ...ask, checked, sources, told }, by);
    if (isProblem(recorded)) return recorded;
    return { digest, rows, deals, ignored, duplicates, withoutOwner, ...recorded, dryRun: ask.dryRun };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

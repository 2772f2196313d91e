import { type CheckedDeals, type DealRow, readSpool } from '@ledger/connectors';
import { dealDecider, judge, type NoticeVanished, peopleOf, type RecordDeal } from '@ledger/decisions';
import { dealKey, encodeText, streamOf } from '@ledger/events';
import {
  type Actor,
  type Append,
  type Context,
  isProblem,
  type Meta,
  type Pending,
  type Problem,
  type Stored,
} from '@ledger/kernel';
import { type CommandRow, commandsView, dealsView, participantLabel } from '@ledger/projections';
import { metaOf, pendingOf, reused, stateOf } from './handle.ts';
import { type By, type Ledger, today } from './ledger.ts';

/** A checked import on its way into the log. */
export interface Importing {
  readonly checked: CheckedDeals;
  readonly sources: ReadonlySet<string>;
  readonly snapshot: boolean;
  readonly dryRun: boolean;
  readonly onProgress?: (stage: 'checking' | 'recording', done: number, of: number) => void;
  readonly told: {
    /** What a deal of it is called in messages: `Row`. */
    readonly word: string;
    /** Its deals may hold lines that the first pass has not decided. */
    readonly lines: boolean;
    /** What it is called where a deal is not in it. */
    readonly title: string;
  };
}

/** What an import recorded, by what became of its deals. */
export interface Tally {
  readonly closed: number;
  readonly amended: number;
  readonly cancelled: number;
  readonly unchanged: number;
  readonly vanished: number;
}
type Counts = { -readonly [K in keyof Tally]: number };

/** The second pass: records the deals of a spool, each at the revision that it has. */
export async function recordDeals(
  ledger: Ledger,
  importing: Importing,
  by: By,
): Promise<(Tally & { readonly repeated: boolean }) | Problem> {
  const { checked, sources, snapshot, dryRun, told } = importing;
  const tally: Counts = { closed: 0, amended: 0, cancelled: 0, unchanged: 0, vanished: 0 };
  const context: Context = { actor: by.actor, today: await today(ledger) };
  const meta = metaOf(
    ledger,
    { ...by, correlationId: by.correlationId ?? checked.digest.slice(0, 32) },
    checked.digest,
  );
  const known = await ledger.views.get(commandsView, meta.commandId);
  if (known !== undefined && (JSON.parse(known) as CommandRow).hash !== meta.commandHash) return reused(meta.commandId);
  const recording: Recording = { meta, context, tally, dryRun, told, ...foreseen(by.actor, told.lines, checked) };
  // Ids are kept only where they are needed: a million of them are many.
  const present = snapshot ? new Set<string>() : undefined;
  const refusedFirst = await refuseFirst(ledger, checked.spool, sources, present, recording);
  if (refusedFirst !== undefined) return refusedFirst;
  let done = 0;
  for await (const rows of readSpool(checked.spool)) {
    const refused = await recordRows(ledger, rows, recording);
    if (refused !== undefined) return refused;
    done += rows.length;
    importing.onProgress?.('recording', done, checked.deals);
  }
  for (const source of present === undefined ? [] : sources) {
    const refused = await recordVanished(ledger, source, present ?? new Set(), recording);
    if (refused !== undefined) return refused;
  }
  return { ...tally, repeated: known !== undefined };
}

/** Streams of deals that are read before the first of them is decided. */
const READ_TOGETHER = 100;

interface Recording {
  readonly meta: Meta;
  readonly context: Context;
  readonly tally: Counts;
  readonly dryRun: boolean;
  readonly told: Importing['told'];
  /** The decider would not refuse the row, as long as the deal does not pay who records it already. */
  readonly isSure: (row: DealRow) => boolean;
  /** That is so of every row. */
  readonly allSure: boolean;
  /** Nor would it answer anything but `DealClosed` with the very text of the spool, while nobody has told of the deal. */
  readonly isPlain: (row: DealRow) => boolean;
}

/** What is known of a row without deciding it: the first pass has held it to all rules but two, who may record and what lines cost. */
function foreseen(
  actor: Actor,
  lines: boolean,
  { mentions }: CheckedDeals,
): Pick<Recording, 'isSure' | 'isPlain' | 'allSure'> {
  const mayRecord = judge({ kind: 'deal', step: 'record', actor, beneficiaries: [] }) === undefined;
  const unsure = unsureOf(actor, lines);
  const allSure = mayRecord && mentions === 0;
  const isSure = ({ data }: DealRow) => allSure || (mayRecord && !unsure.some((text) => data.includes(text)));
  return { isSure, allSure, isPlain: (row) => !lines && row.status === 'closed' && isSure(row) };
}

/** Texts of a deal that the decider has to look at. Whom a deal pays stands in it: who is not named does not record their own pay. */
export function unsureOf(actor: Actor, lines: boolean): readonly string[] {
  const people = peopleOf(actor).map((id) => JSON.stringify(id));
  return lines ? [...people, '"cost":"'] : people;
}

/**
 * All rows or none: what only the ledger can refuse is refused before the first event is written. Notes the deals of the file in
 * `present`.
 */
async function refuseFirst(
  ledger: Ledger,
  spool: string,
  sources: ReadonlySet<string>,
  present: Set<string> | undefined,
  { context, told, isSure, allSure }: Recording,
): Promise<Problem | undefined> {
  const own = new Set<string>();
  for (const person of peopleOf(context.actor)) {
    for (const { key } of await ledger.views.labelled(dealsView, participantLabel(person))) own.add(key);
  }
  // Nothing to refuse and nothing to note: the spool need not be read once more.
  if (allSure && own.size === 0 && present === undefined) return undefined;
  for await (const rows of readSpool(spool)) {
    for (const row of rows) {
      present?.add(dealKey(row));
      if (isSure(row) && (own.size === 0 || !own.has(dealKey(row)))) continue;
      const state = stateOf(dealDecider, await ledger.store.read(streamOf.deal(row.source, row.deal)));
      const events = dealDecider.decide(commandOf(row), state, context);
      if (isProblem(events)) return atRow(told, row, events);
    }
  }
  for (const key of present === undefined ? [] : own) {
    const source = key.slice(0, key.indexOf('.'));
    if (!sources.has(source) || present?.has(key)) continue;
    const deal = key.slice(source.length + 1);
    const state = stateOf(dealDecider, await ledger.store.read(streamOf.deal(source, deal)));
    const events = dealDecider.decide(vanishedFrom(source, deal, '', context), state, context);
    if (isProblem(events)) return events;
  }
  return undefined;
}

/** Most deals of an import are new: they are written as such, and only those that turn out to be there are read. */
async function recordRows(
  ledger: Ledger,
  rows: readonly DealRow[],
  recording: Recording,
): Promise<Problem | undefined> {
  const appends: (Append & { readonly row: DealRow })[] = [];
  const known: Known[] = [];
  for (const row of rows) {
    const events = asNew(ledger, row, recording);
    // Whom a new deal pays may still tell again what is known of it.
    if (isProblem(events)) known.push({ row });
    else appends.push({ stream: streamOf.deal(row.source, row.deal), expected: 0, events, row });
  }
  const there = recording.dryRun ? await tried(ledger, appends) : await written(ledger, appends);
  for (const [index, { row, events }] of appends.entries()) {
    const stored = there[index];
    if (stored !== undefined) known.push({ row, ...stored });
    else for (const { type } of events) countOne(recording.tally, type);
  }
  while (known.length > 0) {
    const refused = await recordKnown(ledger, known.splice(0, READ_TOGETHER), recording);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** A deal that the ledger has, with its events where they were read. */
interface There {
  readonly stored?: readonly Stored[];
}

interface Known extends There {
  readonly row: DealRow;
}

/** Of each append what was there before it; `undefined`: nothing, so that it is written now. */
async function written(ledger: Ledger, appends: readonly Append[]): Promise<readonly (There | undefined)[]> {
  return (await ledger.store.appendEach(appends)).map(({ ok }) => (ok ? undefined : {}));
}

/** The same of appends that are not written. */
async function tried(ledger: Ledger, appends: readonly Append[]): Promise<readonly (There | undefined)[]> {
  const streams = await Promise.all(appends.map(({ stream }) => ledger.store.read(stream)));
  return streams.map((stored) => (stored.length === 0 ? undefined : { stored }));
}

/** What is recorded of a deal that nobody has told of. */
function asNew(ledger: Ledger, row: DealRow, { meta, context, isPlain }: Recording): readonly Pending[] | Problem {
  if (isPlain(row)) return [{ id: ledger.newId(), ...encodeText('DealClosed', row.data), meta }];
  const events = dealDecider.decide(commandOf(row), dealDecider.initial, context);
  return isProblem(events) ? events : pendingOf(ledger, events, meta);
}

/** What the rows say is compared with what is known. On a cluster each read alone would take a round trip. */
async function recordKnown(
  ledger: Ledger,
  known: readonly Known[],
  recording: Recording,
): Promise<Problem | undefined> {
  const streamFor = ({ source, deal }: DealRow) => streamOf.deal(source, deal);
  const read = await Promise.all(known.map(({ row, stored }) => stored ?? ledger.store.read(streamFor(row))));
  for (const [index, { row }] of known.entries()) {
    const refused = await recordOn(ledger, streamFor(row), commandOf(row), recording, read[index]);
    if (refused !== undefined) return atRow(recording.told, row, refused);
  }
  return undefined;
}

async function recordOn(
  ledger: Ledger,
  stream: string,
  command: Parameters<typeof dealDecider.decide>[0],
  { meta, context, tally, dryRun }: Recording,
  known?: readonly Stored[],
): Promise<Problem | undefined> {
  for (let read = known; ; read = undefined) {
    const stored = read ?? (await ledger.store.read(stream));
    const done = stored.filter((event) => event.meta.commandId === meta.commandId);
    // What this very command has recorded it does not record again, whatever was recorded since.
    if (done.length > 0) {
      count(tally, done);
      return undefined;
    }
    const events = dealDecider.decide(command, stateOf(dealDecider, stored), context);
    if (isProblem(events)) return events;
    if (events.length > 0 && !dryRun) {
      const append = { stream, expected: stored.length, events: pendingOf(ledger, events, meta) };
      const answer = await ledger.store.append(append);
      if (!answer.ok) continue;
    }
    count(tally, events);
    return undefined;
  }
}

/** Deals of the source that its whole export no longer holds. A finding: nothing is taken back for it. */
async function recordVanished(
  ledger: Ledger,
  source: string,
  present: ReadonlySet<string>,
  recording: Recording,
): Promise<Problem | undefined> {
  const rows = await ledger.views.list(dealsView, `${source}.`);
  for (const { key, row } of rows) {
    if (present.has(key)) continue;
    const { deal, vanished, cancelled } = JSON.parse(row);
    if (vanished !== null || cancelled !== null) continue;
    const command = vanishedFrom(source, deal, recording.told.title, recording.context);
    const refused = await recordOn(ledger, streamOf.deal(source, deal), command, recording);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function vanishedFrom(source: string, deal: string, title: string, { today: noticedOn }: Context): NoticeVanished {
  // Some file systems take names apart into letters and accents, and nearly anything can be in a name.
  const name = title.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
  return { type: 'NoticeVanished', source, deal, noticedOn, evidence: `Not in ${name}`.slice(0, 200).toWellFormed() };
}

function commandOf({ snapshot, status, cancelledOn }: DealRow): RecordDeal {
  return { type: 'RecordDeal', snapshot, status, cancelledOn };
}

function count(tally: Counts, events: readonly { readonly type: string }[]): void {
  if (events.length === 0) tally.unchanged += 1;
  for (const { type } of events) countOne(tally, type);
}

function countOne(tally: Counts, type: string): void {
  if (type === 'DealClosed') tally.closed += 1;
  if (type === 'DealAmended') tally.amended += 1;
  if (type === 'DealCancelled') tally.cancelled += 1;
  if (type === 'DealVanished') tally.vanished += 1;
}

function atRow({ word }: Importing['told'], { row }: DealRow, refused: Problem): Problem {
  return { ...refused, message: `${word} ${row}: ${refused.message}`, [word.toLowerCase()]: row };
}

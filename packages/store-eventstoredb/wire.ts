import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import { canonical, type Meta, ProblemError, problem, type Stored } from '@ledger/kernel';
import type { Proposal } from './batch.ts';

/** An event as it is sealed; the store gives it its position. */
export type Sealed = Omit<Stored, 'position'>;

/**
 * Streams of a ledger are `<ledger>.<stream>`. No name of a ledger holds a dot, so that the first one ends it and `acme.` is the beginning
 * of nobody else's. What is kept outside of the log, as the ledger's own card and people, has `@` there instead.
 */
export function streamName(ledger: string, stream: string): string {
  return `${ledger}.${stream}`;
}

export function prefixOf(ledger: string): string {
  return `${ledger}.`;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** EventStoreDB takes UUIDs only (eventstoredb.md, fact 1); a ULID is one in another spelling: 128 bits. */
function uuidOf(ulid: string): string {
  let bits = 0n;
  for (const letter of ulid) bits = bits * 32n + BigInt(CROCKFORD.indexOf(letter));
  const hex = bits.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function ulidOf(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let ulid = '';
  for (let letter = 0; letter < 26; letter++) {
    ulid = CROCKFORD[Number(bits % 32n)] + ulid;
    bits /= 32n;
  }
  return ulid;
}

/** What the log adds to an event, and its meta, under names that people see in the server's own pages. */
interface Metadata {
  readonly version: number;
  readonly recordedAt: string;
  readonly actor: string;
  readonly role: string;
  readonly onBehalfOf?: string;
  readonly commandId: string;
  readonly commandHash: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly previousHash: string;
  readonly hash: string;
}

/** Data goes as JSON, in the bytes that were sealed, so that people can read it in the server's pages; what is not canonical goes as bytes. */
export function toProposal(event: Sealed): Proposal {
  const { actor } = event.meta;
  const metadata: Metadata = {
    version: event.version,
    recordedAt: event.recordedAt,
    actor: actor.id,
    role: actor.role,
    ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
    commandId: event.meta.commandId,
    commandHash: event.meta.commandHash,
    correlationId: event.meta.correlationId,
    causationId: event.meta.causationId,
    previousHash: event.previousHash,
    hash: event.hash,
  };
  return {
    id: uuidOf(event.id),
    type: event.type,
    json: isCanonical(event.data),
    data: Buffer.from(event.data),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
}

/** JSON comes back from the client parsed: what was canonical is spelled the same again. */
function isCanonical(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && canonical(value) === text;
  } catch {
    return false;
  }
}

type Received = RecordedEvent | AllStreamRecordedEvent;

/** The door from an event of the server to one of ours. Throws storage_type on what this product did not write. */
export function fromReceived(event: Received, ledger: string, position: bigint): Stored {
  const where = `Event ${event.revision} of ${event.streamId}`;
  if (!event.streamId.startsWith(prefixOf(ledger))) throw foreign(where, 'is of another ledger');
  const metadata: unknown = event.metadata;
  if (typeof metadata !== 'object' || metadata === null) throw foreign(where, 'has no metadata');
  const fields = new Map<string, unknown>(Object.entries(metadata));
  const text = (name: keyof Metadata): string => {
    const value = fields.get(name);
    if (typeof value === 'string') return value;
    throw foreign(where, `has no ${name}`);
  };
  const version = fields.get('version');
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) throw foreign(where, 'has no version');
  const meta: Meta = {
    actor: fields.has('onBehalfOf')
      ? { id: text('actor'), role: text('role'), onBehalfOf: text('onBehalfOf') }
      : { id: text('actor'), role: text('role') },
    commandId: text('commandId'),
    commandHash: text('commandHash'),
    correlationId: text('correlationId'),
    causationId: fields.get('causationId') === null ? null : text('causationId'),
  };
  return {
    id: ulidOf(event.id),
    type: event.type,
    version,
    data: dataOf(event),
    meta,
    ledger,
    stream: event.streamId.slice(prefixOf(ledger).length),
    revision: Number(event.revision) + 1,
    position,
    recordedAt: text('recordedAt'),
    previousHash: text('previousHash'),
    hash: text('hash'),
  };
}

function dataOf(event: Received): string {
  const data: unknown = event.data;
  if (data instanceof Uint8Array) return Buffer.from(data).toString('utf8');
  try {
    return canonical(data);
  } catch {
    throw foreign(`Event ${event.revision} of ${event.streamId}`, 'has data that is not canonical JSON');
  }
}

/** What the index needs to know of an event without judging the rest. */
export function recordedAtOf(event: Received): string {
  const metadata: unknown = event.metadata;
  if (typeof metadata !== 'object' || metadata === null || !('recordedAt' in metadata)) return '';
  return typeof metadata.recordedAt === 'string' ? metadata.recordedAt : '';
}

function foreign(where: string, what: string): ProblemError {
  const remedy = 'only this product may write to these streams; restore the cluster from a backup';
  return new ProblemError(problem('storage_type', `${where} ${what}; ${remedy}.`));
}

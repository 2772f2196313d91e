import { ID, LIMITS, type Pending, STREAM } from './event.ts';
import { ProblemError, problem } from './problem.ts';
import type { Append } from './store.ts';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const TYPE = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What every store checks before it writes, so that a ledger can move between stores: names that all of them can hold, and
 * LIMITS. Throws `stream_invalid` or `limit_exceeded`; what a client library would do with such input is worse than a refusal
 * (eventstoredb.md, facts 1, 2, 7 and 8).
 */
export function checkAppends(appends: readonly Append[]): void {
  if (appends.length > LIMITS.appendsPerBatch) exceeded('appendsPerBatch', 'appends in one batch', appends.length);
  for (const append of appends) checkAppend(append);
}

function checkAppend({ stream, events, expected }: Append): void {
  checkStream(stream);
  if (!Number.isSafeInteger(expected) || expected < 0) {
    invalid('expected', expected, 'give the revision that was read, 0 for a new stream');
  }
  if (events.length === 0) invalid('events', '[]', `an append to ${stream} needs at least one event`);
  if (events.length > LIMITS.eventsPerAppend) exceeded('eventsPerAppend', 'events in one append', events.length);
  const revision = expected + events.length;
  if (revision > LIMITS.eventsPerStream) exceeded('eventsPerStream', `events in stream ${stream}`, revision);
  let units = 0;
  for (const event of events) {
    checkEvent(event);
    units += event.data.length + META_UNITS;
  }
  // A UTF-16 unit takes at most 3 bytes: only appends that might be too long are measured exactly.
  if (units * 3 <= LIMITS.bytesPerAppend) return;
  const bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
  if (bytes > LIMITS.bytesPerAppend) exceeded('bytesPerAppend', 'bytes in one append', bytes);
}

/** Throws `stream_invalid` unless the name is one that every store can hold. */
export function checkStream(stream: string): void {
  if (!STREAM.test(stream)) invalid('stream', stream, 'write <category>-<id> with letters, digits and . _ : -');
}

/** More than the longest metadata that passes checkEvent: 8 ids of at most 128 units, a type, two hashes. */
const META_UNITS = 1_300;

function sizeOf(event: Pending): number {
  return (
    Buffer.byteLength(event.data) + Buffer.byteLength(JSON.stringify(event.meta)) + event.id.length + event.type.length
  );
}

function checkEvent(event: Pending): void {
  const { meta } = event;
  if (!ULID.test(event.id)) invalid('id', event.id, 'give a ULID');
  if (!TYPE.test(event.type)) invalid('type', event.type, 'give the name of an event type, letters and digits');
  if (!Number.isSafeInteger(event.version) || event.version < 1) invalid('version', event.version, 'count from 1');
  if (typeof event.data !== 'string' || event.data === '' || !event.data.isWellFormed()) {
    invalid('data', String(event.data).slice(0, 80), 'give canonical JSON text without lone surrogates');
  }
  if (!ID.test(meta.actor.id)) notId('meta/actor/id', meta.actor.id);
  if (!ID.test(meta.actor.role)) notId('meta/actor/role', meta.actor.role);
  if (meta.actor.onBehalfOf !== undefined && !ID.test(meta.actor.onBehalfOf)) {
    notId('meta/actor/onBehalfOf', meta.actor.onBehalfOf);
  }
  if (!ID.test(meta.commandId)) notId('meta/commandId', meta.commandId);
  if (!SHA256.test(meta.commandHash)) invalid('meta/commandHash', meta.commandHash, 'give 64 hexadecimal digits');
  if (!ID.test(meta.correlationId)) notId('meta/correlationId', meta.correlationId);
  if (meta.causationId !== null && !ID.test(meta.causationId)) notId('meta/causationId', meta.causationId);
}

function notId(field: string, value: unknown): never {
  invalid(field, value, 'use 1 to 128 letters, digits and . _ : - beginning with a letter or digit');
}

function invalid(field: string, value: unknown, remedy: string): never {
  throw new ProblemError(
    problem('stream_invalid', `${field} cannot be ${JSON.stringify(value) ?? value}: ${remedy}.`, `/${field}`),
  );
}

function exceeded(limit: keyof typeof LIMITS, what: string, count: number): never {
  const remedy = 'split it into smaller ones';
  throw new ProblemError(
    problem('limit_exceeded', `${count} ${what} is more than the limit ${limit} of ${LIMITS[limit]}; ${remedy}.`),
  );
}

import {
  alongside,
  canonical,
  isAsRead,
  type Pending,
  ProblemError,
  problem,
  type Recorded,
  type Stored,
} from '@ledger/kernel';
import type { z } from 'zod';
import { acceptsOf } from './accept.ts';
import { accessEvents } from './access.ts';
import { approvalEvents } from './approval.ts';
import { approvalRuleEvents } from './approval-rules.ts';
import { creditingEvents } from './crediting.ts';
import { dealEvents } from './deal.ts';
import { exceptionEvents } from './exception.ts';
import { jurisdictionEvents } from './jurisdiction.ts';
import { metricEvents } from './metric.ts';
import { participantEvents } from './participant.ts';
import { paymentEvents, payRunEvents } from './payment.ts';
import { payoutEvents } from './payout.ts';
import { fxEvents, periodEvents, policyEvents } from './period.ts';
import { personEvents } from './person.ts';
import { planEvents } from './plan.ts';
import { queryEvents, queryPolicyEvents } from './query.ts';
import { quotaEvents } from './quota.ts';
import { correctionEvents, replayEvents } from './replay.ts';

/** The present schema of every event type, by category of stream, in the order of the catalogue. */
export const CATALOGUE = {
  policy: { ...policyEvents, ...queryPolicyEvents, ...approvalRuleEvents, ...correctionEvents },
  fx: fxEvents,
  participant: participantEvents,
  metric: metricEvents,
  plan: planEvents,
  crediting: creditingEvents,
  jurisdiction: jurisdictionEvents,
  quota: quotaEvents,
  exception: exceptionEvents,
  approval: approvalEvents,
  deal: dealEvents,
  period: { ...periodEvents, ...payRunEvents },
  payout: { ...payoutEvents, ...paymentEvents },
  query: queryEvents,
  replay: replayEvents,
  access: accessEvents,
  person: personEvents,
} as const;
export type Category = keyof typeof CATALOGUE;

const SCHEMAS = {
  ...policyEvents,
  ...queryPolicyEvents,
  ...approvalRuleEvents,
  ...correctionEvents,
  ...fxEvents,
  ...participantEvents,
  ...metricEvents,
  ...planEvents,
  ...creditingEvents,
  ...jurisdictionEvents,
  ...quotaEvents,
  ...exceptionEvents,
  ...approvalEvents,
  ...dealEvents,
  ...periodEvents,
  ...payRunEvents,
  ...payoutEvents,
  ...paymentEvents,
  ...queryEvents,
  ...replayEvents,
  ...accessEvents,
  ...personEvents,
} as const;

export type EventType = keyof typeof SCHEMAS;
export type EventData<T extends EventType> = z.infer<(typeof SCHEMAS)[T]>;
type EventOf<T extends EventType> = { readonly type: T; readonly data: EventData<T> };
/** Every fact that the ledger can hold; narrow it by type: `LedgerEvent<'DealClosed'>`. */
export type LedgerEvent<T extends EventType = EventType> = { [K in T]: EventOf<K> }[T];
export type RecordedEvent = Recorded<LedgerEvent>;

/**
 * Upcasters: for a type, the steps that carry data of version n to version n + 1, first step first. The present version of a type
 * is one more than the number of its steps, so that a version cannot be raised without its upcaster. Stored bytes never change.
 */
const UPCASTERS: { readonly [T in EventType]?: readonly Upcaster[] } = {};
export type Upcaster = (data: unknown) => unknown;

/** Data of an old version, carried up step by step: the step at index n - 1 takes version n. */
export function upcast(steps: readonly Upcaster[], version: number, data: unknown): unknown {
  return steps.slice(version - 1).reduce((carried, step) => step(carried), data);
}

export function presentVersion(type: EventType): number {
  return 1 + (UPCASTERS[type]?.length ?? 0);
}

export const EVENT_TYPES = Object.keys(SCHEMAS) as readonly EventType[];

export function schemaOf<T extends EventType>(type: T): (typeof SCHEMAS)[T] {
  return SCHEMAS[type];
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(SCHEMAS, type);
}

/** What was checked when it was produced is not checked again when it is written. */
const CHECKED = alongside<object, EventType>();

/** The data as its schema accepts it, or why it does not. Nobody may change it afterwards. */
export function checkData(type: EventType, data: unknown) {
  const isObject = typeof data === 'object' && data !== null;
  if (isObject && CHECKED.get(data) === type) return { success: true, data } as const;
  if (!acceptsOf(SCHEMAS[type])(data)) return SCHEMAS[type].safeParse(data);
  if (isObject) CHECKED.set(data, type);
  return { success: true, data } as const;
}

/** The part of a pending event that its data decides. Throws on data that its schema does not know: a defect of ours. */
export function encode(event: LedgerEvent): Pick<Pending, 'type' | 'version' | 'data'> {
  const checked = checkData(event.type, event.data);
  if (!checked.success) throw new TypeError(`${event.type} does not fit its schema: ${checked.error.message}`);
  const data = canonical(checked.data);
  justWritten(event.type, data, checked.data);
  return { type: event.type, version: presentVersion(event.type), data };
}

/** Long data that this process has written a moment ago, by their texts, until they are first read: by the views, and at once. */
const WRITTEN = new Map<string, { readonly type: EventType; readonly data: unknown }>();
let writtenUnits = 0;
/** Text shorter than that is read and checked soon enough. */
const LONG = 4_096;
/** UTF-16 code units, which with what was read from them take up some ten bytes each. */
const MOST_UNITS = 8_000_000;

function justWritten(type: EventType, text: string, data: unknown): void {
  if (text.length < LONG || typeof data !== 'object' || data === null || !isAsRead(data)) return;
  if (!WRITTEN.has(text)) writtenUnits += text.length;
  WRITTEN.set(text, { type, data });
  for (const oldest of WRITTEN.keys()) {
    if (writtenUnits <= MOST_UNITS) break;
    forget(oldest);
  }
}

function forget(text: string): void {
  WRITTEN.delete(text);
  writtenUnits -= text.length;
}

function readOf(type: EventType, text: string): unknown {
  const known = text.length < LONG ? undefined : WRITTEN.get(text);
  if (known?.type !== type) return JSON.parse(text);
  forget(text);
  return known.data;
}

/**
 * The same for data that somebody has written as canonical JSON under the rules of its schema, as an importer does with a million
 * rows. Nothing reads the text again on its way into the log: a test has to hold that maker to what `encode` would have given.
 */
export function encodeText(type: EventType, data: string): Pick<Pending, 'type' | 'version' | 'data'> {
  return { type, version: presentVersion(type), data };
}

/**
 * The only door from stored bytes to a typed event: knows the type and version, brings old versions up, checks the present schema.
 * Throws `event_unknown` before anything is done with an event of a later release, `event_invalid` for data that fits no schema.
 */
export function decode(stored: Stored): RecordedEvent {
  const { type } = stored;
  if (!isEventType(type) || !(stored.version >= 1 && stored.version <= presentVersion(type))) {
    throw new ProblemError(
      problem(
        'event_unknown',
        `Event ${stored.position} is ${type} version ${stored.version}, which this release does not know; upgrade before reading on.`,
      ),
    );
  }
  const written = readOf(type, stored.data);
  const steps = UPCASTERS[type];
  const data = steps === undefined ? written : upcast(steps, stored.version, written);
  const checked = checkData(type, data);
  if (!checked.success) {
    throw new ProblemError(
      problem(
        'event_invalid',
        `Event ${stored.position} (${type}) does not fit its schema: ${checked.error.issues[0]?.message}.`,
      ),
    );
  }
  return {
    // The schema that was looked up by `type` has just checked `data`: the pair is one of the union.
    event: { type, data: checked.data } as LedgerEvent,
    id: stored.id,
    stream: stored.stream,
    revision: stored.revision,
    position: stored.position,
    recordedAt: stored.recordedAt,
    meta: stored.meta,
    hash: stored.hash,
  };
}

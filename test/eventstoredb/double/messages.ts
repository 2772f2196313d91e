/** A TEST DOUBLE of EventStoreDB: its answers in the messages of the public protocol, which the client's package ships. */
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status } from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Answer, DoubleRecord, Expected, Proposed } from './log.ts';

const { BatchAppendResp, AppendResp, ReadResp } = streamsPb;
/** What the server writes where there is no position. */
const NO_POSITION = String(2n ** 64n - 1n);

export interface Refusal {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

function refusal(code: number, details: string, trailers: Readonly<Record<string, string>>): Refusal {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

export const REFUSALS = {
  notReady: () => refusal(status.UNAVAILABLE, 'Server Is Not Ready', {}),
  streamDeleted: (stream: string) =>
    refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  wrongVersion: (stream: string, expected: Expected, current: bigint) =>
    refusal(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(typeof expected === 'bigint' ? expected : -1n),
      'actual-version': String(current),
    }),
  tooLarge: (most: number) =>
    refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(most),
    }),
  notLeader: (host: string, port: number) =>
    refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  invalidPosition: () => refusal(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.', {}),
  unknown: (message: string) => refusal(status.UNKNOWN, message, {}),
};

const empty = () => new sharedPb.Empty();

function streamIdentifier(name: string): sharedPb.StreamIdentifier {
  return new sharedPb.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));
}

export function nameOf(identifier: sharedPb.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

/** Ids arrive in one of two shapes; `undefined` where they name nothing. */
export function idOf(uuid: sharedPb.UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  if (structured !== undefined) {
    const bytes = Buffer.alloc(16);
    bytes.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
    bytes.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
  const text = uuid?.getString() ?? '';
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}

type ProposedMessage = streamsPb.BatchAppendReq.ProposedMessage | streamsPb.AppendReq.ProposedMessage;

/** Throws what the real server reports as a bad request (fact 1). */
export function proposedOf(message: ProposedMessage): Proposed {
  const id = idOf(message.getId());
  if (id === undefined)
    throw new Error('Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).');
  const map = message.getMetadataMap();
  const type = map.get('type') ?? '';
  if (type === '') throw new Error("Empty eventType provided. (Parameter 'eventType')");
  return {
    id,
    type,
    json: map.get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function packed(value: { serializeBinary(): Uint8Array }, name: string): anyPb.Any {
  const any = new anyPb.Any();
  any.pack(value.serializeBinary(), name);
  return any;
}

type Details = { readonly value: { serializeBinary(): Uint8Array }; readonly name: string };

function failed(message: string, { value, name }: Details): streamsPb.BatchAppendResp {
  const error = new statusPb.Status().setMessage(message).setDetails(packed(value, name));
  return new BatchAppendResp().setError(error);
}

const client = (name: string) => `event_store.client.${name}`;

export const BATCH = {
  timeout: () => failed('Timeout', { value: new sharedPb.Timeout(), name: client('Timeout') }),
  /** The client knows no class for this one. */
  badRequest: (message: string) =>
    failed('BadRequest', { value: new sharedPb.BadRequest().setMessage(message), name: client('BadRequest') }),
  /** Nor for this one: its details are empty. */
  notReady: () => failed('Server Is Not Ready', { value: new emptyPb.Empty(), name: 'google.protobuf.Empty' }),
  tooLarge: (most: number) =>
    failed('Maximum Append Size Exceeded', {
      value: new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(most),
      name: client('MaximumAppendSizeExceeded'),
    }),
  answer(stream: string, expected: Expected, answer: Answer): streamsPb.BatchAppendResp {
    switch (answer.is) {
      case 'success': {
        const success = new BatchAppendResp.Success();
        if (answer.last < 0n) success.setNoStream(new emptyPb.Empty());
        else success.setCurrentRevision(String(answer.last));
        const position = new sharedPb.AllStreamPosition();
        position.setCommitPosition(String(answer.commit)).setPreparePosition(String(answer.commit));
        return new BatchAppendResp().setSuccess(success.setPosition(position));
      }
      case 'wrong': {
        const wrong = new sharedPb.WrongExpectedVersion();
        if (answer.current < 0n) wrong.setCurrentNoStream(new emptyPb.Empty());
        else wrong.setCurrentStreamRevision(String(answer.current));
        if (expected === 'no_stream') wrong.setExpectedNoStream(new emptyPb.Empty());
        else if (expected === 'any') wrong.setExpectedAny(new emptyPb.Empty());
        else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new emptyPb.Empty());
        else wrong.setExpectedStreamPosition(String(expected));
        return failed('WrongExpectedVersion', { value: wrong, name: client('WrongExpectedVersion') });
      }
      case 'deleted': {
        const deleted = new sharedPb.StreamDeleted().setStreamIdentifier(streamIdentifier(stream));
        return failed('StreamDeleted', { value: deleted, name: client('StreamDeleted') });
      }
      default:
        return answer satisfies never;
    }
  },
};

/** The answer of the append that is not batched. */
export function appendResponse(
  expected: Expected,
  answer: Answer & { readonly is: 'success' | 'wrong' },
): streamsPb.AppendResp {
  if (answer.is === 'success') {
    const success = new AppendResp.Success();
    if (answer.last < 0n) success.setNoStream(empty());
    else success.setCurrentRevision(String(answer.last));
    const position = new AppendResp.Position();
    position.setCommitPosition(String(answer.commit)).setPreparePosition(String(answer.commit));
    return new AppendResp().setSuccess(success.setPosition(position));
  }
  const wrong = new AppendResp.WrongExpectedVersion();
  if (answer.current < 0n) wrong.setCurrentNoStream(empty());
  else wrong.setCurrentRevision(String(answer.current));
  if (expected === 'no_stream') wrong.setExpectedNoStream(empty());
  else if (expected === 'any') wrong.setExpectedAny(empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty());
  else wrong.setExpectedRevision(String(expected));
  return new AppendResp().setWrongExpectedVersion(wrong);
}

/** Reads of a stream do not tell where its events are in `$all`. */
export function eventResponse(record: DoubleRecord, inAll: boolean): streamsPb.ReadResp {
  const position = inAll ? String(record.commit) : NO_POSITION;
  const event = new ReadResp.ReadEvent.RecordedEvent();
  event
    .setId(new sharedPb.UUID().setString(record.id))
    .setStreamIdentifier(streamIdentifier(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  const map = event.getMetadataMap();
  map.set('type', record.type);
  map.set('created', String(record.created));
  map.set('content-type', record.json ? 'application/json' : 'application/octet-stream');
  const read = new ReadResp.ReadEvent().setEvent(event);
  if (inAll) read.setCommitPosition(position);
  else read.setNoPosition(empty());
  return new ReadResp().setEvent(read);
}

export const READ = {
  notFound: (stream: string) =>
    new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream))),
  confirmation: () =>
    new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID())),
  caughtUp: () => new ReadResp().setCaughtUp(new ReadResp.CaughtUp()),
  /** Before the first event there is no position: the server says so with its largest number. */
  checkpoint(commit: bigint): streamsPb.ReadResp {
    const position = commit < 0n ? NO_POSITION : String(commit);
    const checkpoint = new ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position);
    return new ReadResp().setCheckpoint(checkpoint);
  },
};

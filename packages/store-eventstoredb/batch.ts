import { randomUUID } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { Broken, type Refusal, Refused } from './failures.ts';

/** An event as the server takes it. */
export interface Proposal {
  /** UUID. */
  readonly id: string;
  readonly type: string;
  /** Whether the data is JSON, for those who look at it in the server's pages. */
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

interface Written {
  /** Revision of the last event, from 0. */
  readonly last: bigint;
  readonly commit: bigint;
}

/** Appends through one stream to the server, in the order in which they are given. */
export interface Batches {
  /** `expected`: the last revision, -1n for a new stream, `any`. Throws Refused, or Broken when nobody knows whether it has landed. */
  append(stream: string, events: readonly Proposal[], expected: bigint | 'any'): Promise<Written>;
}

type Duplex = ReturnType<StreamsClient['batchAppend']>;

interface Waiting {
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

interface Open {
  readonly stream: Duplex;
  readonly waiting: Map<string, Waiting>;
}

/** Messages that wait for a server that does not read: more are not taken. Each is an append, 1 MB at most. */
const MOST_WAITING = 1_000;

/**
 * The client's own `appendToStream` keeps what is pending in one map for the whole process, answers in it with an exception of the process
 * when an answer comes that nobody waits for, and leaves a rejection that nobody can handle when the connection breaks while it
 * writes (eventstoredb.md, facts 1 to 3). So the same messages go through the same call here, with a map for each stream to the server;
 * connections, credentials, discovery and the way to another leader are the client's.
 */
export function batchesOf(client: EventStoreDBClient): Batches {
  const { GRPCStreamCreator, callArguments } = internalsOf(client);
  let current: Promise<Open> | undefined;

  async function open(): Promise<Open> {
    const waiting = new Map<string, Waiting>();
    const create = GRPCStreamCreator(StreamsClient, 'appendToStream', (service) => {
      const stream = service.batchAppend(...callArguments({}, { deadline: Number.POSITIVE_INFINITY }));
      const fail = (cause: unknown) => {
        for (const { reject } of waiting.values()) reject(new Broken(cause));
        waiting.clear();
        if (!stream.destroyed) stream.destroy();
      };
      stream.on('data', (response) => answer(response, waiting));
      for (const ending of ['error', 'end', 'close']) stream.on(ending, fail);
      return stream;
    });
    return { stream: await create(), waiting };
  }

  /** The stream that is open, or a new one where it broke. */
  async function opened(): Promise<Open> {
    const known = current;
    if (known !== undefined) {
      const { stream } = await known;
      if (!stream.destroyed && !stream.writableEnded) return known;
      if (current === known) current = undefined;
    }
    if (current === undefined) {
      const opening = open();
      current = opening;
      opening.catch(() => {
        if (current === opening) current = undefined;
      });
    }
    return current;
  }

  return {
    async append(name, events, expected) {
      const { stream, waiting } = await opened();
      if (stream.writableLength > MOST_WAITING) throw new Broken(undefined);
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<Written>();
      waiting.set(id, { resolve, reject });
      stream.write(requestOf(id, name, events, expected));
      return promise;
    },
  };
}

function requestOf(
  id: string,
  name: string,
  events: readonly Proposal[],
  expected: bigint | 'any',
): streamsPb.BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options();
  options.setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(name)));
  if (expected === 'any') options.setAny(new sharedPb.Empty());
  else if (expected < 0n) options.setNoStream(new sharedPb.Empty());
  else options.setStreamPosition(String(expected));
  const request = new streamsPb.BatchAppendReq().setOptions(options).setCorrelationId(uuid(id)).setIsFinal(true);
  for (const event of events) {
    const message = new streamsPb.BatchAppendReq.ProposedMessage();
    message.setId(uuid(event.id)).setData(event.data).setCustomMetadata(event.metadata);
    const map = message.getMetadataMap();
    map.set('type', event.type);
    map.set('content-type', event.json ? 'application/json' : 'application/octet-stream');
    request.addProposedMessages(message);
  }
  return request;
}

function uuid(text: string): sharedPb.UUID {
  return new sharedPb.UUID().setString(text);
}

function answer(response: streamsPb.BatchAppendResp, waiting: Map<string, Waiting>): void {
  const id = idOf(response.getCorrelationId());
  const one = waiting.get(id);
  // What is refused as a bad request is answered twice (fact 1).
  if (one === undefined) return;
  waiting.delete(id);
  if (response.hasError()) {
    const error = response.getError();
    one.reject(new Refused(refusalOf(error?.getDetails()?.getTypeName() ?? '', error?.getMessage() ?? '')));
    return;
  }
  const success = response.getSuccess();
  const commit = success?.getPosition()?.getCommitPosition();
  if (commit === undefined) one.reject(new Refused('unknown'));
  else one.resolve({ last: BigInt(success?.getCurrentRevision() ?? '0'), commit: BigInt(commit) });
}

/** The server may answer with an id in the other spelling: two numbers of 64 bits. */
function idOf(id: sharedPb.UUID | undefined): string {
  const structured = id?.getStructured();
  if (structured === undefined) return id?.getString() ?? '';
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function refusalOf(typeName: string, message: string): Refusal {
  switch (typeName.replace('event_store.client.', '')) {
    case 'WrongExpectedVersion':
      return 'conflict';
    case 'StreamDeleted':
      return 'deleted';
    case 'AccessDenied':
      return 'access';
    case 'Timeout':
      return 'not_yet';
    default:
      return /Server Is (?:Not Ready|Busy|Too Busy)|No leader info/.test(message) ? 'not_yet' : 'unknown';
  }
}

/** What the client has for commands of its own, and hides from everybody else's. */
interface Internals {
  GRPCStreamCreator(
    service: typeof StreamsClient,
    name: string,
    create: (service: StreamsClient) => Duplex,
  ): () => Promise<Duplex>;
  callArguments(options: object, callOptions: { deadline: number }): Parameters<StreamsClient['batchAppend']>;
}

/** The door to them. The version of the client is pinned, and a test fails where they are gone. */
function internalsOf(client: EventStoreDBClient): Internals {
  const internals = client as unknown as Internals;
  if (typeof internals.GRPCStreamCreator === 'function' && typeof internals.callArguments === 'function')
    return internals;
  throw new TypeError('this version of the client of EventStoreDB has another inside');
}

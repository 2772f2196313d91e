/** A TEST DOUBLE of EventStoreDB: the services of the public protocol that the client calls, on the log in memory. */
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import serverFeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type {
  Server,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import type { DoubleLog, DoubleRecord, Expected, Proposed } from './log.ts';
import {
  appendResponse,
  BATCH,
  eventResponse,
  idOf,
  nameOf,
  proposedOf,
  READ,
  REFUSALS,
  type Refusal,
} from './messages.ts';

const { StreamOptionCase, CountOptionCase } = streamsPb.ReadReq.Options;
/** 1 MiB of data bytes: 24.2.0 counts nothing else (fact 8). */
const MOST_BYTES = 1_024 * 1_024;
/** The server waits no longer for a write, whatever deadline the client asks for. */
const WRITE_TIMEOUT_MS = 2_000;
const READ_BATCH = 32;

export interface Behaviour {
  /** Requests to be answered as by a server that is starting. */
  notReady: number;
  /** Where the leader is, for a node that is none. */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** Takes this many appends, and says nothing. */
  silent: number;
}

type ReadCall = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;
type BatchCall = ServerDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>;

export function addServices(server: Server, log: DoubleLog, behaviour: Behaviour): void {
  server.addService(serverFeatures.ServerFeaturesService, { getSupportedMethods });
  server.addService(streamsGrpc.StreamsService, {
    read: (call: ReadCall) => void read(call, log, behaviour),
    batchAppend: (call: BatchCall) => batchAppend(call, log, behaviour),
    append: (
      call: ServerReadableStream<streamsPb.AppendReq, streamsPb.AppendResp>,
      answer: sendUnaryData<streamsPb.AppendResp>,
    ) => append(call, answer, log),
    delete: (
      { request }: ServerUnaryCall<streamsPb.DeleteReq, streamsPb.DeleteResp>,
      answer: sendUnaryData<streamsPb.DeleteResp>,
    ) => {
      const options = request.getOptions();
      const name = nameOf(options?.getStreamIdentifier());
      const result = log.softDelete(name, expectedOf(options));
      if (result.is === 'success') {
        const position = new streamsPb.DeleteResp.Position();
        position.setCommitPosition(String(result.commit)).setPreparePosition(String(result.commit));
        answer(null, new streamsPb.DeleteResp().setPosition(position));
      } else
        answer(
          result.is === 'deleted'
            ? REFUSALS.streamDeleted(name)
            : REFUSALS.wrongVersion(name, expectedOf(options), result.current),
        );
    },
    tombstone: (
      { request }: ServerUnaryCall<streamsPb.TombstoneReq, streamsPb.TombstoneResp>,
      answer: sendUnaryData<streamsPb.TombstoneResp>,
    ) => {
      const options = request.getOptions();
      const name = nameOf(options?.getStreamIdentifier());
      const result = log.tombstone(name, expectedOf(options));
      if (result.is === 'success') {
        const position = new streamsPb.TombstoneResp.Position();
        position.setCommitPosition(String(result.commit)).setPreparePosition(String(result.commit));
        answer(null, new streamsPb.TombstoneResp().setPosition(position));
      } else
        answer(
          result.is === 'deleted'
            ? REFUSALS.streamDeleted(name)
            : REFUSALS.wrongVersion(name, expectedOf(options), result.current),
        );
    },
  });
}

function getSupportedMethods(_: unknown, answer: sendUnaryData<serverFeaturesPb.SupportedMethods>): void {
  const method = (methodName: string, features: string[]) =>
    new serverFeaturesPb.SupportedMethod()
      .setMethodName(methodName)
      .setServiceName('event_store.client.streams.streams')
      .setFeaturesList(features);
  const methods = [
    method('read', ['position', 'events']),
    method('append', []),
    method('delete', []),
    method('tombstone', []),
    method('batchappend', ['deadline_duration']),
  ];
  answer(null, new serverFeaturesPb.SupportedMethods().setEventStoreServerVersion('24.2.0').setMethodsList(methods));
}

interface WithExpected {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

function expectedOf(options: WithExpected | undefined): Expected {
  if (options?.hasRevision() === true) return BigInt(options.getRevision());
  if (options?.hasNoStream() === true) return 'no_stream';
  return options?.hasStreamExists() === true ? 'stream_exists' : 'any';
}

function expectedOfBatch(options: streamsPb.BatchAppendReq.Options): Expected {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : 'any';
}

/** One stream for all appends of a client: chunks of several appends may come mixed, each with its correlation id. */
function batchAppend(call: BatchCall, log: DoubleLog, behaviour: Behaviour): void {
  interface Write {
    readonly stream: string;
    readonly expected: Expected;
    readonly events: Proposed[];
  }
  const pending = new Map<string, Write>();
  let left = 0;
  let ended = false;
  const answer = (response: streamsPb.BatchAppendResp, request: streamsPb.BatchAppendReq, stream: string) => {
    if (call.cancelled) return;
    response.setCorrelationId(request.getCorrelationId());
    response.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
    if (response.getStreamIdentifier() === undefined) response.setStreamIdentifier(streamOf(stream));
    call.write(response);
  };

  function receive(request: streamsPb.BatchAppendReq): void {
    const id = idOf(request.getCorrelationId()) ?? '';
    const options = request.getOptions();
    let stream = pending.get(id)?.stream ?? '';
    try {
      if (options !== undefined) {
        stream = nameOf(options.getStreamIdentifier());
        pending.set(id, { stream, expected: expectedOfBatch(options), events: [] });
        // What is still pending then is answered once more, also where it was refused: that is what ends the client (fact 1).
        const timer = setTimeout(() => {
          if (pending.delete(id)) answer(BATCH.timeout(), request, stream);
        }, WRITE_TIMEOUT_MS);
        timer.unref();
      }
      const write = pending.get(id);
      if (write === undefined) return;
      write.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (write.events.reduce((sum, { data }) => sum + data.length, 0) > MOST_BYTES) {
        pending.delete(id);
        answer(BATCH.tooLarge(MOST_BYTES), request, stream);
        return;
      }
      if (!request.getIsFinal()) return;
      pending.delete(id);
      commit(write, request);
    } catch (error) {
      answer(BATCH.badRequest(error instanceof Error ? error.message : ''), request, stream);
    }
  }

  function commit({ stream, expected, events }: Write, request: streamsPb.BatchAppendReq): void {
    if (stream === '') throw new Error("eventStreamId should not be empty. (Parameter 'eventStreamId')");
    if (behaviour.leader !== undefined) {
      call.emit('error', REFUSALS.notLeader(behaviour.leader.host, behaviour.leader.port));
      return;
    }
    if (behaviour.notReady > 0) {
      behaviour.notReady -= 1;
      answer(BATCH.notReady(), request, stream);
      return;
    }
    const result = log.append(stream, expected, events);
    if (behaviour.silent > 0) {
      behaviour.silent -= 1;
      return;
    }
    left += 1;
    // As from a disk: what other connections have sent meanwhile is taken first.
    setImmediate(() => {
      answer(BATCH.answer(stream, expected, result), request, stream);
      left -= 1;
      if (ended && left === 0) call.end();
    });
  }

  call.on('data', receive);
  call.on('error', () => undefined);
  call.on('end', () => {
    ended = true;
    if (left === 0) call.end();
  });
}

function streamOf(name: string) {
  return READ.notFound(name).getStreamNotFound()?.getStreamIdentifier();
}

function append(
  call: ServerReadableStream<streamsPb.AppendReq, streamsPb.AppendResp>,
  answer: sendUnaryData<streamsPb.AppendResp>,
  log: DoubleLog,
): void {
  let options: streamsPb.AppendReq.Options | undefined;
  const events: Proposed[] = [];
  let problem: Refusal | undefined;
  call.on('data', (request: streamsPb.AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message === undefined) return;
    try {
      events.push(proposedOf(message));
    } catch {
      problem = REFUSALS.unknown('Exception was thrown by handler.');
    }
  });
  call.on('error', () => undefined);
  call.on('end', () => {
    const stream = nameOf(options?.getStreamIdentifier());
    if (events.reduce((sum, { data }) => sum + data.length, 0) > MOST_BYTES) problem ??= REFUSALS.tooLarge(MOST_BYTES);
    if (stream === '') problem ??= REFUSALS.unknown('Exception was thrown by handler.');
    if (problem !== undefined) return answer(problem);
    const expected = expectedOf(options);
    const result = log.append(stream, expected, events);
    return result.is === 'deleted'
      ? answer(REFUSALS.streamDeleted(stream))
      : answer(null, appendResponse(expected, result));
  });
}

async function read(call: ReadCall, log: DoubleLog, behaviour: Behaviour): Promise<void> {
  call.on('error', () => undefined);
  const options = call.request.getOptions();
  if (options === undefined) return void call.emit('error', REFUSALS.unknown('no options'));
  if (behaviour.notReady > 0) {
    behaviour.notReady -= 1;
    return void call.emit('error', REFUSALS.notReady());
  }
  const all = options.getStreamOptionCase() === StreamOptionCase.ALL;
  const subscription = options.getCountOptionCase() === CountOptionCase.SUBSCRIPTION;
  if (subscription) return all ? subscribe(call, options, log) : subscribeToStream(call, options, log);
  if (all && !isPlace(options, log))
    return void call.emit('error', REFUSALS.unknown('Unexpected ReadAllResult: InvalidPosition'));
  const name = nameOf(options.getStream()?.getStreamIdentifier());
  const visible = all ? log.records : log.stream(name);
  if (visible === 'deleted') return void call.emit('error', REFUSALS.streamDeleted(name));
  if (visible === 'not_found') await write(call, READ.notFound(name));
  else {
    const count = Number(options.getCount());
    for (const record of page(visible, options, all).slice(0, count)) {
      if (!(await write(call, eventResponse(record, all)))) return;
    }
  }
  call.end();
}

/** Whether an event begins where `$all` is to be read from, or the log has ended before (fact 17). */
function isPlace(options: streamsPb.ReadReq.Options, { records }: DoubleLog): boolean {
  const position = options.getAll()?.getPosition()?.getCommitPosition();
  if (position === undefined || options.getAll()?.hasPosition() !== true) return true;
  const at = BigInt(position);
  return at > (records.at(-1)?.commit ?? 0n) || records.some(({ commit }) => commit === at);
}

/** Forwards from a place on, it included; backwards `$all` leaves it out and a stream does not (fact 12). */
function page(
  records: readonly DoubleRecord[],
  options: streamsPb.ReadReq.Options,
  all: boolean,
): readonly DoubleRecord[] {
  const backwards = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  const place = all ? options.getAll() : options.getStream();
  if (place === undefined || place.hasStart()) return backwards ? [] : records;
  if (place.hasEnd()) return backwards ? records.toReversed() : [];
  const at = BigInt(options.getAll()?.getPosition()?.getCommitPosition() ?? options.getStream()?.getRevision() ?? 0);
  const of = (record: DoubleRecord) => (all ? record.commit : record.revision);
  if (!backwards) return records.filter((record) => of(record) >= at);
  return records.filter((record) => (all ? of(record) < at : of(record) <= at)).toReversed();
}

/** Everything after a position, then what comes (fact 12). With a filter, and checkpoints for what it left out (fact 13). */
async function subscribe(call: ReadCall, options: streamsPb.ReadReq.Options, log: DoubleLog): Promise<void> {
  const filter = options.getFilter();
  const prefixes = filter?.getStreamIdentifier()?.getPrefixList() ?? [];
  const matches = ({ stream }: DoubleRecord) =>
    filter === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
  const window = filter?.hasMax() === true ? filter.getMax() : READ_BATCH;
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 1);
  if (!isPlace(options, log)) return void call.emit('error', REFUSALS.invalidPosition());
  const place = options.getAll();
  let next = 0;
  let last = -1n;
  if (place?.hasEnd() === true) next = log.records.length;
  else if (place?.hasPosition() === true) {
    const after = BigInt(place.getPosition()?.getCommitPosition() ?? 0);
    last = after;
    while ((log.records[next]?.commit ?? after + 1n) <= after) next += 1;
  }
  if (!(await write(call, READ.confirmation()))) return;
  let considered = 0;
  for (let live = false; !call.cancelled; ) {
    const record = log.records[next];
    if (record === undefined) {
      if (!live) {
        if (filter !== undefined) await write(call, READ.checkpoint(last));
        await write(call, READ.caughtUp());
      }
      live = true;
      await appended(call, log, next);
      continue;
    }
    next += 1;
    considered += 1;
    if (matches(record)) {
      last = record.commit;
      if (!(await write(call, eventResponse(record, true)))) return;
    }
    if (filter !== undefined && considered % interval === 0) {
      last = record.commit;
      await write(call, READ.checkpoint(record.commit));
    }
  }
}

async function subscribeToStream(call: ReadCall, options: streamsPb.ReadReq.Options, log: DoubleLog): Promise<void> {
  const place = options.getStream();
  const name = nameOf(place?.getStreamIdentifier());
  const ofStream = () => {
    const visible = log.stream(name);
    return typeof visible === 'string' ? [] : visible;
  };
  let after = -1n;
  if (place?.hasEnd() === true) after = ofStream().at(-1)?.revision ?? -1n;
  else if (place?.hasRevision() === true) after = BigInt(place.getRevision());
  if (!(await write(call, READ.confirmation()))) return;
  for (let live = false; !call.cancelled; ) {
    const size = log.records.length;
    for (const record of ofStream().filter(({ revision }) => revision > after)) {
      after = record.revision;
      if (!(await write(call, eventResponse(record, false)))) return;
    }
    if (!live) await write(call, READ.caughtUp());
    live = true;
    await appended(call, log, size);
  }
}

/** Resolves when the log is longer than that, or nobody listens any more. */
function appended(call: ReadCall, log: DoubleLog, length: number): Promise<void> {
  if (log.records.length > length || call.cancelled) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      stop();
      call.off('cancelled', over);
      resolve();
    };
    const stop = log.onAppended(over);
    call.on('cancelled', over);
  });
}

/** Waits where the client does not keep up; answers whether it is still there. */
async function write(call: ReadCall, response: streamsPb.ReadResp): Promise<boolean> {
  if (call.cancelled) return false;
  if (call.write(response)) return true;
  await new Promise<void>((resolve) => {
    const over = () => {
      call.off('drain', over);
      call.off('cancelled', over);
      resolve();
    };
    call.on('drain', over);
    call.on('cancelled', over);
  });
  return !call.cancelled;
}

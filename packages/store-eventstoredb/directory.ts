import { randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { type Directory, ID, type Person, ProblemError, problem } from '@ledger/kernel';
import type { Address } from './address.ts';
import type { Proposal } from './batch.ts';
import { connect, type Deadline, deadlineIn, persist } from './connection.ts';
import { asProblem } from './failures.ts';
import { timely } from './feed.ts';

/** `hidden`: by a release that deleted the stream and left the name in it as the last event. */
type Standing = 'named' | 'hidden' | 'forgotten';

/** People that are read or written at one time. */
const AT_ONCE = 64;

/**
 * The names of people: one stream for each, `<ledger>@person.<id>`, of which only the last event counts (`$maxCount` 1) and which is emptied
 * and deleted when the person is forgotten; and `<ledger>@people`, which holds their ids, and those say nothing. None of them is in the log.
 * The bytes leave the disk when the server scavenges: docs/adr/0036.
 */
export function openEventStoreDirectory(address: Address, ledger: string): Directory {
  const connection = connect(address.connection, address.shown);
  const { reader, writer, batches, shown, answerMs } = connection;
  const list = `${ledger}@people`;
  const streamOf = (id: string) => {
    if (ID.test(id)) return `${ledger}@person.${id}`;
    const remedy = 'use 1 to 128 letters, digits and . _ : - beginning with a letter or digit';
    throw new ProblemError(problem('stream_invalid', `A person cannot be ${JSON.stringify(id)}: ${remedy}.`, '/id'));
  };

  async function guarded<T>(action: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = deadlineIn(answerMs);
    try {
      return await persist(shown, deadline, () => action(deadline));
    } catch (error) {
      throw asProblem(error, shown);
    }
  }

  /** Everybody who was ever listed, with what became of the name. */
  async function listed(): Promise<ReadonlyMap<string, Standing>> {
    const known = new Map<string, Standing>();
    await guarded(async (deadline) => {
      known.clear();
      for await (const { added, forgotten, emptied } of eventsOf(reader, list, deadline, {})) {
        if (typeof added === 'string') known.set(added, 'named');
        if (typeof forgotten === 'string') known.set(forgotten, emptied === true ? 'forgotten' : 'hidden');
      }
    });
    return known;
  }

  /** Everybody who is listed and was not forgotten since. */
  async function ids(): Promise<ReadonlySet<string>> {
    return new Set([...(await listed())].filter(([, standing]) => standing === 'named').map(([id]) => id));
  }

  async function get(id: string): Promise<Person | undefined> {
    const stream = streamOf(id);
    return guarded(async (deadline) => {
      for await (const { name, email } of eventsOf(reader, stream, deadline, { last: true })) {
        return { id, name: typeof name === 'string' ? name : null, email: typeof email === 'string' ? email : null };
      }
      return undefined;
    });
  }

  /** Any revision: what is written last counts, and the same thing written twice says nothing else. */
  async function append(stream: string, type: string, data: Record<string, unknown>): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(data));
    const event: Proposal = { id: randomUUID(), type, json: true, data: bytes, metadata: Buffer.alloc(0) };
    await guarded(() => batches.append(stream, [event], 'any'));
  }

  return {
    async put(people) {
      const known = await ids();
      await eachOf(people, async ({ id, name, email }) => {
        const stream = streamOf(id);
        if (!known.has(id)) {
          // Listed first: a name that nobody could find could not be forgotten.
          await append(list, 'PersonAdded', { added: id });
          await append(`$$${stream}`, '$metadata', { $maxCount: 1 });
        }
        await append(stream, 'PersonNamed', { name, email });
      });
    },
    get,
    async list() {
      const found: Person[] = [];
      await eachOf([...(await ids())].sort(), async (id) => {
        const person = await get(id);
        if (person !== undefined) found.push(person);
      });
      return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async forget(id) {
      const standing = (await listed()).get(id);
      if (standing === undefined || standing === 'forgotten') return;
      const stream = streamOf(id);
      // No scavenge takes the last event of a stream away, not even of a deleted one (fact 18): it must not be the name.
      await append(stream, 'PersonForgotten', {});
      await guarded(() => writer.deleteStream(stream));
      await append(list, 'PersonForgotten', { forgotten: id, emptied: true });
    },
    close: () => connection.release(),
  };
}

async function* eventsOf(
  client: EventStoreDBClient,
  stream: string,
  deadline: Deadline,
  { last = false }: { readonly last?: boolean },
): AsyncGenerator<Record<string, unknown>> {
  const request = client.readStream(stream, last ? { direction: BACKWARDS, fromRevision: END, maxCount: 1 } : {});
  try {
    for await (const { event } of timely(request, () => request.cancel(), deadline)) {
      const data: unknown = event?.data;
      if (typeof data === 'object' && data !== null) yield Object.fromEntries(Object.entries(data));
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError || error instanceof StreamDeletedError)) throw error;
  }
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const todo = items.toReversed();
  const work = async () => {
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(items.length, AT_ONCE) }, work));
}

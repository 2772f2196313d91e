import { randomUUID } from 'node:crypto';
import { StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import { type Clock, instantText, ProblemError, problem } from '@ledger/kernel';
import type { Proposal } from './batch.ts';
import { type Connection, deadlineIn, persist } from './connection.ts';
import { asProblem, Refused } from './failures.ts';
import { timely } from './feed.ts';

/** What is known of a ledger besides its events: the only event of the stream `<ledger>@ledger`, outside of the log. */
export interface Card {
  /** Drawn when the ledger was made: tells two ledgers of the same name apart. */
  readonly uid: string;
  /** Made for demonstration: ids and times in it were given, not drawn. */
  readonly demo: boolean;
}

const TYPE = 'LedgerMade';
const FORMAT = 1;

const cardStream = (ledger: string) => `${ledger}@ledger`;

/** Makes the card of a new ledger. Throws store_exists. */
export async function makeCard(
  { batches, shown, answerMs }: Connection,
  ledger: string,
  given: { readonly demo: boolean; readonly clock: Clock },
): Promise<Card> {
  const card: Card = { uid: randomUUID(), demo: given.demo };
  const data = { format: FORMAT, ...card, created: instantText(given.clock()) };
  // With an id and a revision it may be sent again: once made, it answers as before.
  const event: Proposal = {
    id: randomUUID(),
    type: TYPE,
    json: true,
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.alloc(0),
  };
  try {
    await persist(shown, deadlineIn(answerMs), () => batches.append(cardStream(ledger), [event], -1n));
  } catch (error) {
    if (!(error instanceof Refused && error.refusal === 'conflict')) throw asProblem(error, shown);
    const says = `${shown} has a ledger ${ledger} already; open it, or give another name.`;
    throw new ProblemError(problem('store_exists', says));
  }
  return card;
}

/** Reads the card of a ledger. Throws store_missing, store_newer, store_damaged. */
export async function readCard({ reader, shown, answerMs }: Connection, ledger: string): Promise<Card> {
  const deadline = deadlineIn(answerMs);
  try {
    return await persist(shown, deadline, async () => {
      const stream = reader.readStream(cardStream(ledger), { maxCount: 1 });
      for await (const { event } of timely(stream, () => stream.cancel(), deadline)) {
        return cardOf(shown, ledger, event?.data);
      }
      throw missing(shown, ledger);
    });
  } catch (error) {
    if (error instanceof StreamNotFoundError) throw missing(shown, ledger);
    if (error instanceof StreamDeletedError) throw foreign(shown, ledger);
    throw asProblem(error, shown);
  }
}

function cardOf(shown: string, ledger: string, data: unknown): Card {
  if (typeof data !== 'object' || data === null || !('format' in data) || typeof data.format !== 'number') {
    throw foreign(shown, ledger);
  }
  if (data.format > FORMAT) {
    const says = `The ledger ${ledger} on ${shown} has format ${data.format}, this release knows ${FORMAT}; use the newer release.`;
    throw new ProblemError(problem('store_newer', says));
  }
  if (!('uid' in data && typeof data.uid === 'string' && 'demo' in data && typeof data.demo === 'boolean')) {
    throw foreign(shown, ledger);
  }
  return { uid: data.uid, demo: data.demo };
}

function missing(shown: string, ledger: string): ProblemError {
  const remedy = 'name an existing one, or make it with `ledger init`';
  return new ProblemError(problem('store_missing', `${shown} has no ledger ${ledger}; ${remedy}.`));
}

function foreign(shown: string, ledger: string): ProblemError {
  const says = `${shown}: the stream ${cardStream(ledger)} does not say what it should of a ledger; restore the cluster from a backup.`;
  return new ProblemError(problem('store_damaged', says));
}

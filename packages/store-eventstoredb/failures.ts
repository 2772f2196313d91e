import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  NotLeaderError,
  StreamDeletedError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { ProblemError, problem } from '@ledger/kernel';

/** What a server says that starts, is too busy, or does not know its leader yet: the client has no class for it. */
const NOT_YET = /Server Is (?:Not Ready|Busy|Too Busy)|No leader info/;
/** What the client's own library says of a connection that it has given up. */
const GONE = /shut ?down|has been closed|Failed to discover|write after end|ECONN|stream.*(?:destroyed|closed)/i;
/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, UNAVAILABLE (https://grpc.io/docs/guides/status-codes/). */
const CODES = new Set<unknown>([1, 4, 10, 14]);

/** The server did not answer in the time that it was given. */
export class NoAnswer extends Error {
  constructor() {
    super('the server did not answer in time');
    this.name = 'NoAnswer';
  }
}

/** The connection broke while an append was on its way. */
export class Broken extends Error {
  constructor(cause: unknown) {
    super('the connection broke', { cause });
    this.name = 'Broken';
  }
}

/** Why the server did not take an append; `not_yet`: it starts, is too busy, or waits for other nodes. */
export type Refusal = 'conflict' | 'deleted' | 'access' | 'not_yet' | 'unknown';

export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`the server refused: ${refusal}`);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/**
 * Whether the same request may be sent again: the server is away, starts, or has another leader (eventstoredb.md, facts 3, 9 and 10).
 * What was sent may have landed all the same.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Broken) return !isDenied(error.cause);
  if (error instanceof Refused) return error.refusal === 'not_yet';
  if (
    error instanceof NoAnswer ||
    error instanceof UnavailableError ||
    error instanceof CancelledError ||
    error instanceof DeadlineExceededError ||
    error instanceof TimeoutError ||
    error instanceof NotLeaderError
  ) {
    return true;
  }
  if (error instanceof UnknownError) return NOT_YET.test(error.message) || GONE.test(error.message);
  if ('code' in error && CODES.has(error.code)) return true;
  return NOT_YET.test(error.message) || GONE.test(error.message);
}

/** What the server says of a position at which no event of it begins (fact 17). */
const NOWHERE = /InvalidPosition|from an invalid position/;

/** PERMISSION_DENIED and UNAUTHENTICATED, where the client has not made a class of it. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 7 || error.code === 16);
}

/** The problem that an error of the client stands for. Its own message is never shown: it may be empty or quote what was sent (fact 4). */
export function asProblem(error: unknown, shown: string): unknown {
  if (error instanceof ProblemError) return error;
  if (error instanceof StreamDeletedError) return damaged(shown, `stream ${error.streamName ?? ''} was deleted`);
  const denied = error instanceof Broken ? isDenied(error.cause) : isDenied(error);
  if (denied || error instanceof AccessDeniedError || (error instanceof Refused && error.refusal === 'access')) {
    const remedy = 'give the user of the connection the right to read and write it, and to read $all';
    return new ProblemError(problem('store_access', `${shown} refuses access; ${remedy}.`), { cause: error });
  }
  if (isPassing(error)) return unavailable(shown, error);
  return error instanceof Error && NOWHERE.test(error.message) ? elsewhere(shown, error) : error;
}

/** What Node says where the server speaks no TLS, shows a certificate that is not trusted, or is named by an IP address. */
const NO_TLS = /SSL routines|certificate|self-signed|TLS ServerName/i;

function unavailable(shown: string, cause: unknown): ProblemError {
  const said = cause instanceof Broken ? cause.cause : cause;
  const remedy =
    said instanceof Error && NO_TLS.test(said.message)
      ? 'does not answer by TLS; set tls=false where it speaks none, or name it as its certificate does and not by an IP address, and who signed that by tlsCAFile'
      : 'does not answer; ask again';
  const again = 'a command may have been recorded, so give it with the same command id or key';
  return new ProblemError(problem('store_unavailable', `${shown} ${remedy}; ${again}.`), { cause });
}

/** The log is not the one that this node has read. */
export function elsewhere(shown: string, cause?: unknown): ProblemError {
  const says = `${shown}: the log does not hold what this node has read of it, as after an older backup was restored`;
  const remedy =
    'restore the newer one, or, if the older one is meant, delete the files of this node, which files= names, and start it again';
  return new ProblemError(problem('tail_lost', `${says}; ${remedy}.`), { cause });
}

export function damaged(shown: string, what: string): ProblemError {
  const remedy = 'nothing more is written; restore the cluster from a backup';
  return new ProblemError(problem('store_damaged', `${shown}: ${what}; ${remedy}.`));
}

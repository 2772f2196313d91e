import type { Principal } from '@ledger/application';
import { type Acting, sha256 } from '@ledger/kernel';

/** An answer as it went out. */
export interface SentAnswer {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly position: string | undefined;
}

/** Recent answers, by what they are answers to. */
export interface Answers {
  get(key: string): SentAnswer | undefined;
  keep(key: string, answer: SentAnswer): void;
}

const BYTES_KEPT = 64 * 1024 * 1024;
const LONGEST_KEPT = 1024 * 1024;
/** An entry costs more than its bytes. */
const ENTRY_BYTES = 1_000;

/** Keeps answers in memory, those that were asked for least recently go first. */
export function createAnswers(most = BYTES_KEPT): Answers {
  const kept = new Map<string, SentAnswer>();
  let bytes = 0;
  const drop = (key: string, answer: SentAnswer): void => {
    kept.delete(key);
    bytes -= answer.bytes.length + ENTRY_BYTES;
  };
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      // The order of a map is that in which its keys were added.
      kept.delete(key);
      kept.set(key, found);
      return found;
    },
    keep(key, answer) {
      if (answer.bytes.length > LONGEST_KEPT) return;
      const before = kept.get(key);
      if (before !== undefined) drop(key, before);
      kept.set(key, answer);
      bytes += answer.bytes.length + ENTRY_BYTES;
      for (const [oldest, each] of kept) {
        if (bytes <= most) break;
        drop(oldest, each);
      }
    },
  };
}

/** Every time zone's day begins at some quarter of an hour of UTC. */
const QUARTER_US = 900_000_000n;

/**
 * What an answer is an answer to: the same question of the same person in the same role, at the same end of the log, on the same day of
 * any calendar. Who reports to whom, and so what one sees, is in the log too.
 */
export function keyOf(asked: {
  readonly route: string;
  readonly address: string;
  readonly principal: Principal;
  readonly actor: Acting;
  readonly head: bigint;
  readonly now: bigint;
}): string {
  const { route, address, principal, actor, head, now } = asked;
  const { id, role, onBehalfOf = '', scopes } = actor;
  const who = [id, role, onBehalfOf, principal.key ?? '', scopes === undefined ? '*' : [...scopes].sort().join(' ')];
  return [route, address, ...who, head, now / QUARTER_US].join('\n');
}

/** Of the bytes alone, so that two nodes name the same answer alike. */
export function etagOf(bytes: string): string {
  return `"${sha256(bytes).slice(0, 24)}"`;
}

/** Whether If-None-Match names an answer; a weak tag is as good, since the bytes are compared by their hash. */
export function isNamed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}

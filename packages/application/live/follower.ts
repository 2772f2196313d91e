import type { Acting, Problem } from '@ledger/kernel';
import type { Notice } from './notices.ts';
import type { Sight } from './sight.ts';

/** What somebody follows. */
export type Topic =
  /** The queries that they may see; those about one person's pay where one is named. */
  | { readonly of: 'queries'; readonly participant?: string | undefined }
  | { readonly of: 'query'; readonly query: string }
  | { readonly of: 'period'; readonly period: string }
  | { readonly of: 'statement'; readonly period: string; readonly participant: string };

/** What is told at once, in order. Those who see the same get the same object, so that it is put into bytes once. */
export interface Batch {
  readonly notices: readonly Said[];
}

/** One thing that is told, of its name and in JSON. */
export interface Said {
  readonly position: bigint;
  readonly name: string;
  readonly data: string;
}

/** Why a stream ends before its reader goes. */
export interface Ending {
  /** `revoked`: they may not see it any more. `slow`: they do not read. `closing`: the server stops. `over`: nothing can follow. */
  readonly because: 'revoked' | 'slow' | 'closing' | 'over';
  /** Up to which everything has been told: where to go on. */
  readonly position: bigint;
}

/** Where notices go: a socket, a message, a terminal. It takes what it is given; how much waits there, it says. */
export interface Sink {
  /** Everything up to here has been told, and what comes is told as it happens. */
  ready(position: bigint): void;
  take(batch: Batch): void;
  /** Nothing has happened for a while; everything up to here has been told. */
  beat(position: bigint): void;
  end(ending: Ending): void;
  /** Bytes that its reader has not taken. */
  waiting(): number;
  /** Resolves when nothing waits, or nobody is there any more. */
  drained(): Promise<void>;
}

/** Who follows, and a way to ask whether they still may: by whatever let them in. */
export interface Reader {
  readonly actor: Acting;
  readonly still: () => Promise<Acting | Problem>;
}

export interface Follower {
  readonly reader: Reader;
  readonly sink: Sink;
  readonly group: Group;
  /** Up to which they have been told everything. */
  position: bigint;
  isJoined: boolean;
  hasEnded: boolean;
  checkedAt: number;
  toldAt: number;
  /** Since when something has been waiting at every look. */
  waitsSince: number | undefined;
  /** Since when they have been behind those who read as fast as it comes. */
  behindSince: number | undefined;
}

/** Those who follow the same and see the same of it. */
export interface Group {
  readonly key: string;
  readonly topic: Topic;
  sight: Sight;
  readonly followers: Set<Follower>;
}

export function topicKey(topic: Topic): string {
  switch (topic.of) {
    case 'queries':
      return `queries ${topic.participant ?? '*'}`;
    case 'query':
      return `query ${topic.query}`;
    case 'period':
      return `period ${topic.period}`;
    case 'statement':
      return `statement ${topic.period} ${topic.participant}`;
    default:
      return topic satisfies never;
  }
}

/** Whether a notice is about what somebody follows and may see. */
export function isFor(notice: Notice, topic: Topic, sight: Sight): boolean {
  return isAbout(notice, topic) && sight.sees(notice.resource, notice.person);
}

function isAbout({ name, query, period, person }: Notice, topic: Topic): boolean {
  switch (topic.of) {
    case 'queries':
      return name === 'query' && (topic.participant === undefined || person === topic.participant);
    case 'query':
      return query === topic.query;
    case 'period':
      return name === 'period' && period === topic.period;
    case 'statement':
      return name === 'statement' && period === topic.period && person === topic.participant;
    default:
      return topic satisfies never;
  }
}

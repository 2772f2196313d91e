import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { digest, isProblem, ProblemError } from '@ledger/kernel';
import { exact, sub } from '@ledger/money';
import { resolveAsOf } from '../as-of.ts';
import { amountText, differences } from '../differences.ts';
import type { Ledger } from '../ledger.ts';
import { type StatementAnswer, statementOf } from '../statements.ts';
import type { Topic } from './follower.ts';
import type { Notice } from './notices.ts';

type StatementTopic = Extract<Topic, { readonly of: 'statement' }>;

/** The statements that are followed: each is computed again when something was recorded, and compared with what it was. */
export interface Statements {
  /**
   * What has become of a statement since a position. `tell` is called at once when that is known: what changes later is told to
   * everybody.
   */
  since(topic: StatementTopic, after: bigint, tell: (notices: readonly Notice[], upTo: bigint) => void): Promise<void>;
  /** Something was recorded that can have changed them; what it has changed is told. */
  moved(tellAll: (notice: Notice) => void): void;
  /** Nobody follows it any more. */
  forget(topic: StatementTopic): void;
}

interface Watched {
  readonly topic: StatementTopic;
  /** As it stood at this position; `null` where it cannot be calculated. */
  known: Known;
  isStale: boolean;
}
interface Known {
  readonly position: bigint;
  readonly answer: StatementAnswer | null;
}

/** Part of the time that computing statements takes at most, so that whoever asks gets their turn. */
const REST_TIMES = 1;
/** How long to wait before it is tried again where nobody can say how a statement stands. */
const RETRY_MS = 1_000;

export function watchStatements(ledger: Ledger): Statements {
  const watched = new Map<string, Watched>();
  let isRunning = false;
  let tellAll: (notice: Notice) => void = () => undefined;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    try {
      for (let stale = nextStale(); stale !== undefined; stale = nextStale()) {
        const began = performance.now();
        if (!(await renewed(stale))) await pause(RETRY_MS, undefined, { ref: false });
        const until = began + (performance.now() - began) * (1 + REST_TIMES);
        while (performance.now() < until) await turn();
      }
    } finally {
      isRunning = false;
    }
  }

  function nextStale(): Watched | undefined {
    return [...watched.values()].find(({ isStale }) => isStale);
  }

  /** Where nobody can say now how it stands, as while the store is away, nothing is told, and it is asked again. */
  async function renewed(one: Watched): Promise<boolean> {
    try {
      await renew(one);
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      one.isStale = true;
      toTheEnd(one);
      return false;
    }
  }

  async function renew(one: Watched): Promise<void> {
    one.isStale = false;
    const now = await known(one.topic);
    const notice = changeOf(one.topic, one.known, now);
    one.known = now;
    toTheEnd(one);
    if (notice !== undefined) tellAll(notice);
  }

  /** One that was looked at goes behind the others, so that all get their turn. */
  function toTheEnd(one: Watched): void {
    const key = keyOf(one.topic);
    if (watched.delete(key)) watched.set(key, one);
  }

  async function known(topic: StatementTopic, asOf?: bigint): Promise<Known> {
    const position = await resolveAsOf(ledger, asOf === undefined ? undefined : String(asOf));
    if (isProblem(position)) return { position: asOf ?? 0n, answer: null };
    const answer = await statementOf(ledger, { ...topic, asOf: String(position) });
    return { position, answer: isProblem(answer) ? null : answer };
  }

  return {
    async since(topic, after, tell) {
      const before = await known(topic, after);
      let one = watched.get(keyOf(topic));
      if (one === undefined) {
        const now = await known(topic);
        one = watched.get(keyOf(topic)) ?? { topic, known: now, isStale: false };
        watched.set(keyOf(topic), one);
      }
      // Computed before that position was recorded: by now it is there.
      if (one.known.position < after) await renew(one);
      let upTo = one.known.position;
      if (upTo < after) upTo = after;
      const notice = changeOf(topic, before, one.known);
      tell(notice === undefined ? [] : [notice], upTo);
    },
    moved(tell) {
      tellAll = tell;
      for (const one of watched.values()) one.isStale = true;
      if (watched.size > 0) void run();
    },
    forget(topic) {
      watched.delete(keyOf(topic));
    },
  };
}

function keyOf({ period, participant }: StatementTopic): string {
  return `${period}/${participant}`;
}

/** How a statement stands otherwise than before, in sums; the lines are read where they stand. */
function changeOf({ period, participant }: StatementTopic, before: Known, after: Known): Notice | undefined {
  const [was, is] = [before.answer, after.answer];
  if (standing(was) === standing(is)) return undefined;
  const currency = is?.statement.currency ?? was?.statement.currency ?? '';
  const total = (answer: StatementAnswer | null) => answer?.statement.total ?? amountText(exact('0'), currency);
  const data = {
    position: String(after.position),
    since: String(before.position),
    period,
    participant,
    state: is === null ? 'unknown' : is.state,
    currency,
    before: total(was),
    after: total(is),
    difference: amountText(sub(exact(total(is)), exact(total(was))), currency),
    components: differences(was?.statement ?? null, is?.statement ?? null, currency),
  };
  return {
    ...{ position: after.position, name: 'statement', query: null, period, resource: 'pay', person: participant },
    data: JSON.stringify(data),
  };
}

function standing(answer: StatementAnswer | null): string {
  return answer === null ? '' : `${answer.state} ${digest(answer.statement)}`;
}

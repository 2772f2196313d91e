import {
  actingAs,
  type By,
  type Ledger,
  type Live,
  type Principal,
  type Reach,
  reachOf,
  seesAsMaker,
  standingStill,
  unlessAway,
} from '@ledger/application';
import { type Kind, rolesAtMost, type Step } from '@ledger/decisions';
import { type Acting, canonical, isProblem, type Problem, problem, sha256 } from '@ledger/kernel';
import type { Jobs } from './jobs.ts';
import type { May, Route } from './route.ts';
import type { SignIn } from './sign-in.ts';
import { EVENT_STREAM } from './sse.ts';
import { reached } from './waiting.ts';

/** What somebody asks of a route, whatever brought it. */
export interface Asked {
  readonly principal: Principal;
  /** In which they act, where they have several. */
  readonly role: string | undefined;
  /** Names the request: Idempotency-Key. */
  readonly key: string | undefined;
  /** Revision that the stream must have: If-Match. */
  readonly expected: string | undefined;
  readonly params: unknown;
  readonly query: Readonly<Record<string, string>> | Problem;
  /** Read when everything else is in order. */
  readonly body: () => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What every door has behind it. */
export interface Behind {
  readonly ledger: Ledger;
  readonly live: Live;
  readonly jobs: Jobs;
  readonly signIn?: SignIn | undefined;
}

/** An answer, and whether it is of what the views knew last, because the log is away. */
export interface Answer {
  readonly answer: unknown;
  readonly stale: boolean;
}

/**
 * What a route answers, a problem among it: the one way to it from every door, so that who may do what, what names a command and what
 * is refused is the same on HTTP and on NATS. While the log is away a read is answered from the views, as far as they know it
 * (promises.md, P18).
 */
export async function answerTo(route: Route, asked: Asked, behind: Behind): Promise<Answer> {
  // What anybody may ask is about this server, and not about what the ledger says.
  if (route.method !== 'GET' || route.may === 'anybody' || route.answer.type === EVENT_STREAM) {
    return { answer: await answerFrom(route, asked, behind), stale: false };
  }
  let stale = false;
  const answer = await unlessAway(
    behind.ledger,
    () => answerFrom(route, asked, behind),
    async (away) => {
      stale = true;
      return answerFrom(route, asked, { ...behind, ledger: await standingStill(behind.ledger, away) });
    },
  );
  return { answer, stale };
}

async function answerFrom(route: Route, asked: Asked, { ledger, live, jobs, signIn }: Behind): Promise<unknown> {
  const { principal, query, signal } = asked;
  const actor = route.may === 'anybody' ? { id: 'nobody', role: 'auditor' } : actingAs(principal, asked.role);
  if (isProblem(actor)) return actor;
  const refused = permitted(route.may, actor.role);
  if (refused !== undefined) return refused;
  let reach = await seenBy(ledger, actor, route.may);
  if (reach.kind === 'none' && reads(route.may)) return reach.problem;
  if (isProblem(query)) return query;
  const { after, ...others } = query;
  if (after !== undefined) {
    const behind = await reached(ledger, after);
    if (behind !== undefined) return behind;
    // What was waited for may have changed who sees whom.
    reach = await seenBy(ledger, actor, route.may);
  }
  const body = await asked.body();
  if (isProblem(body)) return body;
  const writes = typeof route.may === 'object' && 'writes' in route.may;
  const sees = writes ? await seesAsMaker(ledger, actor) : undefined;
  return route.handle(
    {
      ledger,
      live,
      jobs,
      signIn,
      principal,
      actor,
      reach,
      signal,
      named: () => (writes ? commandOf(route, asked, { actor, sees }) : { actor }),
    },
    { params: asked.params, query: others, body },
  );
}

/** The first of two looks: whether the role may at all, so that nothing is computed for somebody who may not. */
function permitted(may: May, role: string): Problem | undefined {
  if (typeof may === 'string' || 'reads' in may) return undefined;
  const { kinds, steps, roles } = writers(may);
  if (roles.has(role)) return undefined;
  const remedy = roles.size === 0 ? 'no role may' : `ask somebody with role ${[...roles].join(' or ')}`;
  const what = kinds.length === 1 ? ` (${kinds[0]})` : '';
  return problem('role_forbidden', `Role "${role}" may not ${steps.join(' or ')} this${what}; ${remedy}.`);
}

type Writes = Extract<May, { readonly writes: unknown }>;
interface Writers {
  readonly kinds: readonly Kind[];
  readonly steps: readonly Step[];
  readonly roles: ReadonlySet<string>;
}
const WRITERS = new WeakMap<Writes, Writers>();

/** Who may write what a route writes at all: the table of authority does not change while we run. */
function writers(may: Writes): Writers {
  const known = WRITERS.get(may);
  if (known !== undefined) return known;
  const [kinds, steps] = [[may.writes].flat(), [may.step].flat()];
  const roles = new Set<string>(kinds.flatMap((kind) => steps.flatMap((step) => rolesAtMost(kind, step))));
  const made = { kinds, steps, roles };
  WRITERS.set(may, made);
  return made;
}

function reads(may: May): boolean {
  return typeof may === 'object' && 'reads' in may;
}

async function seenBy(ledger: Ledger, actor: Acting, may: May): Promise<Reach> {
  if (typeof may === 'object' && 'reads' in may) return reachOf(ledger, actor, may.reads);
  return { kind: 'none', problem: problem('not_found', 'This request reads nothing.') };
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The same key of the same principal on the same route names the same command; it is kept in the events that the command wrote. */
function commandOf(route: Route, { key, expected: revision, principal, params }: Asked, by: By): By | Problem {
  if (key === undefined) {
    return problem(
      'idempotency_key_missing',
      'The header Idempotency-Key is missing; send a name of your own for this request, such as a UUID.',
    );
  }
  if (!KEY.test(key)) {
    return problem(
      'idempotency_key_invalid',
      'The Idempotency-Key does not read; use 1 to 255 visible ASCII characters.',
    );
  }
  const expected = revisionOf(revision);
  if (isProblem(expected)) return expected;
  const scope = canonical({ principal: principal.id, route: route.name, params, key });
  return { ...by, commandId: `http:${sha256(scope).slice(0, 40)}`, ...(expected === undefined ? {} : { expected }) };
}

function revisionOf(text: string | undefined): number | undefined | Problem {
  if (text === undefined) return undefined;
  const [, revision] = /^(?:W\/)?"(0|[1-9][0-9]{0,8})"$/.exec(text) ?? [];
  if (revision !== undefined) return Number(revision);
  return problem(
    'parameter_invalid',
    'If-Match holds no revision of a stream; send the ETag of a write, or of an answer that has a "revision", such as "3".',
    '/if-match',
  );
}

/** A refusal in the words of those who come in by a door: what names a command inside is their own key. */
export function toOutside(found: Problem): Problem {
  if (found.code !== 'command_id_reused') return found;
  return problem(
    'idempotency_key_reused',
    'This Idempotency-Key was used with another body; nothing was written. Use a new key for a new request.',
  );
}

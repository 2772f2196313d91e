import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import type { IssuedKey } from '@ledger/projections';
import { type AccessSeen, type AccessTrail, listAccess, showAccess } from './access.ts';
import type { Ledger } from './ledger.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import { reachOf } from './reach.ts';
import type { AsOf } from './statements.ts';

/** Somebody's access as a reader of it is shown it. */
export interface AccessListed extends Omit<AccessSeen, 'keys'> {
  /** `null`: not told to this reader. */
  readonly keys: readonly IssuedKey[] | null;
}

export interface AccessPage {
  readonly asOf: string;
  readonly principals: readonly AccessListed[];
  readonly next: string | null;
}

/** Everybody with their access, by id: the review of access, as somebody may see it. */
export async function accessPage(ledger: Ledger, actor: Acting, ask: Paging): Promise<AccessPage | Problem> {
  const told = await toldTo(ledger, actor);
  if (isProblem(told)) return told;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const rows = await listAccess(ledger, { asOf: String(paged.asOf) });
  if (isProblem(rows)) return rows;
  const { page, next } = cut(rows, ({ principal }) => principal, paged);
  return { asOf: String(paged.asOf), principals: page.map((row) => seen(row, told)), next };
}

export interface AccessAnswer {
  readonly asOf: string;
  readonly principal: AccessListed;
  /** Oldest first. */
  readonly trail: AccessTrail['trail'];
  readonly revision: number;
}

/** One of them, with what was decided about it. */
export async function accessNamed(
  ledger: Ledger,
  actor: Acting,
  ask: AsOf & { readonly principal: string },
): Promise<AccessAnswer | Problem> {
  const told = await toldTo(ledger, actor);
  if (isProblem(told)) return told;
  const paged = await pageOf(ledger, { asOf: ask.asOf });
  if (isProblem(paged)) return paged;
  const row = await showAccess(ledger, { principal: ask.principal, asOf: String(paged.asOf) });
  if (isProblem(row)) return row;
  const { trail, ...principal } = row;
  const shown = told.keys ? trail : trail.filter(({ type }) => !type.startsWith('Key'));
  return { asOf: String(paged.asOf), principal: seen(principal, told), trail: shown, revision: trail.length };
}

/** What this reader is told besides who holds which role. */
interface Told {
  readonly names: boolean;
  readonly keys: boolean;
}

async function toldTo(ledger: Ledger, actor: Acting): Promise<Told | Problem> {
  const reach = await reachOf(ledger, actor, 'access-log');
  if (reach.kind === 'none') return reach.problem;
  const people = await reachOf(ledger, actor, 'people');
  return { names: people.kind === 'all', keys: reach.kind === 'all' };
}

function seen({ name, identity, keys, ...row }: AccessSeen, told: Told): AccessListed {
  return {
    ...row,
    name: told.names ? name : null,
    identity: told.keys ? identity : null,
    keys: told.keys ? keys : null,
  };
}

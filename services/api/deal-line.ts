import type { ToldLine } from '@ledger/application';
import { misfit, type RecordDeal } from '@ledger/decisions';
import { acceptsOf, type DealSnapshot, dealSnapshot } from '@ledger/events';
import { canonical, isProblem, type Problem } from '@ledger/kernel';
import type { z } from 'zod';
import { parseJson } from './json.ts';
import { dealBody, dealTold } from './routes/deals.ts';

/** A line of a batch: a deal as `recordDeal` takes it. */
export function readDealLine(line: Buffer): ToldLine | Problem {
  const value = parseJson(line);
  if (isProblem(value)) return value;
  const quick = closedDeal(value);
  if (quick !== undefined) {
    const command: RecordDeal = { type: 'RecordDeal', snapshot: quick, status: 'closed', cancelledOn: null };
    return { command, accepted: line.includes(BACKSLASH) ? null : spellingOf(quick) };
  }
  const told = dealBody.safeParse(value);
  return told.success
    ? { command: { type: 'RecordDeal', ...dealTold(told.data) }, accepted: null }
    : misfit(told.error.issues, value, 'The line');
}

const BACKSLASH = 92;
const FIELDS: ReadonlySet<string> = new Set(Object.keys(dealBody.shape));
const CHECKS = Object.entries(dealSnapshot.shape).map(([name, schema]) => ({ name, accepts: acceptsOf(schema) }));

/**
 * A quick yes before the schema (ADR 17), for what nearly every line of a batch is: a deal that stands, with nothing wrong in it. What
 * is left out is filled in as `dealBody` and `dealTold` do, in the order of canonical JSON, which is quick to write. `undefined`: ask
 * the schema, which also says what is wrong.
 */
function closedDeal(value: unknown): DealSnapshot | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name in value) if (!FIELDS.has(name)) return undefined;
  const told: Partial<Record<keyof z.infer<typeof dealBody>, unknown>> = value;
  if ((told.status ?? 'closed') !== 'closed' || told.cancelledOn != null) return undefined;
  // `null` is no list and no text: where a field may not be null, the check below refuses it.
  const { owner = null, credits, attributes = {}, lines = [] } = told;
  const own = owner === null ? [] : [{ participant: owner, pool: 'primary', share: '1' }];
  const snapshot = {
    account: told.account ?? null,
    amount: told.amount,
    attributes: inOrder(attributes),
    closedOn: told.closedOn,
    credits: credits === undefined ? own : credits,
    currency: told.currency,
    deal: told.deal,
    lines,
    owner,
    selectionOn: told.selectionOn ?? null,
    sequence: told.sequence === undefined ? 0 : told.sequence,
    source: told.source,
  };
  return isAccepted(snapshot, snapshot.credits === own) ? snapshot : undefined;
}

/** Of a value that has all fields of a snapshot and no others. Its owner's own credit is right where the owner is. */
function isAccepted(value: Readonly<Record<keyof DealSnapshot, unknown>>, isOwn: boolean): value is DealSnapshot {
  const fields: Readonly<Record<string, unknown>> = value;
  for (const { name, accepts } of CHECKS) {
    if (!(isOwn && name === 'credits') && !accepts(fields[name])) return false;
  }
  return true;
}

/**
 * Canonical JSON of a snapshot that came without escapes. Half of a character comes in no other way, so that the engine's own spelling is
 * the canonical one where names are in order: ours are, those of attributes too, and an attribute's value has one name at most.
 */
function spellingOf(snapshot: DealSnapshot): string {
  const { credits, lines } = snapshot;
  return credits.length <= 1 && lines.length === 0 && isOwn(credits) ? JSON.stringify(snapshot) : canonical(snapshot);
}

/** Credit with its fields in the order of canonical JSON, as it is filled in. */
function isOwn([credit]: DealSnapshot['credits']): boolean {
  return credit === undefined || Object.keys(credit).join() === 'participant,pool,share';
}

/** Names in one order and sorted: most writers give those of every line in the same. */
interface Order {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
  readonly isSorted: boolean;
}
let order: Order = { names: [], sorted: [], isSorted: true };

/** Attributes by name, as canonical JSON has them. */
function inOrder(attributes: unknown): unknown {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return attributes;
  const own = attributes as Readonly<Record<string, unknown>>;
  const names = Object.keys(own);
  if (!isSame(names, order.names)) {
    const sorted = names.toSorted();
    order = { names, sorted, isSorted: isSame(names, sorted) };
  }
  if (order.isSorted) return attributes;
  const ordered: Record<string, unknown> = {};
  for (const name of order.sorted) ordered[name] = own[name];
  return ordered;
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at += 1) if (names[at] !== others[at]) return false;
  return true;
}

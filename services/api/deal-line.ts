import type { ToldLine } from '@ledger/application';
import { misfit, type RecordDeal } from '@ledger/decisions';
import { acceptsOf, type DealSnapshot, dealSnapshot } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
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
    // Half of a character comes in no other way than by its number.
    return { command, isAccepted: !line.includes('\\u') };
  }
  const told = dealBody.safeParse(value);
  return told.success
    ? { command: { type: 'RecordDeal', ...dealTold(told.data) }, isAccepted: false }
    : misfit(told.error.issues, value, 'The line');
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(dealBody.shape));
const accepts = acceptsOf(dealSnapshot);

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
  return isAccepted(snapshot) ? snapshot : undefined;
}

function isAccepted(value: unknown): value is DealSnapshot {
  return accepts(value);
}

/** Attributes by name; most are already, and have to be looked at only. */
function inOrder(attributes: unknown): unknown {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return attributes;
  let last = '';
  for (const name in attributes) {
    if (name < last) return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    last = name;
  }
  return attributes;
}

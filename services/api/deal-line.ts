import { isUtf8 } from 'node:buffer';
import type { ToldLine, WholeDeal } from '@ledger/application';
import { misfit } from '@ledger/decisions';
import { type Accepts, acceptsOf, attribute, credit, type DealSnapshot, dealSnapshot, fields } from '@ledger/events';
import { canonical, isProblem, type Problem } from '@ledger/kernel';
import type { z } from 'zod';
import { parseJson } from './json.ts';
import { markOf, shapeOf, writerOf } from './line-shape.ts';
import { dealBody, dealTold } from './routes/deals.ts';

/** Shapes that are kept of a batch, and the longest line whose shape is. */
const MOST_SHAPES = 8;
const LONGEST_SHAPE = 4_096;

/** Reads the lines of one batch: deals as `recordDeal` takes them. What most lines look like is looked at once (ADR 40). */
export function dealLines(): (line: Buffer) => ToldLine | Problem {
  const known: Known[] = [];
  return (line) => {
    const text = isUtf8(line) ? line.toString('utf8') : '';
    for (const [at, shape] of known.entries()) {
      const deal = shape.read(text);
      if (deal === undefined) continue;
      shape.hits += 1;
      const before = known[at - 1];
      // What comes most often is tried first.
      if (before !== undefined && before.hits < shape.hits) known.splice(at - 1, 2, shape, before);
      return deal;
    }
    const value = parseJson(line);
    if (isProblem(value)) return value;
    const whole = line.includes(BACKSLASH) ? undefined : wholeDeal(value);
    if (whole === undefined) {
      const told = dealBody.safeParse(value);
      return told.success
        ? { type: 'RecordDeal', ...dealTold(told.data) }
        : misfit(told.error.issues, value, 'The line');
    }
    if (known.length < MOST_SHAPES && text.length <= LONGEST_SHAPE) {
      const learned = knownFrom(text, whole);
      if (learned !== undefined) known.push(learned);
    }
    return whole;
  };
}

const BACKSLASH = 92;
const FIELDS: ReadonlySet<string> = new Set(Object.keys(dealBody.shape));
const CHECKS = Object.entries(dealSnapshot.shape).map(([name, schema]) => ({ name, accepts: acceptsOf(schema) }));

/**
 * A quick yes before the schema (ADR 17), for what nearly every line of a batch is: a whole deal with nothing wrong in it. `undefined`: ask
 * the schema, which also says what is wrong.
 */
function wholeDeal(value: unknown): WholeDeal | undefined {
  const told = toldIn(value);
  if (told === undefined || (told.status ?? 'closed') !== 'closed' || told.cancelledOn != null) return undefined;
  const snapshot = filledIn(told);
  if (!isAccepted(snapshot, told.credits === undefined)) return undefined;
  const { source, deal, amount, currency, owner, credits, lines } = snapshot;
  const [own, ...others] = credits;
  if (lines.length > 0 || others.length > 0) return undefined;
  if (own !== undefined && (own.pool !== 'primary' || own.share !== '1')) return undefined;
  const credited = own?.participant ?? null;
  return { type: 'WholeDeal', source, deal, amount, currency, owner, credited, data: spellingOf(snapshot) };
}

type Told = Partial<Record<keyof z.infer<typeof dealBody>, unknown>>;

function toldIn(value: unknown): Told | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name in value) if (!FIELDS.has(name)) return undefined;
  return value;
}

/** What is left out is filled in as `dealBody` and `dealTold` do, in the order of canonical JSON, which is quick to write. */
function filledIn(told: Told): Readonly<Record<keyof DealSnapshot, unknown>> {
  // `null` is no list and no text: where a field may not be null, the check refuses it.
  const { owner = null, credits, attributes = {}, lines = [] } = told;
  return {
    account: told.account ?? null,
    amount: told.amount,
    attributes: inOrder(attributes),
    closedOn: told.closedOn,
    credits: credits === undefined ? ownCredit(owner) : credits,
    currency: told.currency,
    deal: told.deal,
    lines,
    owner,
    selectionOn: told.selectionOn ?? null,
    sequence: told.sequence === undefined ? 0 : told.sequence,
    source: told.source,
  };
}

function ownCredit(owner: unknown): readonly object[] {
  return owner === null ? [] : [{ participant: owner, pool: 'primary', share: '1' }];
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

/** Lines of one shape, and how many there were. */
interface Known {
  hits: number;
  /** What a line tells, where it is of the shape and every value in it is right. */
  readonly read: (line: string) => WholeDeal | undefined;
}

/** A value of a line and what it has to be; as it was in the line before, since most come again and are right again. */
interface Value {
  readonly accepts: Accepts;
  raw: string;
  value: string;
}

/** Of a line without escapes that tells a whole deal: how to read others of its shape. `undefined`: it is read as any other. */
function knownFrom(line: string, { owner, credited }: WholeDeal): Known | undefined {
  const shape = shapeOf(line);
  const told = shape === undefined ? undefined : toldIn(shape.marked);
  if (shape === undefined || told === undefined) return undefined;
  const values = shape.paths.map((path): Value => ({ accepts: acceptsAt(path), raw: '', value: '' }));
  const of = (member: unknown): Value | undefined => values[markOf(member) ?? -1];
  const snapshot = filledIn(told);
  const [own] = snapshot.credits as DealSnapshot['credits'];
  const [source, deal, amount, currency] = [of(told.source), of(told.deal), of(told.amount), of(told.currency)];
  const [owned, paid] = [of(snapshot.owner), of(own?.participant)];
  if (source === undefined || deal === undefined || amount === undefined || currency === undefined) return undefined;
  if ((owned === undefined) !== (owner === null) || (paid === undefined) !== (credited === null)) return undefined;
  const write = writerOf(canonical(snapshot));
  const { pattern } = shape;
  return {
    hits: 1,
    read(text) {
      const found = pattern.exec(text);
      if (found === null) return undefined;
      for (let at = 0; at < values.length; at += 1) {
        const [raw = '', value] = [found[at + 1], values[at]];
        if (value === undefined || raw === value.raw) continue;
        const isText = raw.startsWith('"');
        const plain = isText ? raw.slice(1, -1) : raw;
        if (!value.accepts(isText ? plain : Number(raw))) return undefined;
        value.raw = raw;
        value.value = plain;
      }
      return {
        type: 'WholeDeal',
        source: source.value,
        deal: deal.value,
        amount: amount.value,
        currency: currency.value,
        owner: owned?.value ?? null,
        credited: paid?.value ?? null,
        data: write(found),
      };
    },
  };
}

/** What the value at a place of a whole deal has to be. */
function acceptsAt(path: string): Accepts {
  const [field = '', name = '', part] = path.split('/');
  if (field === 'status') return (value) => value === 'closed';
  if (field === 'credits') return CREDIT[path.slice('credits/0/'.length)] ?? NONE;
  if (field === 'attributes' && name !== '') return part === undefined ? IS_ATTRIBUTE : (EXACT[part] ?? NONE);
  return CHECKS.find((check) => check.name === path)?.accepts ?? NONE;
}

const NONE: Accepts = () => false;
const IS_ATTRIBUTE = acceptsOf(attribute);
const EXACT: Readonly<Record<string, Accepts>> = { decimal: acceptsOf(fields.decimal), date: acceptsOf(fields.date) };
const CREDIT: Readonly<Record<string, Accepts>> = {
  participant: acceptsOf(credit.shape.participant),
  pool: (value) => value === 'primary',
  share: (value) => value === '1',
};

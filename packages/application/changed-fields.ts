import { canonical } from '@ledger/kernel';

/** A field that an event changed: what it was and what it is, `null` where there is nothing. */
export interface ChangedField {
  /** Path to it, as `components/bookings/table/1/pays`; empty for the thing as a whole, where it came to be or went. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** The same in words: `table 1 pays: 12% → 14%`. */
  readonly says: string;
}

/** How rows are kept, not what they say. */
const BOOKKEEPING = new Set(['changedBy', 'event', 'order', 'kind', 'causes']);

/** What stands beside a change wherever it is told. */
const TOLD_BESIDE = new Set([...BOOKKEEPING, 'requestedBy', 'approvedBy', 'reason', 'evidence', 'scope']);

/** What names an element of a list, so that one that was put in the middle does not look like a change of all after it. */
const NAMES = [
  'exception',
  'relief',
  'milestone',
  'version',
  'rule',
  'territory',
  'replay',
  'line',
  'name',
  'plan',
  'participant',
  'on',
  'from',
];

/** The fields in which two states of a thing differ. Anything that came to be, or went, is one change of the whole. */
export function changedFields(before: unknown, after: unknown): readonly ChangedField[] {
  const found: ChangedField[] = [];
  compare([], before ?? null, after ?? null, found);
  return found;
}

function compare(path: readonly string[], before: unknown, after: unknown, found: ChangedField[]): void {
  if (same(before, after)) return;
  if (isRecord(before) && isRecord(after)) {
    for (const name of union(Object.keys(before), Object.keys(after))) {
      // The kind of a row is how it is kept; that of a part of it, as of a draw, is what it says.
      if (BOOKKEEPING.has(name) && (name !== 'kind' || path.length === 0)) continue;
      // Of a quota that takes the place of another one the row keeps who approved it and why.
      if (path.at(-1) === 'quota' && TOLD_BESIDE.has(name)) continue;
      if (name === 'versions') compareVersions(path, before[name], after[name], found);
      else compare([...path, name], before[name] ?? null, after[name] ?? null, found);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const keys = namesOf(before, after);
    if (keys !== undefined) {
      const [was, is] = [keyed(before, keys), keyed(after, keys)];
      for (const name of union([...was.keys()], [...is.keys()])) {
        compare([...path, name], was.get(name) ?? null, is.get(name) ?? null, found);
      }
      return;
    }
  }
  const field = path.join('/');
  found.push({ field, before, after, says: sayChange(path, before, after) });
}

/** Versions are never changed, only added: what matters is in which fields the newest differs from the one before it. */
function compareVersions(path: readonly string[], before: unknown, after: unknown, found: ChangedField[]): void {
  const newest = Array.isArray(after) ? after.at(-1) : undefined;
  const known = Array.isArray(before) ? before.at(-1) : undefined;
  if (!isRecord(newest)) return;
  for (const name of ['version', 'from', 'to', 'document']) {
    const was = isRecord(known) ? (known[name] ?? null) : null;
    compare(name === 'document' ? path : [...path, name], was, newest[name] ?? null, found);
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

function union(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])];
}

/** The fields whose values tell the elements of both lists apart; `undefined`: the lists are compared as they are. */
function namesOf(before: readonly unknown[], after: readonly unknown[]): readonly string[] | undefined {
  const all = [...before, ...after];
  if (all.length === 0 || !all.every(isRecord)) return undefined;
  const candidates = NAMES.filter((name) => all.every((each) => isName(each[name])));
  for (const names of [...candidates.map((name) => [name]), candidates]) {
    if (names.length > 0 && isTold(before, names) && isTold(after, names)) return names;
  }
  return undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isTold(list: readonly unknown[], names: readonly string[]): boolean {
  return new Set(list.map((each) => nameIn(each, names))).size === list.length;
}

function nameIn(element: unknown, names: readonly string[]): string {
  return isRecord(element) ? names.map((name) => String(element[name])).join(' ') : '';
}

function keyed(list: readonly unknown[], names: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(list.map((each) => [nameIn(each, names), each]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LONGEST = 160;

function sayChange(path: readonly string[], before: unknown, after: unknown): string {
  const name = path.map((part) => (/^[a-z]+[A-Z][A-Za-z]*$/.test(part) ? spaced(part) : part)).join(' ');
  const where = name === '' ? '' : `${name}: `;
  if (before === null) return `${where}${name === '' ? 'new' : `none → ${sayValue(after)}`}`;
  if (after === null) return `${where}${name === '' ? 'gone' : `${sayValue(before)} → none`}`;
  return `${where}${sayValue(before)} → ${sayValue(after)}`;
}

/** `closedOn` as people read it. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function sayValue(value: unknown): string {
  const text = plain(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…`.toWellFormed() : text;
}

function plain(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(plain).join('; ');
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .filter(([name, member]) => !TOLD_BESIDE.has(name) && member !== null)
    .map(([name, member]) => `${name} ${plain(member)}`)
    .join(', ');
}

import { percent, percentsText, shareIn, sum, toText } from '@ledger/money';
import { isPartId } from './checks.ts';
import type { Columns, CsvRecord } from './columns.ts';
import type { CreditsMapping, PersonMapping } from './mapping.ts';
import { type RowErrors, shown } from './problems.ts';

/** The id of a participant, '' for nobody; errors are reported and give '' too. */
type ReadPerson = (text: string, column: string | null) => string;
interface Naming {
  readonly as?: 'slug' | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
}

/** One for a whole file, so that two names with the same slug are noticed whichever columns they come from. */
export function people(errors: RowErrors): (naming: Naming, field: string) => ReadPerson {
  const nameOfSlug = new Map<string, string>();
  const slugOfName = new Map<string, string>();

  const slug: ReadPerson = (text, column) => {
    const known = slugOfName.get(text);
    if (known !== undefined) return known;
    const made = slugOf(text);
    if (!isPartId(made)) {
      errors.add('id_invalid', column, text, 'cannot be made an id', 'give its id in a "map" of the mapping');
      return '';
    }
    const name = text.toLowerCase().split(/\s+/).join(' ').trim();
    const other = nameOfSlug.get(made);
    if (other !== undefined && other !== name) {
      const what = `has the same id ${made} as ${shown(other)}`;
      errors.add('csv_name_ambiguous', column, text, what, 'tell them apart with a "map" in the mapping');
      return '';
    }
    nameOfSlug.set(made, name);
    slugOfName.set(text, made);
    return made;
  };

  return ({ as, map }, field) => {
    if (as === 'slug') return (text, column) => (text.trim() === '' ? '' : slug(text, column));
    if (map !== undefined) {
      const ids = new Map(Object.entries(map));
      return (text, column) => {
        const id = ids.get(text);
        if (id !== undefined || text === '') return id ?? '';
        errors.add('csv_value_unknown', column, text, `is not in the map of "${field}"`, 'add it to the mapping');
        return '';
      };
    }
    return (text, column) => {
      if (text === '' || isPartId(text)) return text;
      const what = 'is not an id: letters, digits, "_", ":" and "-", at most 64, starting with a letter or digit';
      errors.add('id_invalid', column, text, what, 'correct it, or write "as: slug" or a "map" in the mapping');
      return '';
    };
  };
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Small letters without marks, everything else a hyphen; '' for letters that are not Latin, which nothing must guess. */
function slugOf(name: string): string {
  const latin = name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? '');
  return /[^a-z]/.test(latin.replaceAll(/\P{L}/gu, ''))
    ? ''
    : latin.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

export function readOwner(
  mapping: PersonMapping | undefined,
  columns: Columns,
  naming: ReturnType<typeof people>,
): (record: CsvRecord) => string {
  if (mapping === undefined) return () => '';
  const plain = typeof mapping === 'string';
  const { name, read } = columns.named(plain ? mapping : mapping.column);
  const person = naming(plain ? {} : mapping, 'owner');
  return (record) => person(read(record), name);
}

export interface Share {
  readonly participant: string;
  /** Fraction of one as decimal text. */
  readonly share: string;
}

/** Reads shares of one pool, sorted by participant; `undefined` where the row says none. Reports what is wrong. */
export function readShares(
  mapping: CreditsMapping,
  pool: 'primary' | 'overlay',
  columns: Columns,
  naming: ReturnType<typeof people>,
  errors: RowErrors,
): (record: CsvRecord) => readonly Share[] | undefined {
  const of = typeof mapping === 'string' ? { column: mapping, shares: 'fraction' as const } : mapping;
  const person = naming(of, pool === 'primary' ? 'splits' : 'overlay');

  const entry = (name: string, share: string, column: string | null, cell: string): Share | undefined => {
    const participant = person(name, column);
    const fraction = fractionOf(share, of.shares);
    if (fraction === undefined || participant === '') {
      const what = fraction === undefined ? `has a share ${shown(share)} that is not a rate` : 'names nobody';
      // What is wrong with a name has been reported by `person`.
      if (fraction === undefined || name === '')
        errors.add('percent_invalid', column, cell, what, 'write it as 70% or 1/3');
      return undefined;
    }
    return { participant, share: fraction };
  };

  const checked = (shares: readonly (Share | undefined)[], column: string | null, cell: string | null) => {
    const whole = shares.filter((share) => share !== undefined).filter(({ share }) => share !== '0');
    if (shares.includes(undefined)) return whole;
    whole.sort((a, b) => (a.participant < b.participant ? -1 : 1));
    const twice = whole.find((share, at) => whole[at - 1]?.participant === share.participant);
    if (twice) errors.add('shares_not_whole', column, cell, `names ${twice.participant} twice`, 'add the shares up');
    const total = sum(whole.map(({ share }) => shareIn(share)));
    if (pool === 'primary' && toText(total) !== '1') {
      errors.add(
        'shares_not_whole',
        column,
        cell,
        `has shares that add up to ${percentsText(total)}%`,
        'make them add up to 100%',
      );
    }
    return whole;
  };

  const { pairs } = of as { readonly pairs?: readonly { readonly participant: string; readonly share: string }[] };
  if (pairs !== undefined) {
    const all = pairs.map((pair) => [columns.named(pair.participant), columns.named(pair.share)] as const);
    return (record) => {
      const given = all.filter(([name, share]) => name.read(record) !== '' || share.read(record) !== '');
      if (given.length === 0) return undefined;
      const shares = given.map(([name, share]) =>
        entry(name.read(record), share.read(record), share.name, share.read(record)),
      );
      return checked(shares, all[0]?.[1].name ?? null, null);
    };
  }

  const { name, read } = columns.named(of.column ?? '');
  return (record) => {
    const cell = read(record);
    if (cell.trim() === '') return undefined;
    const shares = cell
      .split(';')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const at = part.lastIndexOf(':');
        return entry(part.slice(0, Math.max(at, 0)).trim(), part.slice(at + 1).trim(), name, cell);
      });
    return checked(shares, name, cell);
  };
}

function fractionOf(text: string, shares: 'fraction' | 'percent'): string | undefined {
  if (/^[1-9][0-9]{0,5}\/[1-9][0-9]{0,5}$/.test(text)) return toText(shareIn(text));
  if (!/^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,10})?%?$/.test(text)) return undefined;
  return toText(percent(shares === 'percent' && !text.endsWith('%') ? `${text}%` : text));
}

/** Credits as canonical JSON: primary before overlay, each by participant, so that the order of the source changes nothing. */
export function creditsJson(primary: readonly Share[], overlay: readonly Share[]): string {
  const credit =
    (pool: string) =>
    ({ participant, share }: Share) =>
      `{"participant":"${participant}","pool":"${pool}","share":"${share}"}`;
  return `[${[...primary.map(credit('primary')), ...overlay.map(credit('overlay'))].join(',')}]`;
}

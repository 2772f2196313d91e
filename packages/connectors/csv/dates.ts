import { isDay } from './checks.ts';
import type { Format } from './mapping.ts';

/** Reads a day in the spelling of the mapping: `2026-01-31`, or '' for a text that is not one. */
export type ReadDay = (text: string) => string;

const DISTINCT_DAYS = 4096;

/** Export files hold few distinct days: each is looked at once. */
export function days(format: Format): ReadDay {
  const read = reader(format);
  let known = new Map<string, string>();
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const day = read(text);
    if (known.size >= DISTINCT_DAYS) known = new Map();
    known.set(text, day);
    return day;
  };
}

const SPELLINGS: Readonly<Record<string, readonly [RegExp, year: number, month: number, day: number]>> = {
  'dd.mm.yyyy': [/^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$/, 3, 2, 1],
  'mm/dd/yyyy': [/^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/, 3, 1, 2],
  'dd/mm/yyyy': [/^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/, 3, 2, 1],
};
/** RFC 3339 and what CRMs make of it: a blank for the T, an offset without colon. The offset itself is required. */
const INSTANT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})$/;

function reader(format: Format): ReadDay {
  if (format.dates === 'yyyy-mm-dd') return (text) => (isDay(text) ? text : '');
  if (format.dates === 'instant') return (text) => (INSTANT.test(text) ? dayOf(text, format['time-zone']) : '');
  const spelling = SPELLINGS[format.dates];
  return (text) => {
    const found = spelling?.[0].exec(text);
    if (!found || !spelling) return '';
    const part = (index: number) => (found[index] ?? '').padStart(2, '0');
    const day = `${part(spelling[1])}-${part(spelling[2])}-${part(spelling[3])}`;
    return isDay(day) ? day : '';
  };
}

function dayOf(instant: string, zone: string): string {
  try {
    const day = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
    return isDay(day) ? day : '';
  } catch {
    return '';
  }
}

/** Why a text is no day, and what to write. */
export function whyNotDay(text: string, format: Format): readonly [string, string] {
  const example: Readonly<Record<Format['dates'], string>> = {
    'yyyy-mm-dd': '2026-01-31',
    'dd.mm.yyyy': '31.01.2026',
    'mm/dd/yyyy': '01/31/2026',
    'dd/mm/yyyy': '31/01/2026',
    instant: '2026-01-31T10:30:00Z',
  };
  const write = `write it as ${example[format.dates]}`;
  if (text.trim() === '') return ['is empty', write];
  const fits =
    format.dates === 'yyyy-mm-dd' ? /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ : (SPELLINGS[format.dates]?.[0] ?? INSTANT);
  if (fits.test(text)) return ['is not a day of the calendar between 1970 and 2199', 'correct it in the source'];
  return ['is not a date in the format of the mapping', `${write}, or say how dates are written under "format"`];
}

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

/** RFC 3339 and what CRMs make of it: a blank for the T, an offset without colon. The offset itself is required. */
const INSTANT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})$/;
/** A time of day behind a date: `10:30`, `10:30:00.000`, `1:05 PM`. It names no instant. */
const TIME = /[T ](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?[AaPp][Mm])?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function reader({ dates, times, 'time-zone': zone }: Format): ReadDay {
  if (dates === 'instant') return (text) => (INSTANT.test(text) ? dayOf(text, zone) : '');
  const read = dates === 'yyyy-mm-dd' ? (text: string) => (isDay(text) ? text : '') : spelled(patternOf(dates));
  return times === 'ignore' ? (text) => read(text.replace(TIME, '')) : read;
}

function spelled(pattern: RegExp): ReadDay {
  return (text) => {
    const { year = '', month = '', dayOfMonth = '' } = pattern.exec(text)?.groups ?? {};
    const named = MONTHS.indexOf(month.toLowerCase()) + 1;
    const day = `${year}-${(named > 0 ? String(named) : month).padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
    return isDay(day) ? day : '';
  };
}

/** What a spelling as `dd.mm.yyyy` accepts. Leading zeros may be missing where something stands between. */
function patternOf(dates: Format['dates']): RegExp {
  const digits = /[^a-z]/.test(dates) ? '[0-9]{1,2}' : '[0-9]{2}';
  const parts: Readonly<Record<string, string>> = {
    yyyy: '(?<year>[0-9]{4})',
    mmm: '(?<month>[A-Za-z]{3})',
    mm: `(?<month>${digits})`,
    dd: `(?<dayOfMonth>${digits})`,
  };
  return new RegExp(`^${dates.replaceAll(/yyyy|mmm|mm|dd|[^a-z]/g, (part) => parts[part] ?? `\\${part}`)}$`);
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
  const { dates } = format;
  const write = `write it as ${exampleOf(dates)}`;
  if (text.trim() === '') return ['is empty', write];
  if (dates !== 'instant' && format.times === 'refuse' && reader({ ...format, times: 'ignore' })(text) !== '') {
    return ['has a time of day', 'write "times: ignore" under "format" if the day counts as it is written'];
  }
  const fits = dates === 'instant' ? INSTANT : dates === 'yyyy-mm-dd' ? ISO : patternOf(dates);
  if (fits.test(text)) return ['is not a day of the calendar between 1970 and 2199', otherThan(text, format)];
  return ['is not a date in the format of the mapping', `${write}, or say how dates are written under "format"`];
}

/** What to do about a text in the format that is no day: a month is named in another language, or day and month change places. */
function otherThan(text: string, format: Format): string {
  const { dates } = format;
  const month = patternOf(dates).exec(text)?.groups?.month;
  if (dates.includes('mmm') && month !== undefined && !MONTHS.includes(month.toLowerCase())) {
    return `write the month in English, as ${exampleOf(dates)}`;
  }
  const swapped = SWAPPED.find(([one]) => one === dates)?.[1];
  if (swapped === undefined || reader({ ...format, dates: swapped })(text) === '') return 'correct it in the source';
  return `correct it in the source, or write "dates: ${swapped}" under "format" if that is how the file is written`;
}

const SWAPPED: readonly (readonly [one: Format['dates'], other: Format['dates']])[] = [
  ['dd/mm/yyyy', 'mm/dd/yyyy'],
  ['mm/dd/yyyy', 'dd/mm/yyyy'],
  ['dd-mm-yyyy', 'mm-dd-yyyy'],
  ['mm-dd-yyyy', 'dd-mm-yyyy'],
];

const ISO = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

function exampleOf(dates: Format['dates']): string {
  if (dates === 'instant') return '2026-01-31T10:30:00Z';
  return dates.replace('yyyy', '2026').replace('mmm', 'Jan').replace('mm', '01').replace('dd', '31');
}

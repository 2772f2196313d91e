/** How days and numbers are written in a file, as the `format` of a mapping says it. */
interface Written {
  readonly dates: string;
  readonly zone: string;
  readonly mark: string;
  readonly thousands: string;
}

/** How numbers are. */
export type Spelling = Pick<Written, 'mark' | 'thousands'>;

export const DATES = [
  'yyyy-mm-dd',
  'yyyy/mm/dd',
  'yyyymmdd',
  'dd.mm.yyyy',
  'dd-mm-yyyy',
  'mm/dd/yyyy',
  'dd/mm/yyyy',
  'mm-dd-yyyy',
  'dd-mmm-yyyy',
  'mmm dd, yyyy',
  'instant',
] as const;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = /[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[AaPp][Mm])?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** A date without the time of day behind it; an instant, which has an offset too, as it is. */
export function withoutTime(text: string): string {
  return text.replace(TIME, '');
}

/** `2026-01-31`; `undefined`: no day in that spelling. A look ahead only: what is read is for the ledger to say. */
export function dayIn(text: string, { dates, zone }: Pick<Written, 'dates' | 'zone'>): string | undefined {
  if (dates === 'instant') {
    const at = INSTANT.test(text)
      ? Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
      : Number.NaN;
    return Number.isNaN(at) ? undefined : dayAt(at, zone);
  }
  const { year, month = '', day } = PATTERNS.get(dates)?.exec(text)?.groups ?? {};
  const monthOf = MONTHS.indexOf(month.toLowerCase()) + 1 || Number(month);
  const at = new Date(Date.UTC(Number(year), monthOf - 1, Number(day)));
  const isDay = at.getUTCMonth() === monthOf - 1 && at.getUTCDate() === Number(day);
  return isDay ? at.toISOString().slice(0, 10) : undefined;
}

/** What a spelling as `dd.mm.yyyy` accepts. */
function patternOf(dates: string): RegExp {
  const isLoose = /[^a-z]/.test(dates) && dates !== DATES[0];
  const digits = isLoose ? '\\d{1,2}' : '\\d{2}';
  const parts: Readonly<Record<string, string>> = {
    yyyy: '(?<year>\\d{4})',
    mmm: '(?<month>[A-Za-z]{3})',
    mm: `(?<month>${digits})`,
    dd: `(?<day>${digits})`,
  };
  return new RegExp(`^${dates.replaceAll(/yyyy|mmm|mm|dd|[^a-z]/g, (part) => parts[part] ?? `\\${part}`)}$`);
}

/** Every cell of a column is held against each. */
const PATTERNS: ReadonlyMap<string, RegExp> = new Map(DATES.map((dates) => [dates, patternOf(dates)]));

function dayAt(at: number, zone: string): string | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const part = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}`;
  } catch {
    return undefined;
  }
}

const GROUPS: Readonly<Record<string, string>> = { ',': ',', '.': '\\.', ' ': '[ \\u00a0\\u202f]', "'": "['’]" };

/** A decimal with a point and no groups; `undefined`: no number in that spelling. */
export function numberIn(text: string, { mark, thousands }: Spelling): string | undefined {
  const group = GROUPS[thousands];
  const whole = group === undefined ? '\\d+' : `(?:\\d+|\\d{1,3}(?:${group}\\d{3})+)`;
  if (!new RegExp(`^-?${whole}(?:\\${mark}\\d+)?$`).test(text)) return undefined;
  const digits = group === undefined ? text : text.replaceAll(new RegExp(group, 'g'), '');
  return digits.replace(mark, '.');
}

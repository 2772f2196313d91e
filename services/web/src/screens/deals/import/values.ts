/** How days and numbers are written in a file, as the `format` of a mapping says it. */
interface Written {
  readonly dates: string;
  readonly zone: string;
  readonly mark: string;
  readonly thousands: string;
}

/** How numbers are. */
export type Spelling = Pick<Written, 'mark' | 'thousands'>;

export const DATES = ['yyyy-mm-dd', 'dd.mm.yyyy', 'mm/dd/yyyy', 'dd/mm/yyyy', 'instant'] as const;

const DAYS: Readonly<Record<string, readonly [RegExp, order: readonly [number, number, number]]>> = {
  'yyyy-mm-dd': [/^(\d{4})-(\d{2})-(\d{2})$/, [1, 2, 3]],
  'dd.mm.yyyy': [/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, [3, 2, 1]],
  'mm/dd/yyyy': [/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, [3, 1, 2]],
  'dd/mm/yyyy': [/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, [3, 2, 1]],
};
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** `2026-01-31`; `undefined`: no day in that spelling. A look ahead only: what is read is for the ledger to say. */
export function dayIn(text: string, { dates, zone }: Pick<Written, 'dates' | 'zone'>): string | undefined {
  if (dates === 'instant') {
    const at = INSTANT.test(text)
      ? Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
      : Number.NaN;
    return Number.isNaN(at) ? undefined : dayAt(at, zone);
  }
  const spelling = DAYS[dates];
  const found = spelling?.[0].exec(text);
  if (spelling === undefined || found === null || found === undefined) return undefined;
  const [year = 0, month = 0, day = 0] = spelling[1].map((at) => Number(found[at]));
  const at = new Date(Date.UTC(year, month - 1, day));
  const isDay = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return isDay ? at.toISOString().slice(0, 10) : undefined;
}

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

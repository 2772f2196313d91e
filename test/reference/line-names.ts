import type { RoundedLine } from './earnings.ts';

/** D105: the deal that a line is about; what others lose because one came back is theirs. */
export function dealOf({ what, deal, of }: RoundedLine): string | null {
  if (what === 'returned-credit') return null;
  return deal ?? (of?.includes('.') === true ? of : null);
}

/** As the calculation names lines (D17). */
export function nameOf({ component, what, deal, window, period, periodId, of, again }: RoundedLine): string {
  const isOfYear = what === 'year-cap' || what === 'plan-year-cap';
  const place = isOfYear ? period.slice(0, 4) : (window?.id ?? periodId);
  const number = again === undefined ? '' : `~${again}`;
  if (what === 'phase-in') return `${what}/${place}${number}`;
  return what === 'deal' ? `${component}/${deal}` : `${component}/${what}/${deal ?? of ?? place}${number}`;
}

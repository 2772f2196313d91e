import { fields } from '@ledger/events';
import { add, type Exact, equal, fraction, mul, ONE, percent, toText, ZERO } from '@ledger/money';
import { find, itemsAt, type Node, type Path, textAt } from './node.ts';
import type { Report } from './source.ts';

/** What only several fields of a quota show together, said where it is written: a list of them, or what stands beside it. */
export function checkTerms(quota: Node, beside: Node, path: Path, report: Report): void {
  const has = (name: string) => find(quota, [name]) !== undefined;
  const own = (name: string) => (has(name) ? quota : beside);
  const at = (name: string): Path => (has(name) ? [...path, name] : [name]);
  const value = (name: string) => textAt(quota, name) ?? textAt(beside, name);
  checkSpread(itemsAt(own('spread'), 'spread'), value('per') ?? 'year', at('spread'), report);
  if (itemsAt(own('spread'), 'spread').length > 0 && has('amounts')) {
    report('field_invalid', [...path, 'amounts'], 'with a spread there is one amount, that of the year; write amount.');
  }
  checkChanges(itemsAt(own('changes'), 'changes'), value('year'), at('changes'), report);
  const ramp = find(own('ramp'), ['ramp']);
  const shares = ramp?.kind === 'list' ? at('ramp') : [...at('ramp'), 'shares'];
  const list = ramp?.kind === 'list' ? itemsAt(own('ramp'), 'ramp') : itemsAt(own('ramp'), 'ramp', 'shares');
  list.forEach((share, index) => {
    if (share.kind === 'text' && share.text.startsWith('-')) {
      report('percent_invalid', [...shares, index], `${share.text} is below 0%; write 0% or more.`);
    }
  });
}

const INTERVALS: Readonly<Record<string, number>> = { month: 12, quarter: 4 };

function checkSpread(shares: readonly Node[], per: string, path: Path, report: Report): void {
  if (shares.length === 0) return;
  const wanted = INTERVALS[per];
  if (wanted === undefined) {
    report('field_invalid', path, 'spreads an amount over parts of the year; write per: month or per: quarter.');
    return;
  }
  if (shares.length !== wanted) {
    report('field_invalid', path, `a year has ${wanted} ${per}s, but ${shares.length} shares are here.`);
    return;
  }
  let all: Exact = ZERO;
  for (const share of shares) {
    if (share.kind !== 'text' || !fields.percent.safeParse(share.text).success) return;
    all = add(all, percent(share.text));
  }
  if (equal(all, ONE)) return;
  const says = `the shares add up to ${toText(mul(all, fraction(100n, 1n)))}%, not to 100%; change one of them.`;
  report('percent_invalid', path, says);
}

function checkChanges(changes: readonly Node[], year: string | undefined, path: Path, report: Report): void {
  let before: string | undefined;
  changes.forEach((change, index) => {
    const from = textAt(change, 'from');
    if (from === undefined || !fields.date.safeParse(from).success) return;
    if (year !== undefined && from.slice(0, 4) !== year) {
      report('date_invalid', [...path, index, 'from'], `${from} is not in ${year}, the year of the quota.`);
    } else if (before !== undefined && from <= before) {
      const says = `${from} is not after ${before}; write changes in their order, one a day.`;
      report('date_invalid', [...path, index, 'from'], says);
    }
    before = from;
  });
}

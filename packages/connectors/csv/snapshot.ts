import type { Draft } from './compile.ts';
import { sumOf } from './numbers.ts';
import type { RowErrors } from './problems.ts';

/** Most lines of a deal (events/deal.ts). */
export const MOST_LINES = 2000;

/** Fields that the rows of one deal must agree about. */
const SHARED = [
  'status',
  'cancelledOn',
  'account',
  'attributes',
  'closedOn',
  'credits',
  'currency',
  'owner',
  'selectionOn',
  'sequence',
  'amount',
] as const satisfies readonly (keyof Draft)[];

/** The first field about which a row disagrees with the first row of its deal; of attributes, which of them. */
export function disagreement(first: Draft, row: Draft): string | undefined {
  const field = SHARED.find((each) => first[each] !== row[each]);
  if (field !== 'attributes') return field;
  const [one, other] = [first, row].map(({ attributes }) => JSON.parse(attributes) as Record<string, unknown>);
  const differs = (name: string) => JSON.stringify(one?.[name]) !== JSON.stringify(other?.[name]);
  return `attribute ${[...Object.keys(one ?? {}), ...Object.keys(other ?? {})].find(differs)}`;
}

/** The deal that its rows make: canonical JSON of its snapshot, or `undefined` when its lines do not fit it. */
export function snapshotJson(source: string, rows: readonly Draft[], errors: RowErrors): string | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  let { amount } = first;
  let lines = '';
  if (first.lineBefore !== '') {
    const before = errors.total;
    errors.row = first.row;
    const sum = sumOf(
      rows.map((row) => row.lineAmount),
      first.units,
    );
    if (amount === '') amount = sum;
    if (amount !== sum) {
      errors.add(
        'lines_not_whole',
        null,
        first.deal,
        `has lines that add up to ${sum}, not to its amount ${amount}`,
        'correct one of them',
      );
    }
    if (sum.replace(/^-|\..*/g, '').length > 15) {
      errors.add(
        'amount_invalid',
        null,
        first.deal,
        'has lines that add up to more than 15 digits',
        'check their amounts',
      );
    }
    if (rows.length > MOST_LINES) {
      errors.add(
        'limit_exceeded',
        null,
        first.deal,
        `has ${rows.length} lines, the limit is ${MOST_LINES}`,
        'split the deal',
      );
    }
    const ids = new Set<string>();
    for (const [index, row] of rows.entries()) {
      const id = row.lineId === '' ? String(index + 1) : row.lineId;
      if (ids.has(id)) {
        errors.row = row.row;
        errors.add(
          'row_conflict',
          null,
          id,
          `is the second line ${id} of deal ${first.deal}`,
          'give each line its own id',
        );
      }
      ids.add(id);
      lines += `${index === 0 ? '' : ','}${row.lineBefore}${id}${row.lineAfter}`;
    }
    if (errors.total !== before) return undefined;
  }
  return `{"account":${first.account},"amount":"${amount}","attributes":${first.attributes},"closedOn":${first.closedOn},"credits":${first.credits},"currency":"${first.currency}","deal":"${first.deal}","lines":[${lines}],"owner":${first.owner},"selectionOn":${first.selectionOn},"sequence":${first.sequence},"source":"${source}"}`;
}

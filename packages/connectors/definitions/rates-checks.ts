import { find, itemsAt, type Node, type Path } from './node.ts';
import type { Report } from './source.ts';

/** What only the file knows of picks, columns, factors and products: which of several ways to write something was taken. */

const PICKS = ['attainment-of', 'amount-of', 'score', 'ratio-of', 'deal'] as const;
const FACTORS = ['by-attainment-of', 'by-amount-of', 'by-score', 'by-ratio-of'] as const;
const NAMES = ['variant', 'product', 'category'] as const;

/** In which unit bounds are: what a table is picked by; `null` where a deal gives the value, in a unit of its own. */
export function unitOfBounds(document: Node, component: Path): 'attainment' | 'amount' | null {
  const tierBy = find(document, [...component, 'tier-by']);
  if (tierBy === undefined || tierBy.kind === 'text') return tierBy?.text === 'amount' ? 'amount' : 'attainment';
  return unitOfPick(tierBy);
}

function unitOfPick(pick: Node): 'attainment' | 'amount' | null {
  if (find(pick, ['deal']) !== undefined) return null;
  return find(pick, ['amount-of']) === undefined ? 'attainment' : 'amount';
}

export function checkRates(document: Node, component: Path, report: Report): void {
  const tierBy = find(document, [...component, 'tier-by']);
  if (tierBy?.kind === 'fields') checkPick(tierBy, [...component, 'tier-by'], report);
  const columns = find(document, [...component, 'columns']);
  if (columns?.kind === 'fields') checkPick(columns, [...component, 'columns'], report);
  itemsAt(document, ...component, 'multiply-earning').forEach((factor, index) => {
    if (factor.kind !== 'fields' || !factor.fields.has('table')) return;
    const path = [...component, 'multiply-earning', index];
    oneOf(factor, FACTORS, path, report);
    forMeasures(factor, path, report);
  });
  itemsAt(document, ...component, 'products').forEach((entry, index) => {
    if (entry.kind !== 'fields') return;
    const path = [...component, 'products', index];
    if (!NAMES.some((name) => entry.fields.has(name))) {
      const says = 'names no lines; write product, category or variant. What no entry names has the `table`.';
      report('field_missing', path, says);
    }
    oneOf(entry, ['pays', 'table'], path, report);
  });
}

function checkPick(pick: Node, path: Path, report: Report): void {
  oneOf(pick, PICKS, path, report);
  if (find(pick, ['deal']) === undefined) {
    forMeasures(pick, path, report);
    return;
  }
  for (const field of ['window', 'target', 'over']) {
    if (find(pick, [field]) === undefined) continue;
    report('field_invalid', [...path, field], 'a deal has its own value, whatever the time; remove it.');
  }
}

/** A target is what attainment is measured against; a ratio has what it is over instead. */
function forMeasures(pick: Node, path: Path, report: Report): void {
  for (const field of ['score', 'by-score']) {
    itemsAt(pick, field).forEach((each, index) => {
      if (each.kind === 'fields') oneOf(each, ['measure', 'component'], [...path, field, index], report);
    });
  }
  const ratio = find(pick, ['ratio-of']) ?? find(pick, ['by-ratio-of']);
  if (ratio === undefined) {
    if (find(pick, ['over']) !== undefined)
      report('field_invalid', [...path, 'over'], 'is for a ratio; write ratio-of.');
  } else {
    if (find(pick, ['over']) === undefined) {
      report('field_missing', path, 'says a ratio, and not to what; write over: and a metric.');
    }
    if (find(pick, ['target']) !== undefined) {
      report('field_invalid', [...path, 'target'], 'a ratio is measured against what it is over; remove it.');
    }
    return;
  }
  const byAmount = find(pick, ['amount-of']) ?? find(pick, ['by-amount-of']);
  if (byAmount === undefined || find(pick, ['target']) === undefined) return;
  report(
    'field_invalid',
    [...path, 'target'],
    'an amount is measured against nothing; remove it, or write attainment-of.',
  );
}

function oneOf(node: Node, fields: readonly string[], path: Path, report: Report): void {
  const written = fields.filter((field) => find(node, [field]) !== undefined);
  const [first, second] = written;
  if (second !== undefined) {
    report('field_invalid', [...path, second], `${written.join(' and ')} are both there; keep one of them.`);
  } else if (first === undefined) {
    report('field_missing', path, `says nothing; write one of ${fields.join(', ')}.`);
  }
}

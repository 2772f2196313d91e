import { fields } from '@ledger/events';
import { cmp, isZero, meantShare, ONE, PERCENT, percent } from '@ledger/money';
import { checkCap } from './cap-schema.ts';
import { find, itemsAt, type Node, type Path, textAt } from './node.ts';
import { checkObjectives } from './objectives-schema.ts';
import { checkOtherwise } from './pool-checks.ts';
import { checkRates, unitOfBounds } from './rates-checks.ts';
import type { Report } from './source.ts';
import { checkTeam } from './team-checks.ts';
import { checkWindfall } from './windfall-schema.ts';

/**
 * What only the file knows of a component: which of two ways to write something was taken. What the plan means is judged in one
 * place, on the document (`checkPlan`); mistakes of units and order that come from the hand are told here already, with the others.
 */
export function checkComponent(document: Node, path: Path, report: Report): void {
  const paysOtherwise = checkOtherwise(document, path, report);
  const isCurve = textAt(document, ...path, 'read') === 'curve';
  const table = find(document, [...path, 'table']);
  const curve = find(document, [...path, 'curve']);
  if (isCurve && table !== undefined) {
    report('table_invalid', [...path, 'table'], 'a curve has points, not bands; write them under `curve`.');
  }
  if (isCurve && curve === undefined) {
    const says = 'is missing. Write the points, as [{ at: 50%, pays: 0% }, { at: 100%, pays: 100% }].';
    report('field_missing', [...path, 'curve'], says);
  }
  if (!isCurve && curve !== undefined) {
    report('table_invalid', [...path, 'curve'], 'is read only with `read: curve`; write that, or bands under `table`.');
  }
  if (!isCurve && table === undefined && !paysOtherwise && find(document, path)?.kind === 'fields') {
    if (curve === undefined) {
      report('field_missing', [...path, 'table'], 'is missing. Write the bands, as [{ from: 0%, pays: 8% }].');
    }
  }
  if (
    (isCurve ? curve : table)?.kind === 'list' &&
    itemsAt(document, ...path, isCurve ? 'curve' : 'table').length === 0
  ) {
    const says = isCurve ? 'must have at least one point.' : 'must have at least one band.';
    report('table_invalid', [...path, isCurve ? 'curve' : 'table'], says);
  }
  checkBands(document, path, report);
  checkRates(document, path, report);
  checkGates(document, path, report);
  checkRelease(document, path, report);
  checkTeam(document, path, report);
  checkObjectives(document, path, report);
  checkWindfall(document, path, report);
  checkCap(document, [...path, 'cap'], report);
}

const WAYS = ['pays', 'per-unit', 'amount'] as const;

function checkBands(document: Node, component: Path, report: Report): void {
  const read = textAt(document, ...component, 'read');
  const picked = unitOfBounds(document, component);
  let previous: Bound | undefined;
  itemsAt(document, ...component, 'table').forEach((band, index) => {
    if (band.kind !== 'fields') return;
    const path = [...component, 'table', index];
    checkWay(band, path, report);
    if (band.fields.has('applies') && read === 'whole-deal') {
      const says = 'whole-deal pays each deal at one rate, so a band cannot apply otherwise; remove it.';
      report('table_invalid', [...path, 'applies'], says);
    }
    const pays = textAt(band, 'pays');
    if (pays !== undefined && isRate(pays)) checkPays(pays, [...path, 'pays'], report);
    for (const end of ['from', 'to']) {
      const text = textAt(band, end);
      if (text === undefined || !isRate(text)) continue;
      const unit = picked === null ? undefined : wrongUnit(text, picked === 'amount');
      const bound = { text, band: index + 1 };
      const wrong = unit ?? (end === 'from' ? wrongOrder(bound, previous) : undefined);
      if (wrong !== undefined) report('table_invalid', [...path, end], wrong);
      if (unit === undefined && end === 'from') previous = bound;
    }
  });
  itemsAt(document, ...component, 'curve').forEach((point, index) => {
    const at = textAt(point, 'at');
    if (at === undefined || !isRate(at)) return;
    const wrong = picked === null ? undefined : wrongUnit(at, picked === 'amount');
    if (wrong !== undefined) report('table_invalid', [...component, 'curve', index, 'at'], wrong);
  });
}

function checkWay(band: Node, path: Path, report: Report): void {
  const written = WAYS.filter((way) => find(band, [way]) !== undefined);
  const [first, second] = written;
  if (second !== undefined) {
    report(
      'table_invalid',
      [...path, second],
      `${written.join(' and ')} are both there; a band pays in one way, so keep one.`,
    );
  } else if (first === undefined && find(band, ['lump']) === undefined) {
    const says = 'is missing. Write pays: 8%, per-unit: 50.00 or amount: 2000.00 (pays: 0% for nothing), or a lump.';
    report('field_missing', [...path, 'pays'], says);
  }
}

function checkRelease(document: Node, component: Path, report: Report): void {
  itemsAt(document, ...component, 'release').forEach((part, index) => {
    if (part.kind !== 'fields' || !part.fields.has('instalments')) return;
    if (!/ days?$/.test(textAt(part, 'after') ?? '')) return;
    const says = 'instalments are a month after each other; write months or years, or a list of parts.';
    report('field_invalid', [...component, 'release', index, 'after'], says);
  });
}

function checkGates(document: Node, component: Path, report: Report): void {
  itemsAt(document, ...component, 'gates').forEach((gate, index) => {
    if (gate.kind !== 'fields') return;
    const path = [...component, 'gates', index];
    const [first, second] = ['measure', 'measures', 'sum', 'component'].filter((way) => gate.fields.has(way));
    if (first !== undefined && second !== undefined) {
      report('field_invalid', [...path, second], `${first} and ${second} are both there; keep one of them.`);
    } else if (first === undefined) {
      report('field_missing', [...path, 'measure'], 'is missing. Name the metric that the gate looks at.');
    }
    const atLeast = textAt(gate, 'at-least');
    if (gate.fields.has('target') && atLeast !== undefined && !atLeast.endsWith('%')) {
      const says = 'an amount is measured against nothing; remove it, or write an attainment, as at-least: 90%.';
      report('field_invalid', [...path, 'target'], says);
    }
    if (!gate.fields.has('over')) return;
    if (!gate.fields.has('measure')) {
      report('field_invalid', [...path, 'over'], 'is what one metric is divided by; write measure, or remove it.');
    }
    if (gate.fields.has('target')) {
      report('field_invalid', [...path, 'target'], 'a ratio is measured against what it is over; remove it.');
    }
    if (atLeast !== undefined && !atLeast.endsWith('%')) {
      report(
        'field_invalid',
        [...path, 'at-least'],
        `a ratio is a share, and ${atLeast} is an amount; write it as 30%.`,
      );
    }
  });
}

/** Where a band begins; bands count from 1. */
interface Bound {
  readonly text: string;
  readonly band: number;
}

function wrongUnit(bound: string, byAmount: boolean): string | undefined {
  if (isZero(percent(bound)) || byAmount !== bound.endsWith('%')) return undefined;
  return byAmount
    ? `tier-by is amount: write an amount, as 50000, instead of ${bound}, or tier-by: attainment.`
    : `tier-by is attainment: write ${meantShare(bound)} or, for an amount, tier-by: amount.`;
}

function wrongOrder({ text, band }: Bound, previous: Bound | undefined): string | undefined {
  if (previous === undefined) return undefined;
  const order = cmp(percent(text), percent(previous.text));
  if (order > 0) return undefined;
  if (order === 0) return `bands ${previous.band} and ${band} both begin at ${text}; keep one of them.`;
  return `bands ${previous.band} and ${band} overlap: band ${band} begins at ${text}, band ${previous.band} at ${previous.text}; write them from the lowest to the highest.`;
}

function isRate(text: string): boolean {
  return PERCENT.test(text) && fields.percent.safeParse(text).success;
}

function checkPays(pays: string, path: Path, report: Report): void {
  if (pays.startsWith('-')) {
    report('table_invalid', path, `a band cannot pay ${pays}; write 0% or more.`);
  } else if (!pays.endsWith('%') && cmp(percent(pays), ONE) >= 0) {
    report(
      'table_invalid',
      path,
      `${pays} would be ${pays} times the paid amount; write ${pays}% for a share of it, or per-unit: ${pays} for money for each unit.`,
    );
  }
}

import { fields } from '@ledger/events';
import { cmp, ONE, PERCENT, percent, sign } from '@ledger/money';
import { find, itemsAt, type Node, type Path, textAt } from './node.ts';
import type { Report } from './source.ts';

/** Fields that pay instead of a table. */
const INSTEAD = ['streak', 'contest', 'objectives'] as const;

/** Whether a component pays by something other than bands; a table beside it would never be read. */
export function checkOtherwise(document: Node, path: Path, report: Report): boolean {
  checkMoney(document, [...path, 'group-cap', 'deal'], report);
  checkMoney(document, [...path, 'contest', 'pot'], report);
  const [first, second] = INSTEAD.filter((field) => find(document, [...path, field]) !== undefined);
  if (first === undefined) return false;
  if (second !== undefined)
    report('field_invalid', [...path, second], `${first} and ${second} are both there; keep one.`);
  const isRead = first === 'objectives' && textAt(document, ...path, 'read') === 'retroactive';
  if (find(document, [...path, 'table']) !== undefined && !isRead) {
    const remedy =
      first === 'objectives' ? 'write read: retroactive, and the band that the score is in pays' : 'keep one of them';
    report('table_invalid', [...path, 'table'], `${first} pays instead of bands; ${remedy}.`);
  }
  checkContest(document, [...path, 'contest'], report);
  return true;
}

/** Money, or a share with its sign: 0.12 would be twelve cents. */
function checkMoney(document: Node, path: Path, report: Report): void {
  const text = textAt(document, ...path);
  if (text === undefined || !fields.percent.safeParse(text).success || !PERCENT.test(text)) return;
  if (sign(percent(text)) <= 0) {
    report(
      'amount_invalid',
      path,
      `is ${text}, so nothing is ever paid; write money, as 10000.00, or a share, as 12%.`,
    );
  } else if (!text.endsWith('%') && cmp(percent(text), ONE) < 0) {
    report(
      'amount_invalid',
      path,
      `${text} would be less than one unit of money; write a share with its sign, as 12%.`,
    );
  }
}

function checkContest(document: Node, path: Path, report: Report): void {
  const contest = find(document, path);
  if (contest?.kind !== 'fields') return;
  const { fields } = contest;
  if (fields.has('prizes') && fields.has('pot')) {
    report('field_invalid', [...path, 'pot'], 'prizes and pot are both there; keep one of them.');
  } else if (!fields.has('prizes') && !fields.has('pot')) {
    report(
      'field_missing',
      [...path, 'prizes'],
      'is missing. Write the prizes, as [{ place: 1, pays: 5000.00 }], or a pot.',
    );
  }
  if (fields.has('divided') && !fields.has('pot')) {
    report('field_invalid', [...path, 'divided'], 'is how a pot is divided, and there is none; remove it.');
  }
  const first = itemsAt(document, ...path, 'prizes')[0];
  itemsAt(document, ...path, 'prizes').forEach((prize, index) => {
    if (prize.kind !== 'fields') return;
    const at = [...path, 'prizes', index];
    const [place, top] = [textAt(prize, 'place'), textAt(prize, 'top')];
    if (place === undefined && top === undefined) {
      report('field_missing', [...at, 'place'], 'is missing. Write place: 1, or top: 10%.');
    } else if (place !== undefined && top !== undefined) {
      report('field_invalid', [...at, 'top'], 'place and top are both there; keep one of them.');
    } else if (first !== undefined && (textAt(first, 'top') === undefined) !== (top === undefined)) {
      report(
        'field_invalid',
        [...at, top === undefined ? 'place' : 'top'],
        'a contest has places or shares of the best, not both.',
      );
    }
  });
}

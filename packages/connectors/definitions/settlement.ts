import type { DrawClause, GuaranteeClause, PayClause, PlanDocument } from '@ledger/events';
import { fields } from '@ledger/events';
import { find, itemsAt, type Node, type Path, textAt } from './node.ts';
import type { PlanFile } from './plan-schema.ts';
import type { DrawFile, GuaranteeFile, PayFile } from './settlement-schema.ts';
import type { Report } from './source.ts';

/** The clauses about the person and the payment, as documents carry them: only those that the file has. */
export function clausesOf({ draws, guarantee, pay }: PlanFile): Pick<PlanDocument, 'draws' | 'guarantee' | 'pay'> {
  return {
    ...(draws === undefined ? {} : { draws: draws.map(drawOf) }),
    ...(guarantee === undefined ? {} : { guarantee: guaranteeOf(guarantee) }),
    ...(pay === undefined ? {} : { pay: payOf(pay) }),
  };
}

function lastsOf(file: Pick<DrawFile, 'from' | 'until' | 'for' | 'part'>) {
  const { from = null, until = null, part } = file;
  return { from, until, months: file.for?.split(' ')[0] ?? null, part };
}

export function drawOf(file: DrawFile): DrawClause {
  return {
    name: file.name,
    kind: file.kind,
    amount: file.amount,
    every: file.every,
    ...lastsOf(file),
    protectFloor: file['protect-floor'] === 'yes',
    recover: file.recover,
    ...(file['recover-most'] === undefined ? {} : { recoverMost: file['recover-most'] }),
    recoverFrom: file['recover-from'] ?? null,
    mostOwed: file['most-owed'] ?? null,
    atEnd: file['at-end'],
    onLeaving: file['on-leaving'],
    ...earningsOf(file),
  };
}

function earningsOf({ 'earnings-of': of }: Pick<DrawFile, 'earnings-of'>): Pick<DrawClause, 'earningsOf'> {
  return of === undefined ? {} : { earningsOf: of };
}

export function guaranteeOf(file: GuaranteeFile): GuaranteeClause {
  const { amount, every, over, paid } = file;
  return { amount, every, ...lastsOf(file), over, paid, ...earningsOf(file) };
}

function payOf(file: PayFile): PayClause {
  const recover = file.recover ?? { share: '100%', 'on-leaving': 'in-full' as const };
  const always = file['always-pay'] ?? ['year-end', 'termination', 'underpayment'];
  return {
    every: file.every,
    minimum: file['below-minimum'] === 'pay' ? null : (file.minimum ?? null),
    always: always === 'never' ? [] : [...new Set(always)],
    negative: file.negative,
    negativeMinimum: file['negative-minimum'] ?? null,
    recover: {
      share: recover.share,
      atLeast: recover['at-least'] ?? null,
      instalment: recover.instalment ?? null,
      onLeaving: recover['on-leaving'],
    },
    ...(file.corrections === 'net' ? {} : { corrections: file.corrections }),
    writeOffUnder: file['write-off-under'] ?? null,
  };
}

/** What only the clauses together show. */
export function checkClauses(document: Node, report: Report): void {
  const draws = itemsAt(document, 'draws');
  const names = new Map<string, number>();
  draws.forEach((draw, index) => {
    const path = ['draws', index];
    checkLasts(document, path, report);
    const name = textAt(draw, 'name') ?? 'draw';
    const before = names.get(name);
    if (before === undefined) names.set(name, index);
    else {
      const says = `draws #${before + 1} and #${index + 1} are both called ${name}, and each keeps a balance of its own; give them names.`;
      report('field_invalid', [...path, 'name'], says);
    }
    if (textAt(draw, 'protect-floor') === 'no' && find(draw, ['recover-most']) !== undefined) {
      const says = 'with protect-floor: no it is recover that is a share of everything earned; keep one of the two.';
      report('field_invalid', [...path, 'recover-most'], says);
    }
    const kind = textAt(draw, 'kind');
    if (kind !== 'non-recoverable' && kind !== 'on-top') return;
    for (const field of [
      'protect-floor',
      'recover',
      'recover-most',
      'recover-from',
      'most-owed',
      'at-end',
      'on-leaving',
      ...(kind === 'on-top' ? ['earnings-of'] : []),
    ]) {
      if (find(draw, [field]) === undefined) continue;
      report(
        'field_invalid',
        [...path, field],
        field === 'earnings-of'
          ? 'nothing that is earned is set against a draw of kind on-top; remove it.'
          : `a draw of kind ${kind} is never owed; remove it, or say kind: recoverable.`,
      );
    }
  });
  if (find(document, ['guarantee']) !== undefined) checkGuarantee(document, report);
  if (find(document, ['pay']) !== undefined) checkPay(document, report);
}

export function checkLasts(document: Node, path: Path, report: Report): void {
  const from = textAt(document, ...path, 'from');
  const until = textAt(document, ...path, 'until');
  if (until !== undefined && find(document, [...path, 'for']) !== undefined) {
    report('field_invalid', [...path, 'for'], 'until and for are both there; keep one of them.');
  }
  const areDates = [from, until].every((day) => day !== undefined && fields.date.safeParse(day).success);
  if (from !== undefined && until !== undefined && areDates && until <= from) {
    report(
      'interval_invalid',
      [...path, 'until'],
      `${until} must be after ${from}; it is the first day after the end.`,
    );
  }
}

function checkGuarantee(document: Node, report: Report): void {
  checkSums(document, report);
  const over = textAt(document, 'guarantee', 'over') ?? 'each';
  if (over === 'each' && find(document, ['guarantee', 'paid']) !== undefined) {
    const says = 'is for sums; say over: quarter, half, year or whole, or remove it.';
    report('field_invalid', ['guarantee', 'paid'], says);
  }
}

/** What a guarantee compares has to hold what it is for, and to end. */
export function checkSums(document: Node, report: Report): void {
  checkLasts(document, ['guarantee'], report);
  const over = textAt(document, 'guarantee', 'over') ?? 'each';
  const every = textAt(document, 'guarantee', 'every') ?? 'month';
  const order = ['month', 'quarter', 'half', 'year'];
  const [inner, outer] = [order.indexOf(every), order.indexOf(over)];
  if (outer >= 0 && inner > outer) {
    report('field_invalid', ['guarantee', 'over'], `a ${over} is shorter than the ${every} that the amount is for.`);
  }
  const ends = ['until', 'for'].some((field) => find(document, ['guarantee', field]) !== undefined);
  if (over === 'whole' && !ends) {
    const says = 'whole is from the first to the last day of the guarantee; write until or for, or over: year.';
    report('field_invalid', ['guarantee', 'over'], says);
  }
}

function checkPay(document: Node, report: Report): void {
  const has = (...path: readonly string[]) => find(document, ['pay', ...path]) !== undefined;
  if (has('recover', 'instalment')) {
    for (const field of ['share', 'at-least']) {
      if (has('recover', field))
        report(
          'field_invalid',
          ['pay', 'recover', field],
          'an instalment is taken instead of a share; keep one of them.',
        );
    }
  }
  const pays = textAt(document, 'pay', 'negative') === 'pay';
  if (pays && has('recover')) {
    const says = 'with negative: pay everything is charged at once, so nothing is recovered later; keep one of them.';
    report('field_invalid', ['pay', 'recover'], says);
  }
  if (!pays && has('negative-minimum')) {
    const says = 'is for negative: pay; with carry nothing negative is ever charged. Say negative: pay, or remove it.';
    report('field_invalid', ['pay', 'negative-minimum'], says);
  }
  if (!has('minimum') && has('below-minimum')) {
    report('field_missing', ['pay', 'minimum'], 'is missing. Write the least that is paid, as 25.00.');
  }
  if (!has('minimum') && has('always-pay')) {
    report('field_missing', ['pay', 'minimum'], 'is missing: always-pay says when even less than it is paid.');
  }
}

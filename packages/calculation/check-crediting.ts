import type { CreditingDocument } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { cmp, isZero, ONE, shareIn, sum } from '@ledger/money';
import { compile } from './cel.ts';

/** What is wrong with crediting rules, before they are proposed. */
export function checkCrediting(document: CreditingDocument): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (at: string, says: string, code: Problem['code'] = 'field_invalid') =>
    problems.push(problem(code, `crediting ${document.crediting}: ${says}`, at));
  for (const [index, { rule, when, share, pool, credits }] of document.rules.entries()) {
    const at = `/rules/${index}`;
    const compiled = compile(when, 'bool', false);
    for (const { says, line, column } of 'errors' in compiled ? compiled.errors : []) {
      report(
        `${at}/when`,
        `rule ${rule}: when, line ${line}, column ${column}: ${says}, in \`${when}\`.`,
        'expression_invalid',
      );
    }
    if (isZero(shareIn(share)))
      report(
        `${at}/share`,
        `rule ${rule}: share is ${share}, so it credits nobody; write more, or remove it.`,
        'percent_invalid',
      );
    if (pool === 'primary' && cmp(shareIn(share), ONE) > 0) {
      report(
        `${at}/share`,
        `rule ${rule}: share is ${share}, and a deal has 100%; write less, or pool: overlay.`,
        'shares_not_whole',
      );
    }
    if (credits.by === 'territory' && document.territories.length === 0) {
      report(
        `${at}/credits`,
        `rule ${rule}: credits the owners of territories, and there are none; write them under territories.`,
      );
    }
  }
  checkTerritories(document, report);
  checkWhole(document, report);
  return problems;
}

type Report = (at: string, says: string, code?: Problem['code']) => void;

function checkTerritories({ territories, rules }: CreditingDocument, report: Report): void {
  if (territories.length > 0 && !rules.some(({ credits }) => credits.by === 'territory')) {
    report(
      '/territories',
      'territories: no rule credits their owners; write credits: { territory: region }, or remove them.',
    );
  }
  const seen: { readonly territory: string; readonly from: string; readonly to: string | null }[] = [];
  for (const [index, each] of territories.entries()) {
    const other = seen.find(
      ({ territory, from, to }) =>
        territory === each.territory && (to === null || each.from < to) && (each.to === null || from < each.to),
    );
    if (other !== undefined) {
      const from = [other.from, each.from].sort()[1] ?? each.from;
      const says = `territories: ${each.territory} has two owners from ${from} on; end one of them.`;
      report(`/territories/${index}/from`, says, 'interval_overlaps');
    }
    seen.push(each);
  }
}

/** Rules that are for every deal must fit into one. */
function checkWhole({ rules, apply, rest }: CreditingDocument, report: Report): void {
  const always = rules.filter(
    ({ when, from, to, pool }) => pool === 'primary' && when.trim() === 'true' && from === null && to === null,
  );
  if (apply === 'first') {
    const [first] = rules;
    // A rule by an attribute is passed over for deals without it.
    const last = rules.findIndex(
      ({ when, from, to, credits }) =>
        when.trim() === 'true' && from === null && to === null && !('attribute' in credits),
    );
    if (first !== undefined && last >= 0 && last < rules.length - 1) {
      report(
        `/rules/${last + 1}/when`,
        `rule ${rules[last + 1]?.rule}: rule ${rules[last]?.rule} is for every deal and comes first, so it is never looked at; change the order.`,
      );
    }
    return;
  }
  const total = sum(always.map(({ share }) => shareIn(share)));
  const list = always.map(({ rule, share }) => `${rule} ${share}`).join(' + ');
  if (cmp(total, ONE) > 0) {
    report(
      '/rules',
      `rules: primary shares for every deal are more than 100%: ${list}; lower one, or give them conditions.`,
      'shares_not_whole',
    );
  }
  const all = sum(rules.filter(({ pool }) => pool === 'primary').map(({ share }) => shareIn(share)));
  if (rest === 'none' && cmp(all, ONE) < 0) {
    report(
      '/rest',
      `rest: is none, and all primary shares together are less than 100%; add a rule, or write rest: owner.`,
      'shares_not_whole',
    );
  }
}

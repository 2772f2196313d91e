import type { ApprovalRulesAnswer, QueryClocksAnswer } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

const INDENT = '            ';

/** The rules of approval, the newest first, each in sentences; and what holds where they say nothing. */
export function renderApprovals(paint: Paint, answer: ApprovalRulesAnswer, columns: number): string {
  const { asOf, on, inForce, expireAfter, versions } = answer;
  const line = (text: string) => `${INDENT}${wrapped(text, columns - INDENT.length, INDENT)}\n`;
  const told = versions.map((each) => {
    const mark = each.version === inForce && each.state === 'approved' ? paint.green('applies') : '       ';
    const when = each.to === null ? `from ${each.from}` : `${each.from} to ${each.to}`;
    const by =
      each.state === 'waiting' ? `asked by ${each.requestedBy}, waits` : `approved by ${each.approvedBy.join(' and ')}`;
    return [
      `    ${mark} version ${each.version}, ${when}, ${by}\n`,
      line(each.reason),
      line(`A request waits ${each.expireAfter} days.`),
      ...each.rules.map(({ rule, says }) => line(`${rule}: ${says}`)),
      ...each.delegations.map(({ says }) => line(says)),
    ].join('');
  });
  const rest =
    versions.length === 0
      ? `  no rules: finance approves, nobody what they asked for or what pays them; a request waits ${expireAfter} days\n`
      : '';
  return `${paint.bold('approvals')}, on ${on}, as of position ${asOf}\n${told.join('')}${rest}`;
}

/** How long queries may take, each time that it was set. */
export function renderQueryClocks(paint: Paint, { asOf, on, versions }: QueryClocksAnswer, columns: number): string {
  const told = versions.map(({ from, clocks, reason, setBy, isInForce }) => {
    const mark = isInForce ? paint.green('applies') : '       ';
    const days = clocks.map(({ clock, days }) => `${clock} ${days}`).join(', ') || 'no clock';
    const why = wrapped(reason, columns - INDENT.length, INDENT);
    return `    ${mark} from ${from}, set by ${setBy}\n${INDENT}working days: ${days}\n${INDENT}${why}\n`;
  });
  const none = '  no clocks: a query may take as long as it takes\n';
  return `${paint.bold('queries')}, on ${on}, as of position ${asOf}\n${told.join('') || none}`;
}

import { KINDS, type Kind, saysOf } from '@ledger/decisions';
import type { ApprovalDocument, ApprovalRule } from '@ledger/events';
import { capital, listed, money, share } from './letter/words.ts';

/** A rule of approval as a sentence: what it is about, and whose approvals it asks for. */
export function ruleInWords(rule: ApprovalRule): string {
  const { requestedBy, backDated } = rule;
  const about = [
    whatIn(rule),
    requestedBy.length === 0 ? '' : `asked for by ${listed(requestedBy.map(nobodyElse), 'or')}`,
    overIn(rule),
    backDated ? 'that takes effect before the day on which it is decided' : '',
  ].filter((part) => part !== '');
  return `${capital(about.join(' '))} needs ${approversInWords(rule.approvers)}.${belowIn(rule)}`;
}

const nobodyElse = (role: string) => (role === 'manager' || role === 'rep' ? `a ${role}` : role);

/** What a rule is about, by what people call it. */
function whatIn({ kinds, exceptions }: ApprovalRule): string {
  if (exceptions.length > 0) return `an exception about pay (${listed(exceptions.map(plain), 'or')})`;
  return kinds.length === 0 ? 'every request' : listed(kinds.map(thingOf), 'or');
}

function thingOf(kind: string): string {
  const known: Kind | undefined = KINDS.find((each) => each === kind);
  return known === undefined ? plain(kind) : saysOf(known);
}

function overIn({ amounts, shareOfQuota }: ApprovalRule): string {
  const limits = Object.entries(amounts ?? {}).map(([currency, amount]) => `more than ${money(amount, { currency })}`);
  const parts = [
    // A limit cannot be passed under by saying no amount.
    limits.length === 0 ? '' : `of ${listed(limits, 'or')}, of any other currency, or of no stated amount,`,
    shareOfQuota === null ? '' : `of more than ${share(shareOfQuota)} of the quota of the year`,
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** `the approval of one manager and two of finance`. */
function approversInWords(approvers: readonly string[]): string {
  const parts = ['manager', 'finance'].flatMap((role) => {
    const count = approvers.filter((each) => each === role).length;
    if (count === 0) return [];
    const many = COUNTS[count] ?? String(count);
    if (role === 'manager') return [`${many} ${count === 1 ? 'manager' : 'managers'}`];
    return [`${many} of finance`];
  });
  return `the approval of ${listed(parts)}`;
}

function belowIn({ notBelow, reach }: ApprovalRule): string {
  if (notBelow.length === 0) return '';
  const whom = notBelow.map((each) => (each === 'requester' ? 'whoever asked' : 'whom it is about'));
  const how = reach === 'direct' ? 'directly' : 'directly or over others';
  return ` Nobody decides who reports, ${how}, to ${listed(whom, 'or to')}.`;
}

/** Who decides in whose place, and when. */
export function delegationInWords({
  by,
  for: of,
  from,
  until,
  kinds,
}: ApprovalDocument['delegations'][number]): string {
  const about = kinds.length === 0 ? '' : `, about ${listed(kinds.map(thingOf), 'or')}`;
  return `${by} decides in the place of ${of} from ${from}${until === null ? ' on' : ` until the day before ${until}`}${about}.`;
}

function plain(word: string): string {
  return word.replaceAll('-', ' ');
}

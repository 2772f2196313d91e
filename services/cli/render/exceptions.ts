import type { Moves, Register, RegisteredException } from '@ledger/application';
import { counted, grouped, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** The register of exceptions, by how they stand. */
export function renderRegister(paint: Paint, { asOf, on, within, exceptions }: Register, columns: number): string {
  const parts = [`Exceptions on ${on}, as of position ${asOf}\n`];
  if (exceptions.length === 0) return `${parts[0]}  nothing departs from the rules\n`;
  const groups: readonly (readonly [title: string, has: (each: RegisteredException) => boolean])[] = [
    ['in force', ({ state }) => state === 'in-force'],
    [`ending within ${counted(within, 'day')}`, ({ state }) => state === 'expiring'],
    ['ended, and still felt', ({ state, felt }) => state === 'expired' && felt === true],
    ['ended', ({ state, felt }) => state === 'expired' && felt !== true],
    ['revoked', ({ state }) => state === 'revoked'],
  ];
  for (const [title, has] of groups) {
    const own = exceptions.filter(has);
    if (own.length === 0) continue;
    parts.push(`${paint.bold(title)}\n`, ...own.map((each) => exceptionText(paint, each, columns)));
  }
  return parts.join('');
}

function exceptionText(paint: Paint, of: RegisteredException, columns: number): string {
  const { name, says, reason, requestedBy, approvedBy, approvedAt, scope, evidence, revoked } = of;
  const lines = [
    `${paint.cyan(name)}${endText(of)}`,
    says,
    `why: ${reason}`,
    `asked by ${requestedBy}, approved by ${approvedBy.join(', ')} on ${approvedAt.slice(0, 10)}`,
    `scope: ${scope}`,
    ...(evidence.length === 0 ? [] : [`evidence: ${evidence.join('; ')}`]),
    ...(revoked === null ? [] : [`revoked by ${revoked.by} on ${revoked.at.slice(0, 10)}: ${revoked.reason}`]),
  ];
  const told = lines.map((line) => wrapped(line, columns - 4, '    ')).join('\n    ');
  const moves =
    of.felt === false ? '    moves no statement\n' : of.moves.map((each) => movesText(paint, each)).join('');
  return `  ${told}\n${moves}`;
}

function endText({ endsOn, expiresOn, revoked, state }: RegisteredException): string {
  if (revoked !== null || endsOn === null) return '';
  const how = endsOn === expiresOn ? 'expires' : 'ends';
  return state === 'expired' ? `, ${how === 'expires' ? 'expired' : 'ended'} on ${endsOn}` : `, ${how} on ${endsOn}`;
}

function movesText(paint: Paint, { participant, currency, total, periods }: Moves): string {
  const columns = [
    { title: participant },
    { title: '' },
    { title: 'with it', right: true },
    { title: 'without', right: true },
    { title: 'moves', right: true },
  ];
  const amount = (text: string | null) => (text === null ? '–' : grouped(text));
  const rows = periods.map((each) => [
    each.period,
    each.state,
    amount(each.with),
    amount(each.without),
    each.difference === null ? 'cannot be computed' : signed(each.difference),
  ]);
  if (periods.length > 1) rows.push([`total ${currency}`, '', '', '', total === null ? '–' : signed(total)]);
  const wrong = periods.flatMap(({ period, problem }) =>
    problem === null ? [] : [`    ${paint.yellow(period)}: ${problem.message}\n`],
  );
  return table(columns, rows, 4) + wrong.join('');
}

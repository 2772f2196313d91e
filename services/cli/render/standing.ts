import type { Ladder, Letters, Standing, TeamPage } from '@ledger/application';
import { SCORES } from '@ledger/events';
import { counted, grouped, percentage, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** How far somebody is in each component, and what the next band brings. */
export function renderStanding(paint: Paint, standing: Standing, width: number): string {
  const { participant, period, currency, total, pay, ladders } = standing;
  const head = `${paint.bold(`${participant}, ${period}: ${currency} ${grouped(total)}`)}\n  ${wrapped(pay.says, width - 4, '  ')}\n`;
  const climbs = ladders.map((ladder) => {
    const { at, next, worth, says, pace } = ladder;
    const bands = (ladder.bands ?? []).map(({ from, to, pays, lump, forEach }, index) => [
      index === at ? '▸' : '',
      `from ${grouped(from)}${to === null ? '' : ` to ${grouped(to)}`}`,
      pays === null ? '–' : paid(pays),
      lump === null ? '' : `+ ${grouped(lump)} ${forEach === null ? 'once' : `for each full ${grouped(forEach)}`}`,
    ]);
    const lines = [
      next === null ? '' : `${inUnit(next.away, ladder)} to the next band.`,
      worth === null
        ? ''
        : `Reaching it is worth ${grouped(worth.paid)} ${currency}, with ${counted(worth.deals, 'deal')} of ${grouped(worth.amount)} ${worth.currency} more.`,
      pace === null || pace.elapsed === '1'
        ? ''
        : `A straight line would be at ${grouped(pace.expected)}: ${grouped(pace.ahead)}.`,
      says ?? '',
    ].filter((line) => line !== '');
    const blank = { title: '' };
    const ladderTable = bands.length === 0 ? '' : table([blank, blank, blank, blank], bands);
    return `\n${paint.bold(ladder.title)} ${reached(ladder)}\n${ladderTable}${lines.map((line) => `  ${wrapped(line, width - 4, '  ')}\n`).join('')}`;
  });
  return head + climbs.join('');
}

/** What is counted has no unit. */
function inUnit(amount: string, { unit }: Pick<Ladder, 'unit'>): string {
  return unit === 'number' ? grouped(amount) : `${grouped(amount)} ${unit}`;
}

function reached({ metric, credited, unit, quota, attainment }: Ladder): string {
  if (metric === SCORES) return attainment === null ? 'not scored yet' : percentage(attainment);
  const so = quota === null ? inUnit(credited, { unit }) : `${grouped(credited)} of ${inUnit(quota, { unit })}`;
  return `${so}${attainment === null ? '' : `, ${percentage(attainment)}`}`;
}

function paid({ by, rate, until }: NonNullable<NonNullable<Ladder['bands']>[number]['pays']>): string {
  switch (by) {
    case 'share':
      return percentage(rate);
    case 'unit':
      return `${rate} a unit`;
    case 'amount':
      return `${rate} for the band`;
    case 'curve':
      return `${percentage(rate)} to ${percentage(until ?? rate)}`;
    default:
      return by satisfies never;
  }
}

export function renderTeam(paint: Paint, { people, period, on }: TeamPage): string {
  const rows = people.flatMap(({ participant, name, total, currency, ladders, behind, near, problem }) => [
    [name ?? participant, total === null ? (problem?.code ?? '') : `${currency} ${grouped(total)}`, '', ''],
    ...ladders.map((ladder) => [
      `  ${ladder.title}`,
      '',
      reached(ladder),
      [behind.includes(ladder.component) ? 'behind' : '', near.includes(ladder.component) ? 'near the next band' : '']
        .filter((each) => each !== '')
        .join(', '),
    ]),
  ]);
  const columns = [{ title: '' }, { title: 'pay', right: true }, { title: 'attainment', right: true }, { title: '' }];
  return `${paint.bold(`Team in ${period}, on ${on}`)}\n${table(columns, rows)}`;
}

/** The letter: all sentences of the version in force, and in what it differs from the one before. */
export function renderLetters(paint: Paint, { participant, plans, quotas }: Letters, width: number): string {
  const sentence = (says: string, mark = '-') => `  ${mark} ${wrapped(says, width - 6, '    ')}\n`;
  const parts = plans.map(({ plan, title, from, to, versions }) => {
    const version = versions.find(({ isInForce }) => isInForce) ?? versions[0];
    if (version === undefined) return '';
    const until = to === null ? '' : `, before ${to}`;
    const read = version.isAcknowledged ? 'acknowledged' : 'not acknowledged yet';
    const head = `${paint.bold(`${title} (${plan}@${version.version}), for ${participant} from ${from}${until}`)}\n  ${read}\n`;
    const sections = version.sections.map(
      (section) => `\n${paint.bold(section.title)}\n${section.clauses.map(({ says }) => sentence(says)).join('')}`,
    );
    const changes = version.changes.flatMap(({ before, after }) => [
      ...before.map((says) => sentence(says, '−')),
      ...after.map((says) => sentence(says, '+')),
    ]);
    const changed =
      changes.length === 0
        ? ''
        : `\n${paint.bold('What is otherwise than in the version before')}\n${changes.join('')}`;
    return head + sections.join('') + changed;
  });
  const own =
    quotas.length === 0 ? '' : `\n${paint.bold('Quotas')}\n${quotas.map(({ says }) => sentence(says)).join('')}`;
  return (parts.join('\n') || `${participant} is under no plan; assign one.\n`) + own;
}

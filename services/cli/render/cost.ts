import { ATTAINMENT_EDGES, type CostAnswer, type CostGroup } from '@ledger/application';
import { grouped, table } from '../format.ts';
import type { Paint } from '../io.ts';

const NOBODY = { period: '', team: '(nobody)', plan: '(no plan)' } as const;

/** Costs in a table, then how far people came. */
export function costText(paint: Paint, answer: CostAnswer): string {
  const { asOf, by, groups, totals, periods, attainment, problems } = answer;
  const [first, last] = [periods.at(0)?.period, periods.at(-1)?.period];
  if (first === undefined) return '  no period is open; open one with `ledger open <period>`\n';
  const span = first === last ? first : `${first} to ${last}`;
  const titles = [
    { title: by },
    { title: '' },
    ...['people', 'accrued', 'held', 'open', 'payable', 'in run', 'paid', 'returned', 'owed'].map((title) => ({
      title,
      right: true,
    })),
  ];
  const rows = [
    ...groups.map((group) => rowOf(group.of ?? NOBODY[by], group)),
    ...totals.map((total) => rowOf(paint.bold('total'), total)),
  ];
  const spreads = attainment.map(({ period, plan, component, people, without, bars }) => {
    const parts = bars.flatMap((count, at) => (count === 0 ? [] : [`${count} ${reached(at)}`]));
    const none = without === 0 ? [] : [`${without} without a quota`];
    return `  ${period} ${plan ?? NOBODY.plan} ${component}, ${people === 1 ? '1 person' : `${people} people`}: ${[...parts, ...none].join(', ')}\n`;
  });
  return [
    `${paint.bold(`Cost of ${span}`)}, as of position ${asOf}\n`,
    table(titles, rows),
    ...spreads,
    ...problems.map(({ participant, period, problem: { message } }) => {
      return `  ${paint.yellow('not in it')} ${participant} in ${period}: ${message}\n`;
    }),
  ].join('');
}

function rowOf(name: string, total: Omit<CostGroup, 'of'>): string[] {
  const { currency, people, accrued, held, open, payable, inRun, paid, returned, owed } = total;
  const amounts = [accrued, held, open, payable, inRun, paid, returned, owed].map(grouped);
  return [name, currency, String(people), ...amounts];
}

function reached(at: number): string {
  const [from, to] = [ATTAINMENT_EDGES[at] ?? '0', ATTAINMENT_EDGES[at + 1]];
  const percent = (share: string) => `${Math.round(Number(share) * 100)}%`;
  return to === undefined ? `from ${percent(from)}` : `from ${percent(from)} to ${percent(to)}`;
}

import type { ReplayAnswer } from '@ledger/application';
import { grouped, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** What frozen periods would be now: per person and component, with the cause of each difference. */
export function renderReplay(paint: Paint, answer: ReplayAnswer, width: number): string {
  const { from, to, participants, totals } = answer;
  const range = from === to ? from : `${from} to ${to}`;
  const head = `${paint.bold(`Replay of ${range}`)}, as of position ${answer.asOf}; nothing is written\n`;
  const all = participants.flatMap(({ participant, replay }) => replay.rows.map((row) => ({ participant, row })));
  const rows = all.map(({ participant, row }) => {
    const delta = row.causes.length > 0 ? paint.bold(signed(row.delta)) : signed(row.delta);
    return [participant, row.period, row.component, grouped(row.frozen), grouped(row.replayed), delta];
  });
  const columns = [
    { title: '' },
    { title: 'period' },
    { title: 'component' },
    { title: 'frozen', right: true },
    { title: 'replayed', right: true },
    { title: 'delta', right: true },
  ];
  const causes = all.flatMap(({ participant, row }) =>
    row.causes.map(
      (cause) =>
        `  ${paint.bold(signed(cause.delta))} ${participant}, ${row.component} in ${row.period}\n    ${wrapped(cause.says, width - 4, '    ')}\n`,
    ),
  );
  const sums = Object.entries(totals).map(
    ([currency, { frozen, replayed, delta }]) =>
      `  ${paint.bold('total')} ${currency}: frozen ${grouped(frozen)}, replayed ${grouped(replayed)}, delta ${paint.bold(signed(delta))}\n`,
  );
  const failing = participants.flatMap(({ replay }) => replay.problems);
  return [
    head,
    table(columns, rows),
    ...sums,
    causes.length === 0 ? '  nothing has changed\n' : `${paint.bold('Why')}\n`,
    ...causes,
    ...failing.map((one) => `  ${paint.red(one.code)}: ${one.message}\n`),
  ].join('');
}

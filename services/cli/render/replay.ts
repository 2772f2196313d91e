import type { ReplayAnswer } from '@ledger/application';
import { grouped, signed, table } from '../format.ts';
import type { Paint } from '../io.ts';

/** What frozen periods would be now: per person and component, with the cause of each difference. */
export function renderReplay(paint: Paint, answer: ReplayAnswer): string {
  const { from, to, participants, totals } = answer;
  const range = from === to ? from : `${from} to ${to}`;
  const head = `${paint.bold(`Replay of ${range}`)}, as of position ${answer.asOf}; nothing is written\n`;
  const rows: string[][] = [];
  for (const { participant, replay } of participants) {
    for (const row of replay.rows) {
      const moved = row.causes.length > 0;
      const delta = moved ? paint.bold(signed(row.delta)) : signed(row.delta);
      rows.push([participant, row.period, row.component, grouped(row.frozen), grouped(row.replayed), delta]);
      for (const cause of row.causes) {
        rows.push(['', '', paint.dim(`  ${cause.says}`), '', '', paint.dim(signed(cause.delta))]);
      }
    }
  }
  const columns = [
    { title: '' },
    { title: 'period' },
    { title: 'component', width: 30 },
    { title: 'frozen', right: true },
    { title: 'replayed', right: true },
    { title: 'delta', right: true },
  ];
  const sums = Object.entries(totals).map(
    ([currency, { frozen, replayed, delta }]) =>
      `  ${paint.bold('total')} ${currency}: frozen ${grouped(frozen)}, replayed ${grouped(replayed)}, delta ${paint.bold(signed(delta))}\n`,
  );
  const failing = participants.flatMap(({ replay }) => replay.problems);
  return [
    head,
    table(columns, rows),
    ...sums,
    ...failing.map((one) => `  ${paint.red(one.code)}: ${one.message}\n`),
  ].join('');
}

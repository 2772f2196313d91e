import type { Named, PaymentsReport, Payout, PayoutsPage, PayRun } from '@ledger/application';
import { counted, grouped, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** The same with what people are called. */
type NamedRun = Omit<PayRun, 'payments' | 'negative'> & {
  readonly payments: readonly Named<PayRun['payments'][number]>[];
  readonly negative: readonly Named<PayRun['negative'][number]>[];
};

/** What went to payroll, or would. */
export function payRunText(paint: Paint, run: NamedRun, columns: number): string {
  const { period, state, payments, totals, digest, file, negative } = run;
  const what = `run ${run.run} of ${period}: ${counted(payments.length, 'payment')}, ${moneyOf(totals)}`;
  const said = {
    released: `  ${paint.green('RELEASED')} ${what}\n`,
    again: `  ${paint.bold('released before')}, ${what}\n`,
    planned: `  ${paint.yellow('would release')} ${what}\n`,
  };
  const rows = payments.map((each) => [
    each.participant,
    each.name ?? '',
    each.payment,
    each.currency,
    grouped(each.amount),
  ]);
  const titles = [{ title: '' }, { title: '' }, { title: 'payment' }, { title: '' }, { title: 'amount', right: true }];
  return [
    said[state],
    state === 'planned' ? table(titles, rows) : '',
    state === 'planned' ? '' : `  as of position ${run.asOf}, digest ${digest}\n`,
    file === null ? '' : `  written: ${file}, totals in ${file}.json\n`,
    state === 'planned' ? `  nothing is recorded; release it with --out <file>\n` : '',
    ...negative.map(({ participant, name, currency, amount }) => {
      const who = name === null ? participant : `${name} (${participant})`;
      const says = `${who} is not in it: ${currency} ${grouped(amount)} takes money back, which no payment can; see \`ledger statement ${participant} ${period}\`.`;
      return `  ${paint.yellow('note')} ${wrapped(says, columns - 7, '       ')}\n`;
    }),
  ].join('');
}

export function paymentsText(paint: Paint, report: PaymentsReport): string {
  const { rows, paid, returned, unchanged, totals, dryRun } = report;
  const parts = [
    ...(paid > 0 ? [`${counted(paid, 'payment')} paid, ${moneyOf(totals.paid)}`] : []),
    ...(returned > 0 ? [`${counted(returned, 'payment')} returned, ${moneyOf(totals.returned)}`] : []),
    ...(unchanged > 0 ? [`${unchanged} known already`] : []),
  ];
  const what = dryRun ? paint.yellow('would record') : paint.green('recorded');
  return [
    `  ${counted(rows, 'row')} checked\n`,
    `  ${what}: ${parts.join('; ') || 'nothing'}\n`,
    returned > 0 ? '  what was returned is payable again in the next run\n' : '',
  ].join('');
}

const SAYS: Readonly<Record<Payout['state'], string>> = {
  frozen: 'frozen, not released',
  'in-run': 'in a run, with payroll',
  paid: 'paid',
  returned: 'returned, payable again',
  nothing: 'nothing to pay',
  negative: 'takes money back, not payable',
};

/** Everybody's payout with its state, and the sums. */
export function payoutsText(
  paint: Paint,
  { asOf, period, state, runs, payouts, totals }: Omit<PayoutsPage, 'next'>,
): string {
  const title = `${paint.bold(`Payouts of ${period}`)}, as of position ${asOf}\n`;
  if (payouts.length === 0) return `${title}  the period is ${state}: nothing of it is frozen\n`;
  const rows = payouts.map((payout) => [
    payout.participant,
    payout.name ?? '',
    payout.currency,
    grouped(payout.amount),
    SAYS[payout.state],
    detailOf(payout),
  ]);
  const titles = [
    { title: '' },
    { title: '' },
    { title: '' },
    { title: 'amount', right: true },
    { title: 'state' },
    { title: '' },
  ];
  const sums = Object.entries(totals).map(([each, money]) => `  ${SAYS[each as Payout['state']]}: ${moneyOf(money)}\n`);
  const released = runs.map(
    ({ run, payments, recordedAt, releasedBy, totals: sum }) =>
      `  run ${run}, ${recordedAt.slice(0, 10)} by ${releasedBy}: ${counted(payments, 'payment')}, ${moneyOf(sum)}\n`,
  );
  return [title, table(titles, rows), ...sums, ...released].join('');
}

function detailOf({ payments }: Payout): string {
  const last = payments.at(-1);
  if (last === undefined) return '';
  const { run, state, paidOn, returnedOn, reference, reason } = last;
  if (state === 'in-run') return `run ${run}`;
  const on = state === 'paid' ? paidOn : returnedOn;
  const called = reference === null ? '' : `, ${reference}`;
  return `run ${run}, ${on}${called}${reason === null ? '' : `: ${reason}`}`;
}

function moneyOf(totals: Readonly<Record<string, string>>): string {
  const parts = Object.entries(totals).map(([currency, amount]) => `${currency} ${grouped(amount)}`);
  return parts.join(', ') || 'nothing';
}

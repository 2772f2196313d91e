import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { paymentsRefused, readPayments } from '@ledger/connectors';
import { paymentDecider, paymentName, type RecordPayment } from '@ledger/decisions';
import { type LedgerEvent, streamOf } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { commandsView } from '@ledger/projections';
import { eventsOf, type Given, given, handleAll } from './handle.ts';
import { type By, type Ledger, refresh, today } from './ledger.ts';
import { type PayoutsAnswer, payoutsAt, sumsOf } from './payouts.ts';

export interface PaymentsReport {
  /** SHA-256 of the file; names the import in every event, as the correlation id. */
  readonly digest: string;
  readonly rows: number;
  readonly paid: number;
  readonly returned: number;
  /** Rows that say what was recorded already. */
  readonly unchanged: number;
  /** By currency, of what is new. */
  readonly totals: {
    readonly paid: Readonly<Record<string, string>>;
    readonly returned: Readonly<Record<string, string>>;
  };
  readonly dryRun: boolean;
  /** Position of the last event written; `null`: there was nothing to record. */
  readonly position: string | null;
  /** The command had been given before: this is what it recorded then. */
  readonly repeated: boolean;
}

/** The same from bytes as they come, which are kept beside until they are read twice. */
export async function importPaymentsFrom(
  ledger: Ledger,
  { bytes, dryRun }: { readonly bytes: AsyncIterable<Uint8Array>; readonly dryRun: boolean },
  by: By,
): Promise<PaymentsReport | Problem> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-upload-'));
  try {
    const file = join(folder, 'payments.csv');
    await pipeline(bytes, createWriteStream(file, { mode: 0o600 }));
    return await importPayments(ledger, { file, dryRun }, by);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Imports what payroll says became of payments. Every row is held to the run before the first event is written: one that is wrong
 * refuses the file. Idempotent by content, so that the same file again, or the rest of one that was interrupted, pays nothing twice.
 */
export async function importPayments(
  ledger: Ledger,
  ask: { readonly file: string; readonly dryRun: boolean },
  by: By,
): Promise<PaymentsReport | Problem> {
  const read = await readPayments(ask.file);
  if (isProblem(read)) return read;
  const head = await refresh(ledger);
  const known = new Map<string, PayoutsAnswer | Problem>();
  // A payment that came back was paid before, wherever its rows stand in the file.
  const rows = [...read.rows].sort((a, b) => (a.outcome === b.outcome ? a.row - b.row : a.outcome === 'paid' ? -1 : 1));
  const commands: { readonly row: number; readonly command: RecordPayment; readonly own: Given }[] = [];
  for (const { row, ...said } of rows) {
    let payouts = known.get(said.period);
    if (payouts === undefined) {
      payouts = await payoutsAt(ledger, said.period, head);
      known.set(said.period, payouts);
    }
    const command: RecordPayment = { type: 'RecordPayment', ...said, released: releasedOf(payouts, said) };
    const { released: _, type: __, ...asked } = command;
    const own = given(streamOf.payout(said.period, said.participant), paymentDecider, command, asked);
    commands.push({ row, command, own });
  }
  // What the same command recorded was foreseen then; what became of the payments since is nothing that it said.
  const isKnown = by.commandId !== undefined && (await ledger.views.get(commandsView, by.commandId)) !== undefined;
  const foreseen = isKnown ? [] : await foresee(ledger, commands, by);
  if (isProblem(foreseen)) return foreseen;
  const correlationId = by.correlationId ?? read.digest.slice(0, 32);
  const written = ask.dryRun
    ? []
    : await handleAll(
        ledger,
        commands.map(({ own }) => own),
        { ...by, correlationId },
      );
  if (isProblem(written)) return written;
  const events = ask.dryRun ? foreseen : written.flatMap((outcome) => outcome.events);
  const paid = events.filter(isPaid);
  const returned = events.filter(isReturned);
  const positions = written.flatMap(({ position }) => (position === null ? [] : [BigInt(position)]));
  const last = positions.sort((a, b) => (a < b ? -1 : 1)).at(-1);
  return {
    digest: read.digest,
    rows: rows.length,
    paid: paid.length,
    returned: returned.length,
    unchanged: rows.length - paid.length - returned.length,
    totals: { paid: sumsOf(paid.map(({ data }) => data)), returned: sumsOf(returned.map(({ data }) => data)) },
    dryRun: ask.dryRun,
    position: last === undefined ? null : String(last),
    repeated: written.some(({ repeated }) => repeated),
  };
}

const isPaid = (event: LedgerEvent): event is LedgerEvent<'PayoutPaid'> => event.type === 'PayoutPaid';
const isReturned = (event: LedgerEvent): event is LedgerEvent<'PayoutReturned'> => event.type === 'PayoutReturned';

/** The payment of the run that a row names, or why there is none. */
function releasedOf(
  payouts: PayoutsAnswer | Problem,
  { period, participant, run }: { readonly period: string; readonly participant: string; readonly run: number },
): RecordPayment['released'] {
  if (isProblem(payouts)) return { missing: `period ${period} is not in the ledger` };
  const payout = payouts.payouts.find((each) => each.participant === participant);
  if (payout === undefined) return { missing: `${participant} has no frozen statement for ${period}` };
  const found = payout.payments.find((each) => each.run === run);
  if (found !== undefined) {
    const { currency, amount, statement } = found;
    return { currency, amount, statement };
  }
  const [last] = payout.payments.slice(-1);
  const mends = last === undefined ? 'release one with `ledger pay-run`' : `the last one is ${last.payment}`;
  return { missing: `run ${run} of ${period} does not pay ${participant}; ${mends}` };
}

/** What the rows would record, each decided on top of those before it; or everything that is wrong with them. */
async function foresee(
  ledger: Ledger,
  commands: readonly { readonly row: number; readonly command: RecordPayment; readonly own: Given }[],
  by: By,
): Promise<readonly LedgerEvent[] | Problem> {
  const context = { actor: by.actor, today: await today(ledger) };
  const refused: { row: number; problem: Problem }[] = [];
  const all: LedgerEvent[] = [];
  const firstRows = new Map<string, number>();
  for (const [stream, own] of Map.groupBy(commands, (each) => each.own.stream)) {
    const earlier = (await eventsOf(ledger, stream)).map(({ event }) => event);
    let state = earlier.reduce((folded, event) => paymentDecider.evolve(folded, event), paymentDecider.initial);
    for (const { row, command } of own) {
      const events = paymentDecider.decide(command, state, context);
      if (isProblem(events)) {
        const first = firstRows.get(nameOf(command));
        const message = first === undefined ? events.message : `${events.message} It is also in row ${first}.`;
        refused.push({ row, problem: { ...events, message } });
        continue;
      }
      firstRows.set(nameOf(command), row);
      state = events.reduce((folded, event) => paymentDecider.evolve(folded, event), state);
      all.push(...events);
    }
  }
  // Who may not record anything is told that once, not for every row.
  const forbidden = refused.find(({ problem }) => problem.code === 'role_forbidden');
  if (forbidden !== undefined) return forbidden.problem;
  return paymentsRefused(refused.sort((a, b) => a.row - b.row)) ?? all;
}

const nameOf = ({ period, participant, run }: RecordPayment): string => paymentName(period, participant, run);

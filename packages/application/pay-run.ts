import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type PayRunLine, payRunText } from '@ledger/connectors';
import { notFrozen, paymentName, payRunDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { paymentsView, type RunsRow, runsKey } from '@ledger/projections';
import { eventsOf, given, handle, reused } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { type Payout, type PayoutsAnswer, payoutsAt, payoutsOf, sumsOf } from './payouts.ts';
import type { AsOf } from './statements.ts';

export interface PayRunAsk {
  readonly period: string;
  /** Path of the file for payroll; its totals go into `<file>.json`. Left out: say what would be in the run, and write nothing. */
  readonly file?: string | undefined;
  /** Writes the file of an earlier run once more. */
  readonly run?: number | undefined;
  /** Releases the run although no file is named: whoever asks gets it by other ways. */
  readonly release?: boolean | undefined;
}

export interface PayRun {
  readonly period: string;
  readonly run: number;
  /** What was payable at this position is in it; `null` while it is not released. */
  readonly asOf: string;
  /** `released`: now; `again`: before, and the file is the same; `planned`: not yet. */
  readonly state: 'released' | 'again' | 'planned';
  readonly payments: readonly PayRunLine[];
  readonly totals: Readonly<Record<string, string>>;
  /** SHA-256 of the bytes of the file. */
  readonly digest: string;
  readonly file: string | null;
  /** Statements that no payment can settle: what they take back is not in any file. */
  readonly negative: readonly Pick<Payout, 'participant' | 'currency' | 'amount'>[];
  /** Position of the event that released it; `null`: it is not released. */
  readonly position: string | null;
  /** The command had been given before, and released this run then. */
  readonly repeated: boolean;
}

/** How often a run is put together again because somebody else released one meanwhile. */
const ATTEMPTS = 8;

/**
 * Releases to payroll what is payable of a frozen period, and writes the file. The run is an event that pins a position and the digest
 * of the file; the file is a function of the log up to there, so that it can be written again at any time and is the same.
 */
export async function payRun(ledger: Ledger, ask: PayRunAsk, by: By): Promise<PayRun | Problem> {
  const { period, file } = ask;
  const wrong = checkPeriodId(period);
  if (wrong !== undefined) return wrong;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await refresh(ledger);
    const before = await releasedBy(ledger, period, by);
    const payouts = await payoutsAt(ledger, period, head);
    if (isProblem(payouts)) return payouts;
    if (before !== undefined) {
      const again = isProblem(before) ? before : earlier(payouts, before);
      return isProblem(again) ? again : written({ ...again, state: 'released', repeated: true }, file);
    }
    // While a freeze is carried out, some of its statements are there and others are not; of a period that was opened again, the files
    // of earlier runs come only when they are asked for by name.
    if (payouts.state !== 'frozen' && ask.run === undefined) return notFrozen(period);
    const planned = ask.run === undefined ? plan(payouts) : undefined;
    if (planned === undefined) {
      const again = earlier(payouts, ask.run);
      return isProblem(again) ? again : written(again, file);
    }
    if (file === undefined && ask.release !== true) return planned;
    const unwritable = file === undefined ? undefined : await unwritableFile(file, payRunText(planned.payments).text);
    const released = await release(ledger, planned, by, unwritable);
    if (!isProblem(released)) return written(released, file);
    if (released.code !== 'version_unexpected') return released;
  }
  return problem('wrong_revision', 'Others keep releasing runs of the same period; give the command again.');
}

/** The run that the same command released before; `undefined`: it did not. */
async function releasedBy(ledger: Ledger, period: string, by: By): Promise<number | undefined | Problem> {
  if (by.commandId === undefined) return undefined;
  const named = (await eventsOf(ledger, streamOf.period(period))).filter(
    (each) => each.meta.commandId === by.commandId,
  );
  const [first] = named;
  if (first === undefined) return undefined;
  const { event, meta } = first;
  const isSame = event.type === 'PayRunReleased' && meta.actor.id === by.actor.id && meta.actor.role === by.actor.role;
  return isSame ? event.data.run : reused(by.commandId);
}

/** The next run: everything that is payable. `undefined`: nothing is. */
function plan({ asOf, period, payouts, runs }: PayoutsAnswer): PayRun | undefined {
  const run = (runs.at(-1)?.run ?? 0) + 1;
  const payments = payouts.flatMap(({ participant, currency, amount, statement, state }): readonly PayRunLine[] => {
    if (state !== 'frozen' && state !== 'returned') return [];
    return [{ payment: paymentName(period, participant, run), participant, period, currency, amount, statement }];
  });
  if (payments.length === 0) return undefined;
  const { digest } = payRunText(payments);
  const totals = sumsOf(payments);
  return {
    period,
    run,
    asOf,
    state: 'planned',
    payments,
    totals,
    digest,
    file: null,
    negative: negativeOf(payouts),
    position: null,
    repeated: false,
  };
}

function negativeOf(payouts: readonly Payout[]): PayRun['negative'] {
  return payouts
    .filter(({ state }) => state === 'negative')
    .map(({ participant, currency, amount }) => ({ participant, currency, amount }));
}

/** Records the run; decides first, so that who may not is told that before anything about their file. */
async function release(
  ledger: Ledger,
  planned: PayRun,
  by: By,
  unwritable: Problem | undefined,
): Promise<PayRun | Problem> {
  const { period, run, asOf, payments, totals, digest } = planned;
  const stream = streamOf.period(period);
  const recorded = await eventsOf(ledger, stream);
  const asked = recorded.findLast(({ event }) => event.type === 'PeriodFreezeRequested');
  const command = {
    type: 'ReleasePayRun',
    period,
    run,
    seen: recorded.filter(({ position }) => position <= BigInt(asOf)).length,
    asOf,
    payments: payments.length,
    totals,
    digest,
    beneficiaries: payments.map(({ participant }) => participant),
    requestedFor: asked?.meta.actor.onBehalfOf,
  } as const;
  if (unwritable !== undefined) {
    const state = recorded.reduce((folded, { event }) => payRunDecider.evolve(folded, event), payRunDecider.initial);
    const decided = payRunDecider.decide(command, state, { actor: by.actor, today: '' });
    return isProblem(decided) ? decided : unwritable;
  }
  const outcome = await handle(ledger, given(stream, payRunDecider, command, { period }), by);
  if (isProblem(outcome)) return outcome;
  // The same command was quicker elsewhere: what it released is looked up.
  if (outcome.repeated) return problem('version_unexpected', 'The run was released meanwhile; give the command again.');
  return { ...planned, state: 'released', position: outcome.position };
}

/** A run that was released before, put together again from the log as it was then. */
function earlier(now: PayoutsAnswer, run: number | undefined): PayRun | Problem {
  const { period, runs, payouts } = now;
  const known = run === undefined ? runs.at(-1) : runs.find((each) => each.run === run);
  if (known === undefined) return notThere(now, run);
  const payments = payouts.flatMap(({ participant, payments: own }) =>
    own
      .filter((each) => each.run === known.run)
      .map(({ payment, currency, amount, statement }) => ({
        payment,
        participant,
        period,
        currency,
        amount,
        statement,
      })),
  );
  const { digest } = payRunText(payments);
  if (digest !== known.digest) {
    const message = `The file of run ${known.run} of ${period} comes out with the digest ${digest}, and was released as ${known.digest}; verify the ledger, and use the file that payroll has.`;
    return problem('replay_unequal', message);
  }
  const { asOf, totals, position } = known;
  const negative = negativeOf(payouts);
  const released = { asOf, state: 'again', position, repeated: false } as const;
  return { period, run: known.run, ...released, payments, totals, digest, file: null, negative };
}

/** What was released of a period, and what a next run would hold; the plan is of the present. */
export async function payRunsOf(
  ledger: Ledger,
  ask: AsOf & { readonly period: string },
): Promise<
  (Pick<PayoutsAnswer, 'asOf' | 'period' | 'runs'> & { readonly planned: Omit<PayRun, 'file'> | null }) | Problem
> {
  const payouts = await payoutsOf(ledger, ask);
  if (isProblem(payouts)) return payouts;
  const { asOf, period, runs, state } = payouts;
  const next = state === 'frozen' ? plan(payouts) : undefined;
  if (next === undefined) return { asOf, period, runs, planned: null };
  const { file: _, ...planned } = next;
  return { asOf, period, runs, planned };
}

/** The file of a run that was released, and what it is saved as. */
export async function payRunFile(
  ledger: Ledger,
  { period, run }: { readonly period: string; readonly run: number },
): Promise<{ readonly document: string; readonly file: string } | Problem> {
  const payouts = await payoutsOf(ledger, { period });
  const found = isProblem(payouts) ? payouts : earlier(payouts, run);
  if (isProblem(found)) return found;
  return { document: payRunText(found.payments).text, file: `pay-run-${period}-${run}.csv` };
}

/** Whether every file that went to payroll still comes out of the log as it was released. Answers with how many there are. */
export async function checkPayRuns(ledger: Ledger, asOf: bigint): Promise<number | Problem> {
  let count = 0;
  for (const { row } of await ledger.views.list(paymentsView, runsKey(''), asOf)) {
    const { period, runs } = JSON.parse(row) as RunsRow;
    const payouts = await payoutsAt(ledger, period, asOf);
    if (isProblem(payouts)) return payouts;
    for (const { run } of runs) {
      const found = earlier(payouts, run);
      if (isProblem(found)) return found;
      count += 1;
    }
  }
  return count;
}

function notThere({ period, state, runs, payouts }: PayoutsAnswer, run: number | undefined): Problem {
  if (state !== 'frozen') return notFrozen(period);
  if (run !== undefined) {
    const known = runs.map((each) => each.run).join(', ') || 'none yet';
    return problem('not_found', `There is no run ${run} of ${period}; released: ${known}.`, '/run');
  }
  const negative = payouts.filter((each) => each.state === 'negative').length;
  const takes = negative === 1 ? 'takes' : 'take';
  const why = negative === 0 ? 'every statement comes to 0' : `${negative} of its statements ${takes} money back`;
  return problem('nothing_payable', `Nothing of ${period} is payable: ${why}; look at \`ledger payouts ${period}\`.`);
}

/** Why the file cannot be written, before anything is recorded. The same bytes may be there already. */
async function unwritableFile(file: string, text: string): Promise<Problem | undefined> {
  if (file === '') return problem('file_unwritable', 'The name of the file is empty; name one, as april.csv.', '/out');
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    const message = `The file "${file}" cannot be written, since its folder is not there; make the folder or name another one.`;
    return problem('file_unwritable', message, '/out');
  }
  for (const path of [file, totalsFile(file)]) {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined) continue;
    const same = path === file && there.isFile() && (await readFile(path, 'utf8').catch(() => '')) === text;
    if (same) return undefined;
    const message = `There is "${path}" already, and it is not the file of this run; name another one, or take it away.`;
    return problem('file_exists', message, '/out');
  }
  const probe = `${file}.${process.pid}.part`;
  try {
    await writeFile(probe, '');
    await rm(probe);
    return undefined;
  } catch {
    return problem('file_unwritable', `The file "${file}" cannot be written; name one in a folder of yours.`, '/out');
  }
}

const totalsFile = (file: string): string => `${file}.json`;

/** Writes the file and its totals, each whole or not at all. */
async function written(run: PayRun, file: string | undefined): Promise<PayRun | Problem> {
  if (file === undefined) return run;
  const { text, digest } = payRunText(run.payments);
  const { period, asOf, totals } = run;
  const about = { period, run: run.run, asOf, payments: run.payments.length, totals, sha256: digest };
  const refused = await unwritableFile(file, text);
  if (refused !== undefined) {
    return run.state !== 'released'
      ? refused
      : { ...refused, message: `Run ${run.run} is released. ${refused.message} Write it with --run ${run.run}.` };
  }
  for (const [path, content] of [
    [file, text],
    [totalsFile(file), `${JSON.stringify(about)}\n`],
  ] as const) {
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, content);
    await rename(part, path);
  }
  return { ...run, file };
}

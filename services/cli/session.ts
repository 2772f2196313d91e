import { existsSync } from 'node:fs';
import { type By, type Ledger, UNNAMED } from '@ledger/application';
import {
  type Actor,
  type Clock,
  ID,
  isProblem,
  type Microseconds,
  type Problem,
  ProblemError,
  parseInstant,
  problem,
  seededRandom,
  sha256,
  systemClock,
  ulidFactory,
} from '@ledger/kernel';
import { isAddress, type OpenedLedger, openLedger, openStanding, shownStore } from '@ledger/wiring';
import type { Io } from './io.ts';

/** Options that every command takes. */
export interface Globals {
  readonly file?: string;
  readonly as?: string;
  readonly onBehalfOf?: string;
  readonly at?: string;
  readonly commandId?: string;
  readonly json?: boolean;
}

/** An opened ledger, and who works on it. */
export interface Session {
  readonly ledger: Ledger;
  readonly by: By;
  readonly json: boolean;
  readonly file: string;
  close(): Promise<void>;
}

const ROLES = ['rep', 'manager', 'ops', 'finance', 'auditor', 'admin', 'integration'];

/** Who gives the command: `--as ops:olga`, or LEDGER_AS. */
export function actorOf(io: Io, globals: Globals): Actor | Problem {
  const text = globals.as ?? io.env.LEDGER_AS;
  if (text === undefined) {
    return problem('argument_missing', 'Say who you are: --as <role>:<id>, as --as ops:olga, or set LEDGER_AS.');
  }
  const [, role = '', id = ''] = /^([a-z]+):([A-Za-z0-9][A-Za-z0-9_:-]{0,63})$/.exec(text) ?? [];
  const { onBehalfOf } = globals;
  if (onBehalfOf !== undefined && !ID.test(onBehalfOf)) {
    return problem('option_invalid', `--on-behalf-of ${JSON.stringify(onBehalfOf.slice(0, 60))} is not an id.`);
  }
  if (ROLES.includes(role)) return onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf };
  return problem('option_invalid', `--as "${text}" is not <role>:<id>; the roles are ${ROLES.join(', ')}.`);
}

export function fileOf(io: Io, globals: Globals): string {
  return globals.file ?? io.env.LEDGER_STORE ?? 'company.ledger';
}

/** Opens, or with `create` makes, the ledger that `--file` or LEDGER_STORE names. */
export async function openSession(
  io: Io,
  globals: Globals,
  create?: { readonly ledger: string; readonly demo: boolean },
  { reads = false }: { readonly reads?: boolean } = {},
): Promise<Session | Problem> {
  const file = fileOf(io, globals);
  // Reading needs no name; commands that write ask for one by `actorOf`.
  const actor = actorOf(io, globals);
  if (isProblem(actor) && actor.code !== 'argument_missing') return actor;
  const { commandId } = globals;
  if (commandId !== undefined && (!ID.test(commandId) || commandId.startsWith(UNNAMED))) {
    const remedy = `use 1 to 128 letters, digits and . _ : - beginning with a letter or digit, and not with "${UNNAMED}"`;
    return problem(
      'option_invalid',
      `--command-id ${JSON.stringify(commandId.slice(0, 60))} names nothing; ${remedy}.`,
    );
  }
  if (create === undefined && !isAddress(file) && !existsSync(file)) {
    return problem(
      'store_missing',
      `There is no ledger file "${file}"; make one with \`ledger init\`, or name yours with --file or LEDGER_STORE.`,
    );
  }
  try {
    const given = givenClock(globals.at);
    if (isProblem(given)) return given;
    // Before anything is made.
    if (given !== undefined && create?.demo === false) return NOT_A_DEMO;
    const clock = given ?? systemClock;
    const opened = await openLedger(file, create === undefined ? { clock } : { clock, create }).catch(unlessStanding);
    if (given !== undefined && !opened.demo) {
      await opened.close();
      return NOT_A_DEMO;
    }
    // A demonstration must print the same at every run: its ids follow from the time that it gives and from what is there. And from who
    // gives it, so that two people who act in the same moment do not draw the same ids.
    const from = [globals.at, await opened.store.head(), isProblem(actor) ? '' : actor.id].join(' ');
    const seed = given === undefined ? undefined : sha256(from).slice(0, 8);
    const newId = seed === undefined ? opened.newId : ulidFactory(clock, seededRandom(Number.parseInt(seed, 16)));
    return {
      ledger: { ...opened, newId },
      by: { actor: isProblem(actor) ? { id: 'nobody', role: 'auditor' } : actor, commandId, atConsole: true },
      json: globals.json === true,
      file: shownStore(file),
      close: opened.close,
    };
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }

  /** Whoever only reads is told what is known here while the log is away, and that it is no more than that. */
  async function unlessStanding(error: unknown): Promise<OpenedLedger> {
    if (!reads || !(error instanceof ProblemError) || error.problem.code !== 'store_unavailable') throw error;
    const standing = await openStanding(file, { clock: systemClock }, error.problem);
    if (standing === undefined) throw error;
    io.err(
      `stale: ${shownStore(file)} does not answer; this is what was known here at position ${standing.standsAt}\n`,
    );
    return standing;
  }
}

const NOT_A_DEMO = problem(
  'demo_only',
  '--at sets the clock and is for ledgers made with `init --demo` only; leave it out.',
);

function givenClock(at: string | undefined): Clock | undefined | Problem {
  if (at === undefined) return undefined;
  const instant: Microseconds | undefined = parseInstant(at);
  if (instant === undefined)
    return problem('option_invalid', `--at "${at}" is not an instant; write 2026-01-05T09:00:00Z.`);
  return () => instant;
}

import type { PeriodEntry } from '@ledger/calculation';
import { streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { definitionsView, paymentsView, type RunsRow, runsKey } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { revisionAt } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import type { AsOf } from './statements.ts';

/** A period and how it stands. */
export interface PeriodSeen {
  readonly period: string;
  readonly from: string;
  /** First day of the next one. */
  readonly to: string;
  readonly state: PeriodEntry['state'];
  /** Position that the freeze pinned; `null` while it is open. */
  readonly frozenAsOf: string | null;
  /** SHA-256 over the digests of its statements. */
  readonly digest: string | null;
  /** How often it was opened again. */
  readonly reopened: number;
  /** Positions at which it was; up to the position before each, the statements of the freeze that it undid were in force. */
  readonly reopenings: readonly string[];
}

export interface PeriodsPage {
  readonly asOf: string;
  readonly periods: readonly PeriodSeen[];
  readonly next: string | null;
}

/** The periods that were opened, by id. */
export async function periodsPage(ledger: Ledger, ask: Paging): Promise<PeriodsPage | Problem> {
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const rows = await ledger.views.list(definitionsView, PREFIX, paged.asOf);
  const money = await ledger.views.list(paymentsView, runsKey(''), paged.asOf);
  const reopenings = new Map(money.map(({ key, row }) => [key, reopeningsIn(row)]));
  const all = rows.map(({ row }) => {
    const entry = JSON.parse(row) as PeriodEntry;
    return seen(entry, reopenings.get(runsKey(entry.period)));
  });
  const { page, next } = cut(all, ({ period }) => period, paged);
  return { asOf: String(paged.asOf), periods: page, next };
}

export interface PeriodAnswer {
  readonly asOf: string;
  readonly period: PeriodSeen;
  /** Of its stream, as of the position: what If-Match of a command about it names. */
  readonly revision: number;
}

export async function periodNamed(
  ledger: Ledger,
  ask: AsOf & { readonly period: string },
): Promise<PeriodAnswer | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const row = await ledger.views.get(definitionsView, PREFIX + ask.period, asOf);
  if (row === undefined) {
    const says = `Period "${ask.period}" is not open as of ${asOf}; open it, or ask about one that is.`;
    return problem('period_unknown', says, '/period');
  }
  const revision = await revisionAt(ledger, streamOf.period(ask.period), asOf);
  const money = await ledger.views.get(paymentsView, runsKey(ask.period), asOf);
  const reopenings = money === undefined ? [] : reopeningsIn(money);
  return { asOf: String(asOf), period: seen(JSON.parse(row) as PeriodEntry, reopenings), revision };
}

const PREFIX = 'period/';

function seen(
  { period, from, to, state, asOf, digest, reopened = 0 }: PeriodEntry,
  reopenings: readonly string[] = [],
): PeriodSeen {
  return { period, from, to, state, frozenAsOf: asOf, digest, reopened, reopenings };
}

function reopeningsIn(row: string): readonly string[] {
  return (JSON.parse(row) as RunsRow).reopened;
}

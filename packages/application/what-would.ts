import { creditingOf, reachesOthers, uncancelled } from '@ledger/calculation';
import type { AttainmentResult, Statement, StatementLine } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { exact, sub } from '@ledger/money';
import { resolveAsOf } from './as-of.ts';
import { type Books, openBooks } from './books.ts';
import {
  branchOf,
  creditedIn,
  periodsMoved,
  type SupposedDeals,
  type Suppositions,
  suppose,
  unknownIn,
} from './branch.ts';
import { breathing } from './breath.ts';
import { reachAt } from './colleagues.ts';
import { amountText, changedAttainment, type Difference, differences } from './differences.ts';
import { creditingEntries, planEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { type AsOf, computeStatement } from './statements.ts';

/** What statements would be if these deals were told. Nothing is written. */
export interface WhatWould {
  readonly asOf: string;
  readonly deals: readonly string[];
  /** Of everybody whose statements would be other ones, by id. */
  readonly participants: readonly WouldBe[];
}
export interface WouldBe {
  readonly participant: string;
  readonly currency: string;
  /** Credited with one of the deals; otherwise their plans look at somebody who is. */
  readonly isCredited: boolean;
  readonly periods: readonly WouldBePeriod[];
}
export interface WouldBePeriod {
  readonly period: string;
  /** `null` where the statement cannot be computed; `problem` says why. */
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string | null;
  readonly components: readonly Difference[];
  /** Lines that are new or other ones, as they would be. */
  readonly lines: readonly StatementLine[];
  readonly attainment: readonly { readonly before: AttainmentResult | null; readonly after: AttainmentResult | null }[];
  readonly problem: Problem | null;
}

export interface WhatWouldAsk extends AsOf, Suppositions {
  /** Only this person's statements. */
  readonly participant?: string | undefined;
  /** Nobody else's statements are told. */
  readonly only?: ReadonlySet<string> | undefined;
}

/**
 * The estimator: the deals pass the decider that would record them, and the same calculation runs on the ledger as it is and on a
 * branch of it that holds them too.
 */
export async function whatWould(ledger: Ledger, ask: WhatWouldAsk): Promise<WhatWould | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const supposed = await suppose(ledger, ask, asOf);
  if (isProblem(supposed)) return supposed;
  const before = await openBooks(ledger, asOf);
  if (isProblem(before)) return before;
  const after = await branchOf(ledger, supposed, asOf);
  if (isProblem(after)) return after;
  const credited = new Set([...creditedIn(supposed), ...(await creditedByRules(ledger, before, after, supposed))]);
  const unknown = unknownIn(credited, before);
  if (unknown !== undefined) return unknown;
  if (ask.participant !== undefined && !before.participants.has(ask.participant)) {
    return problem(
      'participant_unknown',
      `Participant "${ask.participant}" is not in the ledger as of ${asOf}; check the id.`,
    );
  }
  const periods = periodsMoved(before, supposed);
  const participants: WouldBe[] = [];
  const breathe = breathing();
  const plans = await planEntries(ledger, asOf);
  for (const id of whoCanMove(before, credited, new Map(plans.map((entry) => [entry.plan, entry])))) {
    if (ask.participant !== undefined && id !== ask.participant) continue;
    if (ask.only?.has(id) === false) continue;
    await breathe();
    const moved: WouldBePeriod[] = [];
    for (const period of periods) {
      const would = compared(
        period,
        await computeStatement(before, id, period),
        await computeStatement(after, id, period),
      );
      if (would !== null) moved.push(would);
    }
    if (moved.length === 0 && !credited.has(id) && ask.participant === undefined) continue;
    const currency = before.participants.get(id)?.currency ?? '';
    participants.push({ participant: id, currency, isCredited: credited.has(id), periods: moved });
  }
  return { asOf: String(asOf), deals: [...supposed.keys()], participants };
}

/**
 * Whom crediting rules credit with the deals, as they are and as they would be, cancelled ones too, which may still be paid; nobody where
 * there are no rules.
 */
async function creditedByRules(
  ledger: Ledger,
  before: Books,
  after: Books,
  supposed: SupposedDeals,
): Promise<readonly string[]> {
  const rules = await creditingEntries(ledger, before.asOf);
  const [anybody] = before.participants.keys();
  if (rules.length === 0 || anybody === undefined) return [];
  const [is, would] = [await before.book(anybody), await after.book(anybody)];
  if (isProblem(is) || isProblem(would)) return [];
  return [...supposed.values()].flatMap(({ entry, was }) =>
    [
      ...creditingOf(would, uncancelled(entry)).credits,
      ...(was === undefined ? [] : creditingOf(is, uncancelled(was)).credits),
    ].map(({ participant }) => participant),
  );
}

/** Whoever is credited, and those whose plans look at others. */
function whoCanMove(
  { participants }: Books,
  credited: ReadonlySet<string>,
  plans: Parameters<typeof reachAt>[1]['plans'],
): readonly string[] {
  const looking = [...participants.keys()].filter((id) => reachesOthers(reachAt(id, { plans, participants })));
  return [...new Set([...credited, ...looking])].sort();
}

function compared(period: string, before: Statement | Problem, after: Statement | Problem): WouldBePeriod | null {
  if (isProblem(before) || isProblem(after)) {
    const wrong = isProblem(after) ? after : isProblem(before) ? before : null;
    if (isProblem(before) && isProblem(after) && before.message === after.message) return null;
    const totals = { before: isProblem(before) ? null : before.total, after: isProblem(after) ? null : after.total };
    return { period, ...totals, difference: null, components: [], lines: [], attainment: [], problem: wrong };
  }
  const known = new Map(before.lines.map((line) => [line.line, line]));
  const lines = after.lines.filter((line) => known.get(line.line)?.amount !== line.amount);
  const attainment = changedAttainment(before.attainment, after.attainment);
  const components = differences(before, after);
  if (lines.length === 0 && attainment.length === 0 && components.length === 0) return null;
  const difference = amountText(sub(exact(after.total), exact(before.total)), after.currency);
  return { period, before: before.total, after: after.total, difference, components, lines, attainment, problem: null };
}

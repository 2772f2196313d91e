import { creditsOf, type DealEntry } from '@ledger/calculation';
import { type DealCommand, dealDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { toText } from '@ledger/money';
import { dealsView, definitionsView, participantLabel, UNCREDITED } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** Records what happened to a deal: a cancellation, a milestone. */
export async function recordOnDeal(
  ledger: Ledger,
  command: Extract<DealCommand, { readonly type: 'CancelDeal' | 'ReachMilestone' }>,
  by: By,
): Promise<Outcome | Problem> {
  await refresh(ledger);
  return handle(ledger, given(streamOf.deal(command.source, command.deal), dealDecider, command), by);
}

export interface DealAnswer {
  readonly asOf: string;
  readonly deals: readonly DealView[];
}
export interface DealView extends Omit<DealEntry, 'kind' | 'credits'> {
  readonly state: 'closed' | 'cancelled' | 'vanished';
  /** Who is credited now, exceptions included. */
  readonly credits: readonly {
    readonly participant: string;
    readonly pool: 'primary' | 'overlay';
    readonly share: string;
  }[];
}

/** The deals that credit, or ever credited, a participant; without one, those that credit nobody. By deal key. */
export async function dealsOf(
  ledger: Ledger,
  ask: AsOf & { readonly participant?: string | undefined },
): Promise<DealAnswer | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const label = ask.participant === undefined ? UNCREDITED : participantLabel(ask.participant);
  const rows = await ledger.views.labelled(dealsView, label, asOf);
  if (rows.length === 0 && ask.participant !== undefined && !(await isKnown(ledger, ask.participant, asOf))) {
    const message = `Nobody in the ledger has the id "${ask.participant}" as of ${asOf}, and no deal credits it; check the id.`;
    return problem('participant_unknown', message);
  }
  const deals = rows.map(({ row }) => viewOf(JSON.parse(row) as DealEntry));
  return {
    asOf: String(asOf),
    deals: ask.participant === undefined ? deals.filter(({ credits }) => credits.length === 0) : deals,
  };
}

async function isKnown(ledger: Ledger, participant: string, asOf: bigint): Promise<boolean> {
  return (await ledger.views.get(definitionsView, `participant/${participant}`, asOf)) !== undefined;
}

function viewOf(entry: DealEntry): DealView {
  const { kind: _, ...deal } = entry;
  const state = deal.cancelled !== null ? 'cancelled' : deal.vanished !== null ? 'vanished' : 'closed';
  const credits = creditsOf(entry).map(({ participant, pool, share }) => ({ participant, pool, share: toText(share) }));
  return { ...deal, state, credits };
}

import { type AppliedRule, creditedBy, creditingOf, type DealEntry } from '@ledger/calculation';
import { type DealCommand, dealDecider } from '@ledger/decisions';
import { dealKey, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { toText } from '@ledger/money';
import { dealsView, participantLabel, UNCREDITED } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type Company, companyAt } from './colleagues.ts';
import { participantEntry } from './entries.ts';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** Records what happened to a deal: what its source says of it, a cancellation, a milestone, or that there was none. */
export async function recordOnDeal(
  ledger: Ledger,
  command: Extract<
    DealCommand,
    { readonly type: 'RecordDeal' | 'CancelDeal' | 'WithdrawCancellation' | 'ReachMilestone' | 'WithdrawMilestone' }
  >,
  by: By,
): Promise<Outcome | Problem> {
  await refresh(ledger);
  const { source, deal } = command.type === 'RecordDeal' ? command.snapshot : command;
  return handle(ledger, given(streamOf.deal(source, deal), dealDecider, command), by);
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
    /** Crediting rules that made the share, or a part of it: `<crediting>/<rule>@<version>`. */
    readonly rules?: readonly string[];
  }[];
  /** Crediting rules that are for the deal and reach nobody, and why. */
  readonly unreachable: readonly { readonly rule: string; readonly says: string }[];
  /** Why nobody can say who is credited. */
  readonly refused: string | null;
}

/**
 * The deals that credit, or ever credited, a participant; without one, those that credit nobody, or on which a crediting rule reaches
 * nobody. By deal key.
 */
export async function dealsOf(
  ledger: Ledger,
  ask: AsOf & { readonly participant?: string | undefined },
): Promise<DealAnswer | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const { deals, hasAny } = await (await dealsAt(ledger, asOf))(ask.participant);
  if (!hasAny && ask.participant !== undefined && !(await isKnown(ledger, ask.participant, asOf))) {
    const message = `Nobody in the ledger has the id "${ask.participant}" as of ${asOf}, and no deal credits it; check the id.`;
    return problem('participant_unknown', message);
  }
  return { asOf: String(asOf), deals };
}

/**
 * The same for whoever asks about many people as of one position that the views have reached: what definitions say, and where rules may
 * credit anybody with any deal every deal, is read once. `hasAny`: there were deals to look through.
 */
export async function dealsAt(
  ledger: Ledger,
  asOf: bigint,
): Promise<(participant?: string) => Promise<{ readonly deals: readonly DealView[]; readonly hasAny: boolean }>> {
  const company = await companyAt(ledger, asOf);
  const viewed = (found: readonly FoundDeal[]) => found.map(({ key, deal }) => ({ key, view: viewOf(company, deal) }));
  const every = company.crediting.size > 0 ? viewed(parsed(await ledger.views.list(dealsView, '', asOf))) : null;
  return async (participant) => {
    const found =
      participant === undefined
        ? parsed(await ledger.views.labelled(dealsView, UNCREDITED, asOf))
        : await dealsCrediting(ledger, participant, asOf);
    const labelled = new Set(found.map(({ key }) => key));
    const among = every ?? viewed(found);
    const isAsked = ({ key, view }: (typeof among)[number]) => {
      if (participant === undefined)
        return view.credits.length === 0 || view.unreachable.length > 0 || view.refused !== null;
      return labelled.has(key) || view.credits.some((credit) => credit.participant === participant);
    };
    return { deals: among.filter(isAsked).map(({ view }) => view), hasAny: among.length > 0 };
  };
}

interface FoundDeal {
  readonly key: string;
  readonly deal: DealEntry;
}

function parsed(rows: readonly { readonly key: string; readonly row: string }[]): readonly FoundDeal[] {
  return rows.map(({ key, row }) => ({ key, deal: JSON.parse(row) as DealEntry }));
}

/**
 * The deals that credit a participant as of a position, or did at some time before. A label finds a deal for ever, also before it was
 * given, so that one which does not credit them is asked whether it had by then.
 */
export async function dealsCrediting(
  { views }: Pick<Ledger, 'views'>,
  participant: string,
  asOf: bigint,
): Promise<readonly FoundDeal[]> {
  const label = participantLabel(participant);
  const found = parsed(await views.labelled(dealsView, label, asOf));
  const credits = ({ deal }: { readonly deal: DealEntry }): boolean => creditedBy(deal).includes(participant);
  if (found.every(credits)) return found;
  const versions = await views.changes(dealsView, { label }, { after: 0n, upTo: asOf });
  const ever = new Set<string>();
  for (const { key, row } of versions) {
    if (row !== null && credits({ deal: JSON.parse(row) as DealEntry })) ever.add(key);
  }
  return found.filter(({ key }) => ever.has(key));
}

/** One deal by its key, with whom it credits now; `undefined`: no source has told of it. */
export async function dealNamed(
  ledger: Ledger,
  ask: AsOf & { readonly source: string; readonly deal: string },
): Promise<{ readonly asOf: string; readonly deal: DealView | undefined } | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const row = await ledger.views.get(dealsView, dealKey(ask), asOf);
  const deal = row === undefined ? undefined : viewOf(await companyAt(ledger, asOf), JSON.parse(row) as DealEntry);
  return { asOf: String(asOf), deal };
}

async function isKnown(ledger: Ledger, participant: string, asOf: bigint): Promise<boolean> {
  return (await participantEntry(ledger, participant, asOf)) !== undefined;
}

export function viewOf(company: Company, entry: DealEntry): DealView {
  const { kind: _, ...deal } = entry;
  const state = deal.cancelled !== null ? 'cancelled' : deal.vanished !== null ? 'vanished' : 'closed';
  const { credits: all, unreachable, obstacle } = creditingOf(company, entry);
  const named = ({ crediting, rule, version }: AppliedRule) => `${crediting}/${rule}@${version}`;
  const credits = all.map(({ participant, pool, share, rules }) => ({
    participant,
    pool,
    share: toText(share),
    ...(rules === undefined ? {} : { rules: rules.map(named) }),
  }));
  const reachingNobody = unreachable.map((each) => ({ rule: named(each), says: each.says }));
  return { ...deal, state, credits, unreachable: reachingNobody, refused: obstacle?.says ?? null };
}

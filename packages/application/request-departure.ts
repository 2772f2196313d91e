import { dealDecider, quotaDecider, type RequestRelief, type RequestSplit } from '@ledger/decisions';
import { dealKey, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { dealNamed } from './deals.ts';
import { participantEntry } from './entries.ts';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkIds } from './names.ts';
import { unseenBy } from './reach.ts';

/** What asks for an exception; what it covers need not be put into words. */
type Asked<Command extends { readonly scope: string }> = Omit<Command, 'type' | 'scope'> & {
  readonly scope?: string | undefined;
};

/** Asks that a quota be reduced. */
export async function requestRelief(ledger: Ledger, ask: Asked<RequestRelief>, by: By): Promise<Outcome | Problem> {
  const { participant, metric, year, scope = `quota of ${participant} for ${metric} in ${year}` } = ask;
  const wrong =
    checkIds({ participant, metric }) ??
    unseenBy(by, { thing: 'participant', name: participant, people: [participant] });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const stream = streamOf.quota(participant, metric, year);
  return handle(ledger, given(stream, quotaDecider, { type: 'RequestRelief', ...ask, scope }), by);
}

/** Asks that the primary credit of a deal be split otherwise than its source says. */
export async function requestSplit(ledger: Ledger, ask: Asked<RequestSplit>, by: By): Promise<Outcome | Problem> {
  const { source, deal, scope = `deal ${source}.${deal}` } = ask;
  await refresh(ledger);
  const hidden = await hiddenDeal(ledger, ask, by);
  if (hidden !== undefined) return hidden;
  for (const { participant } of ask.shares) {
    if ((await participantEntry(ledger, participant)) === undefined) {
      return problem(
        'participant_unknown',
        `Nobody in the ledger has the id "${participant}"; onboard them first, or correct the share.`,
      );
    }
  }
  return handle(ledger, given(streamOf.deal(source, deal), dealDecider, { type: 'RequestSplit', ...ask, scope }), by);
}

/** A deal is seen by its owner and by everybody whom it credits, by a split or a crediting rule too. */
async function hiddenDeal(
  ledger: Ledger,
  ask: { readonly source: string; readonly deal: string },
  by: By,
): Promise<Problem | undefined> {
  if (by.sees === undefined) return undefined;
  const { source, deal: id } = ask;
  const found = await dealNamed(ledger, { source, deal: id });
  if (isProblem(found)) return found;
  const { deal } = found;
  const people = [deal?.owner ?? [], ...(deal?.credits ?? []).map(({ participant }) => participant)].flat();
  return unseenBy(by, { thing: 'deal', name: dealKey(ask), people });
}

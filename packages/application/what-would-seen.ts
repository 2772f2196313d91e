import type { DealEntry } from '@ledger/calculation';
import type { SupposedDeal } from '@ledger/connectors';
import { hidden } from '@ledger/decisions';
import { dealKey } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import { type Reach, reaches, unseen } from './reach.ts';
import { fewEnough } from './suppose.ts';
import { type WhatWould, type WhatWouldAsk, whatWould } from './what-would.ts';

/**
 * The estimator for somebody who sees a part. Whom they do not see, they cannot suppose to be credited; a deal that is not theirs is told
 * as a new one under another name, so that nothing says whether it is there.
 */
export async function whatWouldSeen(ledger: Ledger, reach: Reach, ask: WhatWouldAsk): Promise<WhatWould | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const few = fewEnough(ask, 'The body');
  if (isProblem(few)) return few;
  if (few.deals.length + (few.splits ?? []).length === 0) {
    return problem('field_missing', 'The body supposes nothing; name deals, splits or both.', '/deals');
  }
  if (reach.kind !== 'people') return whatWould(ledger, ask);
  const { participant } = ask;
  const people = [
    ...(participant === undefined ? [] : [participant]),
    ...ask.deals.flatMap(({ snapshot: { owner, credits } }) => [
      ...(owner === null ? [] : [owner]),
      ...credits.map((credit) => credit.participant),
    ]),
    ...(ask.splits ?? []).flatMap(({ shares }) => shares.map((share) => share.participant)),
  ];
  const stranger = people.find((id) => !reach.ids.has(id));
  if (stranger !== undefined) return hidden('participant', stranger);
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  for (const split of ask.splits ?? []) {
    const isTold = ask.deals.some(({ snapshot }) => dealKey(snapshot) === dealKey(split));
    const name = dealKey(split);
    const entry = await dealIn(ledger, name, asOf);
    const isTheirs = entry !== undefined && reaches(reach, peopleOf(entry));
    const refused = isTold || isTheirs ? undefined : unseen(reach, { thing: 'deal', name });
    if (refused !== undefined) return refused;
  }
  const told = new Map<string, { readonly source: string; readonly deal: string }>();
  const deals: SupposedDeal[] = [];
  for (const { snapshot, ...rest } of ask.deals) {
    const key = dealKey(snapshot);
    const entry = await dealIn(ledger, key, asOf);
    const isTheirs = entry !== undefined && reaches(reach, peopleOf(entry));
    const name = told.get(key) ?? (isTheirs ? snapshot : { source: NEW, deal: newName(snapshot.deal, told.size) });
    told.set(key, { source: name.source, deal: name.deal });
    deals.push({ ...rest, snapshot: { ...snapshot, source: name.source, deal: name.deal } });
  }
  const splits = (ask.splits ?? []).map((split) => ({ ...split, ...told.get(dealKey(split)) }));
  const names = new Map([...told].map(([key, name]) => [dealKey(name), key]));
  const answer = await whatWould(ledger, { ...ask, asOf: String(asOf), deals, splits, only: reach.ids });
  if (isProblem(answer)) return answer;
  return { ...answer, deals: answer.deals.map((name) => names.get(name) ?? name) };
}

/** Source of deals that are not theirs, there or not; no connector is called so. */
const NEW = 'what-if:new';

function newName(deal: string, count: number): string {
  return `${deal.slice(0, 120)}:${count + 1}`;
}

async function dealIn(ledger: Ledger, key: string, asOf: bigint): Promise<DealEntry | undefined> {
  const row = await ledger.views.get(dealsView, key, asOf);
  return row === undefined ? undefined : (JSON.parse(row) as DealEntry);
}

/** By what the source says and was decided; what rules credit beside is not asked. */
function peopleOf({ owner, credits, splits }: DealEntry): readonly string[] {
  return [
    ...(owner === null ? [] : [owner]),
    ...credits.map(({ participant }) => participant),
    ...splits.flatMap(({ shares }) => shares.map(({ participant }) => participant)),
  ];
}

import { dateOf } from './draw-story.ts';
import type { Milestone, TimeStory } from './draw-time.ts';
import { type Ledger, ledgerOf } from './tell.ts';
import { dealEntry } from './tell-deals.ts';
import type { Fact } from './tell-entries.ts';

/** A story of what moves money in time, as the ledger has it. */
export function timeLedger({ base, milestones }: TimeStory): Ledger {
  return ledgerOf(base, {
    whose: 'ada',
    asTold: dealEntry,
    facts: [],
    next: (at) => (milestones[at] ?? []).map((each) => ({ after: each.after, fact: reached(`D-${at}`, each) })),
  });
}

function reached(deal: string, { milestone, day, amount }: Milestone): Fact {
  return (known, event) => {
    const entry = known.get(`deal crm.${deal}`);
    if (entry?.kind !== 'deal') return null;
    return { ...entry, milestones: [...entry.milestones, { milestone, on: dateOf(day), amount, event }] };
  };
}

import { dateOf } from './draw-story.ts';
import type { Leaving, Milestone, TimeStory } from './draw-time.ts';
import { type Ledger, ledgerOf } from './tell.ts';
import { dealEntry } from './tell-deals.ts';
import type { Entry, Fact } from './tell-entries.ts';

/** A story of what moves money in time, as the ledger has it. */
export function timeLedger({ base, milestones, cancelled, leaving, phaseIn }: TimeStory): Ledger {
  return ledgerOf(base, {
    told: (entry) => withPhaseIn(leaving === null ? entry : withLeaving(entry, leaving), phaseIn),
    whose: 'ada',
    asTold: dealEntry,
    facts: [],
    next: (at) => {
      const back = cancelled[at] ?? null;
      return [
        ...(milestones[at] ?? []).map((each) => ({ after: each.after, fact: reached(`D-${at}`, each) })),
        ...(back === null ? [] : [{ after: back.after, fact: cancelledOn(`D-${at}`, back.day) }]),
      ];
    },
  });
}

function reached(deal: string, { milestone, day, amount }: Milestone): Fact {
  return (known, event) => {
    const entry = known.get(`deal crm.${deal}`);
    if (entry?.kind !== 'deal') return null;
    return { ...entry, milestones: [...entry.milestones, { milestone, on: dateOf(day), amount, event }] };
  };
}

function cancelledOn(deal: string, day: number): Fact {
  return (known, event) => {
    const entry = known.get(`deal crm.${deal}`);
    if (entry?.kind !== 'deal') return null;
    return { ...entry, cancelled: { on: dateOf(day), reason: 'drawn', event } };
  };
}

/** What the plans say of those who leave, and how ada does. */
function withLeaving(entry: Entry, { day, separation, grace, plan, other }: Leaving): Entry {
  switch (entry.kind) {
    case 'participant':
      return {
        ...entry,
        ...(separation === undefined ? {} : { separation }),
        ...(grace === null ? {} : { compensationEnds: dateOf(day + grace) }),
      };
    case 'plan': {
      const onLeaving = entry.plan === 'plan' ? plan : other;
      const versions = entry.versions.map((each) => ({ ...each, document: { ...each.document, onLeaving } }));
      return { ...entry, versions };
    }
    default:
      return entry;
  }
}

/** Each of the two plans takes the place of the other one. */
function withPhaseIn(entry: Entry, rule: TimeStory['phaseIn']): Entry {
  if (entry.kind !== 'plan' || rule === null) return entry;
  const phaseIn = { ...rule, of: entry.plan === 'plan' ? 'other' : 'plan' };
  return { ...entry, versions: entry.versions.map((each) => ({ ...each, document: { ...each.document, phaseIn } })) };
}

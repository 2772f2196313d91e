import type { DealEntry, ParticipantEntry } from '@ledger/calculation';
import { METRICS } from './draw-plan.ts';
import { dateOf } from './draw-story.ts';
import { dayOf, type LineChange, PEOPLE, type Person, type TeamStory } from './draw-team.ts';
import { aligned, type Ledger, ledgerOf, type More, quotaEntry } from './tell.ts';
import { dealEntry } from './tell-deals.ts';
import { type Fact, planEntry, version } from './tell-entries.ts';

/** A story of several people as each of them has it. */
export function teamLedgers(story: TeamStory): readonly Ledger[] {
  return story.focus.map((whose) => teamLedger(story, whose));
}

export function teamLedger(story: TeamStory, whose: Person): Ledger {
  return ledgerOf(story.base, {
    whose,
    facts: factsOf(story),
    asTold: (id, terms) => shared(story, dealEntry(id, terms)),
  });
}

function factsOf(story: TeamStory): More['facts'] {
  const changes = story.lines.map((change) => ({ stage: change.stage, fact: lineFact(change) }));
  return [...opening(story).map((fact) => ({ stage: 0, fact })), ...leadFacts(story), ...changes];
}

function opening(story: TeamStory): readonly Fact[] {
  const { people, reports, base } = story;
  const plans: Readonly<Record<Person, string | null>> = {
    ada: 'plan',
    ben: people.benPlan,
    mo: 'lead',
    zoe: people.zoePlan,
  };
  const others = PEOPLE.filter((who) => who !== 'ada');
  return [
    ...others.map((who): Fact => {
      const startsOn = who === 'ben' ? people.benStarts : '2025-01-01';
      const endsOn = who === 'ben' ? dayOf(people.benEnds) : null;
      return (_, event) => participantEntry(base, { who, plan: plans[who], startsOn, endsOn, event });
    }),
    ...PEOPLE.map((who): Fact => lineFact({ who, manager: reports[who], from: null })),
    ...others.flatMap((who) =>
      METRICS.flatMap((metric, at) =>
        [2025, 2026].map((year): Fact => {
          const terms = base.quotas[at] ?? null;
          return (_, event) =>
            terms === null ? null : { ...quotaEntry(base, metric, year, terms, [], event), participant: who };
        }),
      ),
    ),
  ];
}

function participantEntry(
  { currency }: TeamStory['base'],
  about: {
    readonly who: Person;
    readonly plan: string | null;
    readonly startsOn: string;
    readonly endsOn: string | null;
    readonly event: string;
  },
): ParticipantEntry {
  const { who, plan, startsOn, endsOn, event } = about;
  return {
    kind: 'participant',
    changedBy: event,
    participant: who,
    startsOn,
    endsOn,
    currency,
    jobTitle: null,
    managers: [],
    assignments: plan === null ? [] : [{ plan, from: startsOn, to: null, event }],
    leaves: [],
    acknowledged: [],
    event,
  };
}

/** The first line begins with the employment. */
function lineFact({ who, manager, from }: Omit<LineChange, 'stage' | 'from'> & { readonly from: number | null }): Fact {
  return (known, event) => {
    const entry = known.get(`participant ${who}`);
    if (entry?.kind !== 'participant' || manager === who) return null;
    const line = { manager, from: from === null ? entry.startsOn : dateOf(from), event };
    return { ...entry, managers: [...entry.managers, line] };
  };
}

function leadFacts(story: TeamStory): More['facts'] {
  const { lead, leadChange, base } = story;
  const document = {
    plan: 'lead',
    title: 'lead',
    currency: base.currency,
    exchange: 'booking-date' as const,
    rounding: base.rounding,
    components: { team: lead },
  };
  const first: Fact = (_, event) => planEntry([version(document, '2025-01-01', null, event)]);
  if (leadChange === null) return [{ stage: 0, fact: first }];
  const changed = { ...document, components: { team: aligned(leadChange.lead, lead) } };
  const second: Fact = (known, event) => {
    const entry = known.get('plan lead');
    if (entry?.kind !== 'plan') return null;
    return planEntry([...entry.versions, version(changed, dateOf(leadChange.from), null, event)]);
  };
  return [
    { stage: 0, fact: first },
    { stage: leadChange.stage, fact: second },
  ];
}

/** The deal with credits of people whom base stories do not know. */
function shared({ others }: TeamStory, deal: DealEntry): DealEntry {
  const { overlay, ben } = others[Number(deal.deal.slice(2))] ?? { overlay: ['ada'], ben: 'ben' };
  const credits = deal.credits.flatMap((credit) => {
    if (credit.pool === 'overlay') return overlay.map((participant) => ({ ...credit, participant }));
    return [credit.participant === 'ben' ? { ...credit, participant: ben } : credit];
  });
  return { ...deal, credits };
}

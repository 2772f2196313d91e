import type { CreditingEntry, DealEntry, ParticipantEntry } from '@ledger/calculation';
import type { Attribute, Component, CreditingDocument, PlanDocument } from '@ledger/events';
import { isCounted, METRICS } from './draw-plan.ts';
import { dateOf } from './draw-story.ts';
import { dayOf, type Lead, type LineChange, PEOPLE, type Person, type TeamStory } from './draw-team.ts';
import { aligned, type Ledger, ledgerOf, type More, quotaEntry } from './tell.ts';
import { dealEntry } from './tell-deals.ts';
import { agreedWith } from './tell-decisions.ts';
import { type Entry, type Fact, type Known, numbered, planEntry, version } from './tell-entries.ts';

/** A story of several people as each of them has it. */
export function teamLedgers(story: TeamStory): readonly Ledger[] {
  return story.focus.map((whose) => teamLedger(story, whose));
}

function teamLedger(story: TeamStory, whose: Person): Ledger {
  return ledgerOf(story.base, {
    whose,
    facts: factsOf(story),
    asTold: (id, terms) => shared(story, dealEntry(id, terms)),
    told: (entry) => away(story, funded(story, pooled(story, entry))),
  });
}

function factsOf(story: TeamStory): More['facts'] {
  const changes = story.lines.map((change) => ({ stage: change.stage, fact: lineFact(change) }));
  return [
    ...opening(story).map((fact) => ({ stage: 0, fact })),
    ...leadFacts(story),
    ...creditingFacts(story),
    ...poolFacts(story),
    ...agreedFacts(story),
    ...changes,
  ];
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
  const isTeamQuota = story.lead.team.team?.quotas !== undefined;
  const withQuota = others.filter((who) => who !== 'ben' || people.benQuota || !isTeamQuota);
  return [
    ...others.map((who): Fact => {
      const startsOn = who === 'ben' ? people.benStarts : '2025-01-01';
      const endsOn = who === 'ben' ? dayOf(people.benEnds) : null;
      return (_, event) =>
        participantEntry({ who, currency: currencyOf(story, who), plan: plans[who], startsOn, endsOn, event });
    }),
    ...PEOPLE.map((who): Fact => lineFact({ who, manager: reports[who], from: null })),
    ...withQuota.flatMap((who) =>
      METRICS.flatMap((metric, at) =>
        [2025, 2026].map((year): Fact => {
          const terms = base.quotas[at] ?? null;
          const own = { ...base, currency: currencyOf(story, who) };
          return (_, event) =>
            terms === null ? null : { ...quotaEntry(own, metric, year, terms, [], event), participant: who };
        }),
      ),
    ),
  ];
}

/** That of the plan. */
function currencyOf({ base, leadCurrency }: TeamStory, who: Person): string {
  return who === 'mo' || who === 'zoe' ? (leadCurrency ?? base.currency) : base.currency;
}

function participantEntry(about: {
  readonly who: Person;
  readonly currency: string;
  readonly plan: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly event: string;
}): ParticipantEntry {
  const { who, currency, plan, startsOn, endsOn, event } = about;
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
    currency: story.leadCurrency ?? base.currency,
    exchange: 'booking-date' as const,
    rounding: base.rounding,
    components: componentsOf(story, lead),
  };
  const first: Fact = (_, event) => planEntry([version(document, '2025-01-01', null, event)]);
  if (leadChange === null) return [{ stage: 0, fact: first }];
  const changed = { ...document, components: componentsOf(story, leadChange.lead, lead) };
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

/** What several people share stands in their plans beside what base stories say. */
function poolFacts({ row, race }: TeamStory): More['facts'] {
  const pools = { ...(row === null ? {} : { row }), ...(race === null ? {} : { race }) };
  const adding =
    (plan: string): Fact =>
    (known) => {
      const entry = known.get(`plan ${plan}`);
      if (entry?.kind !== 'plan' || Object.keys(pools).length === 0) return null;
      const versions = entry.versions.map(({ document, ...about }) => {
        return { ...about, document: { ...document, components: { ...document.components, ...pools } } };
      });
      return { ...entry, versions };
    };
  return [adding('plan'), adding('other')].map((fact) => ({ stage: 0, fact }));
}

/** What is agreed with each of them: something from long ago, and what comes later. */
function agreedFacts({ race, agreements, base }: TeamStory): More['facts'] {
  if (race?.personal === undefined) return [];
  const opening = PEOPLE.flatMap((who) =>
    (['target-incentive', 'salary'] as const).map((kind) => ({ who, kind, amount: '450.00', from: null, stage: 0 })),
  );
  return [...opening, ...agreements].map(({ who, kind, amount, from, stage }, index) => {
    const terms = {
      kind,
      amount,
      per: 'quarter' as const,
      from: from === null ? '2024-01-01' : dateOf(from),
      until: null,
    };
    const told = { exception: `agreed-${index}`, stage, terms, expires: null, revoked: null };
    return { stage: Math.min(stage, base.freezes), fact: agreedWith(who, told, index) };
  });
}

/** What the plans of sellers, and it may be of leaders, say of what several people earn together. */
function pooled({ pool, leadCurrency }: TeamStory, entry: Entry): Entry {
  if (pool === null || entry.kind !== 'plan') return entry;
  const isLead = entry.plan === 'lead';
  if (isLead && (!pool.lead || pool.group === null || leadCurrency !== null)) return entry;
  const versions = entry.versions.map((version, at) => {
    const { components } = version.document;
    const id = isLead ? 'team' : 'main';
    const { [id]: own } = components;
    if (own === undefined || own.each === 'period' || own.round !== 'each-line') return version;
    const isFirst = entry.plan === 'plan' && at === 0;
    const isMoney = !isCounted(own.paysOn ?? own.measure);
    const most =
      isFirst && (isMoney || pool.most.by === 'money') ? pool.most : ({ by: 'money', money: pool.other } as const);
    const document = {
      ...version.document,
      components: { ...components, [id]: { ...own, groupCap: { most, group: pool.group } } },
    };
    return { ...version, document };
  });
  return { ...entry, versions };
}

/** What the same plans say of what there is for everybody; where there is a group cap, nothing. */
function funded({ pool, fund, leadCurrency }: TeamStory, entry: Entry): Entry {
  if (pool !== null || fund === null || entry.kind !== 'plan') return entry;
  const isLead = entry.plan === 'lead';
  if (isLead && (!fund.lead || fund.group === null || leadCurrency !== null)) return entry;
  const versions = entry.versions.map((version, at) => {
    const { components } = version.document;
    const id = isLead ? 'team' : 'main';
    const { [id]: own } = components;
    if (own?.round !== 'each-line') return version;
    const isFirst = entry.plan === 'plan' && at === 0;
    const needsWindow = typeof own.window === 'object' || own.window === 'deal';
    const budget = {
      amount: (isFirst ? null : fund.other) ?? fund.amount,
      window: fund.window ?? (needsWindow ? 'quarter' : null),
      spends: fund.spends,
      group: fund.group,
    };
    return { ...version, document: { ...version.document, components: { ...components, [id]: { ...own, budget } } } };
  });
  return { ...entry, versions };
}

/** Where everybody is away for some days, what is shared is not paid for these. */
function away({ away: isAway, pool, fund }: TeamStory, entry: Entry): Entry {
  if (!isAway || (pool === null && fund === null)) return entry;
  if (entry.kind === 'participant')
    return { ...entry, leaves: [{ from: '2026-01-20', to: '2026-02-10', kind: 'other', event: entry.event }] };
  if (entry.kind !== 'plan') return entry;
  const unpaid = (component: Component): Component =>
    component.each === 'period' ? component : { ...component, duringLeave: 'not-paid' };
  const versions = entry.versions.map((version) => {
    const components = Object.entries(version.document.components).map(([id, each]) => [id, unpaid(each)]);
    return { ...version, document: { ...version.document, components: Object.fromEntries(components) } };
  });
  return { ...entry, versions };
}

function creditingFacts({ crediting }: TeamStory): More['facts'] {
  if (crediting === null) return [];
  const { sets, from, late, change } = crediting;
  const defined = sets.map((document) => ({
    stage: late,
    fact: (known: Known, event: string) => creditingEntry(known, document, from, event),
  }));
  if (change === null) return defined;
  const changed: Fact = (known, event) => {
    if (change.document !== null) return creditingEntry(known, change.document, dateOf(change.from), event);
    const entry = known.get('crediting a');
    return entry?.kind === 'crediting' ? { ...entry, retiredFrom: dateOf(change.from) } : null;
  };
  return [...defined, { stage: late + change.stage, fact: changed }];
}

function creditingEntry(known: Known, document: CreditingDocument, from: string, event: string): CreditingEntry {
  const { crediting } = document;
  const entry = known.get(`crediting ${crediting}`);
  const before = entry?.kind === 'crediting' ? entry.versions : [];
  const versions = numbered([...before, version(document, from, null, event)]);
  return { kind: 'crediting', changedBy: event, crediting, versions, retiredFrom: null };
}

/** Where something was said of a component before, in its terms. */
function componentsOf({ base }: TeamStory, { team, over }: Lead, was: Lead | null = null): PlanDocument['components'] {
  const said = (now: Component, before: Component | null) => (before === null ? now : aligned(now, before));
  return {
    team: said(team, was?.team ?? null),
    ...(over === null ? {} : { over: named(base, said(over, was?.over ?? null)) }),
  };
}

/** Earnings of components that there are. */
function named({ side }: TeamStory['base'], component: Component): Component {
  const { earningsOf } = component;
  if (earningsOf === undefined || earningsOf === 'all') return component;
  const known = earningsOf.filter((id) => id !== 'side' || side !== null);
  return { ...component, earningsOf: known };
}

const NOBODY = { owner: null, engineer: null, region: null, created: null };

/** The deal with credits of people whom base stories do not know. */
function shared({ others, named: names, crediting }: TeamStory, deal: DealEntry): DealEntry {
  const { overlay, ben } = others[Number(deal.deal.slice(2))] ?? { overlay: ['ada'], ben: 'ben' };
  const credits = deal.credits.flatMap((credit) => {
    if (credit.pool === 'overlay') return overlay.map((participant) => ({ ...credit, participant }));
    return [credit.participant === 'ben' ? { ...credit, participant: ben } : credit];
  });
  const { owner, engineer, region, created } = names[Number(deal.deal.slice(2))] ?? NOBODY;
  if (crediting === null) return { ...deal, credits };
  const attributes: Record<string, Attribute> = {
    ...deal.attributes,
    ...(engineer === null ? {} : { engineer }),
    ...(region === null ? {} : { region }),
    ...(created === null ? {} : { created: { date: created } }),
  };
  return { ...deal, credits, owner, attributes };
}

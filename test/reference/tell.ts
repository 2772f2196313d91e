import type {
  Book,
  Change,
  CreditingEntry,
  DealEntry,
  ExceptionEntry,
  JurisdictionEntry,
  MetricEntry,
  Own,
  ParticipantEntry,
  PlanEntry,
  QuotaEntry,
  RatesEntry,
} from '@ledger/calculation';
import type { Component, MetricDocument, PlanDocument } from '@ledger/events';
import { monthsLater, payPeriodId, payPeriodOf } from './calendar.ts';
import { ofKnown } from './draw-payment.ts';
import { withPeople, withTerms } from './draw-people.ts';
import { isCounted, lawfulCap, METRICS } from './draw-plan.ts';
import { type DefinitionChange, dateOf, type QuotaTerms, type Story } from './draw-story.ts';
import { type AsTold, afterwards, dealEntry } from './tell-deals.ts';
import {
  APPROVED,
  type Entry,
  type Fact,
  type Known,
  numbered,
  planEntry,
  ratesEntry,
  version,
} from './tell-entries.ts';
import { paymentFacts } from './tell-payment.ts';

/** A drawn story as a book and what is recorded after it, entry by entry, as the views would hand it to the calculation. */
export interface Ledger {
  /** What is known before the first freeze. */
  readonly book: Book;
  /** What is recorded after each freeze. */
  readonly later: readonly (readonly Change[])[];
  /** The periods that are frozen, and the open one after them. */
  readonly periods: readonly string[];
  readonly documents: { readonly plans: readonly PlanDocument[]; readonly metrics: readonly MetricDocument[] };
}

const METRIC_BASE: Readonly<Record<string, number>> = { bookings: 1000, software: 700, units: 3, logos: 2 };
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** What a family tells besides. */
export interface More {
  readonly asTold: AsTold;
  /** Facts that are not of the base story, each after a number of freezes. */
  readonly facts: readonly { readonly stage: number; readonly fact: Fact }[];
  /** What is told after all else that is recorded between the same freezes. */
  readonly atLast?: readonly { readonly stage: number; readonly fact: Fact }[];
  /** An entry with what the family says besides. */
  readonly told?: (entry: Entry) => Entry;
  /** What becomes of a deal, each so many freezes after it was told. */
  readonly next?: (at: number) => readonly { readonly after: number; readonly fact: Fact }[];
  /** Whose statements are asked for. */
  readonly whose: string;
  /** An entry as this family has it; `null`: not at all. */
  readonly asRecorded?: (entry: Entry) => Entry | null;
}

export function ledgerOf(story: Story, more: More = { asTold: dealEntry, facts: [], whose: 'ada' }): Ledger {
  const { cadence, freezes } = story;
  const first = firstPeriod(story);
  const starts = Array.from({ length: freezes + 1 }, (_, at) => monthsLater(first, at * MONTHS[cadence]));
  const periods = starts.map((from) => payPeriodId(payPeriodOf(from, cadence), cadence));
  const stages: Fact[][] = Array.from({ length: freezes + 1 }, () => []);
  const tell = (stage: number, fact: Fact) => stages[Math.min(stage, freezes)]?.push(fact);
  for (const fact of opening(story)) tell(0, fact);
  for (const change of story.changes) tell(change.stage, definitionFact(story, change));
  for (const { stage, fact } of [...more.facts, ...paymentFacts(story)]) tell(stage, fact);
  for (const [index, deal] of story.deals.entries()) {
    const closed = starts.filter((from) => from <= dateOf(deal.terms.day)).length;
    const told = Math.min(freezes, Math.max(0, closed - 1) + deal.late);
    tell(told, () => more.asTold(`D-${index}`, deal.terms));
    for (const { after, fact } of more.next?.(index) ?? []) tell(told + after, fact);
    for (const each of deal.next)
      tell(told + each.after, (known, event) =>
        afterwards(dealIn(known, `D-${index}`), `D-${index}`, each, event, more.asTold),
      );
  }
  for (const { stage, fact } of more.atLast ?? []) tell(stage, fact);
  const known: Known = new Map();
  let position = 0n;
  const recorded = stages.map((facts) =>
    facts.flatMap((fact): Change[] => {
      position += 1n;
      const event = `e${position}`;
      const told = fact(known, event);
      const entry = told === null || more.asRecorded === undefined ? told : more.asRecorded(told);
      if (entry === null) return [];
      const changed = { ...(more.told?.(entry) ?? entry), changedBy: event };
      known.set(nameOf(changed), changed);
      return [{ position, event, entry: changed }];
    }),
  );
  const entries = [...known.values()];
  const opened: Known = new Map();
  for (const { entry } of recorded[0] ?? []) opened.set(nameOf(entry), entry);
  return { book: bookOf(opened, more.whose), later: recorded.slice(1), periods, documents: documentsIn(entries) };
}

/** The book after more changes. */
export function bookAfter(book: Book, changes: readonly Change[]): Book {
  const known: Known = new Map();
  const all = [book.metrics, book.plans, book.crediting, book.rates, book.deals, book.jurisdictions ?? new Map()];
  const people: readonly Own[] = [book, ...book.colleagues.values()];
  const own = people.flatMap(({ participant, quotas, exceptions }) => [
    participant,
    ...quotas.values(),
    ...(exceptions?.values() ?? []),
  ]);
  if (book.corrections !== undefined) known.set(nameOf(book.corrections), book.corrections);
  for (const entry of [book.calendar, ...all.flatMap((each): Entry[] => [...each.values()]), ...own])
    known.set(nameOf(entry), entry);
  for (const { entry } of changes) known.set(nameOf(entry), entry);
  return bookOf(known, book.participant.participant);
}

function firstPeriod({ cadence, firstPeriod: at }: Story): string {
  return payPeriodOf(monthsLater('2026-01-01', at * MONTHS[cadence]), cadence).from;
}

function nameOf(entry: Entry): string {
  switch (entry.kind) {
    case 'metric':
      return `metric ${entry.metric}`;
    case 'plan':
      return `plan ${entry.plan}`;
    case 'quota':
      return `quota ${entry.participant} ${entry.metric}.${entry.year}`;
    case 'rates':
      return `rates ${entry.base}${entry.quote}`;
    case 'deal':
      return `deal ${entry.source}.${entry.deal}`;
    case 'crediting':
      return `crediting ${entry.crediting}`;
    case 'jurisdiction':
      return `jurisdiction ${entry.jurisdiction}`;
    case 'participant':
      return `participant ${entry.participant}`;
    case 'exception':
      return `exception ${entry.participant} ${entry.exception}`;
    default:
      return entry.kind;
  }
}

function bookOf(known: Known, whose: string): Book {
  const named = <E extends Entry>(kind: E['kind'], of = '') => {
    const prefix = `${kind} ${of}`;
    return new Map(
      [...known].flatMap(([name, entry]) =>
        entry.kind === kind && name.startsWith(prefix) ? [[name.slice(prefix.length), entry as E] as const] : [],
      ),
    );
  };
  const calendar = known.get('calendar');
  const corrections = known.get('corrections');
  const people = named<ParticipantEntry>('participant');
  const ownOf = (who: string): Own => {
    const participant = people.get(who);
    if (participant === undefined) throw new TypeError(`a story begins with ${who}`);
    const exceptions = named<ExceptionEntry>('exception', `${who} `);
    return {
      participant,
      quotas: named<QuotaEntry>('quota', `${who} `),
      ...(exceptions.size === 0 ? {} : { exceptions }),
    };
  };
  if (calendar?.kind !== 'calendar') throw new TypeError('a story begins with its calendar');
  return {
    ...ownOf(whose),
    calendar,
    ...(corrections?.kind === 'corrections' ? { corrections } : {}),
    metrics: named<MetricEntry>('metric'),
    plans: named<PlanEntry>('plan'),
    rates: named<RatesEntry>('rates'),
    deals: named<DealEntry>('deal'),
    periods: new Map(),
    crediting: named<CreditingEntry>('crediting'),
    jurisdictions: named<JurisdictionEntry>('jurisdiction'),
    colleagues: new Map(people.size === 1 ? [] : [...people.keys()].map((who) => [who, ownOf(who)])),
  };
}

function documentsIn(entries: readonly Entry[]): Ledger['documents'] {
  return {
    plans: entries.flatMap((entry) => (entry.kind === 'plan' ? entry.versions.map(({ document }) => document) : [])),
    metrics: entries.flatMap((entry) =>
      entry.kind === 'metric' ? entry.versions.map(({ document }) => document) : [],
    ),
  };
}

/** What is defined before anything happens. */
function opening(story: Story): readonly Fact[] {
  const { cadence, currency } = story;
  const calendar: Fact = (_, event) => ({
    kind: 'calendar',
    changedBy: event,
    cadence,
    firstPeriod: payPeriodId(payPeriodOf(firstPeriod(story), cadence), cadence),
    timeZone: 'Etc/UTC',
    currency,
    holidays: story.people?.holidays,
    event,
  });
  const foreign = ['USD', 'EUR', 'JPY'].filter((each) => each !== currency);
  return [
    calendar,
    (_, event) => participantEntry(story, event, [{ plan: 'plan', from: '2025-01-01', to: null, event }]),
    ...story.metrics.map(
      (document): Fact =>
        (_, event) =>
          metricEntry([version(document, '2025-01-01', null, event)], document),
    ),
    (_, event) => planEntry([version(planOf(story, 'plan', story.component, story.side), '2025-01-01', null, event)]),
    (_, event) =>
      planEntry([
        version(planOf(story, 'other', aligned(story.other, story.component), null), '2025-01-01', null, event),
      ]),
    ...METRICS.flatMap((metric, at) => {
      const terms = story.quotas[at] ?? null;
      return terms === null
        ? []
        : [2025, 2026].map(
            (year): Fact =>
              (_, event) =>
                quotaEntry(story, metric, year, terms, [], event),
          );
    }),
    ...foreign
      .filter((each) => !(story.rateMissing && each === 'EUR'))
      .flatMap((each): Fact[] => [
        (known, event) => ratesEntry(known, each, currency, { on: '2025-11-01', rate: '1.1', event }),
        // Of the same day and another value: the pair as it is asked for must win.
        (known, event) => ratesEntry(known, currency, each, { on: '2025-11-01', rate: '0.8', event }),
      ]),
  ];
}

function participantEntry(story: Story, event: string, assignments: ParticipantEntry['assignments']): ParticipantEntry {
  const ends = story.endsOn ?? story.pay?.place?.leaves ?? null;
  return {
    kind: 'participant',
    changedBy: event,
    participant: 'ada',
    startsOn: story.people?.startsOn ?? story.pay?.startsOn ?? '2025-01-01',
    endsOn: ends === null ? null : dateOf(ends),
    currency: story.currency,
    jobTitle: null,
    managers: [],
    assignments,
    leaves: (story.people?.leaves ?? []).map((leave) => ({ ...leave, kind: 'parental', event })),
    acknowledged: [],
    event,
  };
}

function metricEntry(versions: MetricEntry['versions'], { metric }: MetricDocument): MetricEntry {
  return { kind: 'metric', changedBy: '', metric, versions: numbered(versions), retiredFrom: null };
}

function planOf(
  { currency, rounding, people, pay }: Story,
  plan: string,
  main: Component,
  side: Component | null,
): PlanDocument {
  const said = (each: Component) => (people === null ? each : withPeople(each, people.component));
  const components = side === null ? { main: said(main) } : { main: said(main), side: said(side) };
  const clauses = pay === null ? {} : plan === 'plan' ? pay.plan : pay.other;
  return {
    plan,
    title: plan,
    currency,
    exchange: 'booking-date',
    rounding,
    components,
    ...ofKnown(clauses, components),
  };
}

/** The drawn terms, with those that must stay as they are while a component lives: how it is rated, rounded and capped. */
export function aligned(drawn: Component, was: Component): Component {
  const each = drawn.window === 'deal' ? 'deal' : was.each;
  const above = was.subtract === undefined ? drawn.cap?.above : undefined;
  const cap = was.cap === null ? null : { ...was.cap, deal: each === 'period' ? null : was.cap.deal, above };
  const noWindow = drawn.window === 'deal' || (typeof drawn.window === 'object' && 'rolling' in drawn.window);
  const kept = cap === null || !noWindow ? cap : { ...cap, window: null };
  const { fee, ...rest } = drawn;
  return {
    ...rest,
    each,
    ...(fee === undefined || each === 'period' ? {} : { fee }),
    floor: each === 'period' ? null : drawn.floor,
    multiplyEarning: each === 'period' ? [] : drawn.multiplyEarning,
    cap: kept === null ? null : lawfulCap(kept),
    round: was.round,
  };
}

/** The same component with other rates and conditions. */
function changedRates(was: Component, drawn: Component): Component {
  const more = (text: string) => (text === '10%' ? '12%' : '10%');
  const { when, multiplyCredit, atBound } = drawn;
  return {
    ...was,
    when,
    multiplyCredit,
    atBound,
    table: was.table.map((band) => ({
      ...band,
      pays:
        band.pays?.by === 'share'
          ? { by: 'share', share: more(band.pays.share) }
          : band.pays?.by === 'unit'
            ? { by: 'unit', money: '77' }
            : band.pays,
    })),
    curve: was.curve.map((point) => ({ ...point, pays: more(point.pays) })),
  };
}

export function quotaEntry(
  { currency, people }: Story,
  metric: string,
  year: number,
  { per, sizes }: QuotaTerms,
  reliefs: QuotaEntry['reliefs'],
  event: string,
): QuotaEntry {
  const unit = (METRIC_BASE[metric] ?? 0) * MONTHS[per];
  const count = sizes.length === 1 ? 1 : 12 / MONTHS[per];
  const amounts = sizes.slice(0, count).map((size) => String(Math.round(unit * size) / 10));
  const plain = { per, amounts, currency: isCounted(metric) ? null : currency };
  const terms = people === null ? plain : withTerms(plain, year, people.quota);
  const quota = { ...terms, event, approvedBy: 'carol', reason: 'Of the year.' };
  return { kind: 'quota', changedBy: event, participant: 'ada', metric, year, quota, reliefs };
}

function definitionFact(story: Story, change: DefinitionChange): Fact {
  return (known, event) => {
    switch (change.kind) {
      case 'relief': {
        const entry = known.get(`quota ada ${change.metric}.2026`);
        if (entry?.kind !== 'quota') return null;
        const { from, days, expires, basis, beside } = change.relief;
        const relief: QuotaEntry['reliefs'][number] = {
          relief: event,
          kind: 'leave',
          from: dateOf(from),
          to: dateOf(from + days),
          basis,
          requestedBy: 'bob',
          ...APPROVED,
          expiresOn: expires === null ? null : dateOf(expires),
          event,
        };
        const other =
          beside === null
            ? []
            : [
                {
                  ...relief,
                  relief: `${event}-2`,
                  from: dateOf(from + beside.after),
                  to: dateOf(from + beside.after + days),
                  basis: beside.basis,
                },
              ];
        return { ...entry, reliefs: [...entry.reliefs, relief, ...other] };
      }
      case 'relief-revoked': {
        const entry = known.get(`quota ada ${change.metric}.2026`);
        return entry?.kind === 'quota' && entry.reliefs.length > 0
          ? { ...entry, reliefs: entry.reliefs.slice(1) }
          : null;
      }
      case 'quota': {
        const entry = known.get(`quota ada ${change.metric}.2026`);
        const reliefs = entry?.kind === 'quota' ? entry.reliefs : [];
        return quotaEntry(story, change.metric, 2026, change.quota, reliefs, event);
      }
      case 'metric': {
        const entry = known.get(`metric ${change.metric}`);
        if (entry?.kind !== 'metric') return null;
        const to = change.to === null || change.to <= change.from ? null : dateOf(change.to);
        return metricEntry(
          [...entry.versions, version(change.document, dateOf(change.from), to, event)],
          change.document,
        );
      }
      case 'plan': {
        const entry = known.get('plan plan');
        const newest = entry?.kind === 'plan' ? entry.versions.at(-1)?.document : undefined;
        const was = newest?.components[change.name];
        if (entry?.kind !== 'plan' || newest === undefined || was === undefined) return null;
        const changed = change.keeps ? changedRates(was, change.component) : aligned(change.component, was);
        const component = story.people === null ? changed : withPeople(changed, story.people.component);
        const document = { ...newest, components: { ...newest.components, [change.name]: component } };
        return planEntry([...entry.versions, version(document, dateOf(change.from), null, event)]);
      }
      case 'rate': {
        const { foreign, inverse, day, value } = change.rate;
        if (foreign === story.currency) return null;
        const [base, quote] = inverse ? [story.currency, foreign] : [foreign, story.currency];
        return ratesEntry(known, base, quote, { on: dateOf(day), rate: value, event });
      }
      case 'assignment': {
        const from = dateOf(change.from);
        const next = change.to === null ? [] : [{ plan: change.to, from, to: null, event }];
        const entry = known.get('participant ada');
        const managers = entry?.kind === 'participant' ? entry.managers : [];
        const assignments = [{ plan: 'plan', from: '2025-01-01', to: from, event }, ...next];
        return { ...participantEntry(story, event, assignments), managers };
      }
    }
  };
}

function dealIn(known: Known, id: string): DealEntry | undefined {
  const entry = known.get(`deal crm.${id}`);
  return entry?.kind === 'deal' ? entry : undefined;
}

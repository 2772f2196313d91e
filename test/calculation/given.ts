import type { Book, Change, DealEntry, DefinitionEntry, History, PostedEntry } from '@ledger/calculation';
import {
  dealOf,
  definitionOf,
  earn,
  foldDeal,
  foldDefinition,
  NOBODY,
  reachesOthers,
  reachOf,
  settle,
  workingCopy,
} from '@ledger/calculation';
import type { Component, EventData, EventType, LedgerEvent, RecordedEvent, Statement } from '@ledger/events';
import { expect } from 'vitest';

/** A small ledger in memory: events in, book and history out, through the same folds as the views. */
export interface Given {
  /** Records an event and answers with its id. */
  record<T extends EventType>(type: T, data: EventData<T>, id?: string): string;
  /** Writes the statements of a period into history, as a freeze does. */
  freeze(period: string): void;
  book(participant: string): Book;
  history(participant: string): History;
  /** The statement, or an error that lists the problems. */
  statement(participant: string, period: string): Statement;
}

export function given(cadence: 'month' | 'quarter' = 'quarter', firstPeriod?: string): Given {
  const definitions = new Map<string, DefinitionEntry>();
  const deals = new Map<string, DealEntry>();
  const posted = new Map<string, PostedEntry[]>();
  let changes: Change[] = [];
  let frozenAt: { readonly definitions: DefinitionEntry[]; readonly deals: DealEntry[] } = {
    definitions: [],
    deals: [],
  };
  let position = 0n;

  const ledger: Given = {
    record: (type, data, id) => {
      position += 1n;
      const event = recorded({ type, data } as LedgerEvent, id ?? `e${position}`, position);
      const definition = definitionOf(event);
      const deal = dealOf(event);
      let entry: DefinitionEntry | DealEntry | undefined;
      if (definition !== undefined) {
        const folded = foldDefinition(definitions.get(definition), event);
        if (folded !== undefined) definitions.set(definition, folded);
        entry = folded;
      }
      if (deal !== undefined) {
        const folded = foldDeal(deals.get(deal), event);
        if (folded !== undefined) deals.set(deal, folded);
        entry = folded;
      }
      if (entry !== undefined) changes.push({ position, event: event.id, entry });
      return event.id;
    },
    freeze: (period) => {
      const people = [...definitions.values()].flatMap((entry) =>
        entry.kind === 'participant' ? [entry.participant] : [],
      );
      const statements = people.map((participant) => ledger.statement(participant, period));
      for (const statement of statements) {
        const entry: PostedEntry = {
          kind: 'posted',
          asOf: String(position),
          digest: '0'.repeat(64),
          statement,
          event: `frozen-${period}-${statement.participant}`,
        };
        posted.set(statement.participant, [...(posted.get(statement.participant) ?? []), entry]);
      }
      frozenAt = { definitions: [...definitions.values()], deals: [...deals.values()] };
      changes = [];
    },
    book: (participant) => bookOf(participant, [...definitions.values()], [...deals.values()]),
    history: (participant) => ({
      base: bookOf(participant, frozenAt.definitions, frozenAt.deals, [...definitions.values()]),
      changes,
      posted: posted.get(participant) ?? [],
    }),
    statement: (participant, period) => {
      const settled = settle(ledger.history(participant), period);
      if ('problems' in settled) throw new Error(settled.problems.map(({ message }) => message).join('\n'));
      return settled.statement;
    },
  };
  ledger.record('CloseCalendarSet', {
    cadence,
    firstPeriod: firstPeriod ?? (cadence === 'quarter' ? '2026-Q1' : '2026-01'),
    timeZone: 'UTC',
    currency: 'USD',
    reason: 'start',
  });
  return ledger;
}

function bookOf(
  participant: string,
  definitions: readonly DefinitionEntry[],
  deals: readonly DealEntry[],
  fallback: readonly DefinitionEntry[] = definitions,
): Book {
  const calendar = [...definitions, ...fallback].find((entry) => entry.kind === 'calendar');
  const own = [...definitions, ...fallback].find(
    (entry) => entry.kind === 'participant' && entry.participant === participant,
  );
  if (calendar?.kind !== 'calendar' || own?.kind !== 'participant') throw new Error(`nobody is called ${participant}`);
  const known = definitions.includes(own) ? own : { ...own, assignments: [] };
  const none = {
    metrics: new Map(),
    plans: new Map(),
    crediting: new Map(),
    rates: new Map(),
    periods: new Map(),
    quotas: new Map(),
    deals: new Map(),
    colleagues: NOBODY,
  };
  const empty: Book = { ...none, calendar, participant: known };
  const others = definitions.filter((entry) => entry.kind !== 'calendar');
  const made = workingCopy(empty);
  for (const entry of [...others, ...deals]) made.add({ position: 0n, event: 'e', entry });
  const book = made.book();
  const everybody = [...definitions, ...fallback].filter((entry) => entry.kind === 'participant');
  const plans = new Map(
    [...definitions, ...fallback].flatMap((entry) => (entry.kind === 'plan' ? [[entry.plan, entry] as const] : [])),
  );
  const hasRules = [...definitions, ...fallback].some(({ kind }) => kind === 'crediting');
  if (!hasRules && !everybody.some((each) => reachesOthers(reachOf(each, plans)))) return book;
  // Where somebody's plan looks at others, everybody is in reach of everybody.
  const colleagues = new Map(
    everybody.reverse().map(({ participant: id, ...rest }) => {
      const theirs = definitions.find((entry) => entry.kind === 'participant' && entry.participant === id);
      const quotas = definitions.flatMap((entry) =>
        entry.kind === 'quota' && entry.participant === id ? [[`${entry.metric}.${entry.year}`, entry] as const] : [],
      );
      const entry = theirs?.kind === 'participant' ? theirs : { participant: id, ...rest, assignments: [] };
      return [id, { participant: entry, quotas: new Map(quotas) }];
    }),
  );
  return { ...book, colleagues };
}

function recorded(event: LedgerEvent, id: string, position: bigint): RecordedEvent {
  const actor = { id: 'ops', role: 'ops' };
  const meta = { actor, commandId: id, commandHash: '0'.repeat(64), correlationId: id, causationId: null };
  const recordedAt = '2026-01-01T00:00:00.000000Z';
  return { event, id, stream: 'policy-x', revision: 1, position, recordedAt, meta, hash: '0'.repeat(64) };
}

const ask = { reason: 'because', evidence: ['ticket'], requestedBy: 'ops' };
const approval = { approvedBy: 'fin', requestHash: '0'.repeat(64), requestRevision: 1 };
const exception = { ...ask, scope: 'all', expiresOn: null };

/** What most tests begin with: `ada` on plan `ae`, measured by `arr`, from 2026 on. */
export function company(ledger: Given, options: Parameters<typeof plan>[1] = {}): Given {
  metric(ledger, {});
  plan(ledger, options);
  person(ledger, 'ada', options.currency);
  return ledger;
}

export function person(ledger: Given, participant: string, currency = 'USD', plan = 'ae'): void {
  ledger.record('ParticipantOnboarded', {
    participant,
    startsOn: '2025-01-01',
    currency,
    manager: null,
    jobTitle: null,
  });
  ledger.record('PlanAssigned', { participant, plan, effectiveFrom: '2026-01-01', effectiveTo: null, reason: 'hired' });
}

export function metric(
  ledger: Given,
  options: Partial<EventData<'MetricDefined'>['document']> & { version?: number; from?: string; to?: string | null },
): string {
  const { version = 1, from = '2026-01-01', to = null, ...document } = options;
  return ledger.record('MetricDefined', {
    metric: document.metric ?? 'arr',
    version,
    document: {
      metric: 'arr',
      title: 'ARR',
      unit: 'money',
      of: 'deal',
      counts: 'true',
      amount: 'deal.amount',
      ...document,
    },
    effectiveFrom: from,
    effectiveTo: to,
    ...ask,
    ...approval,
  });
}

type Band = Component['table'][number];

/** A band that pays a share, as most do. */
export function band(from: string, share: string, applies: Band['applies'] = 'marginal'): Band {
  return { from, to: null, pays: { by: 'share', share }, lump: null, applies, gate: null };
}

/** A band with anything else about it. */
export function bandOf(from: string, options: Partial<Band>): Band {
  return { ...band(from, '0%'), pays: null, ...options };
}

export const perUnit = (money: string) => ({ by: 'unit', money }) as const;
export const inAll = (money: string) => ({ by: 'amount', money }) as const;

type Gate = Component['gates'][number];

/** A gate on one metric: at least 90 % of its quota in the quarter, looked at anew in every period. */
export function gate(measure: string, options: Partial<Gate> = {}): Gate {
  return {
    name: 'gate',
    measures: [{ measure, weight: '100%' }],
    window: 'quarter',
    against: 'quota',
    atLeast: '90%',
    opens: 're-evaluate',
    pays: 'everything',
    guards: 'component',
    ...options,
  };
}

export function caps(options: Partial<NonNullable<Component['cap']>>): Component['cap'] {
  return { deal: null, period: null, window: null, year: null, excess: 'forfeited', ...options };
}

export const MARGINAL: Component['table'] = [band('0%', '8%'), band('100%', '12%')];

/** A component that says nothing but what every component must say. */
export const PLAIN: Component = {
  title: 'New business',
  credits: 'primary',
  when: 'true',
  measure: 'arr',
  paysOn: null,
  window: 'quarter',
  target: 'quota',
  tierBy: 'attainment',
  read: 'marginal',
  rateAt: 'after',
  each: 'deal',
  table: MARGINAL,
  curve: [],
  targetIncentive: null,
  atBound: 'upper-band',
  multiplyCredit: [],
  multiplyEarning: [],
  gates: [],
  floor: null,
  cap: null,
  round: 'each-line',
};

export function plan(
  ledger: Given,
  options: Partial<Component> & {
    plan?: string;
    component?: string;
    version?: number;
    from?: string;
    currency?: string;
    rounding?: 'half-up' | 'half-even';
    /** What the plan says beside its components. */
    also?: Partial<EventData<'PlanPublished'>['document']>;
  } = {},
): string {
  const {
    plan: id = 'ae',
    component = 'new-business',
    version = 1,
    from = '2026-01-01',
    currency = 'USD',
    rounding = 'half-up',
    also = {},
    ...rest
  } = options;
  return ledger.record('PlanPublished', {
    plan: id,
    version,
    document: {
      plan: id,
      title: 'Account executive',
      currency,
      exchange: 'booking-date',
      rounding,
      components: {
        [component]: { ...PLAIN, ...rest },
      },
      ...also,
    },
    effectiveFrom: from,
    effectiveTo: null,
    ...ask,
    ...approval,
  });
}

export function quota(
  ledger: Given,
  amounts: readonly string[],
  options: {
    participant?: string;
    metric?: string;
    year?: number;
    per?: 'month' | 'quarter' | 'year';
    currency?: string | null;
    terms?: Partial<EventData<'QuotaAssigned'>['quota']>;
  } = {},
): string {
  const { participant = 'ada', metric = 'arr', year = 2026, per = 'quarter', currency = 'USD', terms } = options;
  return ledger.record('QuotaAssigned', {
    participant,
    metric,
    year,
    proposal: 'p1',
    quota: { per, amounts: [...amounts], currency, ...terms },
    ...ask,
    ...approval,
  });
}

export function relief(
  ledger: Given,
  from: string,
  to: string,
  basis: EventData<'QuotaReliefGranted'>['basis'],
  options: { relief?: string; expiresOn?: string | null } = {},
): string {
  return ledger.record('QuotaReliefGranted', {
    participant: 'ada',
    metric: 'arr',
    year: Number(from.slice(0, 4)),
    relief: options.relief ?? 'r1',
    kind: 'leave',
    from,
    to,
    basis,
    ...exception,
    expiresOn: options.expiresOn ?? null,
    ...approval,
  });
}

export type DealTerms = Partial<EventData<'DealClosed'>> & { readonly deal: string };

export function terms(options: DealTerms): EventData<'DealClosed'> {
  return {
    source: 'crm',
    account: 'Acme',
    amount: '100000.00',
    currency: 'USD',
    closedOn: '2026-02-09',
    selectionOn: null,
    sequence: 0,
    owner: 'ada',
    credits: [{ participant: 'ada', pool: 'primary', share: '1' }],
    attributes: {},
    lines: [],
    ...options,
  };
}

export function deal(ledger: Given, options: DealTerms): string {
  return ledger.record('DealClosed', terms(options));
}

export function amend(ledger: Given, options: DealTerms): string {
  return ledger.record('DealAmended', { ...terms(options), reinstated: false, reason: 'the source changed' });
}

export function cancel(ledger: Given, id: string, on = '2026-04-20'): string {
  return ledger.record('DealCancelled', { source: 'crm', deal: id, cancelledOn: on, reason: 'customer withdrew' });
}

export function reach(ledger: Given, id: string, milestone: string, on: string, amount: string | null): string {
  return ledger.record('DealMilestoneReached', { source: 'crm', deal: id, milestone, reachedOn: on, amount });
}

export function split(
  ledger: Given,
  id: string,
  shares: Readonly<Record<string, string>>,
  options: { exception?: string; expiresOn?: string | null } = {},
): string {
  return ledger.record('SplitExceptionApproved', {
    source: 'crm',
    deal: id,
    exception: options.exception ?? 'split-1',
    shares: Object.entries(shares).map(([participant, share]) => ({ participant, share })),
    ...exception,
    reason: 'Joint pursuit.',
    expiresOn: options.expiresOn ?? null,
    ...approval,
  });
}

export function fx(ledger: Given, pair: string, on: string, rate: string): string {
  return ledger.record('ExchangeRateRecorded', {
    base: pair.slice(0, 3),
    quote: pair.slice(3),
    on,
    rate,
    source: 'central bank',
  });
}

export const UP_TO = '2027-01-01';

/** Posted amount by line of a period; fails on any problem. */
export function amounts(ledger: Given, period = '2026-Q1', participant = 'ada'): Record<string, string> {
  const { lines, problems } = earn(ledger.book(participant), UP_TO);
  expect(problems).toEqual([]);
  return Object.fromEntries((lines.get(period) ?? []).map(({ line, amount }) => [line, amount]));
}

export function total(ledger: Given, period = '2026-Q1', participant = 'ada'): number {
  return (
    Object.values(amounts(ledger, period, participant)).reduce(
      (sum, amount) => sum + Math.round(Number(amount) * 100),
      0,
    ) / 100
  );
}

/** Codes of everything that stops the participant's statements of 2026. */
export function codes(ledger: Given, participant = 'ada'): readonly string[] {
  return earn(ledger.book(participant), UP_TO).problems.map(({ code }) => code);
}

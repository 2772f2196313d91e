import type { Book, ExceptionEntry, Own, QuotaEntry, RatesEntry } from '@ledger/calculation';
import type { Component, CreditingDocument, Gate, Look, PlanDocument } from '@ledger/events';
import { isCounted, METRICS } from './draw-plan.ts';

/**
 * A story may be without more than one thing, and nothing says which of them is named first. Whether an evaluator knows another one is
 * seen by asking it again about the same book without the first.
 */

type Remedy = (book: Book) => Book;

const REMEDIES: Readonly<Record<string, Remedy>> = {
  quota_missing: (book) => withOwn(book, (own) => withQuotas(book, own)),
  team_quota_missing: (book) => withOwn(book, (own) => withQuotas(book, own)),
  quota_zero: (book) => withComponents(withOwn(book, withPlainQuotas), withTargets),
  term_missing: (book) => withOwn(book, withTerms),
  score_missing: (book) =>
    withComponents(book, ({ objectives, ...rest }) => ({
      ...rest,
      ...(objectives === undefined ? {} : { objectives: { ...objectives, unscored: 'counts-0' } }),
    })),
  rate_missing: (book) =>
    withPlans({ ...book, rates: withRates(book.rates) }, (document) => ({ ...document, exchange: 'booking-date' })),
  condition_failed: (book) => ({
    ...book,
    deals: new Map(
      [...book.deals].map(([key, deal]) => [
        key,
        { ...deal, attributes: { discount: { decimal: '0.1' }, ...deal.attributes } },
      ]),
    ),
  }),
  shares_not_whole: (book) =>
    withCrediting(book, ({ rules, ...document }) => ({
      ...document,
      rest: 'spread',
      rules: rules.map((rule) => ({ ...rule, share: '1%' })),
    })),
  recipient_unreachable: (book) =>
    withCrediting(book, ({ rules, ...document }) => ({
      ...document,
      rules: rules.map((rule) => ({ ...rule, ifUnreachable: 'rest' })),
    })),
  reporting_loop: (book) => withOwn(book, (own) => ({ ...own, participant: { ...own.participant, managers: [] } })),
};

/** The book without what these codes name; `null` where there is no telling how. */
export function remedied(book: Book, codes: readonly string[]): Book | null {
  return codes.reduce<Book | null>((known, code) => (known === null ? null : (REMEDIES[code]?.(known) ?? null)), book);
}

function withOwn(book: Book, change: (own: Own) => Own): Book {
  const { participant, quotas, exceptions } = change(book);
  const colleagues = new Map([...book.colleagues].map(([who, own]) => [who, change(own)]));
  return { ...book, participant, quotas, exceptions, colleagues };
}

const YEARS = [2023, 2024, 2025, 2026, 2027, 2028];

/** In the currency of the plan, in whichever its participant is paid. */
function withQuotas({ plans }: Book, { participant, quotas, exceptions }: Own): Own {
  const [plan] = participant.assignments.flatMap((each) => plans.get(each.plan)?.versions ?? []);
  const currency = plan?.document.currency ?? participant.currency;
  const more = METRICS.flatMap((metric) =>
    YEARS.map((year): [string, QuotaEntry] => [
      `${metric}.${year}`,
      quotaOf(participant.participant, metric, year, currency),
    ]),
  );
  return { participant, exceptions, quotas: new Map([...more, ...quotas]) };
}

/** Nobody's is 0, or becomes 0 by a ramp, a change or a relief. */
function withPlainQuotas({ participant, quotas, exceptions }: Own): Own {
  const plain = [...quotas].map(([key, { metric, year, quota }]): [string, QuotaEntry] => [
    key,
    quotaOf(participant.participant, metric, year, quota?.currency ?? participant.currency),
  ]);
  return { participant, exceptions, quotas: new Map(plain) };
}

function quotaOf(participant: string, metric: string, year: number, currency: string): QuotaEntry {
  const terms = { per: 'year' as const, amounts: ['1000'], currency: isCounted(metric) ? null : currency };
  const quota = { ...terms, event: '', approvedBy: 'carol', reason: 'Of the year.' };
  return { kind: 'quota', changedBy: '', participant, metric, year, quota, reliefs: [] };
}

/** Nothing is held against what may be 0. */
function withTargets({ prorate: _, target, gates, ...component }: Component): Component {
  const plain = (look: Look): Look =>
    look.over === undefined ? look : { ...look, over: undefined, against: 'amount' };
  const grows = target === 'previous' || target === 'prior-year';
  const { tierOf, columns, multiplyEarning } = component;
  const picked = (by: Component['tierOf']) => (by !== undefined && 'look' in by ? { look: plain(by.look) } : by);
  return {
    ...component,
    target: grows ? { amount: '1000' } : target,
    gates: gates.map((gate): Gate => ({ ...gate, ...plain(gate) })),
    ...(tierOf === undefined ? {} : { tierOf: picked(tierOf) }),
    ...(columns === undefined ? {} : { columns: { ...columns, by: picked(columns.by) ?? columns.by } }),
    multiplyEarning: multiplyEarning.map((each) => ('look' in each ? { ...each, look: plain(each.look) } : each)),
  };
}

/** Before everything else that is agreed. */
function withTerms({ participant, quotas, exceptions }: Own): Own {
  const agreed = (['target-incentive', 'salary'] as const).map((kind): [string, ExceptionEntry] => {
    const terms = { kind, amount: '100', per: 'month' as const, from: '2020-01-01', until: null };
    const about = { participant: participant.participant, exception: `0-${kind}`, reason: 'drawn', event: '' };
    const approved = { approvedBy: 'carol', requestedBy: 'bob', expiresOn: null, isRevoked: false, order: 0 };
    return [about.exception, { kind: 'exception', changedBy: '', ...about, ...approved, terms }];
  });
  return { participant, quotas, exceptions: new Map([...agreed, ...(exceptions ?? [])]) };
}

const CURRENCIES = ['USD', 'EUR', 'JPY', 'KWD'];

function withRates(known: Book['rates']): Book['rates'] {
  const first = { on: '2020-01-01', rate: '1', source: 'drawn', event: '' };
  const pairs = CURRENCIES.flatMap((base) =>
    CURRENCIES.filter((each) => each !== base).map((quote) => ({ base, quote })),
  );
  const more = pairs.map(({ base, quote }): [string, RatesEntry] => {
    const before = known.get(`${base}${quote}`);
    return [`${base}${quote}`, { kind: 'rates', changedBy: '', base, quote, rates: [first, ...(before?.rates ?? [])] }];
  });
  return new Map([...known, ...more]);
}

function withComponents(book: Book, change: (component: Component) => Component): Book {
  return withPlans(book, (document) => ({
    ...document,
    components: Object.fromEntries(Object.entries(document.components).map(([id, each]) => [id, change(each)])),
  }));
}

function withCrediting(book: Book, change: (document: CreditingDocument) => CreditingDocument): Book {
  const crediting = [...book.crediting].map(([name, entry]) => {
    const versions = entry.versions.map((version) => ({ ...version, document: change(version.document) }));
    return [name, { ...entry, versions }] as const;
  });
  return { ...book, crediting: new Map(crediting) };
}

function withPlans(book: Book, change: (document: PlanDocument) => PlanDocument): Book {
  const plans = [...book.plans].map(([name, entry]) => {
    const versions = entry.versions.map((version) => ({ ...version, document: change(version.document) }));
    return [name, { ...entry, versions }] as const;
  });
  return { ...book, plans: new Map(plans) };
}

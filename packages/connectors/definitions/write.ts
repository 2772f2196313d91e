import type {
  CaseNode,
  CorrectionPolicy,
  CreditingDocument,
  CreditRule,
  JurisdictionDocument,
  MetricDocument,
  PlanDocument,
  QuotaAmounts,
} from '@ledger/events';
import { canonical } from '@ledger/kernel';
import { plain } from './node.ts';
import { type Definition, type RateEntry, readDefinitions } from './read.ts';
import { planSaid } from './write-plan.ts';
import { quotaSaid } from './write-terms.ts';
import { any, type Fields, type Said, some, unless, yamlOf } from './write-yaml.ts';

interface Proposed {
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}

/** A definition as the log has it, with what its file said beside it. */
export type Writable =
  | ({ readonly kind: 'metric'; readonly document: MetricDocument } & Proposed)
  | ({ readonly kind: 'plan'; readonly document: PlanDocument; readonly cases: readonly CaseNode[] } & Proposed)
  | ({ readonly kind: 'crediting'; readonly document: CreditingDocument } & Proposed)
  | ({ readonly kind: 'jurisdiction'; readonly document: JurisdictionDocument } & Proposed)
  | {
      readonly kind: 'quotas';
      readonly participant: string;
      readonly metric: string;
      readonly year: number;
      readonly quota: QuotaAmounts;
      readonly reason: string;
      readonly evidence: readonly string[];
    }
  | { readonly kind: 'rates'; readonly rates: readonly RateEntry[] }
  | {
      readonly kind: 'calendar';
      readonly cadence: 'month' | 'quarter';
      readonly firstPeriod: string;
      readonly timeZone: string;
      readonly currency: string;
      readonly holidays: readonly string[] | undefined;
      readonly reason: string;
    }
  | {
      readonly kind: 'corrections';
      readonly policy: CorrectionPolicy;
      readonly waiveUnder: Readonly<Record<string, string>>;
      readonly from: string;
      readonly reason: string;
    };

/**
 * A definition as a file says it, in YAML, without what holds anyhow. It is read again before it is given: `null` where that would
 * not be the same definition, so that no text ever says another thing than the log.
 */
export function definitionText(definition: Writable): string | null {
  const text = yamlOf(saidOf(definition));
  const read = readDefinitions(new TextEncoder().encode(text), 'definition.yaml');
  if (!read.ok) return null;
  const [only, ...others] = read.documents;
  if (only === undefined || others.length > 0) return null;
  return canonical(meant(only)) === canonical(meant(definition)) ? text : null;
}

function saidOf(definition: Writable): Fields {
  switch (definition.kind) {
    case 'metric': {
      const { metric, title, unit, of, counts, amount } = definition.document;
      const counted = { counts: unless(counts, 'true'), amount };
      return { metric, title, unit: unless(unit, 'money'), of: unless(of, 'deal'), ...counted, ...whyOf(definition) };
    }
    case 'plan': {
      const { head, body } = planSaid(definition.document);
      return { ...head, ...whyOf(definition), ...body, cases: any(definition.cases) };
    }
    case 'crediting':
      return { ...creditingSaid(definition.document), ...whyOf(definition) };
    case 'jurisdiction': {
      const { document } = definition;
      const within = Object.entries(document.payWithin).map(([kind, days]) => [kind, String(days)]);
      return {
        jurisdiction: document.jurisdiction,
        title: document.title,
        source: document.source,
        'pay-within': some(Object.fromEntries(within)),
        offset: document.offset,
        'recover-draws': document.recoverDraws,
        notice: unless(String(document.notice), '0'),
        ...whyOf(definition),
      };
    }
    case 'quotas': {
      const { participant, metric, year, quota, reason, evidence } = definition;
      return {
        quotas: [{ participant, metric, year: String(year), ...quotaSaid(quota) }],
        reason,
        evidence: any(evidence),
      };
    }
    case 'rates':
      return {
        rates: definition.rates.map(({ base, quote, on, rate, source }) => ({
          pair: `${base}/${quote}`,
          on,
          rate,
          source,
        })),
      };
    case 'calendar': {
      const { cadence, firstPeriod, timeZone, currency, holidays, reason } = definition;
      const zone = { 'first-period': firstPeriod, 'time-zone': timeZone };
      return { calendar: { cadence, ...zone, currency, holidays, reason } };
    }
    case 'corrections': {
      const { policy, waiveUnder, from, reason } = definition;
      const over = 'over' in policy ? String(policy.over) : undefined;
      return { corrections: { policy: policy.by, over, 'waive-under': some({ ...waiveUnder }), from, reason } };
    }
    default:
      return definition satisfies never;
  }
}

function whyOf({ from, to, reason, evidence }: Proposed): Fields {
  return { from, to: to ?? undefined, reason, evidence: any(evidence) };
}

function creditingSaid(of: CreditingDocument): Fields {
  return {
    crediting: of.crediting,
    title: of.title,
    apply: unless(of.apply, 'all'),
    'source-credits': unless(of.sourceCredits, 'keep'),
    rest: unless(of.rest, 'owner'),
    territories: any(of.territories.map(({ to, ...rest }) => ({ ...rest, to: to ?? undefined }))),
    rules: of.rules.map(ruleSaid),
  };
}

function ruleSaid({ rule, when, from, to, credits, on, pool, share, ifUnreachable }: CreditRule): Fields {
  return {
    rule,
    when: unless(when, 'true'),
    credits: recipientSaid(credits),
    pool: unless(pool, 'primary'),
    share: unless(share, '100%'),
    on: on === 'closed' ? undefined : on,
    'if-unreachable': unless(ifUnreachable, 'rest'),
    from: from ?? undefined,
    to: to ?? undefined,
  };
}

function recipientSaid(credits: CreditRule['credits']): Said {
  switch (credits.by) {
    case 'owner':
      return 'owner';
    case 'manager':
      return credits.level === 1 ? 'manager' : { manager: String(credits.level) };
    case 'participant':
      return { participant: credits.participant };
    case 'attribute':
      return { attribute: credits.attribute };
    case 'territory':
      return { territory: credits.attribute };
    default:
      return credits satisfies never;
  }
}

/** What of a definition has to be the same when it is read again. */
function meant(definition: Definition | Writable): unknown {
  switch (definition.kind) {
    case 'metric':
    case 'plan':
    case 'crediting':
    case 'jurisdiction': {
      const { kind, document, from, to, reason, evidence } = definition;
      return { kind, document, from, to, reason, evidence, cases: casesIn(definition) };
    }
    case 'quotas': {
      const quotas = 'quotas' in definition ? definition.quotas : [definition];
      return quotas.map(({ participant, metric, year, quota, reason, evidence }) => {
        return { participant, metric, year, quota, reason, evidence };
      });
    }
    case 'rates':
      return definition.rates;
    case 'calendar': {
      const { cadence, firstPeriod, timeZone, currency, holidays = null, reason } = definition;
      return { cadence, firstPeriod, timeZone, currency, holidays, reason };
    }
    case 'corrections': {
      const { policy, waiveUnder = {}, from, reason } = definition;
      return { policy, waiveUnder, from, reason };
    }
    default:
      return definition.kind;
  }
}

function casesIn(definition: Definition | Writable): readonly unknown[] {
  if (definition.kind !== 'plan' || definition.cases === null) return [];
  return 'nodes' in definition.cases ? definition.cases.nodes.map(plain) : definition.cases;
}

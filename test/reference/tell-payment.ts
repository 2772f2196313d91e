import type { ExceptionEntry } from '@ledger/calculation';
import type { JurisdictionDocument } from '@ledger/events';
import { monthsLater, payPeriodId, payPeriodOf } from './calendar.ts';
import { type Decided, ofKnown, type Place } from './draw-payment.ts';
import { dateOf, type Story } from './draw-story.ts';
import { decisionFacts } from './tell-decisions.ts';
import { type Fact, numbered, planEntry, version } from './tell-entries.ts';

/** What is decided about the pay of ada, and how the clauses of her plan change. */

interface Told {
  readonly stage: number;
  readonly fact: Fact;
}

export function paymentFacts(story: Story): readonly Told[] {
  const { pay } = story;
  if (pay === null) return [];
  const changes = pay.changes.map(({ stage, from, clauses }): Told => {
    const fact: Fact = (known, event) => {
      const entry = known.get('plan plan');
      const newest = entry?.kind === 'plan' ? entry.versions.at(-1)?.document : undefined;
      if (entry?.kind !== 'plan' || newest === undefined) return null;
      const { draws: _draws, guarantee: _guarantee, pay: _pay, ...rest } = newest;
      return planEntry([
        ...entry.versions,
        version({ ...rest, ...ofKnown(clauses, rest.components) }, dateOf(from), null, event),
      ]);
    };
    return { stage, fact };
  });
  const decisions = pay.decisions.map(({ terms, ...decided }, index) => {
    return { ...decided, exception: `x-${index}`, terms: termsOf(story, terms) };
  });
  return [...changes, ...placeFacts(pay.place), ...decisionFacts(decisions)];
}

/** What holds where ada works, which is decided by a decision of its own. */
function placeFacts(place: Place | null): readonly Told[] {
  if (place === null) return [];
  const { first, later, retired, from, until } = place;
  const documentOf = (law: Place['first']): JurisdictionDocument => ({
    jurisdiction: 'here',
    title: 'Here',
    source: 'drawn',
    payWithin: { default: 10 },
    ...law,
  });
  const law: Fact = (_, event) => ({
    kind: 'jurisdiction',
    changedBy: event,
    jurisdiction: 'here',
    versions: numbered([
      version(documentOf(first), '2025-01-01', null, event),
      ...(later === null ? [] : [version(documentOf(later.law), dateOf(later.from), null, event)]),
    ]),
    retiredFrom: retired === null ? null : dateOf(retired),
  });
  const terms = {
    kind: 'jurisdiction' as const,
    jurisdiction: 'here',
    from: dateOf(from),
    until: until === null ? null : dateOf(until),
  };
  const decision = { exception: 'here', stage: 0, terms, expires: null, revoked: null };
  return [{ stage: 0, fact: law }, ...decisionFacts([decision])];
}

/** Months are drawn; pay periods are named. */
function termsOf({ cadence }: Story, terms: Decided['terms']): ExceptionEntry['terms'] {
  const periodOf = (month: number) => payPeriodId(payPeriodOf(monthsLater('2026-01-01', month), cadence), cadence);
  switch (terms.kind) {
    case 'adjustment':
    case 'draw-forgiveness':
    case 'release':
    case 'waiver':
      return { ...terms, period: periodOf(terms.period) };
    case 'hold':
    case 'consent':
    case 'notice':
    case 'recovery-suspension': {
      const until = terms.until === null ? null : dateOf(terms.from + terms.until);
      return { ...terms, from: dateOf(terms.from), until };
    }
    default:
      return terms;
  }
}

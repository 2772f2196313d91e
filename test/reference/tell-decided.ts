import type { ExceptionEntry } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { monthsLater, payPeriodId, payPeriodOf, windowOn } from './calendar.ts';
import type { DecidedOnPay, DecidedStory } from './draw-decided.ts';
import { dateOf } from './draw-story.ts';
import { type Ledger, ledgerOf } from './tell.ts';
import { type AsTold, dealEntry } from './tell-deals.ts';
import { type DecisionTold, decisionFacts } from './tell-decisions.ts';
import type { Entry } from './tell-entries.ts';
import { isRolling, windowId } from './windows.ts';

/** A story of what is agreed, scored and decided, as the ledger has it. */
export function decidedLedger(story: DecidedStory): Ledger {
  return ledgerOf(story.base, {
    whose: 'ada',
    asTold: asTold(story),
    facts: decisionFacts([...opening(story), ...decisions(story)]),
    asRecorded: (entry) => asRecorded(story, entry),
  });
}

/** The deal with the day on which it was opened. */
function asTold({ opened }: DecidedStory): AsTold {
  return (id, terms) => {
    const deal = dealEntry(id, terms);
    const before = opened[Number(id.slice(2))] ?? null;
    if (before === null) return deal;
    const date = dateOf(terms.day - before);
    return { ...deal, attributes: { ...deal.attributes, opened: before === 10 ? date : { date } } };
  };
}

function opening({ opening: kinds }: DecidedStory): readonly DecisionTold[] {
  return kinds.map((kind) => ({
    exception: `first-${kind}`,
    stage: 0,
    terms: { kind, amount: kind === 'salary' ? '900' : '450.00', per: 'quarter', from: '2024-01-01', until: null },
    expires: null,
    revoked: null,
  }));
}

function decisions(story: DecidedStory): readonly DecisionTold[] {
  return story.decisions.map(({ terms, ...decided }, index) => {
    return { ...decided, exception: `x-${index}`, terms: termsOf(story, terms) };
  });
}

function termsOf({ base, goals }: DecidedStory, terms: DecidedOnPay['terms']): ExceptionEntry['terms'] {
  const { cadence } = base;
  switch (terms.kind) {
    case 'windfall':
      return { ...terms, period: payPeriodId(payPeriodOf(monthsLater('2026-01-01', terms.period), cadence), cadence) };
    case 'score': {
      const kind = goals[0]?.window ?? 'month';
      const { objective, score } = terms;
      const stretch = windowOn(dateOf(terms.day), kind) ?? windowOn('2026-02-01', kind) ?? { from: '', to: '' };
      const window = windowId(kind, stretch, payPeriodOf(dateOf(terms.day), cadence), cadence);
      return { kind: 'score', component: 'goals', objective, window, score };
    }
    default: {
      const until = terms.until === null ? null : dateOf(terms.from + terms.until);
      return { ...terms, from: dateOf(terms.from), until };
    }
  }
}

/** Plans with the component that pays by objectives. */
function asRecorded({ goals, laterCap, planCap }: DecidedStory, entry: Entry): Entry {
  if (entry.kind !== 'plan') return entry;
  const versions = entry.versions.map((each) => {
    const { goals: _, ...components } = each.document.components;
    const scored = goals[entry.plan === 'other' ? 1 : (each.version - 1) % 2];
    const tidy = Object.fromEntries(
      Object.entries(components).map(([id, component]) => [
        id,
        tidied(each.version === 1 ? component : recapped(component, laterCap)),
      ]),
    );
    return {
      ...each,
      document: {
        ...each.document,
        components: { ...tidy, ...(scored === undefined ? {} : { goals: scored }) },
        ...(planCap === null ? {} : { cap: planCap }),
      },
    };
  });
  return { ...entry, versions };
}

function recapped(component: Component, laterCap: DecidedStory['laterCap']): Component {
  switch (laterCap) {
    case 'the same':
      return component;
    case 'none':
      return { ...component, cap: null };
    case 'another':
      return { ...component, cap: { deal: null, period: '45', window: null, year: '120', excess: 'later' } };
  }
}

/** Without what a change of terms left behind. */
function tidied(component: Component): Component {
  const { windfall, personal, cap, ...rest } = component;
  const isQuota = rest.target === 'quota' || rest.target === 'quota-to-date';
  const clause =
    windfall === undefined || rest.each === 'period'
      ? undefined
      : { ...windfall, quotaShareOver: isQuota ? windfall.quotaShareOver : null };
  return {
    ...rest,
    cap: cap?.personal === undefined ? cap : capOf(rest.window, cap),
    ...(clause === undefined ? {} : { windfall: clause }),
    ...(personal === undefined || rest.read !== 'curve' || rest.targetIncentive !== null ? {} : { personal }),
  };
}

function capOf(window: Component['window'], cap: NonNullable<Component['cap']>): Component['cap'] {
  const { window: inWindow, ...others } = cap.personal ?? { term: 'salary', changes: 'end' };
  const lasts = window !== 'deal' && !isRolling(window);
  const personal = { ...others, ...(lasts && inWindow !== undefined ? { window: inWindow } : {}) };
  const isEmpty = personal.period === undefined && personal.year === undefined && !('window' in personal);
  return isEmpty ? null : { ...cap, personal, excess: personal.period === undefined ? 'forfeited' : cap.excess };
}

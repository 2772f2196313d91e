import type { Change, CorrectionsEntry, ExceptionEntry } from '@ledger/calculation';
import { monthsLater, payPeriodId, payPeriodOf } from './calendar.ts';
import type { DecidedOnCorrections, HeldLine, PolicyStory } from './draw-policy.ts';
import { dateOf } from './draw-story.ts';
import { type Ledger, ledgerOf } from './tell.ts';
import { dealEntry } from './tell-deals.ts';
import { decisionFacts } from './tell-decisions.ts';
import type { Fact, Known } from './tell-entries.ts';

/** A story of how corrections are posted, as the ledger has it. */
export function policyLedger({ base, policies, replays, decisions, adjustment }: PolicyStory): Ledger {
  const holds = decisions.flatMap(({ terms }, index) => (terms.kind === 'hold' ? [index] : []));
  const told = decisions.map(({ terms, ...decided }, index) => {
    return { ...decided, exception: nameOf(terms.kind, index), terms: ofHold(terms, holds) };
  });
  const approved = told.flatMap(({ terms, ...decided }) => {
    const placeholder: ExceptionEntry['terms'] = { kind: 'consent', from: '2026-01-01', until: null };
    return decisionFacts([{ ...decided, terms: placeholder }]).map(({ stage, fact }) => ({
      stage,
      // What it is about is looked up among what is known by then.
      fact: ((known, event) => {
        const entry = fact(known, event);
        const isNew = entry?.kind === 'exception' && entry.terms === placeholder;
        return isNew ? { ...entry, order: Number(event.slice(1)), terms: termsOf(terms, known) } : entry;
      }) satisfies Fact,
    }));
  });
  return ledgerOf(base, {
    whose: 'ada',
    asTold: dealEntry,
    facts: [
      ...policies.map(({ stage, from, policy, waiveUnder }): { stage: number; fact: Fact } => ({
        stage,
        fact: (known, event) => {
          const limits = waiveUnder === null ? {} : { [base.currency]: waiveUnder };
          const one = { policy, waiveUnder: limits, from: dateOf(from), reason: 'drawn', setBy: 'fin', event };
          const before = correctionsIn(known);
          return { ...before, policies: [...before.policies, one] };
        },
      })),
      ...decisionFacts(
        adjustment === null
          ? []
          : [
              {
                exception: 'a-0',
                stage: 0,
                terms: { kind: 'adjustment', period: periodOf(adjustment), amount: '45.50', component: null },
                expires: null,
                revoked: null,
              },
            ],
      ),
    ],
    atLast: [
      ...replays.map(({ stage, policy, causes }, at): { stage: number; fact: Fact } => ({
        stage,
        fact: (known, event) => {
          const before = correctionsIn(known);
          const taken = before.replays.flatMap((each) => each.causes);
          const own = causes.map((index) => eventAt(known, index)).filter((each) => !taken.includes(each));
          const applied = { replay: `r-${at}`, policy, reason: 'drawn', approvedBy: 'carol', event, requests: [] };
          return { ...before, replays: [...before.replays, { ...applied, causes: [...new Set(own)] }] };
        },
      })),
      ...approved,
    ],
  });
}

function nameOf(kind: DecidedOnCorrections['terms']['kind'], index: number): string {
  return `${kind}-${index}`;
}

/** What is released is one of those that are held. */
function ofHold(terms: DecidedOnCorrections['terms'], holds: readonly number[]): DecidedOnCorrections['terms'] {
  return terms.kind === 'release' ? { ...terms, hold: holds[terms.hold % holds.length] ?? terms.hold } : terms;
}

function correctionsIn(known: Known): CorrectionsEntry {
  const entry = known.get('corrections');
  return entry?.kind === 'corrections' ? entry : { kind: 'corrections', changedBy: '', policies: [], replays: [] };
}

/** Of the events that something was last changed by, the newest first. */
function eventAt(known: Known, index: number): string {
  const isMoving = ({ kind }: Change['entry']) => !['corrections', 'exception', 'calendar'].includes(kind);
  const events = [...new Set([...known.values()].filter(isMoving).map(({ changedBy }) => changedBy))];
  const newest = events.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  return newest[index % newest.length] ?? '';
}

function periodOf(month: number): string {
  return payPeriodId(payPeriodOf(monthsLater('2026-01-01', month), 'month'), 'month');
}

function termsOf(terms: DecidedOnCorrections['terms'], known: Known): ExceptionEntry['terms'] {
  switch (terms.kind) {
    case 'waiver': {
      const { kind, component, cause, period } = terms;
      const of = { kind, period: periodOf(period), component };
      const ruled = correctionsIn(known).replays.at(-1)?.causes[0];
      if (cause === null) return of;
      return { ...of, cause: typeof cause === 'number' ? eventAt(known, cause) : (ruled ?? eventAt(known, 0)) };
    }
    case 'hold': {
      const { kind, from, until, component, deal, period, line } = terms;
      const statement = period === null ? null : periodOf(period);
      const first = from === null ? '2025-12-31' : dateOf(from);
      return {
        kind,
        from: first,
        until: until === null ? null : dateOf((from ?? 0) + until),
        component,
        deal,
        ...(statement === null ? {} : { period: statement }),
        ...(statement === null || line === null ? {} : { line: lineName(line, component ?? 'main', statement, known) }),
      };
    }
    case 'release':
      return { ...terms, hold: nameOf('hold', terms.hold), period: periodOf(terms.period) };
    default:
      return terms satisfies never;
  }
}

function lineName(line: HeldLine, component: string, statement: string, known: Known): string {
  switch (line.of) {
    case 'deal':
      return `${component}/crm.D-${line.at}`;
    case 'name':
      return `${component}/${line.name === 'cap' ? `cap/${statement}` : line.name}`;
    case 'adjustment':
      return 'adjustment/a-0';
    case 'correction':
      return `${periodOf(line.period)}/${component}/${eventAt(known, line.cause)}`;
    default:
      return line satisfies never;
  }
}

import type { Book } from '@ledger/calculation';
import type { LeavingRule } from '@ledger/events';
import { type Comparison, END } from './compare.ts';
import { linesOr } from './features.ts';

/** What plans say of those who leave, and whether it mattered: without it something else would be paid. */

interface LeavingFeature {
  readonly name: string;
  readonly without: (book: Book) => Book;
}

const rule = (name: string, without: (rule: LeavingRule) => LeavingRule): LeavingFeature => ({
  name: `leaving: ${name}`,
  without: (book) => {
    const plans = [...book.plans].map(([plan, entry]) => {
      const versions = entry.versions.map((version) => {
        const rules = Object.entries(version.document.onLeaving ?? {}).map(([kind, each]) => [kind, without(each)]);
        return { ...version, document: { ...version.document, onLeaving: Object.fromEntries(rules) } };
      });
      return [plan, { ...entry, versions }] as const;
    });
    return { ...book, plans: new Map(plans) };
  },
});

const LEAVING_FEATURES: readonly LeavingFeature[] = [
  rule('forfeited', (each) => (each.partial === 'forfeited' ? { ...each, partial: 'paid' } : each)),
  rule('prorated', (each) => (each.partial === 'prorated' ? { ...each, partial: 'paid' } : each)),
  rule('of a window', (each) => ({ ...each, of: 'period' })),
  rule('what is held is lost', ({ held: _held, ...each }) => each),
  rule('pipeline', (each) => ({ ...each, pipeline: [] })),
  rule('steps of a pipeline', ({ pipeline, ...each }) => ({ ...each, pipeline: pipeline.slice(-1) })),
  {
    name: 'leaving: kind',
    without: ({ participant, ...book }) => ({ ...book, participant: { ...participant, separation: 'other' } }),
  },
  {
    name: 'leaving: compensation for some time',
    without: ({ participant: { compensationEnds: _gone, ...participant }, ...book }) => ({ ...book, participant }),
  },
];

export const LEAVING_NAMES = LEAVING_FEATURES.map(({ name }) => name);

export function leavingMattered({ book }: Comparison, isAsked: (name: string) => boolean): readonly string[] {
  if (book.participant.endsOn === null) return [];
  const said = textOf(book);
  const asked = LEAVING_FEATURES.map(({ name, without }) => ({ name, changed: without(book) })).filter(
    ({ name, changed }) => isAsked(name) && textOf(changed) !== said,
  );
  if (asked.length === 0) return [];
  const is = linesOr(book, END);
  return asked.filter(({ changed }) => linesOr(changed, END) !== is).map(({ name }) => name);
}

/** All that is said of those who leave. */
function textOf({ plans, participant: { separation, compensationEnds } }: Book): string {
  const rules = [...plans.values()].flatMap(({ versions }) => versions.map(({ document }) => document.onLeaving ?? {}));
  return JSON.stringify([rules, separation, compensationEnds]);
}

import type { Book, Change, CorrectionsEntry, ExceptionEntry } from '@ledger/calculation';
import type { CorrectionPolicy } from '@ledger/events';
import type { Comparison } from './compare.ts';
import { isOtherwise } from './payment-features.ts';
import { isNegative, isPositive } from './ratio.ts';
import type { Ledger } from './tell.ts';

/** What can be said of corrections and of holds, and whether it mattered: the same ledger without it pays something else. */

type Entry = Change['entry'];
interface PolicyFeature {
  readonly name: string;
  /** The entry as it would be without it; the same where it does not say so. */
  readonly without: (entry: Entry) => Entry;
}

const TRUE_UP = { by: 'true-up' as const };

const inCorrections = (change: (entry: CorrectionsEntry) => CorrectionsEntry) => (entry: Entry) =>
  entry.kind === 'corrections' ? change(entry) : entry;

const policy = (by: CorrectionPolicy['by']): PolicyFeature => ({
  name: `policy: ${by}`,
  without: inCorrections((entry) => ({
    ...entry,
    policies: entry.policies.map((each) => (each.policy.by === by ? { ...each, policy: TRUE_UP } : each)),
  })),
});
const replay = (by: string, instead: CorrectionsEntry['replays'][number]['policy']): PolicyFeature => ({
  name: `replay: ${by}`,
  without: inCorrections((entry) => ({
    ...entry,
    replays: entry.replays.map((each) => (each.policy.by === by ? { ...each, policy: instead } : each)),
  })),
});

const inException = (change: (entry: ExceptionEntry) => ExceptionEntry) => (entry: Entry) =>
  entry.kind === 'exception' ? change(entry) : entry;
const ofHold = (name: string, change: (terms: Hold) => Hold): PolicyFeature => ({
  name: `hold: ${name}`,
  without: inException((entry) => (entry.terms.kind === 'hold' ? { ...entry, terms: change(entry.terms) } : entry)),
});
type Hold = Extract<ExceptionEntry['terms'], { kind: 'hold' }>;

const POLICY_FEATURES: readonly PolicyFeature[] = [
  policy('positives-only'),
  policy('spread'),
  {
    name: 'policy: waive-under',
    without: inCorrections((entry) => ({
      ...entry,
      policies: entry.policies.map((each) => ({ ...each, waiveUnder: {} })),
    })),
  },
  {
    name: 'policy: from a day on',
    without: inCorrections((entry) => ({
      ...entry,
      policies: entry.policies.map((each) => ({ ...each, from: '2025-01-01' })),
    })),
  },
  replay('true-up', { by: 'waive' }),
  ...['positives-only', 'spread', 'waive'].map((by) => replay(by, TRUE_UP)),
  replay('prospective', { by: 'waive' }),
  {
    name: 'waiver: cause',
    without: inException((entry) => {
      if (entry.terms.kind !== 'waiver') return entry;
      const { cause: _cause, ...terms } = entry.terms;
      return { ...entry, terms };
    }),
  },
  ofHold('period', ({ period: _period, line: _line, ...terms }) => terms),
  ofHold('line', ({ line: _line, ...terms }) => terms),
  ofHold('deal', (terms) => ({ ...terms, deal: null })),
  ofHold('component', (terms) => ({ ...terms, component: null })),
  ofHold('until', (terms) => ({ ...terms, until: null })),
  {
    name: 'hold: expires',
    without: inException((entry) => (entry.terms.kind === 'hold' ? { ...entry, expiresOn: null } : entry)),
  },
  {
    name: 'release',
    without: inException((entry) =>
      entry.terms.kind === 'release' ? { ...entry, terms: { ...entry.terms, hold: 'none' } } : entry,
    ),
  },
];

export const POLICY_SAYS = POLICY_FEATURES.map(({ name }) => name);

export function policyFeaturesOf(
  ledger: Ledger,
  { statements }: Comparison,
  isAsked: (name: string) => boolean,
): readonly string[] {
  return POLICY_FEATURES.filter(({ name, without }) => {
    if (!isAsked(name)) return false;
    const changed = withEntries(ledger, without);
    return textOf(changed) !== textOf(ledger) && isOtherwise(changed, statements);
  }).map(({ name }) => name);
}

function withEntries({ book, later, ...rest }: Ledger, change: (entry: Entry) => Entry): Ledger {
  const exceptions = new Map<string, ExceptionEntry>();
  for (const [name, entry] of book.exceptions ?? []) {
    const changed = change(entry);
    if (changed.kind === 'exception') exceptions.set(name, changed);
  }
  const corrections = book.corrections === undefined ? undefined : change(book.corrections);
  const opened: Book = {
    ...book,
    ...(book.exceptions === undefined ? {} : { exceptions }),
    ...(corrections?.kind === 'corrections' ? { corrections } : {}),
  };
  const told = later.map((changes) => changes.map((each) => ({ ...each, entry: change(each.entry) })));
  return { ...rest, book: opened, later: told };
}

/** All that is said of corrections and decided. */
function textOf({ book, later }: Ledger): string {
  const told = later.flat().flatMap(({ entry }) => (isAbout(entry) ? [entry] : []));
  return JSON.stringify([book.corrections, [...(book.exceptions?.values() ?? [])], told]);
}

function isAbout({ kind }: Entry): boolean {
  return kind === 'corrections' || kind === 'exception';
}

const hasSettled = (is: (line: string) => boolean) => (comparison: Comparison) =>
  comparison.statements.some(({ said }) => said.settled.some(({ line }) => is(line)));

export const POLICY_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'waived by policy': hasSettled((line) => line.startsWith('waived/policy/')),
  'set against what was waived before': ({ statements }) =>
    statements.some(({ said }) =>
      said.settled.some(({ line, amount }) => line.startsWith('waived/policy/') && isNegative(amount)),
    ),
  'waived by decision': hasSettled((line) => line.startsWith('waived/waiver')),
  'what is spread waits': hasSettled((line) => line.startsWith('spread/')),
  'parts of what was spread': ({ statements }) =>
    statements.filter(({ said }) => said.settled.some(({ line }) => line.startsWith('spread/'))).length > 2,
  'spread, to be paid': hasBalance((is) => isPositive(is)),
  'spread, to be paid back': hasBalance((is) => isNegative(is)),
  'spread, and left': ({ statements, book }) =>
    book.participant.endsOn !== null &&
    statements.some(({ said }) => [...said.balances.keys()].some((name) => name.startsWith('spread '))),
  'corrections of several causes': ({ statements }) =>
    statements.some(({ said }) => new Set(said.caused.map(({ event }) => event)).size > 1),
  'two causes of one correction': ({ statements }) =>
    statements.some(({ corrections, said }) => said.caused.length > corrections.length),
  'a correction of several deals': ({ statements }) =>
    statements.some(({ said }) => said.caused.some(({ parts }) => parts.length > 1)),
  'a hold': hasSettled((line) => line.startsWith('held/')),
  'what was held is paid': hasSettled((line) => line.startsWith('unheld/')),
};

function hasBalance(is: (amount: Parameters<typeof isNegative>[0]) => boolean): (comparison: Comparison) => boolean {
  return ({ statements }) =>
    statements.some(({ said }) =>
      [...said.balances].some(([name, amount]) => name.startsWith('spread ') && is(amount)),
    );
}

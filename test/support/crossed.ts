import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/**
 * Plans that nobody wrote: the worked cases of the repository say each mechanic, here clauses of one are put into the plans of another.
 * Most of what comes out is a plan that somebody could have; the rest is refused when it is defined.
 */

type Words = string | readonly Words[] | { readonly [name: string]: Words };
type Fields = { readonly [name: string]: Words };

export interface Story {
  /** Where its parts come from, for a message. */
  readonly says: string;
  readonly given: readonly Fields[];
  /** What is told when the first periods may be history. */
  readonly late: readonly Fields[];
  readonly expected: readonly Words[];
}

/** A clause as one case says it, with what it calls its metrics and components. */
interface Clause {
  readonly field: string;
  readonly value: Words;
  readonly from: string;
  readonly metrics: ReadonlySet<string>;
  readonly components: ReadonlySet<string>;
}

const root = join(import.meta.dirname, '..');

function isFields(value: Words | undefined): value is Fields {
  return typeof value === 'object' && !Array.isArray(value);
}

function listOf(value: Words | undefined): readonly Words[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** Every worked case of the repository that defines a plan. */
function stories(): readonly Story[] {
  const files = globSync(['cases/own/*.yaml', 'golden/*.yaml'], { cwd: root }).sort();
  return files.flatMap((file) => {
    const documents = parseAllDocuments(readFileSync(join(root, file), 'utf8'), { schema: 'failsafe' })
      .map((document) => document.toJS() as Fields)
      .filter(isFields);
    const [first] = documents;
    const common = first !== undefined && first.case === undefined ? listOf(first.given) : [];
    return documents.flatMap((document): readonly Story[] => {
      if (typeof document.case !== 'string') return [];
      const given = [...common, ...listOf(document.given)].filter(isFields);
      // What is refused in the case may not be what follows from another plan.
      const isOwn = given.every(
        (step) => step.refused === undefined && step.file === undefined && step.approve === undefined,
      );
      if (!isOwn || !given.some((step) => plansIn(step).length > 0)) return [];
      return [{ says: `${basename(file)}: ${document.case}`, given, late: [], expected: listOf(document.then) }];
    });
  });
}

function documentsIn(step: Fields): readonly Fields[] {
  return listOf(step.define).filter(isFields);
}

function plansIn(step: Fields): readonly Fields[] {
  return documentsIn(step).filter((document) => document.plan !== undefined && isFields(document.components));
}

/** Fields that say what a thing is, and not how it works. */
const NAMES = new Set([
  'plan',
  'title',
  'components',
  'from',
  'to',
  'reason',
  'evidence',
  'currency',
  'cases',
  'measure',
  'table',
  'phase-in',
]);

function componentsOf(plan: Fields): readonly (readonly [string, Fields])[] {
  return isFields(plan.components)
    ? Object.entries(plan.components).filter((each): each is [string, Fields] => isFields(each[1]))
    : [];
}

function wordsUnder(value: Words, name: string, found: Set<string>): Set<string> {
  if (typeof value !== 'string') {
    for (const [key, member] of Object.entries(value) as [string, Words][]) {
      if (key === name && typeof member === 'string') found.add(member);
      wordsUnder(member, name, found);
    }
  }
  return found;
}

interface Clauses {
  readonly ofComponents: readonly Clause[];
  readonly ofPlans: readonly Clause[];
}

function clausesOf(all: readonly Story[]): Clauses {
  const ofComponents: Clause[] = [];
  const ofPlans: Clause[] = [];
  for (const { says, given } of all) {
    for (const plan of given.flatMap(plansIn)) {
      const metrics = new Set([...wordsUnder(given, 'measure', new Set()), ...wordsUnder(given, 'metric', new Set())]);
      const components = new Set(componentsOf(plan).map(([name]) => name));
      const clause = (field: string, value: Words): Clause => ({ field, value, from: says, metrics, components });
      for (const [, component] of componentsOf(plan)) {
        for (const [field, value] of Object.entries(component))
          if (!NAMES.has(field)) ofComponents.push(clause(field, value));
      }
      for (const [field, value] of Object.entries(plan)) if (!NAMES.has(field)) ofPlans.push(clause(field, value));
    }
  }
  return { ofComponents: once(ofComponents), ofPlans: once(ofPlans) };
}

/** Each clause once, however many cases say it; how often a field is drawn does not follow from how often it was written. */
function once(clauses: readonly Clause[]): readonly Clause[] {
  return [...new Map(clauses.map((each) => [JSON.stringify([each.field, each.value]), each])).values()];
}

/** The same clause in the words of another case. */
function retold(value: Words, names: ReadonlyMap<string, string>): Words {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => retold(each, names));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names.get(name) ?? name, retold(member as Words, names)]),
  );
}

export type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

const ALL = stories();
const CLAUSES = clausesOf(ALL);

/** By field first, so that a rare one is drawn as often as a common one. */
function pickClause(random: Random, clauses: readonly Clause[]): Clause {
  const field = pick(random, [...new Set(clauses.map((each) => each.field))]);
  return pick(
    random,
    clauses.filter((each) => each.field === field),
  );
}

/** A case with clauses of others in its plans, late facts and freezes after it. */
export function crossed(random: Random): Story {
  const base = pick(random, ALL);
  const taken: string[] = [];
  let isCrossed = false;
  const given = base.given.map((step): Fields => {
    if (plansIn(step).length === 0) return step;
    const documents = documentsIn(step).map((document): Fields => {
      if (document.plan === undefined || isCrossed) return document;
      isCrossed = true;
      return crossedPlan(random, base, document, taken);
    });
    return { ...step, define: documents };
  });
  return {
    says: `${base.says} + ${taken.join(' + ')}`,
    given,
    late: laterSteps(random, base),
    expected: base.expected,
  };
}

function crossedPlan(random: Random, base: Story, plan: Fields, taken: string[]): Fields {
  const own = componentsOf(plan);
  const metrics = [...wordsUnder(base.given, 'measure', new Set())];
  const take = (clause: Clause): readonly [string, Words] => {
    const names = new Map<string, string>();
    for (const metric of clause.metrics) names.set(metric, metrics.length === 0 ? 'bookings' : pick(random, metrics));
    for (const component of clause.components) names.set(component, pick(random, own)[0]);
    taken.push(`${clause.field} of ${clause.from}`);
    return [clause.field, retold(clause.value, names)];
  };
  const components = own.map(([name, component]): readonly [string, Fields] => {
    const more = [...Array(Math.floor(random() * 3)).keys()].map(() => take(pickClause(random, CLAUSES.ofComponents)));
    return [name, { ...component, ...Object.fromEntries(more) }];
  });
  const clauses = random() < 0.6 ? [take(pickClause(random, CLAUSES.ofPlans))] : [];
  return { ...plan, ...Object.fromEntries(clauses), components: Object.fromEntries(components) };
}

/** What becomes known of deals that stand as they were told: each is told at most once more, or cancelled. */
function laterSteps(random: Random, base: Story): readonly Fields[] {
  const touched = new Set(base.given.flatMap((step) => [step.cancel, step.amend].filter((each) => each !== undefined)));
  const deals = base.given.filter(
    (step) =>
      typeof step.deal === 'string' &&
      !touched.has(step.deal) &&
      step.lines === undefined &&
      step.cancelled === undefined,
  );
  const chosen = deals.filter(() => random() < 0.5).slice(0, 3);
  return chosen.map((step, at): Fields => {
    const on = `2027-03-0${at + 1}`;
    const of = { ...(step.source === undefined ? {} : { source: step.source }), on };
    if (random() < 0.4) return { cancel: step.deal ?? '', ...of, day: on };
    return { amend: step.deal ?? '', ...of, amount: String(Math.floor(random() * 90_000) - 10_000) };
  });
}

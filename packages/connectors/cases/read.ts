import { type Component, EARNINGS } from '@ledger/events';
import { shareIn } from '@ledger/money';
import { unknownField } from '../definitions/explain.ts';
import type {
  CaseNodes,
  Definition,
  MetricDefinition,
  PeopleDefinition,
  PlanDefinition,
} from '../definitions/index.ts';
import { type Fields, find, itemsAt, type Node, offsetOf, textAt } from '../definitions/node.ts';
import { readDefinitions, readDocument } from '../definitions/read.ts';
import { type FileProblem, openSource, type Source } from '../definitions/source.ts';
import { twiceDefined } from '../definitions/twice.ts';
import { isProblems, readYaml } from '../definitions/yaml.ts';
import type { Case } from './case.ts';
import { dealsTold } from './deals.ts';
import { expectationOf } from './expectations.ts';
import { type ParsedExpectation, type ParsedStep, parseExpectation, parseStep, placeInCase, within } from './parse.ts';
import { checkNames, namedPeople } from './people.ts';
import { documentNodes, MOST_PERIODS, type Scope, scopeOf, withDefaults } from './scope.ts';
import { type Setting, stepsOf, withAssignments } from './steps.ts';

export type ReadCases =
  | { readonly ok: true; readonly cases: readonly Case[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads a file beside the one that names it; `undefined` where it cannot be read. */
export type OpenBeside = (name: string) => { readonly bytes: Uint8Array; readonly name: string } | undefined;

const MOST_PROBLEMS = 100;

/**
 * Reads a file of worked cases, YAML or (named `.json`) JSON. Everything that is wrong comes back at once, in the order of the file,
 * up to 100 problems. What a case leaves out is filled in: whoever runs it decides nothing.
 */
export function readCases(bytes: Uint8Array, name: string, open: OpenBeside): ReadCases {
  const source = openSource(bytes, name);
  if ('code' in source) return { ok: false, problems: [source] };
  const nodes = readYaml(source);
  if (isProblems(nodes)) return { ok: false, problems: nodes };
  const problems: FileProblem[] = [];
  const [first] = nodes;
  const shared =
    first?.kind === 'fields' && first.fields.has('given') && !first.fields.has('case') && !first.fields.has('then')
      ? first
      : undefined;
  const documents = shared === undefined ? nodes : nodes.slice(1);
  if (documents.length === 0) {
    problems.push(source.problem('document_invalid', 0, [], 'holds no worked case; begin one with case: and then:.'));
  }
  if (shared !== undefined) checkKeys(shared, ['given'], source, problems);
  const common = shared === undefined ? [] : parseAll(itemsOf(shared, 'given', source, problems), parseStep, problems);
  const cases = documents.flatMap((node) => readCase(node, common, { source, open, problems }) ?? []);
  if (problems.length === 0) return { ok: true, cases };
  const inOrder = problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return {
    ok: false,
    problems: [...new Map(inOrder.map((each) => [each.message, each])).values()].slice(0, MOST_PROBLEMS),
  };
}

/** Whether a file holds worked cases, for who looks through a folder: other files may lie beside them. */
export function holdsCases(bytes: Uint8Array): boolean {
  return /^[{[\s]*"?(?:case|given)"?\s*:/m.test(new TextDecoder('utf-8').decode(bytes));
}

interface Reading {
  readonly source: Source;
  readonly open: OpenBeside;
  readonly problems: FileProblem[];
  /** Definitions that are given before everything else. */
  readonly before?: readonly Definition[];
}

/** Cases that stand in a plan: the plan is given in each of them, and the metrics that it names where a case defines none. */
export function readPlanCases(
  { nodes, source }: CaseNodes,
  plan: PlanDefinition,
  metrics: readonly MetricDefinition[],
): ReadCases {
  const problems: FileProblem[] = [];
  const open: OpenBeside = () => undefined;
  const cases = nodes.flatMap((node, index) => {
    const place = within(source, ['cases', index]);
    const own = itemsOf(node.kind === 'fields' ? node : NO_FIELDS, 'given', place, []);
    const defined = own.flatMap(([item]) => definedIn(item));
    const twice = defined.find((each) => textAt(each, 'plan') === plan.document.plan);
    if (twice !== undefined) {
      problems.push(
        place.problem('field_invalid', twice.at, ['given'], 'the plan itself is given in its own cases; leave it out.'),
      );
      return [];
    }
    const known = new Set(defined.map((each) => textAt(each, 'metric')));
    const documents = [...metrics.filter(({ document }) => !known.has(document.metric)), { ...plan, cases: null }];
    return readCase(node, [], { source: place, open, problems, before: documents }) ?? [];
  });
  if (problems.length === 0) return { ok: true, cases };
  return { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
}

const NO_FIELDS: Fields = { kind: 'fields', at: 0, fields: new Map() };

/** The documents that a step of a case defines, as they are written. */
function definedIn(item: Node): readonly Fields[] {
  const value = find(item, ['define']);
  const list = value === undefined ? [] : value.kind === 'list' ? value.items : [value];
  return list.filter((each) => each.kind === 'fields');
}

const KEYS = ['case', 'source', 'note', 'given', 'then'];

function readCase(node: Node, common: readonly ParsedStep[], reading: Reading): Case | undefined {
  const { source, problems } = reading;
  const before = problems.length;
  if (node.kind !== 'fields') {
    problems.push(
      source.problem(
        'document_invalid',
        node.at,
        [],
        'must be fields with their names, beginning with case:; a line --- divides several cases.',
      ),
    );
    return undefined;
  }
  checkKeys(node, KEYS, source, problems);
  const title = textAt(node, 'case') ?? '';
  if (title === '') {
    problems.push(
      source.problem('field_missing', node.at, ['case'], 'is missing. Say in one sentence what the case shows.'),
    );
  }
  const own = parseAll(itemsOf(node, 'given', source, problems), parseStep, problems);
  const expectations = parseAll(itemsOf(node, 'then', source, problems), parseExpectation, problems);
  const isRefused = own.some((step) => step.file.refused !== undefined);
  if (itemsAt(node, 'then').length === 0 && !isRefused) {
    const then = find(node, ['then']);
    const says = `is ${then === undefined ? 'missing' : 'empty'}. Say what must be so.`;
    problems.push(source.problem('field_missing', (then ?? node).at, ['then'], says));
  }
  const first = reading.before === undefined ? [] : parseAll([[stepBefore(node.at), source]], parseStep, problems);
  const steps = [...first, ...common, ...own];
  const files = openFiles(steps, reading);
  if (problems.length > before) return undefined;
  const made = complete(steps, expectations, files, problems);
  return { title, source: textAt(node, 'source') ?? null, file: source.name, ...source.placeOf(node.at), ...made };
}

function checkKeys(node: Fields, known: readonly string[], source: Source, problems: FileProblem[]): void {
  for (const [key, { keyAt }] of node.fields) {
    if (known.includes(key)) continue;
    const place = placeInCase(key);
    const says = place === undefined ? unknownField(key, known) : `unknown field "${key}"; ${place}.`;
    problems.push(source.problem('field_unknown', keyAt, [], says));
  }
}

function itemsOf(node: Fields, name: string, source: Source, problems: FileProblem[]) {
  const list = find(node, [name]);
  if (list !== undefined && list.kind !== 'list') {
    problems.push(source.problem('field_invalid', list.at, [name], 'must be a list, one "- { … }" on each line.'));
  }
  return itemsAt(node, name).map((item, index) => [item, within(source, [name, index])] as const);
}

function parseAll<Parsed extends object>(
  items: readonly (readonly [Node, Source])[],
  parse: (node: Node, source: Source) => Parsed | readonly FileProblem[],
  problems: FileProblem[],
): readonly Parsed[] {
  return items.flatMap(([node, source]) => {
    const parsed = parse(node, source);
    if (!isFound(parsed)) problems.push(...parsed);
    return isFound(parsed) ? [parsed] : [];
  });
}

function isFound<Parsed extends object>(parsed: Parsed | readonly FileProblem[]): parsed is Parsed {
  return !Array.isArray(parsed);
}

/** A step that stands for what is given before the case begins. */
function stepBefore(at: number): Fields {
  const value = { kind: 'text', at, text: 'plan' } as const;
  return { kind: 'fields', at, fields: new Map([['file', { keyAt: at, value }]]) };
}

function openFiles(
  steps: readonly ParsedStep[],
  { source, open, problems, before }: Reading,
): ReadonlyMap<ParsedStep, readonly Definition[]> {
  const files = new Map<ParsedStep, readonly Definition[]>();
  for (const step of steps) {
    if (step.word !== 'file') continue;
    if (step === steps[0] && before !== undefined) {
      files.set(step, before);
      continue;
    }
    const opened = open(step.file.file);
    if (opened === undefined && before !== undefined) {
      const says = 'has no place in a case that a plan carries, which holds all that it needs; give it by define.';
      problems.push(step.source.problem('field_invalid', offsetOf(step.node, ['file']), ['file'], says));
      continue;
    }
    if (opened === undefined) {
      const says = `cannot be read; name a definition file beside ${source.name}.`;
      problems.push(step.source.problem('file_missing', offsetOf(step.node, ['file']), ['file'], says));
      continue;
    }
    const read = readDefinitions(opened.bytes, opened.name);
    if (read.ok) files.set(step, read.documents);
    else problems.push(...read.problems);
  }
  return files;
}

type Made = Pick<Case, 'start' | 'calendar' | 'implicit' | 'periods' | 'steps' | 'expectations'>;

function complete(
  parsed: readonly ParsedStep[],
  then: readonly ParsedExpectation[],
  files: ReadonlyMap<ParsedStep, readonly Definition[]>,
  problems: FileProblem[],
): Made {
  const scope = scopeOf(parsed, then, files);
  if (scope.periods.length > MOST_PERIODS) {
    const says = `spans more than ${MOST_PERIODS} periods, from ${scope.firstPeriod} on; bring its dates together.`;
    const first = parsed[0] ?? then[0];
    if (first !== undefined) problems.push(first.source.problem('document_too_large', first.node.at, [], says));
  }
  const numbers = numbersIn(parsed, files);
  const documents = new Map(files);
  for (const step of parsed) {
    if (step.word !== 'define') continue;
    const nodes = documentNodes(step);
    const isList = find(step.node, ['define'])?.kind === 'list';
    const wrong: FileProblem[] = [];
    const read = nodes.flatMap((node, index) => {
      const place = within(step.source, isList ? ['define', index] : ['define']);
      const document = readDocument(withDefaults(node, scope, numbers), place);
      if (Array.isArray(document)) wrong.push(...document);
      return Array.isArray(document) ? [] : [document];
    });
    // What is refused before it can be read is refused as the case says, too.
    const isExpected = wrong.some(({ code }) => code === step.file.refused);
    if (!isExpected) problems.push(...wrong, ...twiceDefined(read));
    documents.set(step, isExpected ? [] : read);
  }
  const defined = [...documents.values()].flat();
  const measures = new Set(defined.flatMap(measuresOf));
  const deals = dealsTold(scope.currency);
  const metric = measures.size === 1 ? [...measures][0] : measures.size === 0 ? 'bookings' : undefined;
  const setting: Setting = { scope, deals, documents, metric, numbers, problems };
  const steps = stepsOf(parsed, setting);
  const expectations = then.flatMap((each) => expectationOf(each, { scope, deals, problems }) ?? []);
  checkShares(parsed, problems);
  checkNames(parsed, then, defined, problems);
  const people = namedPeople(parsed, then, defined);
  const file = parsed[0]?.source.name ?? then[0]?.source.name ?? '';
  const written = { file, line: 1 };
  const calendar = defined.find((document) => document.kind === 'calendar') ?? {
    kind: 'calendar',
    written,
    cadence: scope.cadence,
    firstPeriod: scope.firstPeriod,
    timeZone: 'UTC',
    currency: scope.currency,
    reason: 'As the case says.',
  };
  const whole = withAssignments(steps, people);
  const implicit: Definition[] = [];
  if (people.length > 0) implicit.push(peopleOf(people, scope, whole, written));
  if (usesBookings(defined, steps)) implicit.push(bookings(scope.reach, written));
  const { start, periods } = scope;
  return { start, calendar, implicit, periods, steps: whole, expectations };
}

/** Ids of metrics that are defined as numbers. */
function numbersIn(
  parsed: readonly ParsedStep[],
  files: ReadonlyMap<ParsedStep, readonly Definition[]>,
): ReadonlySet<string> {
  const inline = parsed
    .flatMap(documentNodes)
    .filter((node) => textAt(node, 'unit') === 'number')
    .map((node) => textAt(node, 'metric') ?? '');
  const inFiles = [...files.values()]
    .flat()
    .flatMap((document) =>
      document.kind === 'metric' && document.document.unit === 'number' ? [document.document.metric] : [],
    );
  return new Set([...inline, ...inFiles]);
}

/** What the components of a plan measure. Nobody has a quota for scores, or for what a team earns. */
function measuresOf(document: Definition): readonly string[] {
  if (document.kind !== 'plan') return [];
  return Object.values(document.document.components).flatMap(({ measure, objectives, earningsOf }) =>
    objectives === undefined && (measure !== EARNINGS || earningsOf === undefined) ? [measure] : [],
  );
}

/** Whether something is looked at for gates, bands, columns or factors. */
function looksAt(metric: string, { gates, tierOf, columns, multiplyEarning }: Omit<Component, 'measure' | 'paysOn'>) {
  const looks = [
    ...gates,
    ...[tierOf, columns?.by, ...multiplyEarning].flatMap((each) =>
      each !== undefined && 'look' in each ? [each.look] : [],
    ),
  ];
  return looks.some(({ measures, over }) => over === metric || measures.some(({ measure }) => measure === metric));
}

function usesBookings(defined: readonly Definition[], steps: Case['steps']): boolean {
  if (defined.some((document) => document.kind === 'metric' && document.document.metric === 'bookings')) return false;
  const inPlans = defined.some(
    (document) =>
      document.kind === 'plan' &&
      Object.values(document.document.components).some(
        ({ measure, paysOn, ...looks }) =>
          measure === 'bookings' || paysOn === 'bookings' || looksAt('bookings', looks),
      ),
  );
  const inQuotas = steps.some(
    ({ action }) =>
      action.do === 'define' &&
      action.documents.some(
        (each) => each.kind === 'quotas' && each.quotas.some((quota) => quota.metric === 'bookings'),
      ),
  );
  return inPlans || inQuotas;
}

/** The metric that a case need not define: what a deal is worth. */
function bookings(from: string, written: MetricDefinition['written']): MetricDefinition {
  const document = {
    metric: 'bookings',
    title: 'Bookings',
    unit: 'money',
    of: 'deal',
    counts: 'true',
    amount: 'deal.amount',
  } as const;
  const placeOf = () => ({ line: written.line, column: 1 });
  return { kind: 'metric', written, placeOf, document, from, to: null, reason: 'As the case says.', evidence: [] };
}

function peopleOf(
  people: readonly string[],
  scope: Scope,
  steps: Case['steps'],
  written: PeopleDefinition['written'],
): PeopleDefinition {
  const assigned = steps.flatMap(({ action }) => (action.do === 'assign' ? [action.from] : []));
  const startsOn = [scope.from, ...assigned].sort()[0] ?? scope.from;
  const unnamed = { name: null, email: null, manager: null, jobTitle: null, plans: [] };
  const participants = people.map((participant) => ({
    ...unnamed,
    participant,
    startsOn,
    currency: scope.currency,
  }));
  return { kind: 'participants', written, participants };
}

/** A share of 0 is no share: the person is left out. */
function checkShares(parsed: readonly ParsedStep[], problems: FileProblem[]): void {
  for (const step of parsed) {
    for (const field of ['credits', 'overlay', 'shares'] as const) {
      const node = find(step.node, [field]);
      if (node?.kind !== 'fields') continue;
      for (const [participant, { value }] of node.fields) {
        if (value.kind !== 'text' || shareIn(value.text).n > 0n) continue;
        const says = `${value.text} is no share; leave ${participant} out, or write a share of more than 0%.`;
        problems.push(step.source.problem('percent_invalid', value.at, [field, participant], says));
      }
    }
  }
}

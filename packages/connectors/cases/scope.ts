import { fields } from '@ledger/events';
import type { Definition } from '../definitions/index.ts';
import { type Fields, type Node, textAt } from '../definitions/node.ts';
import type { ParsedExpectation, ParsedStep } from './parse.ts';

/** What follows from what a case names, for everything that it leaves out. */
export interface Scope {
  readonly cadence: 'month' | 'quarter';
  readonly firstPeriod: string;
  /** Pay periods from the first to the last one that is named. */
  readonly periods: readonly string[];
  /** 1 January of the year of the first period: from here on definitions apply that do not say it. */
  readonly from: string;
  /** First day of the earliest plan, if that is before `from`: metrics that do not say it reach back as far. */
  readonly reach: string;
  /** Day on which everything implicit is recorded: `from`, or the day of the first step if that is earlier. */
  readonly start: string;
  /** Currency of the first plan. */
  readonly currency: string;
}

/** A document of a `define` step as it was written. */
export function documentNodes(step: ParsedStep): readonly Node[] {
  if (step.word !== 'define' || step.node.kind !== 'fields') return [];
  const value = step.node.fields.get('define')?.value;
  return value === undefined ? [] : value.kind === 'list' ? value.items : [value];
}

/** Longest calendar that is opened for a case: 20 years of months. */
export const MOST_PERIODS = 240;

export function scopeOf(
  steps: readonly ParsedStep[],
  expectations: readonly ParsedExpectation[],
  files: ReadonlyMap<ParsedStep, readonly Definition[]>,
): Scope {
  const nodes = steps.flatMap(documentNodes);
  const defined = [...files.values()].flat();
  const calendar = nodes.find((node) => node.kind === 'fields' && node.fields.has('calendar'));
  const ofFile = defined.find((document) => document.kind === 'calendar');

  const named = periodsNamed(steps, expectations);
  const windows = expectations.flatMap((each) => (each.word === 'attainment' ? [each.file.window ?? ''] : []));
  const first = named[0] ?? windows.find((window) => fields.periodId.safeParse(window).success);
  const said = calendar === undefined ? ofFile?.cadence : textAt(calendar, 'calendar', 'cadence');
  const cadence = said === 'month' || said === 'quarter' ? said : first?.includes('Q') === false ? 'month' : 'quarter';

  // Days that must lie in a period: first days of what is named, and where deals closed.
  const days = [
    ...named.map((period) => boundsOf(period)?.from),
    ...windows.map((window) => boundsOf(window)?.from),
    ...steps.map(closedOn),
  ].filter((day) => day !== undefined);
  const earliest = days.toSorted()[0] ?? steps.find((step) => step.file.on !== undefined)?.file.on ?? '2026-01-01';
  const firstPeriod =
    (calendar === undefined ? ofFile?.firstPeriod : textAt(calendar, 'calendar', 'first-period')) ??
    periodOf(earliest, cadence);
  const latest = [
    ...named.map((period) => boundsOf(period)?.last),
    ...windows.map((window) => boundsOf(window)?.last),
    ...days,
  ]
    .filter((day) => day !== undefined)
    .toSorted()
    .at(-1);
  const from = `${firstPeriod.slice(0, 4)}-01-01`;
  const firstStep = steps.find((step) => step.file.on !== undefined)?.file.on;
  return {
    cadence,
    firstPeriod,
    periods: periodsBetween(firstPeriod, periodOf(latest ?? earliest, cadence), cadence),
    from,
    reach: [from, ...plansFrom(nodes, defined)].toSorted()[0] ?? from,
    start: firstStep !== undefined && firstStep < from ? firstStep : from,
    currency: currencyOf(nodes, defined),
  };
}

/** The first days that plans say. */
function plansFrom(nodes: readonly Node[], defined: readonly Definition[]): readonly string[] {
  const said = nodes.flatMap((node) =>
    node.kind === 'fields' && node.fields.has('plan') ? (textAt(node, 'from') ?? []) : [],
  );
  const ofFiles = defined.flatMap((document) => (document.kind === 'plan' ? [document.from] : []));
  return [...said, ...ofFiles].filter((day) => fields.date.safeParse(day).success);
}

function currencyOf(nodes: readonly Node[], defined: readonly Definition[]): string {
  const written = nodes.find((node) => node.kind === 'fields' && node.fields.has('plan'));
  const plan = defined.find((document) => document.kind === 'plan');
  return (written === undefined ? plan?.document.currency : textAt(written, 'currency')) ?? 'USD';
}

/** Pay periods in the order in which the case names them. */
function periodsNamed(steps: readonly ParsedStep[], expectations: readonly ParsedExpectation[]): readonly string[] {
  const given = steps.flatMap((step) => (step.word === 'freeze' ? [step.file.freeze] : []));
  const then = expectations.flatMap(({ file }) => ('period' in file && file.period !== undefined ? [file.period] : []));
  return [...given, ...then];
}

function closedOn(step: ParsedStep): string | undefined {
  if (step.word === 'deal') return step.file.closed ?? step.file.on;
  return step.word === 'amend' ? step.file.closed : undefined;
}

/**
 * First and last day, and the day after, of a period or window as statements name it: `2026-01`, `2026-Q1`, `2026-H1`, `2026`, the
 * half-month `2026-01-1`, `2026-10-01/2027-01-01`, the months `2026-02/2026-04`, 12 months up to `2026-03/12`; `undefined` for another text.
 */
export function boundsOf(
  window: string,
): { readonly from: string; readonly last: string; readonly to: string } | undefined {
  const [, first, after] = /^([0-9]{4}-[0-9]{2}-[0-9]{2})\/([0-9]{4}-[0-9]{2}-[0-9]{2})$/.exec(window) ?? [];
  if (first !== undefined && after !== undefined) return spanned(Date.parse(first), Date.parse(after));
  const [, begin, end] = /^([0-9]{4}-(?:0[1-9]|1[0-2]))\/([0-9]{4}-(?:0[1-9]|1[0-2]))$/.exec(window) ?? [];
  const lastMonth = end === undefined ? undefined : boundsOf(end);
  if (lastMonth !== undefined) return { ...lastMonth, from: `${begin}-01` };
  const match = /^([0-9]{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])(?:-([12])|\/([1-9][0-9]?))?))?$/.exec(window);
  if (match === null) return undefined;
  const [, year, quarter, half, month, part, rolling] = match;
  const from = quarter ? Number(quarter) * 3 - 3 : half ? Number(half) * 6 - 6 : month ? Number(month) - 1 : 0;
  const months = quarter ? 3 : half ? 6 : month ? 1 : 12;
  const at = (index: number, day: number) => Date.UTC(Number(year), index, day);
  if (part === '1') return spanned(at(from, 1), at(from, 16));
  if (part === '2') return spanned(at(from, 16), at(from + 1, 1));
  return spanned(at(from + months - Number(rolling ?? months), 1), at(from + months, 1));
}

function spanned(from: number, to: number): { readonly from: string; readonly last: string; readonly to: string } {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: day(from), last: day(to - 86_400_000), to: day(to) };
}

export function periodOf(day: string, cadence: Scope['cadence']): string {
  const month = Number(day.slice(5, 7));
  return cadence === 'month' ? day.slice(0, 7) : `${day.slice(0, 4)}-Q${Math.ceil(month / 3)}`;
}

function periodsBetween(first: string, last: string, cadence: Scope['cadence']): readonly string[] {
  const periods: string[] = [];
  let bounds = boundsOf(first);
  for (let period = first; bounds !== undefined && period <= last && periods.length <= MOST_PERIODS; ) {
    periods.push(period);
    period = periodOf(bounds.to, cadence);
    bounds = boundsOf(period);
  }
  return periods;
}

/** An inline document with what the case leaves out; it stands where the document stands, so that problems point there. */
export function withDefaults(node: Node, scope: Scope, numbers: ReadonlySet<string>): Node {
  if (node.kind !== 'fields') return node;
  const why = 'As the case says.';
  const { from, currency } = scope;
  if (node.fields.has('participants')) {
    return inItems(node, 'participants', (person) => {
      const whole = filled(person, { starts: from, currency });
      return inItems(whole, 'plans', (plan) => filled(plan, { from }));
    });
  }
  if (node.fields.has('quotas')) {
    const beside = filled(node, { year: from.slice(0, 4) });
    if (node.fields.has('currency')) return beside;
    const metric = textAt(node, 'metric');
    return inItems(beside, 'quotas', (quota) =>
      numbers.has(textAt(quota, 'metric') ?? metric ?? '') ? quota : filled(quota, { currency }),
    );
  }
  if (node.fields.has('rates')) {
    return inItems(filled(node, { source: why }), 'rates', (rate) => filled(rate, { on: from }));
  }
  if (node.fields.has('calendar')) {
    const { cadence, firstPeriod } = scope;
    const values = { cadence, 'first-period': firstPeriod, 'time-zone': 'UTC', currency, reason: why };
    return inField(node, 'calendar', (calendar) => filled(calendar, values));
  }
  if (node.fields.has('exception')) return filled(withSource(node), { reason: why }, { evidence: why });
  if (node.fields.has('plan')) {
    return filled(node, { title: textAt(node, 'plan') ?? '', currency, from, reason: why });
  }
  if (node.fields.has('crediting')) {
    return filled(node, { title: textAt(node, 'crediting') ?? '', from, reason: why });
  }
  if (node.fields.has('jurisdiction') && !node.fields.has('exception')) {
    return filled(node, { title: textAt(node, 'jurisdiction') ?? '', source: why, from, reason: why });
  }
  if (node.fields.has('approvals')) return filled(node, { from, reason: why });
  for (const kind of ['corrections', 'queries']) {
    if (node.fields.has(kind)) return inField(node, kind, (policy) => filled(policy, { from, reason: why }));
  }
  if (node.fields.has('metric')) {
    return filled(node, { title: textAt(node, 'metric') ?? '', from: scope.reach, reason: why });
  }
  return node;
}

/** Deals of the case itself are named without their source. */
function withSource(node: Fields): Fields {
  return inField(node, 'deal', (deal) =>
    deal.kind === 'text' && !deal.text.includes('.') ? { ...deal, text: `case.${deal.text}` } : deal,
  );
}

function filled(
  node: Node,
  values: Readonly<Record<string, string>>,
  lists: Readonly<Record<string, string>> = {},
): Node {
  if (node.kind !== 'fields') return node;
  const missing = Object.entries(values).filter(([name]) => !node.fields.has(name));
  const added = missing.map(
    ([name, text]) => [name, { keyAt: node.at, value: { kind: 'text', at: node.at, text } as const }] as const,
  );
  const inLists = Object.entries(lists).flatMap(([name, text]) => {
    if (node.fields.has(name)) return [];
    const item = { kind: 'text', at: node.at, text } as const;
    return [[name, { keyAt: node.at, value: { kind: 'list', at: node.at, items: [item] } as const }] as const];
  });
  return { ...node, fields: new Map([...node.fields, ...added, ...inLists]) };
}

function inField(node: Fields, name: string, change: (value: Node) => Node): Fields {
  const field = node.fields.get(name);
  if (field === undefined) return node;
  return { ...node, fields: new Map([...node.fields, [name, { ...field, value: change(field.value) }]]) };
}

function inItems(node: Node, name: string, change: (item: Node) => Node): Node {
  if (node.kind !== 'fields') return node;
  return inField(node, name, (list) => (list.kind === 'list' ? { ...list, items: list.items.map(change) } : list));
}

import {
  correctionsInWords,
  policyChanges,
  policyInWords,
  type ShowAnswer,
  type ShownEntry,
} from '@ledger/application';
import { grouped, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Definitions with their history; of one that is asked for by name, the document that applies too. */
export function renderShown(
  paint: Paint,
  { kind, entries, asOf, on }: ShowAnswer,
  names: ReadonlyMap<string, string>,
  isNamed: boolean,
  columns: number,
): string {
  const title = `${paint.bold(kind)}, on ${on}, as of position ${asOf}\n`;
  if (kind === 'people' && !isNamed) return title + peopleText(entries, names);
  return title + entries.map((entry) => entryText(paint, entry, names, isNamed, on, columns)).join('');
}

/** Everybody below the person to whom they report on the day; whose manager is not listed stands at the edge. */
function peopleText(entries: readonly ShownEntry[], names: ReadonlyMap<string, string>): string {
  const known = new Set(entries.map(({ name }) => name));
  const below = Map.groupBy(entries, ({ manager }) => (manager !== null && known.has(manager) ? manager : ''));
  const seen = new Set<string>();
  const rows: string[][] = [];
  const add = (entry: ShownEntry, depth: number): void => {
    if (seen.has(entry.name)) return;
    seen.add(entry.name);
    const person = entry.entry.kind === 'participant' ? entry.entry : undefined;
    const until = person?.endsOn === null || person === undefined ? '' : `until ${person.endsOn}`;
    rows.push([
      `${'  '.repeat(depth)}${entry.name}`,
      names.get(entry.name) ?? '',
      person?.jobTitle ?? '',
      entry.plans.join(', '),
      person === undefined ? '' : `from ${person.startsOn} ${until}`.trim(),
    ]);
    for (const report of below.get(entry.name) ?? []) add(report, depth + 1);
  };
  for (const entry of below.get('') ?? []) add(entry, 0);
  // A loop has no edge.
  for (const entry of entries) add(entry, 0);
  return table([{ title: '' }, { title: '' }, { title: 'job title' }, { title: 'plans' }, { title: '' }], rows);
}

function entryText(
  paint: Paint,
  { name, entry, inForce, manager, plans, history }: ShownEntry,
  names: ReadonlyMap<string, string>,
  isNamed: boolean,
  on: string,
  columns: number,
): string {
  const head = `  ${paint.bold(name)}`;
  const line = (text: string) => `    ${wrapped(text, columns - 4, '      ')}\n`;
  if ('versions' in entry) {
    const retired = entry.retiredFrom === null ? '' : `, retired from ${entry.retiredFrom}`;
    const versions = entry.versions.map((version) => {
      const { from, to, approvedBy, reason } = version;
      const mark = version.version === inForce ? paint.green('applies') : '       ';
      const when = to === null ? `from ${from}` : `${from} to ${to}`;
      return `    ${mark} version ${version.version}, ${when}, approved by ${approvedBy}\n            ${wrapped(reason, columns - 12, '            ')}\n`;
    });
    const applied = entry.versions.find(({ version }) => version === inForce);
    const document = isNamed && applied !== undefined ? documentText(applied.document, 4, columns) : '';
    return `${head}${retired}\n${versions.join('')}${document}`;
  }
  if (entry.kind === 'rates') return `${head}\n${ratesText(entry, history ?? [])}`;
  if (entry.kind === 'corrections') return `${head}\n${correctionsText(entry, on, paint, columns)}`;
  if (entry.kind === 'participant') {
    return [
      `${head} ${names.get(entry.participant) ?? ''}`.trimEnd(),
      '\n',
      line(`reports to ${manager ?? 'nobody'}; plans: ${plans.join(', ') || 'none'}`),
      documentText(withoutOrigin(entry), 4, columns),
    ].join('');
  }
  return `${head}\n${documentText(withoutOrigin(entry), 4, columns)}`;
}

type Kind<Name extends ShownEntry['entry']['kind']> = Extract<ShownEntry['entry'], { readonly kind: Name }>;

/** Each rate beside the one before it; of one pair, with who recorded it and when. */
function ratesText({ base, quote, rates }: Kind<'rates'>, history: NonNullable<ShownEntry['history']>): string {
  const recorded = new Map(
    history.map((change) => [change.event, `${change.recordedAt.slice(0, 10)} by ${change.by}`]),
  );
  const rows = rates.map(({ on, rate, source, event }, at) => [
    on,
    rate,
    rates[at - 1]?.rate ?? '–',
    recorded.get(event) ?? '',
    source,
  ]);
  const titles = [
    { title: 'from' },
    { title: `1 ${base} in ${quote}`, right: true },
    { title: 'before', right: true },
    { title: recorded.size === 0 ? '' : 'recorded' },
    { title: '' },
  ];
  return table(titles, rows);
}

/** Each policy with what it changed, and those of replays. */
function correctionsText(entry: Kind<'corrections'>, on: string, paint: Paint, columns: number): string {
  const line = (text: string) => `            ${wrapped(text, columns - 12, '            ')}\n`;
  const inForce = entry.policies.findLast(({ from }) => from <= on);
  const policies = policyChanges(entry).map((each, at) => {
    const mark = each.event === inForce?.event ? paint.green('applies') : '       ';
    const changes = at === 0 ? [] : each.fields;
    const says = `${correctionsInWords(each)}, from ${each.from}, set by ${each.setBy}`;
    return `    ${mark} ${wrapped(says, columns - 12, '            ')}\n${line(each.reason)}${changes.map(({ says }) => line(says)).join('')}`;
  });
  const replays = entry.replays.map(
    ({ replay, policy, requests, approvedBy, reason }) =>
      `            ${wrapped(`of replay ${replay} (${requests.join(', ')}): ${policyInWords(policy)}, approved by ${approvedBy}`, columns - 12, '            ')}\n${line(reason)}`,
  );
  return [...policies, ...replays].join('');
}

function withoutOrigin({ kind: _, changedBy: __, ...entry }: ShownEntry['entry']): object {
  return entry;
}

/** A document as it reads: a name and a value on each line, what belongs to it below. Ids of events are for programs. */
function documentText(value: object, indent: number, columns: number): string {
  const pad = ' '.repeat(indent);
  return Object.entries(value)
    .filter(([name, member]) => name !== 'event' && member !== null && member !== undefined)
    .map(([name, member]) => {
      if (typeof member !== 'object') return `${pad}${name}: ${amountOrText(member)}\n`;
      if (Object.keys(member).length === 0) return '';
      if (Array.isArray(member) && member.some((each) => typeof each === 'object')) {
        const items = member.map(
          (each) => `${pad}  - ${wrapped(flatText(each), columns - indent - 4, `${pad}    `)}\n`,
        );
        return `${pad}${name}:\n${items.join('')}`;
      }
      const flat = flatText(member);
      if (indent + name.length + 2 + flat.length <= columns) return `${pad}${name}: ${flat}\n`;
      return Array.isArray(member)
        ? `${pad}${name}: ${wrapped(flat, columns - indent - 2, `${pad}  `)}\n`
        : `${pad}${name}:\n${documentText(member, indent + 2, columns)}`;
    })
    .join('');
}

function flatText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return amountOrText(value);
  if (Array.isArray(value)) return value.map(inner).join(', ');
  return Object.entries(value)
    .filter(([name, member]) => name !== 'event' && member !== null && member !== undefined)
    .map(([name, member]) => `${name} ${inner(member)}`)
    .join(', ');
}

function inner(value: unknown): string {
  return typeof value === 'object' && value !== null ? `(${flatText(value)})` : amountOrText(value);
}

function amountOrText(value: unknown): string {
  return typeof value === 'string' && /^-?[0-9]+(?:\.[0-9]+)?$/.test(value) ? grouped(value) : String(value);
}

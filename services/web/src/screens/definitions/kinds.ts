import type { AnswerOf } from '../../api/client.ts';

export type Summary = AnswerOf<'/v1/definitions'>['definitions'][number];
export type Kind = Summary['kind'];
export type Definition = AnswerOf<'/v1/definitions/{kind}/{name}'>['definition'];
export type DefinitionChange = NonNullable<AnswerOf<'/v1/definitions/{kind}/{name}'>['history']>[number];
export type Versioned = Extract<Definition, { versions: unknown }>;
export type Version = Versioned['versions'][number];

/** Kinds in the order in which they are looked for, in the words of people. */
export const KINDS: readonly {
  readonly kind: Kind;
  readonly many: string;
  readonly one: string;
  readonly says: string;
}[] = [
  { kind: 'plan', many: 'Plans', one: 'Plan', says: 'What is paid, for what.' },
  { kind: 'metric', many: 'Metrics', one: 'Metric', says: 'What counts, and for how much.' },
  { kind: 'quota', many: 'Quotas', one: 'Quota', says: 'What everybody is to reach, with what relieves it.' },
  {
    kind: 'crediting',
    many: 'Crediting rules',
    one: 'Crediting rules',
    says: 'Whom deals credit besides their owner.',
  },
  {
    kind: 'jurisdiction',
    many: 'Jurisdictions',
    one: 'Jurisdiction',
    says: 'What the law lets be taken back out of pay.',
  },
  { kind: 'rates', many: 'Exchange rates', one: 'Exchange rates', says: 'What one currency is worth in another.' },
  { kind: 'calendar', many: 'Calendar', one: 'Calendar', says: 'How the year is cut into pay periods.' },
  {
    kind: 'corrections',
    many: 'Corrections',
    one: 'Corrections',
    says: 'How corrections of frozen periods are posted.',
  },
];

export function kindNamed(text: string | undefined): Kind | undefined {
  return KINDS.find(({ kind }) => kind === text)?.kind;
}

export function oneOf(kind: Kind): string {
  return KINDS.find((each) => each.kind === kind)?.one ?? kind;
}

export function pathOf({ kind, name }: Pick<Summary, 'kind' | 'name'>): string {
  return `/definitions/${kind}/${encodeURIComponent(name)}`;
}

/** A quota is named by person, metric and year; everything else by itself. */
export function quotaNamed(name: string): {
  readonly participant: string;
  readonly metric: string;
  readonly year: string;
} {
  const [participant = '', metric = '', year = ''] = name.split('.');
  return { participant, metric, year };
}

/** What people call it: its title, or what its name says. */
export function nameOf({ kind, name, title }: Pick<Summary, 'kind' | 'name' | 'title'>): string {
  if (title !== null) return title;
  if (kind === 'quota') {
    const { participant, metric, year } = quotaNamed(name);
    return `${participant}, ${metric} ${year}`;
  }
  if (kind === 'rates') return `${name.slice(0, 3)} to ${name.slice(3)}`;
  return kind === 'calendar' || kind === 'corrections' ? oneOf(kind) : name;
}

import { parse, stringify } from 'yaml';

/** A mapping as it is written: YAML in which every scalar is text. */
export type Yaml = string | readonly Yaml[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: Yaml;
}
/** What says which column is which field of a deal. What the form does not show of it stays as it is. */
export type Mapping = YamlMap;

/** In which order one reads them. */
const ORDER = [
  'source',
  'deal',
  'rows',
  'account',
  'amount',
  'currency',
  'closed-on',
  'selection-on',
  'sequence',
  'owner',
  'splits',
  'overlay',
  'status',
  'cancelled-on',
  'only',
  'attributes',
  'lines',
  'join',
  'replace',
  'format',
  'other-columns',
];

/** What is in neither is what the form leaves to the text. */
export const IN_TEXT_ONLY = ['join', 'replace'];

export function mappingText(mapping: Mapping): string {
  const ordered = ORDER.filter((key) => key in mapping).map((key) => [key, mapping[key]] as const);
  const others = Object.entries(mapping).filter(([key]) => !ORDER.includes(key));
  return stringify(Object.fromEntries([...ordered, ...others]), { schema: 'failsafe', lineWidth: 0 });
}

/** Of a text; `undefined`: it is no map of YAML. Whether its fields are right is for the ledger to say. */
export function mappingOf(text: string): Mapping | undefined {
  try {
    const found = yamlOf(parse(text, { schema: 'failsafe', logLevel: 'error' }));
    return isMap(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function yamlOf(value: unknown): Yaml {
  if (Array.isArray(value)) return value.map(yamlOf);
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, yamlOf(of)]));
}

export function isMap(value: Yaml | undefined): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A part that is a map; the empty one where there is none. */
export function mapIn(of: YamlMap, key: string): YamlMap {
  const found = of[key];
  return isMap(found) ? found : {};
}

export function textIn(of: YamlMap, key: string): string | undefined {
  const found = of[key];
  return typeof found === 'string' ? found : undefined;
}

export function textsIn(of: YamlMap, key: string): readonly string[] {
  const found = of[key];
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}

export function mapsIn(of: YamlMap, key: string): readonly YamlMap[] {
  const found = of[key];
  return Array.isArray(found) ? found.filter(isMap) : [];
}

/** With other parts; `undefined` and what is empty takes one out. */
export function changed(of: YamlMap, changes: Readonly<Record<string, Yaml | undefined>>): YamlMap {
  const next = { ...of, ...changes };
  return Object.fromEntries(
    Object.entries(next).filter((entry): entry is [string, Yaml] => {
      const [key, value] = entry;
      if (value === undefined) return false;
      return !(key in changes) || typeof value === 'string' || Object.keys(value).length > 0;
    }),
  );
}

/** What a field is read from. `other`: as only the text can say. */
export type From =
  | { readonly kind: 'nothing' | 'other' }
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'value'; readonly value: string };

export function fromOf(field: Yaml | undefined): From {
  if (field === undefined || field === '') return { kind: 'nothing' };
  if (typeof field === 'string') return { kind: 'column', column: field };
  if (!isMap(field)) return { kind: 'other' };
  const { column, value } = field;
  if (typeof column === 'string') return { kind: 'column', column };
  return typeof value === 'string' ? { kind: 'value', value } : { kind: 'other' };
}

/** Every column of the file that a mapping names, each once. */
export function columnsIn(mapping: Mapping): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (field: Yaml | undefined) => {
    if (typeof field === 'string') names.add(field);
    if (!isMap(field)) return;
    for (const part of ['column', 'participant', 'share', 'less']) if (part in field) add(field[part]);
    for (const name of textsIn(field, 'multiply')) names.add(name);
    for (const pair of mapsIn(field, 'pairs')) add(pair);
  };
  for (const key of ['deal', 'account', 'amount', 'currency', 'closed-on', 'selection-on', 'sequence'])
    add(mapping[key]);
  for (const key of ['owner', 'splits', 'overlay', 'status', 'cancelled-on']) add(mapping[key]);
  for (const of of [mapIn(mapping, 'attributes'), mapIn(mapping, 'lines')])
    for (const field of Object.values(of)) add(field);
  for (const key of ['only', 'replace']) for (const name of Object.keys(mapIn(mapping, key))) names.add(name);
  for (const join of Object.values(mapIn(mapping, 'join'))) if (isMap(join)) add(join.on);
  return names;
}

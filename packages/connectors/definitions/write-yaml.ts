import { Document, isCollection, isMap, isSeq } from 'yaml';

/** What a definition file says: text, lists, fields. What is `undefined` is left out. */
export type Said = string | readonly Said[] | Fields | undefined;
export interface Fields {
  readonly [name: string]: Said;
}

/** A value that need not be written, since it is what holds where nothing is written. */
export function unless<T extends string>(value: T | null | undefined, usual: T): T | undefined {
  return value === null || value === undefined || value === usual ? undefined : value;
}

/** Fields, if any of them is written. */
export function some(fields: Fields): Fields | undefined {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}

/** A list, if it holds anything. */
export function any(list: readonly Said[]): readonly Said[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** How long a list or a few fields may be to stand in one line. */
const ONE_LINE = 100;

/** As people write it: one thing a line, what is short within braces, no quotes where none are needed. */
export function yamlOf(fields: Fields): string {
  const document = new Document(undefined, { schema: 'failsafe' });
  document.contents = document.createNode(written(fields)) as never;
  layOut(document.contents, 0);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function written(said: Said): unknown {
  if (typeof said === 'string' || said === undefined) return said;
  if (Array.isArray(said)) return said.map(written);
  const fields = Object.entries(said).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, written(value)]));
}

/** Fields that lie two or more levels deep stand in a line if they fit; of lists of them each does. */
function layOut(node: unknown, depth: number): void {
  if (!isCollection(node)) return;
  const holdsFields = isSeq(node) && node.items.some(isMap);
  const isShort = JSON.stringify(node.toJSON()).length <= ONE_LINE;
  if (isShort && (isMap(node) ? depth > 1 : !holdsFields)) {
    node.flow = true;
    return;
  }
  for (const item of node.items) layOut(isMap(node) ? (item as { readonly value: unknown }).value : item, depth + 1);
}

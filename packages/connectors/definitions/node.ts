/** What a definition file holds, as it was written: every scalar is text, and everything knows where it stands. */
export type Node = Text | List | Fields;

interface Text {
  readonly kind: 'text';
  readonly at: number;
  readonly text: string;
}
interface List {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly Node[];
}
export interface Fields {
  readonly kind: 'fields';
  readonly at: number;
  readonly fields: ReadonlyMap<string, { readonly keyAt: number; readonly value: Node }>;
}

export type Path = readonly (string | number)[];

/** The node as plain data. Field names of the language's own objects never get here (yaml.ts). */
export function plain(node: Node): unknown {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'list':
      return node.items.map(plain);
    case 'fields':
      return Object.fromEntries([...node.fields].map(([name, { value }]) => [name, plain(value)]));
  }
}

export function find(node: Node, path: Path): Node | undefined {
  let found: Node | undefined = node;
  for (const part of path) {
    if (found?.kind === 'fields') found = found.fields.get(String(part))?.value;
    else if (found?.kind === 'list' && typeof part === 'number') found = found.items[part];
    else return undefined;
  }
  return found;
}

export function textAt(node: Node, ...path: Path): string | undefined {
  const found = find(node, path);
  return found?.kind === 'text' ? found.text : undefined;
}

export function itemsAt(node: Node, ...path: Path): readonly Node[] {
  const found = find(node, path);
  return found?.kind === 'list' ? found.items : [];
}

/** The offset to point at for a path: of the value, of the key that is wrong, or of the nearest thing that is there. */
export function offsetOf(node: Node, path: Path, key = false): number {
  const parent = find(node, path.slice(0, -1));
  const last = path.at(-1);
  if (key && parent?.kind === 'fields') {
    const field = parent.fields.get(String(last));
    if (field !== undefined) return field.keyAt;
  }
  const found = find(node, path);
  if (found !== undefined) return found.at;
  return path.length === 0 ? node.at : offsetOf(node, path.slice(0, -1));
}

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** Where in a document a value stands, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}
export interface Fault {
  readonly message: string;
  readonly place: Place;
}
/** Plain data of a document; every scalar is text. `placeOf` a path gives its key, or the nearest that stands in the text. */
export interface Document {
  readonly data: unknown;
  readonly faults: readonly Fault[];
  placeOf(path: readonly PropertyKey[]): Place;
}

const SEPARATOR = '\u0000';

/**
 * Reads YAML (or JSON) with the failsafe schema: `rate: 8%`, `quota: 250000` and `no` are texts, no number passes through a float.
 * Aliases, tags, repeated keys and keys that are not text are faults.
 */
export function readYaml(text: string): Document {
  const counter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter, merge: false, logLevel: 'silent' });
  const faults: Fault[] = [];
  const places = new Map<string, Place>();
  const at = (offset: number | undefined): Place => {
    const { line, col } = counter.linePos(offset ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of [...document.errors, ...document.warnings]) {
    faults.push({ message: error.message.split(/ at line |\n/)[0] ?? error.code, place: at(error.pos[0]) });
  }

  const plain = (node: unknown, path: readonly PropertyKey[]): unknown => {
    if (isScalar(node)) return typeof node.value === 'string' ? node.value : '';
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const inside = [...path, index];
        places.set(inside.join(SEPARATOR), at((item as Node).range?.[0]));
        return plain(item, inside);
      });
    }
    if (isMap(node)) {
      const members: Record<string, unknown> = {};
      for (const { key, value } of node.items) {
        const place = at((key as Node).range?.[0]);
        const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
        if (name === undefined || name === '__proto__') {
          faults.push({ message: name === undefined ? 'A key must be text' : 'A key must not be "__proto__"', place });
          continue;
        }
        const inside = [...path, name];
        places.set(inside.join(SEPARATOR), place);
        members[name] = plain(value, inside);
      }
      return members;
    }
    if (node !== null && node !== undefined) {
      faults.push({ message: 'Aliases are not accepted; write the value again', place: at((node as Node).range?.[0]) });
    }
    return '';
  };

  return {
    data: plain(document.contents, []),
    faults,
    placeOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const place = places.get(path.slice(0, length).join(SEPARATOR));
        if (place !== undefined) return place;
      }
      return { line: 1, column: 1 };
    },
  };
}

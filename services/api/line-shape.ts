/**
 * What a line of JSON looks like but for its values. One program writes the lines of a batch, so that what it calls its fields, in which
 * order and with which spaces, is the same in most of them: looked at once, it need not be looked at again, as the header of a CSV file.
 */
export interface Shape {
  /** Fits lines of this shape, which are JSON then, and gives each value as it is spelled; no text in it has an escape. */
  readonly pattern: RegExp;
  /** Where the values are, as `attributes/term/decimal`, in their order. */
  readonly paths: readonly string[];
  /** The document with a mark for each value. */
  readonly marked: unknown;
}

/** Names, texts and numbers, of a line without escapes. */
const TOKEN = /"[^"]*"(?:[ \t\r\n]*:)?|-?\d[\d.eE+-]*/g;
const TEXT = '("[^"\\\\\\x00-\\x1f]*")';
/** No more than is sure to be a safe integer, and spelled in one way. */
const COUNT = '(0|[1-9][0-9]{0,14})';
const IS_COUNT = new RegExp(`^${COUNT}$`);
const MARK = '\u0001';
const MOST_VALUES = 100;

/** The shape of a line without escapes that is JSON; `undefined` where it has too many values. */
export function shapeOf(line: string): Shape | undefined {
  let pattern = '^';
  let marked = '';
  let from = 0;
  let values = 0;
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    const between = line.slice(from, index);
    from = index + token.length;
    const isText = token.endsWith('"');
    const isValue = isText || IS_COUNT.test(token);
    pattern += RegExp.escape(between) + (isValue ? (isText ? TEXT : COUNT) : RegExp.escape(token));
    marked += between + (isValue ? JSON.stringify(MARK + values) : token);
    if (isValue) values += 1;
    if (values > MOST_VALUES) return undefined;
  }
  const rest = line.slice(from);
  const document: unknown = JSON.parse(marked + rest);
  const paths: string[] = [];
  note(document, '', paths);
  return { pattern: new RegExp(`${pattern}${RegExp.escape(rest)}$`), paths, marked: document };
}

function note(value: unknown, path: string, paths: string[]): void {
  if (typeof value === 'string') paths[Number(value.slice(MARK.length))] = path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) note(member, path === '' ? name : `${path}/${name}`, paths);
}

/** Which value a member of the marked document stands for; `undefined`: for none. */
export function markOf(member: unknown): number | undefined {
  return typeof member === 'string' && member.startsWith(MARK) ? Number(member.slice(MARK.length)) : undefined;
}

/** Writes a text that was spelled with marks, with the values that the pattern found in their places. */
export function writerOf(spelled: string): (found: readonly string[]) => string {
  const [head = '', ...parts] = spelled.split(/"\\u0001([0-9]+)"/);
  const places: { readonly group: number; readonly after: string }[] = [];
  for (let at = 0; at < parts.length; at += 2)
    places.push({ group: Number(parts[at]) + 1, after: parts[at + 1] ?? '' });
  return (found) => {
    let text = head;
    for (const { group, after } of places) text += found[group] + after;
    return text;
  };
}

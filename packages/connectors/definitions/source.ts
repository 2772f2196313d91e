import type { Code } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import type { Path } from './node.ts';

/** A problem that knows where in a file it is; line and column count from 1. */
export interface FileProblem extends Problem {
  readonly code: Code;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Reports what is wrong at a path of a document. */
export type Report = (code: Code, path: Path, says: string) => void;

/** A file as text, with the way from an offset to a line. */
export interface Source {
  readonly name: string;
  readonly text: string;
  problem(code: Code, at: number, path: Path, says: string): FileProblem;
  lineOf(at: number): number;
  placeOf(at: number): { readonly line: number; readonly column: number };
}

const LARGEST_FILE_BYTES = 1_048_576;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Bytes to text: strict UTF-8 of a bounded size without control characters. */
export function openSource(bytes: Uint8Array, name: string): Source | FileProblem {
  if (bytes.length > LARGEST_FILE_BYTES) {
    const says = `${bytes.length} bytes are more than ${LARGEST_FILE_BYTES}; split the file.`;
    return sourceOf('', name).problem('document_too_large', 0, [], says);
  }
  const source = sourceOf(new TextDecoder('utf-8').decode(bytes), name);
  const says = 'is not UTF-8 text; save the file as UTF-8.';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return source.problem('encoding_invalid', Math.max(0, source.text.indexOf('\ufffd')), [], says);
  }
  const alone = source.text.search(/\r(?!\n)/);
  if (alone >= 0) {
    const ends = 'holds a line end without a line feed (U+000D alone); save the file with LF or CRLF.';
    return source.problem('encoding_invalid', alone, [], ends);
  }
  const control = source.text.search(CONTROL);
  if (control < 0) return source;
  const code = source.text.charCodeAt(control).toString(16).padStart(4, '0');
  return source.problem('encoding_invalid', control, [], `holds the control character U+${code}; remove it.`);
}

function sourceOf(text: string, name: string): Source {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  /** Index of the last line that starts at or before an offset. */
  const lineIndex = (at: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const placeOf = (at: number) => {
    const line = lineIndex(at);
    return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
  };
  return {
    name,
    text,
    lineOf: (at) => placeOf(at).line,
    placeOf,
    problem(code, at, path, says) {
      const { line, column } = placeOf(at);
      const place = `${name}:${line}:${column}`;
      const message = path.length === 0 ? `${place}: ${says}` : `${place}: ${written(path)}: ${says}`;
      const field = path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
      return { code, message, ...(field === '' ? {} : { field }), file: name, line, column };
    },
  };
}

/** A path as people read it: `components.new-business.table #2.from`; lists count from 1. */
function written(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? ` #${part + 1}` : `${index > 0 ? '.' : ''}${part}`))
    .join('')
    .trim();
}

import type { YAMLError } from 'yaml';
import type { FileProblem, Source } from './source.ts';

/**
 * What is wrong with the writing of a document, in words for somebody who does not know how YAML is read. One slip of the pen makes a
 * parser stumble several times: tabs are told alone, of a line only the first thing, and nothing below what is indented otherwise.
 */
export function syntaxProblems(errors: readonly YAMLError[], source: Source): readonly FileProblem[] {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  const told = new Map<number, FileProblem>();
  for (const error of tabs.length > 0 ? tabs : errors) {
    // What lacks a comma inside { } is first found to be a field that has its value already.
    const undivided = errors.find(({ code, pos }) => code === 'BLOCK_IN_FLOW' && pos[0] === error.pos[0]);
    const { at, says, breaks } = inOurWords(undivided ?? error, source.text);
    const line = source.lineOf(at);
    if (!told.has(line)) told.set(line, source.problem('document_invalid', at, [], says));
    if (breaks === true) break;
  }
  return [...told.values()];
}

interface Told {
  readonly at: number;
  readonly says: string;
  /** What stands below is read otherwise than it is meant. */
  readonly breaks?: true;
}

const ALIKE = 'indent alike what belongs together, and begin each item of a list with "- ".';

function inOurWords({ code, pos, message }: YAMLError, text: string): Told {
  const [at] = pos;
  const line = lineAt(text, at);
  const strange = /^[ \t]*([^\S \t\r\n])/u.exec(line.text)?.[1];
  if (strange !== undefined) {
    const name = strange.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return {
      at,
      says: `begins with a space that is none of the keyboard (U+${name}); indent with usual spaces.`,
      breaks: true,
    };
  }
  if (/^\s*\/\//.test(line.text)) return { at, says: 'a comment begins with #, not with //.', breaks: true };
  switch (code) {
    case 'TAB_AS_INDENT':
      return { at, says: 'is indented by a tab; indent with spaces.' };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return colonOrDepth(text, at, line);
    case 'BLOCK_IN_FLOW':
      return {
        at,
        says: 'is not divided by a comma from what follows; write commas between fields inside { }, and a text that holds ": " in quotes.',
      };
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      if (message.startsWith('Missing , '))
        return { at, says: 'a comma is missing before it; write commas inside [ ] and { }.' };
      return unclosed(text, at, message) ?? apart(at);
    default:
      return { at, says: `${message.replace(/\.?$/, '')}.` };
  }
}

/** A value that goes on with a colon, on its own line or below. */
function colonOrDepth(text: string, at: number, { end }: Line): Told {
  const rest = text.slice(at, end);
  const isItem = /^\s*- /.test(rest);
  if (!isItem && /^[^:"']*, *[\w-]+: /.test(rest)) {
    const says =
      'holds ", " and a field; write several fields of one line inside { }, and a text that holds ": " in quotes.';
    return { at, says };
  }
  if (!isItem && /:(?:\s|$)/.test(rest.trimEnd())) {
    return { at, says: 'holds ": ", which begins a field; put the text in quotes.' };
  }
  const below = /\S/.exec(text.slice(end));
  if (isItem || below === null) return apart(at);
  return {
    at: end + below.index,
    says: `is indented deeper than the field above it, which has its value already; ${ALIKE}`,
    breaks: true,
  };
}

function apart(at: number): Told {
  return { at, says: `does not go on what stands above it; ${ALIKE}`, breaks: true };
}

/** A bracket or a quote that is opened and not closed is told where it is opened. */
function unclosed(text: string, at: number, message: string): Told | undefined {
  const quote = /^Missing closing (['"])/.exec(message)?.[1];
  if (quote !== undefined) {
    let start = 0;
    for (const line of text.slice(0, at).split('\n')) {
      if (line.split(quote).length % 2 === 0) {
        return { at: start + line.indexOf(quote), says: `the quote ${quote} is not closed; end the text with it.` };
      }
      start += line.length + 1;
    }
    return undefined;
  }
  const close = /end with a ([}\]])/.exec(message)?.[1];
  if (close === undefined) return undefined;
  const open = close === '}' ? '{' : '[';
  let closed = 0;
  for (let place = at - 1; place >= 0; place -= 1) {
    if (text[place] === close) closed += 1;
    if (text[place] === open && closed-- === 0)
      return { at: place, says: `${open} is not closed; end it with ${close}.` };
  }
  return undefined;
}

interface Line {
  readonly text: string;
  readonly end: number;
}

function lineAt(text: string, at: number): Line {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const next = text.indexOf('\n', at);
  const end = next < 0 ? text.length : next;
  return { text: text.slice(start, end), end };
}

/** A module as the structure test reads it: what it imports, and its code without what people wrote in comments and strings. */
export interface Source {
  readonly imports: readonly { readonly specifier: string; readonly line: number }[];
  /** Same length and lines as the text; comments and the insides of strings, templates and patterns are blanked. */
  readonly code: string;
}

const IMPORT = /(?<![\w.$])(?:(?:import|export)\b[^'"`;()]*?\bfrom\s*|import\s*\(?\s*)(['"`])/g;

export function readSource(text: string): Source {
  const code = blank(text);
  const imports = [...code.matchAll(IMPORT)].map((match) => {
    const start = match.index + match[0].length;
    const quote = match[1] ?? "'";
    return { specifier: text.slice(start, code.indexOf(quote, start)), line: lineAt(text, start) };
  });
  return { imports, code };
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** What stands between `/*` and its end, and so on: one pass, no grammar but where a token begins and ends. */
function blank(text: string): string {
  let out = '';
  let at = 0;
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  const keep = (count: number) => {
    out += text.slice(at, at + count);
    at += count;
  };
  const hide = (count: number) => {
    out += text.slice(at, at + count).replace(/[^\n]/g, ' ');
    at += count;
  };
  const template = () => {
    while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) hide(text[at] === '\\' ? 2 : 1);
    if (text[at] === '`') keep(1);
    else {
      keep(2);
      templates.push(depth++);
    }
  };
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    const char = text[at] ?? '';
    if (rest === '//') hide(untilOrEnd(text, '\n', at) - at);
    else if (rest === '/*') hide(untilOrEnd(text, '*/', at + 2) + 2 - at);
    else if (char === "'" || char === '"') {
      keep(1);
      while (at < text.length && text[at] !== char && text[at] !== '\n') hide(text[at] === '\\' ? 2 : 1);
      keep(1);
    } else if (char === '`') {
      keep(1);
      template();
    } else if (char === '}' && templates.at(-1) === depth - 1) {
      depth--;
      templates.pop();
      keep(1);
      template();
    } else if (char === '/' && beginsPattern(out)) {
      keep(1);
      for (let inClass = false; at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/'); ) {
        if (text[at] === '[') inClass = true;
        else if (text[at] === ']') inClass = false;
        hide(text[at] === '\\' ? 2 : 1);
      }
      keep(1);
    } else {
      if (char === '{') depth++;
      else if (char === '}') depth--;
      keep(1);
    }
  }
  return out;
}

function untilOrEnd(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index < 0 ? text.length : index;
}

/** A slash divides after a value and begins a pattern anywhere else. */
function beginsPattern(before: string): boolean {
  const code = before.trimEnd();
  return (
    code === '' ||
    /[(,=:[!&|?{};<>+\-*%~^]$/.test(code) ||
    /(?<![\w$])(?:return|typeof|case|of|in|yield|await)$/.test(code)
  );
}

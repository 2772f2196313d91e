/** Text that is HTML already; everything else is escaped where it is put in. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | readonly Part[];

/** Control and direction marks would let a name rearrange the page that it stands on. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function shown(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(shown).join('');
  return String(part)
    .replace(HIDDEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A piece of a page: what is written stands as it is, what is put in is text. */
export function html(written: readonly string[], ...parts: readonly Part[]): Html {
  return new Html(written.map((text, index) => text + (index < parts.length ? shown(parts[index]) : '')).join(''));
}

/** A table; nothing where it has no rows. */
export function htmlTable(titles: readonly string[], rows: readonly (readonly Part[])[]): Html {
  if (rows.length === 0) return html``;
  const head = titles.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
  return html`<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>\n`;
}

export function htmlCommand(command: string): Html {
  return html`<pre><code>${command}</code></pre>\n`;
}

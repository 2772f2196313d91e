/** A broken rule of amounts: the caller passed something that a check at the edge should have refused. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

const SHOWN = 40;

/** Text of unknown origin, quoted and cut, so that an error never carries a megabyte or a control character. */
export function shown(text: string): string {
  return text.length > SHOWN ? `${JSON.stringify(text.slice(0, SHOWN))}…` : JSON.stringify(text);
}

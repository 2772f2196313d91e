// How figures are shown to people.

/** `1234567.50` → `1,234,567.50`. Text in, text out: no number passes through a float. */
export function grouped(amount: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)([0-9]+)(.*)$/.exec(amount) ?? [];
  return sign + whole.replace(/\B(?=(?:[0-9]{3})+$)/g, ',') + rest;
}

/** `1 deal`, `1,204 deals`. */
export function counted(count: number, thing: string): string {
  return `${grouped(String(count))} ${count === 1 ? thing : `${thing}s`}`;
}

/** With a sign in front, as differences are shown. */
export function signed(amount: string): string {
  return amount.startsWith('-') || /^0(?:\.0+)?$/.test(amount) ? grouped(amount) : `+${grouped(amount)}`;
}

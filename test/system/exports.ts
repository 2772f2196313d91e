import { readFileSync } from 'node:fs';

/** A second reading of exports, as plain as can be, to hold the product's reading against: no quotes, no floats. */
export type Table = readonly Readonly<Record<string, string>>[];

export function plainCsv(path: string): Table {
  const [header = '', ...lines] = readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

/** `12.5` at scale 4 is 125000n. */
export function scaled(text: string, scale: number): bigint {
  const [, sign = '', whole = '', rest = ''] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (whole === '' || rest.length > scale) throw new Error(`${text} is no number with ${scale} decimals`);
  return BigInt(`${sign}${whole}${rest.padEnd(scale, '0')}`);
}

/** Half-up, for amounts that are not negative. */
export function roundedTo(value: bigint, by: bigint): bigint {
  return (value + by / 2n) / by;
}

/** Cents as a statement writes them. */
export function money(cents: bigint): string {
  const text = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
}

export function quarterOf(date: string): string {
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

/** Adds up cents by key. */
export function addTo(sums: Map<string, bigint>, key: string, cents: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + cents);
}

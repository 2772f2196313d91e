import { add, cmp, div, type Exact, isZero, max, min, mul, neg, ONE, sign, sub, ZERO } from '@ledger/money';

/** What a band pays: a share of the paid amount, money for each unit of it, or an amount for the whole band. */
export interface BandPays {
  readonly by: 'share' | 'unit' | 'amount';
  readonly rate: Exact;
}

/** A stretch of the measured amount: a band of the plan, or a gap between bands, which pays nothing. */
export interface Section {
  readonly from: Exact;
  /** `null`: open-ended. */
  readonly to: Exact | null;
  /** Index of the band in the plan's table; `null` for a gap. */
  readonly band: number | null;
  readonly pays: BandPays | null;
  readonly lump: Exact | null;
  /** The lump is paid for each full so much of the section; `null`: once, when it is reached. */
  readonly forEach: Exact | null;
  readonly retroactive: boolean;
  /** Gate that the band waits for. */
  readonly gate: string | null;
}

/** A table as sections without holes; the lowest one also holds everything below it. */
export interface Table {
  readonly sections: readonly [Section, ...Section[]];
  /** Whether an exact hit on a bound belongs to the upper band. */
  readonly hitIsUpper: boolean;
  readonly hasLumps: boolean;
}

/** A band as the plan writes it; `to` is where it ends, if it says so. */
export type PlanBand = Omit<Section, 'band'>;

const GAP = { band: null, pays: null, lump: null, forEach: null, gate: null } as const;

/**
 * The sections of a list of bands from the lowest to the highest. What lies between bands is a gap; in a table that is read
 * retroactively the gap is the band of everything while the amount stands in it, and pays nothing.
 */
export function tableOf(bands: readonly PlanBand[], hitIsUpper: boolean, gapIsRetroactive: boolean): Table {
  const gap = { ...GAP, retroactive: gapIsRetroactive };
  const sections: Section[] = [];
  const [first] = bands;
  if (first === undefined || !isZero(first.from)) sections.push({ ...gap, from: ZERO, to: first?.from ?? null });
  for (const [at, band] of bands.entries()) {
    const next = bands[at + 1]?.from ?? null;
    const to = band.to ?? next;
    sections.push({ ...band, to, band: at });
    if (to !== null && (next === null || cmp(to, next) < 0)) sections.push({ ...gap, from: to, to: next });
  }
  const [lowest = { ...gap, from: ZERO, to: null }, ...rest] = sections;
  return { sections: [lowest, ...rest], hitIsUpper, hasLumps: sections.some(({ lump }) => lump !== null) };
}

/** The table with its bounds multiplied: from attainment to amounts. */
export function scaled(table: Table, factor: Exact): Table {
  return mapped(table, (section) => ({
    ...section,
    from: mul(section.from, factor),
    to: section.to === null ? null : mul(section.to, factor),
    forEach: section.forEach === null ? null : mul(section.forEach, factor),
  }));
}

/** Bands that wait for a closed gate pay like the band before them in the plan; an amount for a whole band is used up by then. */
export function withClosed(table: Table, closed: ReadonlySet<string>): Table {
  let below: Pick<Section, 'pays' | 'retroactive'> = { pays: null, retroactive: false };
  return mapped(table, (section) => {
    if (section.band === null) return section;
    const waits = section.gate !== null && closed.has(section.gate);
    const read = waits ? { ...section, ...below, lump: null } : section;
    below = { pays: read.pays?.by === 'amount' ? null : read.pays, retroactive: read.retroactive };
    return read;
  });
}

function mapped(table: Table, change: (section: Section) => Section): Table {
  const [first, ...rest] = table.sections;
  return { ...table, sections: [change(first), ...rest.map(change)] };
}

export function sectionOf({ sections }: Table, at: number): Section {
  return sections[at] ?? sections[0];
}

/** The section that an amount stands in. */
export function sectionAt({ sections, hitIsUpper }: Table, amount: Exact): number {
  let at = sections.length - 1;
  for (; at > 0; at -= 1) {
    const order = cmp(amount, (sections[at] ?? sections[0]).from);
    if (order > 0 || (order === 0 && hitIsUpper)) break;
  }
  return at;
}

/**
 * The section whose rate applies to everything below it when an amount stands in `top`: the highest retroactive band that is
 * reached; -1 where there is none. A gap is one only while the amount stands in it.
 */
export function baseOf({ sections }: Table, top: number): number {
  for (let at = top; at >= 0; at -= 1) {
    const section = sections[at] ?? sections[0];
    if (section.retroactive && (section.band !== null || at === top)) return at;
  }
  return -1;
}

/** Part of a section that is used by an amount: 0 to 1; 0 for a section without an end. */
export function usedPart({ from, to }: Section, amount: Exact): Exact {
  if (to === null) return ZERO;
  const used = sub(min(max(amount, from), to), from);
  return isZero(used) ? ZERO : div(used, sub(to, from));
}

/** Money of the lump sums that an amount has reached. One at 0 is reached by the first unit. */
export function lumpsAt(table: Table, amount: Exact): Exact {
  let total = ZERO;
  if (!table.hasLumps) return total;
  for (const section of table.sections) {
    if (section.lump === null) continue;
    const times = lumpCount(section, amount, table.hitIsUpper);
    if (times !== 0n) total = add(total, times === 1n ? section.lump : mul(section.lump, { n: times, d: 1n }));
  }
  return total;
}

/** How often an amount is paid the lump of a section: once when it is reached, or for each full part of it that lies below. */
export function lumpCount(section: Section, amount: Exact, hitIsUpper: boolean): bigint {
  const { from, to, lump, forEach } = section;
  if (lump === null) return 0n;
  if (forEach === null) return isReached(section, amount, hitIsUpper) ? 1n : 0n;
  const end = to === null ? amount : min(amount, to);
  if (cmp(end, from) <= 0) return 0n;
  const parts = div(sub(end, from), forEach);
  const full = parts.n / parts.d;
  // A part that is just filled is full where a bound that is hit belongs to what lies above it.
  const isHit = full * parts.d === parts.n && cmp(end, amount) === 0;
  return isHit && !hitIsUpper ? full - 1n : full;
}

/** Whether an amount is in a section or above it; 0 is in none, whatever a bound that is hit belongs to (how-a-plan-is-read D1). */
function isReached({ from }: Section, amount: Exact, hitIsUpper: boolean): boolean {
  if (sign(from) <= 0) return sign(amount) > 0;
  const order = cmp(amount, from);
  return order > 0 || (order === 0 && hitIsUpper);
}

/** A credit's part in one section. */
export interface Piece {
  readonly section: number;
  readonly from: Exact;
  readonly to: Exact;
  /** Part of the paid amount that goes with it. */
  readonly paid: Exact;
  /** Whether it lies below the threshold from which on a component pays. */
  readonly below: boolean;
}

/**
 * A credit of `measured` on top of `at`, cut by the bounds of the table and by the threshold; the paid amount is spread by length.
 * A credit that measures nothing lies whole where the amount stands.
 */
export function piecesOf(
  table: Table,
  at: Exact,
  measured: Exact,
  paid: Exact,
  threshold: Exact | null,
): readonly Piece[] {
  if (isZero(measured)) {
    const below = threshold !== null && cmp(at, threshold) < 0;
    return [{ section: sectionAt(table, at), from: at, to: at, paid, below }];
  }
  const reached = add(at, measured);
  const [low, high] = sign(measured) > 0 ? [at, reached] : [reached, at];
  const pieces: Piece[] = [];
  for (const [section, { from, to }] of table.sections.entries()) {
    const begins = section === 0 ? low : max(low, from);
    const ends = to === null ? high : min(high, to);
    if (cmp(begins, ends) >= 0) continue;
    const cut = threshold !== null && cmp(begins, threshold) < 0 && cmp(threshold, ends) < 0 ? threshold : null;
    for (const [a, b] of cut === null ? [[begins, ends] as const] : [[begins, cut] as const, [cut, ends] as const]) {
      const size = sub(b, a);
      const whole = sign(measured) > 0 ? measured : neg(measured);
      const part = cmp(size, whole) === 0 ? ONE : div(size, whole);
      const below = threshold !== null && cmp(a, threshold) < 0;
      pieces.push({ section, from: a, to: b, paid: part === ONE ? paid : mul(paid, part), below });
    }
  }
  return pieces;
}

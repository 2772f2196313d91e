import type { TraceStep } from '@ledger/events';
import { div, type Exact, isZero, toText } from '@ledger/money';
import type { Section } from './bands.ts';
import { type LumpChange, lumpChanges } from './rate.ts';
import type { Rated } from './walk.ts';
import { amountInWords, given, percentInWords } from './words.ts';

/** Lump sums that a credit reaches, or loses. */
export function lumpStep(lumps: Exact, rated: Rated, currency: string): TraceStep {
  const changes = lumpChanges(rated.context.rating, rated.before.at, rated.unit.amounts.measured);
  if (changes.some(({ section }) => section.forEach !== null)) return lumpsForEach(changes, lumps, rated, currency);
  const says = lumps.n < 0n ? 'A lump sum is lost with its band' : 'A lump sum, once, for reaching its band';
  return { step: 'lump', as: 'lumps', says: `${says}: ${amountInWords(lumps, currency)}.`, ...given('lump', lumps) };
}

function lumpsForEach(changes: readonly LumpChange[], lumps: Exact, rated: Rated, currency: string): TraceStep {
  const all = changes.flatMap(({ section, count }) =>
    section.lump === null ? [] : [{ section, count, lump: section.lump }],
  );
  const said = all.map(({ section, count, lump }) => {
    const each = section.forEach === null ? '' : ` for each full ${amountInWords(section.forEach, rated.context.unit)}`;
    return `${amountInWords(lump, currency)}${each} from ${boundInWords(section, rated)} on, ${count < 0n ? `${-count} fewer` : `${count} more`}`;
  });
  return {
    step: 'lump',
    as: 'lumps',
    says: `Lump sums: ${said.join('; ')}: ${amountInWords(lumps, currency)}.`,
    formula: all.map((_, at) => `count${at + 1} * lump${at + 1}`).join(' + '),
    inputs: Object.fromEntries(
      all.flatMap(({ count, lump }, at) => [
        [`count${at + 1}`, count.toString()],
        [`lump${at + 1}`, toText(lump)],
      ]),
    ),
    result: toText(lumps),
  };
}

/** Where a band begins, as people name it. */
export function boundInWords({ from }: Section, rated: Rated): string {
  const { target, unit, inForce } = rated.context;
  const amount = amountInWords(from, unit);
  const hasShare =
    target !== null &&
    !isZero(target.value) &&
    (target.by === 'quota' || inForce.component.document.tierBy === 'attainment');
  if (!hasShare) return amount;
  const of = target.by === 'quota' ? 'quota' : 'target';
  return `${percentInWords(div(from, target.value))} of ${of} (${amount})`;
}

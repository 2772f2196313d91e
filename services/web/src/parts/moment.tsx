import { grouped } from '@ledger/money';

const DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const INSTANT = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  // Midnight is 00:00: without it, this language says 24:00.
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** A day of the ledger: `2026-01-05` is the same day everywhere. */
export function dayText(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : DAY.format(at);
}

/** The day before another one. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

const A_DAY = /(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g;
/** A number of four digits or more that is an amount by what stands behind it: cents, a currency, what it is for. */
const AN_AMOUNT = /(?<![\w.,/-])-?\d{4,}(?:\.\d{2}(?![\w.-])|(?:\.\d+)?(?= [A-Z]{3}\b| per | in \d{4}-))/g;

/** Words that are written from right to left, as a name in Arabic or Hebrew. */
const LEFTWARDS =
  /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}](?:[^\p{sc=Latin}\p{Nd}\n]*[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}])?/gu;

/**
 * A sentence of the ledger as people read it: its days by their names, its amounts with the thousands apart. What is written from right
 * to left in it stands by itself (U+2068 to U+2069): the amount behind a name would otherwise be shown before it.
 */
export function asSaid(text: string): string {
  return text
    .replaceAll(AN_AMOUNT, grouped)
    .replaceAll(A_DAY, dayText)
    .replaceAll(LEFTWARDS, (words) => `\u2068${words}\u2069`);
}

/** A time as the log has it, in UTC, the zone of the ledger. */
export function instantText(instant: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant : `${INSTANT.format(at)} UTC`;
}

export function Day({ day }: { readonly day: string }) {
  return <time dateTime={day}>{dayText(day)}</time>;
}

export function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at}>
      {instantText(at)}
    </time>
  );
}

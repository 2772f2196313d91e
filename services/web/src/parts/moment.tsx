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

/** Days within a sentence, as people read them. */
export function daysSaid(text: string): string {
  return text.replaceAll(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, dayText);
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

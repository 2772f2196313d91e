import type { ParticipantEntry } from './book.ts';

/** To whom people report, day by day. A reporting line lasts until another one begins, after an employment too. */

/** The manager on a day: by the newest of the reporting lines that began last. */
export function managerOn({ managers }: Pick<ParticipantEntry, 'managers'>, day: string): string | null {
  let found: ParticipantEntry['managers'][number] | undefined;
  for (const line of managers) if (line.from <= day && (found === undefined || line.from >= found.from)) found = line;
  return found?.manager ?? null;
}

/** Everybody above somebody on a day, the direct manager first; a loop ends where it would begin again. */
export function managersAbove(
  people: ReadonlyMap<string, { readonly participant: ParticipantEntry }>,
  participant: string,
  day: string,
): readonly string[] {
  const above: string[] = [];
  let at: string | null = participant;
  while (at !== null) {
    const entry: ParticipantEntry | undefined = people.get(at)?.participant;
    at = entry === undefined ? null : managerOn(entry, day);
    if (at === null || above.includes(at)) break;
    above.push(at);
    if (at === participant) break;
  }
  return above;
}

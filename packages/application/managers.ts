import { managersAbove, type ParticipantEntry } from '@ledger/calculation';
import { participantEntry } from './entries.ts';
import { type Ledger, today } from './ledger.ts';

/** Everybody above somebody on a day, the direct manager first; read person by person, so that it costs the same in a company of any size. */
export async function chainAbove(ledger: Ledger, id: string, day: string): Promise<readonly string[]> {
  const people = new Map<string, { readonly participant: ParticipantEntry }>();
  for (let at: string | undefined = id; at !== undefined && !people.has(at); ) {
    const participant = await participantEntry(ledger, at);
    if (participant === undefined) break;
    people.set(at, { participant });
    at = managersAbove(people, id, day).at(-1);
  }
  return managersAbove(people, id, day);
}

/** Everybody whom a participant reports to today, directly or not: they may speak for them. */
export async function managersOf(ledger: Ledger, participant: string): Promise<readonly string[]> {
  const above = await chainAbove(ledger, participant, await today(ledger));
  return above.filter((each) => each !== participant);
}

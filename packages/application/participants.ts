import { managerOn, type ParticipantEntry } from '@ledger/calculation';
import { extentOf, hidden } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { type Acting, isProblem, type Person, type Problem } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { revisionAt } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { dayAsked, momentAsked } from './moment.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import { type Reach, reaches, reachOf } from './reach.ts';
import type { AsOf } from './statements.ts';

/** Somebody who earns, as a reader may see them. */
export interface ParticipantSeen {
  readonly participant: string;
  /** `null`: unknown, or nobody tells this reader. */
  readonly name: string | null;
  readonly email: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly separation: string | null;
  readonly compensationEnds: string | null;
  readonly currency: string;
  readonly jobTitle: string | null;
  /** To whom they report on the day; `null`: to nobody. */
  readonly manager: string | null;
  readonly managers: ParticipantEntry['managers'];
  readonly leaves: ParticipantEntry['leaves'];
  /** Plans on the day. `null`, as the two after it, for whoever sees no plans of people. */
  readonly plans: readonly string[] | null;
  readonly assignments: ParticipantEntry['assignments'] | null;
  readonly acknowledged: ParticipantEntry['acknowledged'] | null;
}

export interface ParticipantsPage {
  readonly asOf: string;
  readonly on: string;
  readonly participants: readonly ParticipantSeen[];
  readonly next: string | null;
}

type OnDay = AsOf & { readonly on?: string | undefined };

/** The people whom somebody may see, by id. `manager`: only those who report to this person on the day. */
export async function participantsSeen(
  ledger: Ledger,
  actor: Acting,
  ask: Paging & OnDay & { readonly manager?: string | undefined },
): Promise<ParticipantsPage | Problem> {
  const reach = await reachOf(ledger, actor, 'people');
  if (reach.kind === 'none') return reach.problem;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const on = await dayAsked(ledger, { on: ask.on, asOf: paged.asked }, paged.asOf);
  if (isProblem(on)) return on;
  const rows = await ledger.views.list(definitionsView, PREFIX, paged.asOf);
  const entries = rows
    .map(({ row }) => JSON.parse(row) as ParticipantEntry)
    .filter((entry) => reaches(reach, [entry.participant]))
    .filter((entry) => ask.manager === undefined || managerOn(entry, on) === ask.manager);
  const { page, next } = cut(entries, ({ participant }) => participant, paged);
  const look = { reach, actor, on };
  const participants = await Promise.all(page.map((entry) => seen(ledger, entry, look)));
  return { asOf: String(paged.asOf), on, participants, next };
}

export interface ParticipantAnswer {
  readonly asOf: string;
  readonly on: string;
  readonly participant: ParticipantSeen;
  /** Of the person's stream. */
  readonly revision: number;
}

/** One person, if this reader may see them; otherwise as if they were not there. */
export async function participantSeen(
  ledger: Ledger,
  actor: Acting,
  ask: OnDay & { readonly participant: string },
): Promise<ParticipantAnswer | Problem> {
  const reach = await reachOf(ledger, actor, 'people');
  if (reach.kind === 'none') return reach.problem;
  const moment = await momentAsked(ledger, ask);
  if (isProblem(moment)) return moment;
  const { asOf, on } = moment;
  const row = await ledger.views.get(definitionsView, PREFIX + ask.participant, asOf);
  if (row === undefined || !reaches(reach, [ask.participant])) return hidden('participant', ask.participant);
  const participant = await seen(ledger, JSON.parse(row) as ParticipantEntry, { reach, actor, on });
  const revision = await revisionAt(ledger, streamOf.participant(ask.participant), asOf);
  return { asOf: String(asOf), on, participant, revision };
}

const PREFIX = 'participant/';

/** Ids stand for people where names are left out; whoever sees plans without who is paid by them sees no assignments. */
async function seen(
  ledger: Ledger,
  entry: ParticipantEntry,
  { reach, actor, on }: { readonly reach: Reach; readonly actor: Acting; readonly on: string },
): Promise<ParticipantSeen> {
  const { participant, startsOn, endsOn, currency, jobTitle, managers, leaves } = entry;
  const person: Person | undefined =
    reach.kind === 'redacted' ? undefined : await ledger.directory.get(entry.participant);
  const seesPlans = !['none', 'redacted'].includes(extentOf('plans', actor));
  const { assignments, acknowledged } = entry;
  const plans = assignments.filter(({ from, to }) => from <= on && (to === null || on < to)).map(({ plan }) => plan);
  return {
    participant,
    name: person?.name ?? null,
    email: person?.email ?? null,
    startsOn,
    endsOn,
    separation: entry.separation ?? null,
    compensationEnds: entry.compensationEnds ?? null,
    currency,
    jobTitle,
    manager: managerOn(entry, on),
    managers,
    leaves,
    plans: seesPlans ? plans : null,
    assignments: seesPlans ? assignments : null,
    acknowledged: seesPlans ? acknowledged : null,
  };
}

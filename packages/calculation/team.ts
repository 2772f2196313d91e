import type { Component } from '@ledger/events';
import { type Exact, min, ONE, sum } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import type { DealCredit } from './credit.ts';
import { creditingOf } from './crediting.ts';
import { managerOn, managersAbove } from './hierarchy.ts';
import type { Obstacle } from './in-force.ts';
import { dayBefore, windowOf } from './periods.ts';

/** Which credits a component takes of a deal: the participant's own of a pool, or those of the team (mechanics §7). */

export type Pool = 'primary' | 'overlay' | 'all';

export function ofPool(all: readonly DealCredit[], pool: Pool): readonly DealCredit[] {
  const isTaken = (credit: DealCredit) => pool === 'all' || credit.pool === pool;
  return all.every(isTaken) ? all : all.filter(isTaken);
}

/** How the hierarchy is read, with every default. */
export interface TeamReading {
  readonly depth: 'all' | 'direct';
  readonly pool: Pool;
  readonly hierarchyOn: 'closed' | 'selected' | 'period-end';
  readonly own: 'apart' | 'included' | 'instead';
  readonly leavers: 'kept' | 'left-out';
  readonly counts: 'once' | 'each';
}

export function teamReading({ team }: Pick<Component, 'team'>): TeamReading {
  return {
    depth: team?.depth ?? 'all',
    pool: team?.pool ?? 'primary',
    hierarchyOn: team?.hierarchyOn ?? 'closed',
    own: team?.own ?? 'apart',
    leavers: team?.leavers ?? 'kept',
    counts: team?.counts ?? 'once',
  };
}

export function takesTeam({ credits }: Pick<Component, 'credits'>): boolean {
  return credits === 'team';
}

/** The credits of a deal that a component takes, or why that cannot be said. `own`: those of the participant, of both pools. */
export function creditsTaken(
  book: Book,
  deal: DealEntry,
  own: readonly DealCredit[],
  component: Component,
): readonly DealCredit[] | Obstacle {
  const taken = component.credits === 'team' ? teamCredits(book, deal, component) : ofPool(own, component.credits);
  if ('code' in taken || taken.length === 0) return taken;
  return creditingOf(book, deal).obstacle ?? taken;
}

const NONE: readonly DealCredit[] = [];

/** By the participants' ids, so that nothing depends on who was recorded first. */
function teamCredits(book: Book, deal: DealEntry, component: Component): readonly DealCredit[] | Obstacle {
  const team = teamReading(component);
  const me = book.participant.participant;
  const all = ofPool(creditingOf(book, deal).credits, team.pool);
  if (all.length === 0 || (team.own === 'instead' && all.some(({ participant }) => participant === me))) return NONE;
  const day = dayOf(book, team, deal);
  const taken = all.filter(({ participant }) =>
    participant === me ? team.own === 'included' : isOfTeam(book, team, participant, day),
  );
  if (taken.length === 0) return NONE;
  const loop = loopOn(book, day);
  if (loop !== null) return loop;
  return [...taken].sort((a, b) => (a.participant < b.participant ? -1 : a.participant > b.participant ? 1 : 0));
}

/** The day whose hierarchy decides. */
export function dayOf({ calendar }: Book, { hierarchyOn }: TeamReading, deal: DealEntry): string {
  if (hierarchyOn === 'closed') return deal.closedOn;
  if (hierarchyOn === 'selected') return deal.selectionOn ?? deal.closedOn;
  return dayBefore(windowOf(deal.closedOn, calendar.cadence).to);
}

/** Whether somebody is of the participant's team on a day. */
export function isOfTeam(book: Book, team: TeamReading, participant: string, day: string): boolean {
  const entry = book.colleagues.get(participant)?.participant;
  if (entry === undefined) return false;
  if (team.leavers === 'left-out' && entry.endsOn !== null && entry.endsOn <= day) return false;
  const me = book.participant.participant;
  if (team.depth === 'direct') return managerOn(entry, day) === me;
  return managersAbove(book.colleagues, participant, day).includes(me);
}

/** Somebody who reports to themselves, through others, has no team that could be told from their managers. */
export function loopOn({ colleagues, participant: { participant } }: Book, day: string): Obstacle | null {
  const above = managersAbove(colleagues, participant, day);
  if (!above.includes(participant)) return null;
  const chain = [participant, ...above].join(' to ');
  const says = `on ${day} ${chain} report in a circle, so nobody can say whose team it is; correct a reporting line`;
  return { code: 'reporting_loop', says, scope: `${chain} ${day}` };
}

/** The part of a deal that counts: a team's shares are never more than the deal, unless each counts for itself. */
export function shareTaken(component: Component, credits: readonly DealCredit[]): Exact {
  const [first] = credits;
  const share = credits.length === 1 && first !== undefined ? first.share : sum(credits.map((credit) => credit.share));
  return component.credits === 'team' && teamReading(component).counts === 'once' ? min(ONE, share) : share;
}

import type { Component, TeamQuotas } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, div, ONE, percent, sum } from '@ledger/money';
import type { Book, Own, QuotaEntry } from './book.ts';
import { managerOn } from './hierarchy.ts';
import type { Obstacle } from './in-force.ts';
import type { Interval, Span } from './periods.ts';
import type { Presence } from './presence.ts';
import { within } from './proration.ts';
import { isQuotaOf, type QuotaBook, quotaOf, takenOn, type WindowQuota } from './quota.ts';
import { isOfTeam, loopOn, teamReading } from './team.ts';

/**
 * The quota that a component holds somebody against: the one that is assigned to them or, of a team, the quotas of those who report to
 * them, each for the days on which they do, less the over-assignment (mechanics §8).
 */

/** `terms`: the component that asks, or the one that is looked at. `unit`: what it measures in. `null`: no quota is assigned. */
export function quotaUnder(
  book: Book,
  terms: Component | undefined,
  metric: string,
  window: Span,
  unit: string,
  presence: Presence | null = null,
): WindowQuota | Obstacle | null {
  const said = terms?.credits === 'team' ? terms.team?.quotas : undefined;
  if (terms === undefined || said === undefined) return quotaOf(book, metric, window, presence);
  const asked = { terms, said, metric, window, unit, presence };
  // A book of nobody else has a map of colleagues that is everybody's.
  if (book.colleagues.size === 0) return worked(book, asked);
  let known = KNOWN.get(book.colleagues);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(book.colleagues, known);
  }
  const who = book.participant.participant;
  const { from, to, id } = window;
  const holidays = book.calendar.holidays?.join();
  const key = JSON.stringify([who, metric, unit, id, from, to, terms.team, presence?.key, holidays]);
  let quota = known.get(key);
  if (quota === undefined) {
    quota = worked(book, asked);
    known.set(key, quota);
  }
  return quota;
}

const KNOWN = alongside<Book['colleagues'], Map<string, WindowQuota | Obstacle>>();

interface Asked {
  readonly terms: Component;
  readonly said: TeamQuotas;
  readonly metric: string;
  readonly window: Span;
  readonly unit: string;
  readonly presence: Presence | null;
}

function worked(book: Book, { terms, said, metric, window, unit, presence }: Asked): WindowQuota | Obstacle {
  const counted = presence?.rule.what.includes('quota') === true ? within(presence.days, window) : [window];
  const team = teamIn(book, terms, counted);
  if ('code' in team) return team;
  const members: NonNullable<WindowQuota['team']>['members'][number][] = [];
  for (const [participant, days] of team) {
    const isOwn = participant === book.participant.participant;
    const own = isOwn ? book : book.colleagues.get(participant);
    const quota = own === undefined ? null : quotaOf(booked(book, own, said), metric, window);
    if (quota === null) {
      if (isOwn || said.withoutQuota === 'counts-0') continue;
      return quotaMissingOf(participant, metric, window, days);
    }
    if (!isQuotaOf(quota, unit)) return currencyOf(participant, quota, unit);
    members.push({ participant, days, quota, value: takenOn(quota, days) });
  }
  const overAssignment = percent(said.overAssignment);
  const total = sum(members.map(({ value }) => value));
  return {
    metric,
    window,
    currency: unit === 'number' ? null : unit,
    value: div(total, add(ONE, overAssignment)),
    per: members[0]?.quota.per ?? 'year',
    intervals: [],
    events: [...new Set(members.flatMap(({ quota }) => quota.events))],
    approvedBy: [...new Set(members.flatMap(({ quota }) => quota.approvedBy))],
    team: { overAssignment, members },
  };
}

/**
 * Whose quotas count, each on which days: of everybody on the team those whom nobody on it reports to, for the others' stand for those
 * below them; and the participant's own, where their own credits count. By id.
 */
function teamIn(
  book: Book,
  terms: Component,
  counted: readonly Interval[],
): readonly (readonly [string, readonly Interval[]])[] | Obstacle {
  const team = teamReading(terms);
  const days = new Map<string, Interval[]>();
  for (const span of counted) {
    for (const stretch of stretchesIn(book, span)) {
      const loop = loopOn(book, stretch.from);
      if (loop !== null) return loop;
      const all = [...book.colleagues.values()].filter(({ participant: { participant } }) => {
        return participant !== book.participant.participant && isOfTeam(book, team, participant, stretch.from);
      });
      const leading = new Set(all.map(({ participant }) => managerOn(participant, stretch.from)));
      const ids = all.map(({ participant }) => participant.participant).filter((id) => !leading.has(id));
      if (team.own === 'included') ids.push(book.participant.participant);
      for (const id of ids) {
        const known = days.get(id);
        if (known === undefined) days.set(id, [stretch]);
        else known.push(stretch);
      }
    }
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, stretches]) => [id, counted.flatMap((span) => within(stretches, span))] as const);
}

/** Days between which nobody comes, goes or reports to somebody else. */
function stretchesIn({ colleagues }: Book, { from, to }: Interval): readonly Interval[] {
  const changes = new Set([from]);
  for (const { participant } of colleagues.values()) {
    for (const day of [participant.endsOn, ...participant.managers.map((line) => line.from)]) {
      if (day !== null && from < day && day < to) changes.add(day);
    }
  }
  const days = [...changes].sort();
  return days.map((day, at) => ({ from: day, to: days[at + 1] ?? to }));
}

/** What the quota of a report is read from: as it is, or without what does not flow through. */
function booked({ calendar }: Book, own: Own, { flowsThrough }: TeamQuotas): QuotaBook {
  const { participant, quotas } = own;
  if (flowsThrough === undefined) return { participant, quotas, calendar };
  return {
    participant,
    calendar,
    quotas: new Map([...quotas].map(([key, entry]) => [key, assignedOf(entry, flowsThrough)])),
  };
}

const ASSIGNED = alongside<QuotaEntry, Map<string, QuotaEntry>>();

function assignedOf(entry: QuotaEntry, flows: NonNullable<TeamQuotas['flowsThrough']>): QuotaEntry {
  let known = ASSIGNED.get(entry);
  if (known === undefined) {
    known = new Map();
    ASSIGNED.set(entry, known);
  }
  let made = known.get(flows.join());
  if (made === undefined) {
    const { quota } = entry;
    const without = {
      ...(flows.includes('ramp') ? {} : { ramp: undefined }),
      ...(flows.includes('proration') ? {} : { prorate: undefined }),
    };
    made = {
      ...entry,
      quota: quota === null ? null : { ...quota, ...without },
      reliefs: flows.includes('relief') ? entry.reliefs : [],
    };
    known.set(flows.join(), made);
  }
  return made;
}

function quotaMissingOf(participant: string, metric: string, { id }: Span, days: readonly Interval[]): Obstacle {
  const when = days.map(({ from, to }) => `from ${from} to ${to}`).join(', ');
  const says = `the quota for ${metric} in ${id} is that of the team, and ${participant}, who is of it ${when}, has none; assign it, or write without-quota: counts-0 in team.quotas`;
  return { code: 'team_quota_missing', says, scope: `${id}/${participant}` };
}

function currencyOf(participant: string, { metric, window, currency }: WindowQuota, unit: string): Obstacle {
  const says = `the quota for ${metric} in ${window.id} is that of the team, and that of ${participant} is in ${currency ?? 'a number'} while the plan measures in ${unit}; assign it in ${unit}`;
  return { code: 'quota_currency', says, scope: `${window.id}/${participant}` };
}

import type { Book, Own, QuotaEntry } from '@ledger/calculation';
import type { Component, TeamQuotas } from '@ledger/events';
import { daysOf } from './counting.ts';
import { Refusal } from './formulas.ts';
import { above, everybody, isOfTeam } from './hierarchy.ts';
import { once } from './once.ts';
import { type QuotaWindow, quotaOf, quotaOnDays } from './quota.ts';
import { over, plus, type Ratio, read, total, WHOLE } from './ratio.ts';

/** What a component holds somebody against: their own quota, or the quotas of their team (D254). */

export function quotaUnder(
  book: Book,
  component: Component | undefined,
  metric: string,
  unit: string,
  window: QuotaWindow,
  upTo: string,
): Ratio | null {
  const said = component?.credits === 'team' ? component.team?.quotas : undefined;
  if (component === undefined || said === undefined) return quotaOf(book, metric, unit, window, upTo);
  const { stretch, counts, counted } = window;
  const team = JSON.stringify(component.team);
  const name = ['team quota', metric, unit, stretch.from, stretch.to, counts, counted?.name, upTo, team].join();
  return once(book, name, () => {
    const days = daysOf(stretch);
    const isProrated = counted !== null && days.some(counted.counts);
    const onDays = isProrated ? days.filter(counted.counts) : days;
    const members = membersOn(book, component, onDays);
    // Who of several stops it is told by id.
    const byId = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    const quotas = byId.map(([who, theirs]) => {
      const own = { stretch, counts, counted: null };
      const report = reportBook(book, who, said);
      const quota = quotaOnDays(report, metric, unit, own, (day) => day < upTo && theirs.has(day));
      if (quota !== null) return quota;
      if (who === book.participant.participant || said.withoutQuota === 'counts-0') return read('0');
      throw new Refusal('team_quota_missing', who);
    });
    return over(total(quotas), plus(WHOLE, read(said.overAssignment)));
  });
}

/** Day by day: whoever is of the team and leads nobody of it; the manager, too, where their own credits count. */
function membersOn(
  book: Book,
  component: Component,
  days: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const manager = book.participant.participant;
  const members = new Map<string, Set<string>>();
  for (const day of days) {
    if (above(book, manager, day).includes(manager)) throw new Refusal('reporting_loop', manager);
    const team = [...everybody(book).keys()].filter((who) => isOfTeam(book, component, who, day));
    const leading = new Set(team.map((who) => above(book, who, day)[0]));
    const counting = team.filter((who) => !leading.has(who));
    if (component.team?.own === 'included') counting.push(manager);
    for (const who of counting) members.set(who, (members.get(who) ?? new Set()).add(day));
  }
  return members;
}

/** The report's own book, without what does not flow through. */
function reportBook(book: Book, who: string, { flowsThrough }: TeamQuotas): Book {
  const own: Own = who === book.participant.participant ? book : (everybody(book).get(who) ?? book);
  const flows = new Set(flowsThrough ?? ['ramp', 'relief', 'proration']);
  const kept = ([key, entry]: [string, QuotaEntry]): [string, QuotaEntry] => {
    if (entry.quota === null) return [key, entry];
    const { ramp, prorate, ...quota } = entry.quota;
    return [
      key,
      {
        ...entry,
        reliefs: flows.has('relief') ? entry.reliefs : [],
        quota: {
          ...quota,
          ...(flows.has('ramp') && ramp !== undefined ? { ramp } : {}),
          ...(flows.has('proration') && prorate !== undefined ? { prorate } : {}),
        },
      },
    ];
  };
  return { ...book, participant: own.participant, quotas: new Map([...own.quotas].map(kept)) };
}

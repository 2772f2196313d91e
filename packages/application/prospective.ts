import { creditingDecider, jurisdictionDecider, metricDecider, planDecider, REQUESTS } from '@ledger/decisions';
import { type LedgerEvent, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { requestsIn } from './define.ts';
import { periodEntries } from './entries.ts';
import { eventsOf, type Given, given, handleAll } from './handle.ts';
import type { By, Ledger } from './ledger.ts';
import { waitingAlready } from './propose.ts';

/** Definitions that leave the past alone begin on a day that no frozen period holds; the calculation knows nothing of it. */

/** The first day after the last period that is frozen, or about to be, or the first of the calendar's periods. */
export async function firstOpenDay(ledger: Ledger): Promise<string> {
  const periods = await periodEntries(ledger);
  const frozen = periods.filter(({ state }) => state !== 'open').map(({ to }) => to);
  return (
    frozen.sort().at(-1) ??
    periods
      .map(({ from }) => from)
      .sort()
      .at(0) ??
    '1970-01-01'
  );
}

/** Proposes the same definitions from a day on; answers with the requests that take the place of the given ones, in their order. */
export async function beginningOn(
  ledger: Ledger,
  definitions: readonly { readonly request: string }[],
  day: string,
  by: By,
): Promise<readonly string[] | Problem> {
  const names: (string | null)[] = [];
  const commands: Given[] = [];
  for (const { request } of definitions) {
    const later = await laterOf(ledger, request, day);
    if (later !== null && isProblem(later)) return later;
    names.push(later === null ? request : null);
    if (later !== null) commands.push(later);
  }
  if (commands.length === 0) return names.flatMap((name) => name ?? []);
  const outcomes = await handleAll(ledger, commands, by);
  if (isProblem(outcomes)) return outcomes;
  const proposed = [...outcomes.flatMap(requestsIn), ...(await waitingAlready(ledger, commands, outcomes))];
  return names.map((name) => name ?? proposed.shift() ?? '').filter((name) => name !== '');
}

type Dated = LedgerEvent<'MetricProposed' | 'PlanProposed' | 'CreditingProposed' | 'JurisdictionProposed'>;

/** `null`: it begins on the day or later anyhow. */
async function laterOf(ledger: Ledger, request: string, day: string): Promise<Given | null | Problem> {
  const name = REQUESTS.parse(request);
  if (isProblem(name)) return name;
  const events = (await eventsOf(ledger, name.stream)).map(({ event }) => event);
  const asked = events.find(
    (event): event is Dated => isDated(event) && requestsIn({ events: [event] })[0] === request,
  );
  if (asked === undefined) {
    const message = `Request ${request} has no first day that could be a later one; apply the replay by another policy, as waive.`;
    return problem('option_invalid', message);
  }
  const { effectiveFrom, effectiveTo, reason, evidence } = asked.data;
  if (effectiveFrom >= day) return null;
  if (effectiveTo !== null && effectiveTo <= day) {
    const message = `Request ${request} ends on ${effectiveTo}, and ${day} is the first day that no frozen period holds; nothing of it would be left.`;
    return problem('interval_invalid', message);
  }
  const terms = { effectiveFrom: day, effectiveTo, reason, evidence };
  switch (asked.type) {
    case 'MetricProposed': {
      const { metric, document } = asked.data;
      return given(streamOf.metric(metric), metricDecider, { type: 'ProposeMetric', document, ...terms });
    }
    case 'PlanProposed': {
      const { plan, document, cases } = asked.data;
      const carried = cases === undefined ? {} : { cases };
      return given(streamOf.plan(plan), planDecider, { type: 'ProposePlan', document, ...carried, ...terms });
    }
    case 'CreditingProposed': {
      const { crediting, document } = asked.data;
      return given(streamOf.crediting(crediting), creditingDecider, { type: 'ProposeCrediting', document, ...terms });
    }
    case 'JurisdictionProposed': {
      const { jurisdiction, document } = asked.data;
      return given(streamOf.jurisdiction(jurisdiction), jurisdictionDecider, {
        type: 'ProposeJurisdiction',
        document,
        ...terms,
      });
    }
    default:
      return asked satisfies never;
  }
}

function isDated(event: LedgerEvent): event is Dated {
  return (
    event.type === 'MetricProposed' ||
    event.type === 'PlanProposed' ||
    event.type === 'CreditingProposed' ||
    event.type === 'JurisdictionProposed'
  );
}

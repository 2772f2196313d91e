import type { DefinitionEntry } from '@ledger/calculation';
import { rulesOn } from '@ledger/decisions';
import type { ApprovalRule, EventData } from '@ledger/events';
import { correctionsInWords, policyInWords } from '@ledger/projections';
import { findEvents } from '../find-events.ts';
import type { Ledger } from '../ledger.ts';
import { queryClocksSet } from '../query-promise.ts';
import { approvalsAt } from '../rules.ts';
import type { Coming } from './coming.ts';

/** How the company goes about it, beside what plans say: in force on the day. Of a rate, `reason` is its source. */
export interface HandedPolicy {
  readonly what: 'approvals' | 'delegation' | 'corrections' | 'query clocks' | 'rates' | 'replay';
  readonly from: string | null;
  readonly until: string | null;
  readonly says: string;
  readonly reason: string | null;
  readonly by: string | null;
}

export async function policiesAt(
  ledger: Ledger,
  entries: readonly DefinitionEntry[],
  { asOf, today }: { readonly asOf: bigint; readonly today: string },
): Promise<readonly HandedPolicy[]> {
  const set = rulesOn(await approvalsAt(ledger, asOf), today);
  return [
    ...(set === null ? [] : ofApprovals(set, today)),
    ...entries.flatMap((entry) => (entry.kind === 'corrections' ? ofCorrections(entry, today) : [])),
    ...(await ofClocks(ledger, asOf, today)),
    ...(await ofRates(ledger, entries, { asOf, today })),
  ];
}

type Rules = EventData<'ApprovalRuleSet'>;

function ofApprovals(set: Rules, today: string): readonly HandedPolicy[] {
  const { document, effectiveFrom: from, effectiveTo: until, reason, requestedBy, approvedBy } = set;
  const by = `${requestedBy}; approved by ${[...(set.coApprovedBy ?? []), approvedBy].join(' and ')}`;
  const own = { what: 'approvals', from, until, reason, by } as const;
  const waits = `A request waits ${document.expireAfter} days (rules ${set.version}, ${document.title})`;
  const places = document.delegations.filter((each) => each.until === null || each.until > today);
  return [
    { ...own, says: waits },
    ...document.rules.map((rule) => ({ ...own, says: ruleInWords(rule) })),
    ...places.map((each) => ({
      ...{ what: 'delegation' as const, from: each.from, until: each.until, reason, by },
      says: `${each.by} decides in the place of ${each.for}${each.kinds.length === 0 ? '' : `: ${each.kinds.join(', ')}`}`,
    })),
  ];
}

function ruleInWords(rule: ApprovalRule): string {
  const about = [
    rule.kinds.length === 0 ? 'every request' : rule.kinds.join(', '),
    ...(rule.exceptions.length === 0 ? [] : [`(${rule.exceptions.join(', ')})`]),
  ].join(' ');
  const conditions = [
    ...(rule.amounts === null
      ? []
      : [
          `of more than ${Object.entries(rule.amounts)
            .map(([currency, amount]) => `${amount} ${currency}`)
            .join(', ')}`,
        ]),
    ...(rule.shareOfQuota === null ? [] : [`of more than ${rule.shareOfQuota} of a quota`]),
    ...(rule.requestedBy.length === 0 ? [] : [`asked for by ${rule.requestedBy.join(' or ')}`]),
    ...(rule.backDated ? ['that reaches back'] : []),
  ].join(' ');
  const below = rule.notBelow.length === 0 ? '' : `, by nobody who reports to the ${rule.notBelow.join(' or ')}`;
  return `${rule.rule}: ${about}${conditions === '' ? '' : ` ${conditions}`} needs ${rule.approvers.join(' and ')}${below}`;
}

type Corrections = Extract<DefinitionEntry, { kind: 'corrections' }>;

function ofCorrections({ policies, replays }: Corrections, today: string): readonly HandedPolicy[] {
  const inForce = policies.filter(({ from }) => from <= today).at(-1);
  // The newest that has begun applies: what was set later and begins no later takes the place of what is still to come.
  const isReplaced = (from: string, at: number) => policies.slice(at + 1).some((each) => each.from <= from);
  const ahead = policies.filter(({ from }, at) => from > today && !isReplaced(from, at));
  return [
    ...[...(inForce === undefined ? [] : [inForce]), ...ahead].map(({ policy, waiveUnder, from, reason, setBy }) => ({
      ...{ what: 'corrections' as const, from, until: null, reason, by: setBy },
      says: `Corrections of earlier periods are posted as ${correctionsInWords({ policy, waiveUnder })}`,
    })),
    ...replays.map(({ replay, policy, reason, approvedBy }) => ({
      ...{ what: 'replay' as const, from: null, until: null, reason, by: `approved by ${approvedBy}` },
      says: `What replay ${replay} put in force is corrected as ${policyInWords(policy)}`,
    })),
  ];
}

async function ofClocks(ledger: Ledger, asOf: bigint, today: string): Promise<readonly HandedPolicy[]> {
  const inForce = (await queryClocksSet(ledger, asOf, today)).find((each) => each.isInForce);
  if (inForce === undefined) return [];
  const { from, clocks, reason, setBy: by } = inForce;
  const says = clocks.map(({ clock, days }) => `${clock} ${days}`).join(', ');
  return [{ what: 'query clocks', from, until: null, reason, by, says: `Working days of queries: ${says}` }];
}

/** The newest exchange rate of each pair, and those of days to come. */
async function ofRates(
  ledger: Ledger,
  entries: readonly DefinitionEntry[],
  { asOf, today }: { readonly asOf: bigint; readonly today: string },
): Promise<readonly HandedPolicy[]> {
  const told = entries.flatMap((entry) => {
    if (entry.kind !== 'rates') return [];
    const byDay = entry.rates.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
    const newest = byDay.findLastIndex(({ on }) => on <= today);
    return byDay.slice(Math.max(0, newest)).map((rate) => ({ ...entry, ...rate, since: byDay[0]?.on }));
  });
  const recorded = await findEvents(
    ledger,
    told.map(({ event }) => event),
    asOf,
  );
  return told.map(({ base, quote, on, rate, source, event, rates, since }) => ({
    ...{ what: 'rates' as const, from: on, until: null, reason: source },
    by: recorded.get(event)?.meta.actor.id ?? null,
    says: `1 ${base} is ${rate} ${quote}${rates.length === 1 ? '' : `, one of ${rates.length} rates since ${since}`}`,
  }));
}

/** Delegations that begin or end after a day. */
export function delegationsComing(policies: readonly HandedPolicy[], day: string): readonly Coming[] {
  return policies.flatMap(({ what, from, until, says }) =>
    what !== 'delegation'
      ? []
      : [
          ...(from !== null && from > day ? [{ on: from, what, who: null, says: `From now on ${says}.` }] : []),
          ...(until !== null && until > day ? [{ on: until, what, who: null, says: `No longer: ${says}.` }] : []),
        ],
  );
}

import {
  clauseEndsOn,
  type DefinitionEntry,
  type ParticipantEntry,
  type PeriodEntry,
  periodBounds,
  rampEndsOn,
  versionOn,
} from '@ledger/calculation';
import type { Balance } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { postedInForce } from '../books.ts';
import type { Ledger } from '../ledger.ts';
import { carriedOn } from '../statements.ts';

/** Something that ends, or begins, by itself on a day. */
export interface Coming {
  readonly on: string;
  readonly what:
    | 'hold'
    | 'release'
    | 'draw'
    | 'guarantee'
    | 'ramp'
    | 'assignment'
    | 'leave'
    | 'leaving'
    | 'definition'
    | 'exception'
    | 'delegation'
    | 'request';
  readonly who: string | null;
  readonly says: string;
}

/** What a participant's last frozen statement carries into the next one. */
export interface Carried {
  readonly participant: string;
  /** First day without them, where that has come: they are not among those who earn any more. */
  readonly leftOn: string | null;
  readonly period: string;
  readonly currency: string;
  readonly balances: readonly Pick<Balance, 'balance' | 'of' | 'closing'>[];
}

/** What of somebody's earnings waits beside the balances of statements, up to the end of a period. */
export type KeptBack = (
  statement: Pick<Carried, 'participant' | 'period' | 'currency'>,
) => Promise<Carried['balances'] | Problem>;

/** Everything that ends after a day by what was recorded, the earliest first. */
export function comingAfter(entries: readonly DefinitionEntry[], day: string): readonly Coming[] {
  return inOrder(endings(entries, day), day);
}

/** What moves pay and ended up to a day, in statements that are still open, those of periods from `open` on: that pay is to come. */
export function endedSince(entries: readonly DefinitionEntry[], open: string, day: string): readonly Coming[] {
  const ended = endings(entries, day).filter(({ on, what }) => MOVES_PAY.has(what) && open <= on && on <= day);
  return inOrder(ended, '');
}
const MOVES_PAY: ReadonlySet<Coming['what']> = new Set(['hold', 'release', 'draw', 'guarantee', 'exception']);

function endings(entries: readonly DefinitionEntry[], day: string): readonly Coming[] {
  const people = entries.filter((entry) => entry.kind === 'participant');
  return [
    ...people.flatMap(ofPerson),
    ...people.flatMap((person) => ofPlans(person, entries, day)),
    ...entries.flatMap((entry) => ofEntry(entry, people)),
  ];
}

/** What is later than a day, the earliest first. */
export function inOrder(found: readonly Coming[], day: string): readonly Coming[] {
  return found
    .filter(({ on }) => on > day)
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.says < b.says ? -1 : 1));
}

function ofPerson({ participant: who, assignments, leaves, endsOn }: ParticipantEntry): readonly Coming[] {
  const leaving = endsOn === null ? [] : [{ on: endsOn, what: 'leaving' as const, who, says: `${who} leaves.` }];
  const ends = assignments.flatMap(({ plan, to }) =>
    to === null || to === endsOn
      ? []
      : [{ on: to, what: 'assignment' as const, who, says: `${who} is no longer under plan ${plan}.` }],
  );
  const back = leaves.map(({ kind, to }) => ({
    on: to,
    what: 'leave' as const,
    who,
    says: `${who} is back from ${kind}.`,
  }));
  return [...leaving, ...ends, ...back];
}

/** Draws and guarantees of the plans that somebody is under. */
function ofPlans(person: ParticipantEntry, entries: readonly DefinitionEntry[], day: string): readonly Coming[] {
  const { participant: who } = person;
  return person.assignments.flatMap(({ plan, from, to }) => {
    if (from > day || (to !== null && to <= day)) return [];
    const entry = entries.find((each) => each.kind === 'plan' && each.plan === plan);
    const version = entry?.kind === 'plan' ? versionOn(entry, day) : undefined;
    const { draws = [], guarantee } = version?.document ?? {};
    return [
      ...draws.flatMap((draw) =>
        ending(draw, from).map((on) => ({
          on,
          what: 'draw' as const,
          who,
          says: `Draw ${draw.name} of ${who}, ${draw.amount} per ${draw.every} (plan ${plan}), ends.`,
        })),
      ),
      ...(guarantee === undefined ? [] : ending(guarantee, from)).map((on) => ({
        on,
        what: 'guarantee' as const,
        who,
        says: `The guarantee of ${who}, ${guarantee?.amount} per ${guarantee?.every} (plan ${plan}), ends.`,
      })),
    ];
  });
}

type Lasting = Parameters<typeof clauseEndsOn>[0];

/** The first day after a clause that lasts until a date, or for some months from its beginning. */
function ending(clause: Lasting, begins: string): readonly string[] {
  const on = clauseEndsOn(clause, begins);
  return on === null ? [] : [on];
}

function ofEntry(entry: DefinitionEntry, people: readonly ParticipantEntry[]): readonly Coming[] {
  switch (entry.kind) {
    case 'metric':
    case 'plan':
    case 'crediting':
    case 'jurisdiction': {
      const name = `${entry.kind} ${entry.kind === 'metric' ? entry.metric : entry.kind === 'plan' ? entry.plan : entry.kind === 'crediting' ? entry.crediting : entry.jurisdiction}`;
      const retired =
        entry.retiredFrom === null
          ? []
          : [{ on: entry.retiredFrom, what: 'definition' as const, who: null, says: `The ${name} is retired.` }];
      // What is retired begins no more, and has ended when it would.
      const isBefore = (on: string) => entry.retiredFrom === null || on < entry.retiredFrom;
      const versions = entry.versions.flatMap(({ version, from, to }) => [
        ...(isBefore(from)
          ? [
              {
                on: from,
                what: 'definition' as const,
                who: null,
                says: `Version ${version} of ${name} begins to apply.`,
              },
            ]
          : []),
        ...(to === null || !isBefore(to)
          ? []
          : [
              {
                on: to,
                what: 'definition' as const,
                who: null,
                says: `Version ${version} of ${name} no longer applies.`,
              },
            ]),
      ]);
      return [...retired, ...versions];
    }
    case 'quota': {
      const person = people.find(({ participant }) => participant === entry.participant);
      const ramp = entry.quota?.ramp;
      if (ramp === undefined || person === undefined) return [];
      const says = `The ramp of ${entry.participant}'s quota for ${entry.metric} in ${entry.year} ends; all of it counts.`;
      return [{ on: rampEndsOn(ramp, person), what: 'ramp', who: entry.participant, says }];
    }
    case 'exception':
      return entry.isRevoked ? [] : ofException(entry, people);
    default:
      return [];
  }
}

function ofException(
  entry: Extract<DefinitionEntry, { kind: 'exception' }>,
  people: readonly ParticipantEntry[],
): readonly Coming[] {
  const { participant: who, exception, terms, expiresOn } = entry;
  const named = `${terms.kind} ${exception} of ${who}`;
  const paid = terms.kind === 'hold' ? ': what it holds is paid in the period of that day' : '';
  const expires =
    expiresOn === null
      ? []
      : [{ on: expiresOn, what: 'exception' as const, who, says: `The ${named} expires${paid}.` }];
  switch (terms.kind) {
    case 'hold':
      return terms.until === null
        ? expires
        : [
            ...expires,
            {
              on: terms.until,
              what: 'hold',
              who,
              says: `The ${named} ends${paid}.`,
            },
          ];
    case 'release':
      return [
        ...expires,
        {
          on: periodBounds(terms.period).from,
          what: 'release',
          who,
          says: `${terms.share} of what ${terms.hold} holds of ${who} is paid in ${terms.period}.`,
        },
      ];
    case 'draw':
    case 'guarantee': {
      const clause = terms.kind === 'draw' ? terms.draw : terms.guarantee;
      const since = people.find(({ participant }) => participant === who)?.startsOn;
      const [on] = since === undefined ? [] : ending(clause, since);
      return on === undefined
        ? expires
        : [
            ...expires,
            { on, what: terms.kind, who, says: `The ${named}, ${clause.amount} per ${clause.every}, ends.` },
          ];
    }
    default:
      return 'until' in terms && terms.until !== null
        ? [...expires, { on: terms.until, what: 'exception', who, says: `The ${named} ends.` }]
        : expires;
  }
}

/** What the last frozen statement of each person carries on: held, owed, deferred, to be recovered; and what is kept back beside that. */
export async function carriedBalances(
  ledger: Ledger,
  people: readonly ParticipantEntry[],
  periods: ReadonlyMap<string, PeriodEntry>,
  { asOf, today }: { readonly asOf: bigint; readonly today: string },
  keptBack: KeptBack,
): Promise<readonly Carried[] | Problem> {
  const found: Carried[] = [];
  for (const { participant, endsOn } of people) {
    const last = (await postedInForce(ledger, participant, periods, asOf)).at(-1);
    if (last === undefined) continue;
    const { period, currency } = last.statement;
    const waiting = await keptBack({ participant, period, currency });
    if (isProblem(waiting)) return waiting;
    const kept = carriedOn(last.statement);
    if (kept.length + waiting.length === 0) continue;
    found.push({
      participant,
      leftOn: endsOn !== null && endsOn <= today ? endsOn : null,
      period,
      currency,
      balances: [...kept.map(({ balance, of, closing }) => ({ balance, of, closing })), ...waiting],
    });
  }
  return found;
}

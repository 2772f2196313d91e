import type { Schemas } from '../../api/client.ts';
import { furthestFirst, sumText } from '../../parts/exact.ts';

/** What a replay answers, added up by person and by cause. Amounts are exact decimals; nothing here goes through a float. */

export type ReplayAnswer = Schemas['ReplayAnswer'];
type Row = ReplayAnswer['participants'][number]['replay']['rows'][number];
type Cause = Row['causes'][number];

/** A person in one currency, over all frozen periods and components of the range. */
export interface PersonSum {
  readonly participant: string;
  readonly currency: string;
  readonly frozen: string;
  readonly replayed: string;
  readonly delta: string;
  readonly rows: readonly Row[];
}

/** What one event, or one proposal, makes of everybody's pay in one currency. */
export interface CauseSum {
  readonly key: string;
  readonly event: string | null;
  readonly proposed: string | undefined;
  readonly says: string;
  readonly currency: string;
  readonly delta: string;
  readonly parts: readonly CausePart[];
}
interface CausePart {
  readonly participant: string;
  readonly period: string;
  readonly component: string;
  readonly delta: string;
  readonly deals: Cause['deals'];
}

/** Everybody of the answer, those whose pay moves most first. */
export function peopleOf({ participants }: ReplayAnswer): readonly PersonSum[] {
  const people = participants.flatMap(({ participant, replay: { rows } }) =>
    [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, own]) => ({
      participant,
      currency,
      frozen: sumText(own.map(({ frozen }) => frozen)),
      replayed: sumText(own.map(({ replayed }) => replayed)),
      delta: sumText(own.map(({ delta }) => delta)),
      rows: own,
    })),
  );
  return furthestFirst(
    people,
    ({ delta }) => delta,
    ({ participant }) => participant,
  );
}

/** Every cause once, with all that it moves; those that move most first. Their deltas add up to those of the people. */
export function causesOf({ participants }: ReplayAnswer): readonly CauseSum[] {
  const found = new Map<string, { readonly cause: Cause; readonly currency: string; readonly parts: CausePart[] }>();
  for (const { participant, replay } of participants) {
    for (const { period, component, currency, causes } of replay.rows) {
      for (const cause of causes) {
        const key = `${currency} ${cause.proposed ?? cause.event ?? ''} ${cause.says}`;
        const known = found.get(key) ?? { cause, currency, parts: [] };
        known.parts.push({ participant, period, component, delta: cause.delta, deals: cause.deals });
        found.set(key, known);
      }
    }
  }
  const causes = [...found].map(
    ([
      key,
      {
        cause: { event, proposed, says },
        currency,
        parts,
      },
    ]) => ({
      key,
      event,
      proposed,
      says,
      currency,
      delta: sumText(parts.map(({ delta }) => delta)),
      parts,
    }),
  );
  return furthestFirst(
    causes,
    ({ delta }) => delta,
    ({ key }) => key,
  );
}

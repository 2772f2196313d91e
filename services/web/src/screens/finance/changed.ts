import type { AnswerOf } from './answers.ts';

/** A statement that is another one, as the diff of the API tells it. */
export interface Changed {
  readonly participant: string;
  readonly currency: string;
  readonly period: string;
  readonly before: Side;
  readonly after: Side;
  readonly difference: string | null;
  readonly components: readonly { readonly component: string; readonly difference: string }[];
  readonly events: readonly {
    readonly event: string;
    readonly recordedAt: string;
    readonly actor: { readonly id: string };
    readonly says: string;
    readonly difference: string | null;
  }[];
}
interface Side {
  readonly state: string;
  readonly total: string | null;
}

/** Statements of a diff one by one: the API describes what is inside a period by no schema. */
export function changedOf(participants: AnswerOf<'/v1/diff'>['participants']): readonly Changed[] {
  return participants.flatMap(({ participant, currency, periods }) =>
    periods.map((period) => ({ ...(period as unknown as Changed), participant, currency })),
  );
}

import type { AnswerOf, Schemas } from '../../api/client.ts';

/** A statement that is another one, with whose it is. */
export type Changed = Schemas['MovedPeriod'] & { readonly participant: string; readonly currency: string };

/** Statements of a diff one by one. */
export function changedOf(participants: AnswerOf<'/v1/diff'>['participants']): readonly Changed[] {
  return participants.flatMap(({ participant, currency, periods }) =>
    periods.map((period) => ({ ...period, participant, currency })),
  );
}

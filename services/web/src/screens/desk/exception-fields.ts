import { EVIDENCE, type Field, REASON, type Typed } from '../../parts/field.tsx';

/** The fields that forms of several kinds of exceptions have. */

export const PARTICIPANT: Field = {
  ...{ name: 'participant', label: 'Whom it is for', as: 'suggest', is: 'id', required: true },
  empty: 'Nobody is named; choose whom it is for.',
};
export const PERIOD: Field = {
  ...{ name: 'period', label: 'Statement of', says: 'A period.', as: 'suggest', is: 'period', required: true },
  empty: 'No period is named; write a month as 2026-01, or a quarter as 2026-Q1.',
};
export const COMPONENT: Field = {
  ...{ name: 'component', label: 'Component', as: 'suggest', is: 'id' },
  says: 'Of their plan; left empty: all of them.',
};
/** More than nothing; `says` what it is for. */
export const amount = (label: string, says?: string): Field => ({
  ...{ name: 'amount', label, is: 'positive', required: true },
  ...(says === undefined ? {} : { says }),
});
export const FROM: Field = { name: 'from', label: 'First day', as: 'date', required: true };
export const UNTIL: Field = { name: 'until', label: 'First day after it', says: 'Left empty: no end.', as: 'date' };
export const DEAL: Field = {
  ...{ name: 'deal', label: 'Deal', says: 'With its source, as crm.D-1.', is: 'deal', required: true },
  empty: 'Name the deal with its source, as crm.D-1.',
};
const PROOF: Field = { ...EVIDENCE, required: true };
const SCOPE: Field = {
  ...{ name: 'scope', label: 'What it covers', is: 'label' },
  says: 'In words; left empty: made from the above.',
};
const EXPIRES: Field = { name: 'expires', label: 'No longer holds from', says: 'Left empty: never ends.', as: 'date' };

/** Why, and until when, of decisions about pay. */
export const WHY: readonly Field[] = [REASON, PROOF, SCOPE, EXPIRES];
/** The same of a relief and a split. */
export const WHY_DEAL: readonly Field[] = [REASON, PROOF, SCOPE, { ...EXPIRES, name: 'expiresOn' }];

/** Somebody may have several decisions of a kind. */
export const NAME: Field = {
  ...{ name: 'name', label: 'Name of the decision', is: 'id', isMore: true },
  says: 'One for ever, by which it is found again; left empty: made from its kind and day.',
};

export const EVERY: Field = {
  ...{ name: 'every', label: 'The amount is for each', as: 'choice', value: 'month' },
  options: ['month', 'quarter', 'half', 'year'],
};
export const PER: Field = {
  ...{ name: 'per', label: 'The amount is for a', as: 'choice', value: 'year' },
  options: ['month', 'quarter', 'year'],
};

/** Fields of a clause inside of the body. */
export function inside(clause: string, fields: readonly Field[]): readonly Field[] {
  return fields.map((field) => ({ ...field, name: `${clause}/${field.name}` }));
}

/** A field is asked for where another says one of these. */
export const is =
  (name: string, ...values: readonly string[]) =>
  (typed: Typed) =>
    values.includes(typed[name] ?? '');

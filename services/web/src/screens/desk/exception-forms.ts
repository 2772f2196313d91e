import { api, type Paths } from '../../api/client.ts';
import { type Called, named, refusedHere } from '../../api/send.ts';
import { EVIDENCE, type Field, linesOf, REASON, type Typed } from '../../parts/action.tsx';
import { dealNamed } from '../../parts/address.ts';

type Body<Path extends '/v1/exceptions' | '/v1/reliefs' | '/v1/deals/{source}/{deal}/splits'> =
  Paths[Path]['post']['requestBody']['content']['application/json'];

/** Everything that may be asked for: what `POST /v1/exceptions` takes, a relief and a split. */
export type Asked = Body<'/v1/exceptions'>['exception'] | 'relief' | 'split';

export interface ExceptionForm {
  readonly title: string;
  readonly group: 'One statement' | 'Held back' | 'Quotas and deals' | 'For a time';
  /** What it does, for somebody who asks for one the first time. */
  readonly says: string;
  readonly fields: readonly Field[];
}

const PARTICIPANT: Field = { name: 'participant', label: 'Whom it is for', as: 'suggest', required: true };
const PERIOD: Field = { name: 'period', label: 'Statement of', says: 'A period.', as: 'suggest', required: true };
const COMPONENT: Field = {
  name: 'component',
  label: 'Component',
  says: 'Of their plan; left empty: all of them.',
  as: 'suggest',
};
const amount = (label: string, says?: string): Field => ({
  name: 'amount',
  label,
  required: true,
  ...(says === undefined ? {} : { says }),
});
const FROM: Field = { name: 'from', label: 'First day', as: 'date', required: true };
const UNTIL: Field = { name: 'until', label: 'First day after it', says: 'Left empty: no end.', as: 'date' };
const DEAL: Field = { name: 'deal', label: 'Deal', says: 'With its source, as crm.D-1.', required: true };
const SCOPE: Field = { name: 'scope', label: 'What it covers', says: 'In words; left empty: made from the above.' };
const EXPIRES: Field = { name: 'expires', label: 'No longer holds from', says: 'Left empty: never ends.', as: 'date' };
const PROOF: Field = { ...EVIDENCE, required: true };
const WHY = [REASON, PROOF, SCOPE, EXPIRES];

const EVERY: Field = {
  ...{ name: 'every', label: 'The amount is for each', as: 'choice', value: 'month' },
  options: ['month', 'quarter', 'half', 'year'],
};
const PER: Field = {
  ...{ name: 'per', label: 'The amount is for a', as: 'choice', value: 'year' },
  options: ['month', 'quarter', 'year'],
};

/** Fields of a clause inside of the body. */
function inside(clause: string, fields: readonly Field[]): readonly Field[] {
  return fields.map((field) => ({ ...field, name: `${clause}/${field.name}` }));
}

const is =
  (name: string, ...values: readonly string[]) =>
  (typed: Typed) =>
    values.includes(typed[name] ?? '');

/** What each may say, in the order in which it is asked: the one place where forms of exceptions are written down. */
export const FORMS: Readonly<Record<Asked, ExceptionForm>> = {
  adjustment: {
    title: 'Adjustment',
    group: 'One statement',
    says: 'Adds an amount to one statement, or takes one off.',
    fields: [PARTICIPANT, PERIOD, amount('Amount', 'With a minus it is taken off.'), COMPONENT, ...WHY],
  },
  waiver: {
    title: 'Waiver of corrections',
    group: 'One statement',
    says: 'Corrections of earlier periods are left out of one statement, and not taken back later.',
    fields: [
      PARTICIPANT,
      PERIOD,
      COMPONENT,
      { name: 'cause', label: 'Event behind the corrections', says: 'Left empty: all of them.' },
      ...WHY,
    ],
  },
  'draw-forgiveness': {
    title: 'Forgiveness of a draw',
    group: 'One statement',
    says: 'What is owed on a draw is owed no more, from one statement on.',
    fields: [
      PARTICIPANT,
      PERIOD,
      { name: 'draw', label: 'Draw', says: 'Its name; left empty: the draw of the plan.', as: 'suggest' },
      { ...amount('At most', 'Left empty: all that is owed.'), required: false },
      ...WHY,
    ],
  },
  windfall: {
    title: 'Decision about a windfall',
    group: 'One statement',
    says: 'What becomes of what a very large deal earns, which the plan holds until somebody decides.',
    fields: [
      PARTICIPANT,
      PERIOD,
      DEAL,
      {
        name: 'treatment',
        label: 'What becomes of it',
        as: 'choice',
        required: true,
        value: 'pay',
        options: [
          { value: 'pay', label: 'All of it is paid' },
          { value: 'cap', label: 'It is paid up to an amount' },
          { value: 'share', label: 'A share of it is paid' },
          { value: 'instalments', label: 'It is paid in instalments' },
          { value: 'bonus', label: 'A bonus is paid instead' },
          { value: 'forfeit', label: 'Nothing is paid' },
        ],
      },
      { ...amount('Amount'), when: is('treatment', 'cap', 'bonus') },
      { name: 'share', label: 'Share', says: 'As 50%.', required: true, when: is('treatment', 'share') },
      {
        name: 'count',
        label: 'In how many pay periods',
        says: 'From 2 to 120.',
        required: true,
        when: is('treatment', 'instalments'),
      },
      COMPONENT,
      ...WHY,
    ],
  },
  score: {
    title: 'Score of an objective',
    group: 'One statement',
    says: 'How much of an objective was reached, in one window of its component.',
    fields: [
      PARTICIPANT,
      { ...COMPONENT, says: 'The one that has objectives.', required: true },
      { name: 'objective', label: 'Objective', says: 'Its name in the plan.', required: true },
      { name: 'window', label: 'Window', says: 'As 2026-Q1.', required: true },
      { name: 'score', label: 'Reached', says: 'As 80%.', required: true },
      ...WHY,
    ],
  },
  hold: {
    title: 'Hold',
    group: 'Held back',
    says: 'Earned, and not paid until it is released: all of it, or of one component, deal or line.',
    fields: [
      PARTICIPANT,
      {
        name: 'from',
        label: 'First day',
        says: 'Of what is earned; left empty: only the statement below.',
        as: 'date',
      },
      UNTIL,
      { ...PERIOD, label: 'Only the statement of', required: false },
      COMPONENT,
      { ...DEAL, says: 'As crm.D-1; left empty: all of them.', required: false },
      { name: 'line', label: 'Line of that statement', says: 'As new-business/crm.D-1, instead of the two above.' },
      ...WHY,
    ],
  },
  release: {
    title: 'Release of a hold',
    group: 'Held back',
    says: 'What a hold has kept is paid with one statement, all of it or a share.',
    fields: [
      PARTICIPANT,
      { name: 'hold', label: 'Hold', says: 'Its name, as it was approved.', as: 'suggest', required: true },
      { ...PERIOD, label: 'Paid with the statement of' },
      { name: 'share', label: 'Share', says: 'As 50%; left empty: all of it.' },
      ...WHY,
    ],
  },
  'recovery-suspension': {
    title: 'Suspension of recovery',
    group: 'Held back',
    says: 'Nothing is taken from pay for what was paid too much, for a time. It stays owed.',
    fields: [PARTICIPANT, FROM, UNTIL, ...WHY],
  },
  relief: {
    title: 'Quota relief',
    group: 'Quotas and deals',
    says: 'Reduces a quota for days that were lost, or by an amount. The quota itself stays as it was assigned.',
    fields: [
      PARTICIPANT,
      { name: 'metric', label: 'Metric of the quota', as: 'suggest', required: true },
      { name: 'year', label: 'Year', as: 'suggest', required: true },
      {
        ...{ name: 'kind', label: 'For what', as: 'choice', value: 'leave', required: true },
        options: ['leave', 'territory', 'attrition', 'other'],
      },
      FROM,
      { name: 'to', label: 'First day after it', as: 'date', required: true },
      {
        ...{ name: 'basis/by', label: 'How much', as: 'choice', value: 'days' },
        options: [
          { value: 'days', label: 'A share of the quota of those days' },
          { value: 'amount', label: 'An amount' },
        ],
      },
      { name: 'basis/share', label: 'Share', says: 'As 50%.', value: '100%', when: is('basis/by', 'days') },
      { name: 'basis/amount', label: 'Taken off the quota', required: true, when: is('basis/by', 'amount') },
      ...[REASON, PROOF, SCOPE, { ...EXPIRES, name: 'expiresOn' }],
    ],
  },
  split: {
    title: 'Split of a deal',
    group: 'Quotas and deals',
    says: 'The credit of a deal is shared otherwise than its source says.',
    fields: [
      DEAL,
      {
        ...{ name: 'shares', label: 'Shares', as: 'text', required: true },
        says: 'One person a line, as: ada 0.7. They add up to 1.',
      },
      ...[REASON, PROOF, SCOPE, { ...EXPIRES, name: 'expiresOn' }],
    ],
  },
  draw: {
    title: 'Draw',
    group: 'For a time',
    says: 'Pay ahead of earnings. A recoverable one is paid back from what is earned later.',
    fields: [
      PARTICIPANT,
      ...inside('draw', [
        amount('At least so much is paid'),
        EVERY,
        {
          ...{ name: 'kind', label: 'What is advanced', as: 'choice', value: 'recoverable' },
          options: [
            { value: 'recoverable', label: 'is owed and paid back' },
            { value: 'non-recoverable', label: 'is not owed' },
          ],
        },
        FROM,
        UNTIL,
        {
          ...{ name: 'recover', label: 'Paid back with at most', says: 'Of what is earned, as 50%; left empty: all.' },
          when: is('draw/kind', 'recoverable'),
        },
        {
          ...{ name: 'most-owed', label: 'Most that may be owed', says: 'Left empty: no limit.' },
          when: is('draw/kind', 'recoverable'),
        },
        {
          ...{ name: 'at-end', label: 'What is still owed at its end', as: 'choice', value: 'recover' },
          options: [
            { value: 'recover', label: 'is paid back from later earnings' },
            { value: 'forgive', label: 'is not owed any more' },
          ],
          when: is('draw/kind', 'recoverable'),
        },
      ]),
      ...WHY,
    ],
  },
  guarantee: {
    title: 'Guarantee',
    group: 'For a time',
    says: 'Whoever earns less is paid so much all the same. Nothing of it is owed.',
    fields: [PARTICIPANT, ...inside('guarantee', [amount('At least so much is earned'), EVERY, FROM, UNTIL]), ...WHY],
  },
  'target-incentive': {
    title: 'Target incentive of a person',
    group: 'For a time',
    says: 'What they are to earn at 100%, where it is another amount than that of the plan.',
    fields: [PARTICIPANT, amount('Amount'), PER, FROM, UNTIL, ...WHY],
  },
  salary: {
    title: 'Salary of a person',
    group: 'For a time',
    says: 'For plans that pay a share of it.',
    fields: [PARTICIPANT, amount('Amount'), PER, FROM, UNTIL, ...WHY],
  },
  jurisdiction: {
    title: 'Where a person works',
    group: 'For a time',
    says: 'Whose law limits what may be taken back from them.',
    fields: [
      PARTICIPANT,
      { name: 'jurisdiction', label: 'Jurisdiction', as: 'suggest', required: true },
      FROM,
      UNTIL,
      ...WHY,
    ],
  },
  consent: {
    title: 'Consent to recovery',
    group: 'For a time',
    says: 'They have agreed that what was paid too much is taken from their pay.',
    fields: [PARTICIPANT, FROM, UNTIL, ...WHY],
  },
  notice: {
    title: 'Notice of recovery',
    group: 'For a time',
    says: 'They have been told that what was paid too much will be taken from their pay.',
    fields: [PARTICIPANT, FROM, UNTIL, ...WHY],
  },
};

export function isAsked(kind: string | undefined): kind is Asked {
  return kind !== undefined && Object.hasOwn(FORMS, kind);
}

/** What a kind of exception is called, those too that nobody asks for by form. */
export function titleOf(kind: string): string {
  if (kind === 'freeze-override') return 'Freeze in spite of what was in its way';
  return isAsked(kind) ? FORMS[kind].title : kind;
}

/** Kinds by group, as they are offered. */
export function kindsByGroup(): readonly {
  readonly group: string;
  readonly items: { value: string; label: string }[];
}[] {
  const groups = Map.groupBy(Object.entries(FORMS), ([, { group }]) => group);
  return [...groups].map(([group, forms]) => ({
    group,
    items: forms.map(([value, { title }]) => ({ value, label: title })),
  }));
}

/** Asks for what was typed. The API checks it as it checks what programs send; a refusal names the field. */
export function ask(kind: Asked, typed: Typed, key: string): Called<{ readonly waiting: readonly string[] }> {
  const header = named(key);
  const body = told(typed);
  if (kind === 'relief') {
    return api.POST('/v1/reliefs', {
      params: { header },
      body: { ...body, year: number(typed.year) } as Body<'/v1/reliefs'>,
    });
  }
  if (kind === 'split') {
    const { deal: _, ...split } = {
      ...body,
      shares: sharesOf(typed.shares),
    } as Body<'/v1/deals/{source}/{deal}/splits'> & {
      readonly deal?: string;
    };
    const deal = typed.deal?.trim() ?? '';
    if (!/^[^.]+\../.test(deal)) {
      return Promise.resolve(refusedHere('deal', 'Name the deal with its source, as crm.D-1.'));
    }
    return api.POST('/v1/deals/{source}/{deal}/splits', {
      params: { path: dealNamed(deal), header },
      body: split,
    });
  }
  return api.POST('/v1/exceptions', {
    params: { header },
    body: { exception: kind, ...body } as Body<'/v1/exceptions'>,
  });
}

/** What was typed as fields, and fields of fields; what is empty is not there. */
function told(typed: Typed): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(typed)) {
    if (name !== 'reason' && text.trim() === '') continue;
    const value = name === 'evidence' ? linesOf(text) : text.trim();
    const [clause = '', field] = name.split('/');
    if (field === undefined) body[name] = value;
    else body[clause] = { ...(body[clause] as object | undefined), [field]: value };
  }
  return body;
}

/** A year as a number; anything else goes as it was typed, to be refused. */
function number(text = ''): number | string {
  return /^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : text;
}

function sharesOf(text: string | undefined): readonly { readonly participant: string; readonly share: string }[] {
  return linesOf(text).map((line) => {
    const [participant = '', share = ''] = line.split(/[\s=:]+/);
    return { participant, share };
  });
}

import type { Paths } from '../../api/client.ts';
import type { Field } from '../../parts/field.tsx';
import { SHARES } from '../../parts/shares.ts';
import { DRAW, GUARANTEE } from './draw-fields.ts';
import {
  amount,
  COMPONENT,
  DEAL,
  FROM,
  is,
  NAME,
  PARTICIPANT,
  PER,
  PERIOD,
  UNTIL,
  WHY,
  WHY_DEAL,
} from './exception-fields.ts';

/** What is asked for, as the API takes it. */
export type Body<Path extends '/v1/exceptions' | '/v1/reliefs' | '/v1/deals/{source}/{deal}/splits'> =
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

const SEVERAL_DRAWS =
  'Its balance is kept under it. Somebody may have several draws, each under a name of its own; left empty: made from its day.';

/** What each may say, in the order in which it is asked: the one place where forms of exceptions are written down. */
export const FORMS: Readonly<Record<Asked, ExceptionForm>> = {
  adjustment: {
    title: 'Adjustment',
    group: 'One statement',
    says: 'Adds an amount to one statement, or takes one off.',
    fields: [
      PARTICIPANT,
      PERIOD,
      { ...amount('Amount', 'With a minus it is taken off.'), is: 'amount' },
      COMPONENT,
      ...WHY,
    ],
  },
  waiver: {
    title: 'Waiver of corrections',
    group: 'One statement',
    says: 'Corrections of earlier periods are left out of one statement, and not taken back later.',
    fields: [
      PARTICIPANT,
      PERIOD,
      COMPONENT,
      { name: 'cause', label: 'Event behind the corrections', is: 'name', says: 'Left empty: all of them.' },
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
      { name: 'draw', label: 'Draw', says: 'Its name; left empty: the draw of the plan.', as: 'suggest', is: 'id' },
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
      { name: 'share', label: 'Share', says: 'As 50%.', is: 'share', required: true, when: is('treatment', 'share') },
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
      { name: 'objective', label: 'Objective', says: 'Its name in the plan.', is: 'id', required: true },
      { name: 'window', label: 'Window', says: 'As 2026-Q1.', is: 'label', required: true },
      { name: 'score', label: 'Reached', says: 'As 80%.', is: 'share', required: true },
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
      {
        name: 'line',
        label: 'Line of that statement',
        is: 'label',
        says: 'As new-business/crm.D-1, instead of the two above.',
      },
      NAME,
      ...WHY,
    ],
  },
  release: {
    title: 'Release of a hold',
    group: 'Held back',
    says: 'What a hold has kept is paid with one statement, all of it or a share.',
    fields: [
      PARTICIPANT,
      { name: 'hold', label: 'Hold', says: 'Its name, as it was approved.', as: 'suggest', is: 'id', required: true },
      { ...PERIOD, label: 'Paid with the statement of' },
      { name: 'share', label: 'Share', is: 'share', says: 'As 50%; left empty: all of it.' },
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
      { name: 'metric', label: 'Metric of the quota', as: 'suggest', is: 'id', required: true },
      { name: 'year', label: 'Year', as: 'suggest', is: 'year', required: true },
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
      {
        name: 'basis/share',
        label: 'Share',
        says: 'As 50%.',
        is: 'share',
        value: '100%',
        when: is('basis/by', 'days'),
      },
      {
        name: 'basis/amount',
        label: 'Taken off the quota',
        is: 'positive',
        required: true,
        when: is('basis/by', 'amount'),
      },
      ...WHY_DEAL,
    ],
  },
  split: {
    title: 'Split of a deal',
    group: 'Quotas and deals',
    says: 'The credit of a deal is shared otherwise than its source says.',
    fields: [DEAL, SHARES, ...WHY_DEAL],
  },
  draw: {
    title: 'Draw',
    group: 'For a time',
    says: 'Pay ahead of earnings. A recoverable one is paid back from what is earned later.',
    fields: [PARTICIPANT, ...DRAW, { ...NAME, says: SEVERAL_DRAWS }, ...WHY],
  },
  guarantee: {
    title: 'Guarantee',
    group: 'For a time',
    says: 'Whoever earns less is paid so much all the same. Nothing of it is owed.',
    fields: [PARTICIPANT, ...GUARANTEE, NAME, ...WHY],
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
      { name: 'jurisdiction', label: 'Jurisdiction', as: 'suggest', is: 'id', required: true },
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
  if (kind === 'reopening') return 'Reopened period';
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

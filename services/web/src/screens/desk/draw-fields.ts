import type { Field } from '../../parts/field.tsx';
import { amount, EVERY, FROM, inside, is, UNTIL } from './exception-fields.ts';

/** Everything that a draw and a guarantee can say. What is needed seldom is asked for by whoever asks for more. */

const BEGINS: Field = { ...FROM, required: false, says: 'Left empty: the day on which they begin under their plan.' };
const LASTS: Field = {
  ...{ name: 'for', label: 'Or how long it lasts', says: 'As 6 months, instead of the day after it.' },
  ...{ is: 'months', isMore: true },
};
const PART: Field = {
  ...{ name: 'part', label: 'Of an interval that is not full', as: 'choice', value: 'days', isMore: true },
  options: [
    { value: 'days', label: 'its part, by calendar days' },
    { value: 'whole', label: 'all of it' },
  ],
};

const isOwed = is('draw/kind', 'recoverable');

export const DRAW: readonly Field[] = inside('draw', [
  amount('At least so much is paid'),
  EVERY,
  {
    ...{ name: 'kind', label: 'What is advanced', as: 'choice', value: 'recoverable' },
    options: [
      { value: 'recoverable', label: 'is owed and paid back' },
      { value: 'non-recoverable', label: 'is not owed' },
      { value: 'on-top', label: 'is paid beside what is earned' },
    ],
  },
  BEGINS,
  UNTIL,
  {
    ...{ name: 'recover', label: 'Paid back with at most', is: 'share', when: isOwed, isMore: true },
    says: 'Of what is earned, as 50%; left empty: all.',
  },
  {
    ...{ name: 'most-owed', label: 'Most that may be owed', is: 'amount', when: isOwed, isMore: true },
    says: 'Nothing more is advanced then. Left empty: no limit.',
  },
  {
    ...{
      name: 'at-end',
      label: 'What is still owed at its end',
      as: 'choice',
      value: 'recover',
      when: isOwed,
      isMore: true,
    },
    options: [
      { value: 'recover', label: 'is paid back from later earnings' },
      { value: 'forgive', label: 'is not owed any more' },
    ],
  },
  {
    ...{ name: 'protect-floor', label: 'What pays it back', as: 'choice', value: 'yes', when: isOwed, isMore: true },
    options: [
      { value: 'yes', label: 'earnings above the draw' },
      { value: 'no', label: 'all earnings' },
    ],
  },
  {
    ...{ name: 'recover-from', label: 'Paid back from', as: 'date', when: isOwed, isMore: true },
    says: 'First day of paying back; left empty: at once.',
  },
  {
    ...{ name: 'on-leaving', label: 'Should they leave, what is owed', as: 'choice', when: isOwed, isMore: true },
    value: 'as-usual',
    options: [
      { value: 'as-usual', label: 'is paid back as before' },
      { value: 'in-full', label: 'is paid back out of all earnings' },
      { value: 'nothing', label: 'stays owed' },
      { value: 'forgive', label: 'is not owed any more' },
    ],
  },
  LASTS,
  PART,
]);

const isSum = is('guarantee/over', 'quarter', 'half', 'year', 'whole');

export const GUARANTEE: readonly Field[] = inside('guarantee', [
  amount('At least so much is earned'),
  EVERY,
  BEGINS,
  UNTIL,
  {
    ...{ name: 'over', label: 'What is compared', as: 'choice', value: 'each', isMore: true },
    options: [
      { value: 'each', label: 'every interval by itself' },
      { value: 'quarter', label: 'the sum of a quarter' },
      { value: 'half', label: 'the sum of half a year' },
      { value: 'year', label: 'the sum of a year' },
      { value: 'whole', label: 'the sum of all of it' },
    ],
  },
  {
    ...{ name: 'paid', label: 'What is missing of a sum', as: 'choice', value: 'to-date', when: isSum, isMore: true },
    options: [
      { value: 'to-date', label: 'is made up for period by period' },
      { value: 'at-end', label: 'is made up for once, at its end' },
    ],
  },
  LASTS,
  PART,
]);

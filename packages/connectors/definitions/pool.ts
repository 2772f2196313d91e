import type { Component, Contest } from '@ledger/events';
import type { ComponentFile } from './plan-schema.ts';

/** What a component pays other than by bands, as documents carry it: only where the file says it. */
export function poolsOf(file: ComponentFile): Pick<Component, 'streak' | 'contest' | 'groupCap' | 'budget'> {
  return {
    ...(file.streak === undefined ? {} : { streak: streakOf(file.streak) }),
    ...(file.contest === undefined ? {} : { contest: contestOf(file.contest) }),
    ...(file['group-cap'] === undefined
      ? {}
      : { groupCap: { most: moneyOrShare(file['group-cap'].deal), group: file['group-cap'].group ?? null } }),
    ...(file.budget === undefined
      ? {}
      : { budget: { ...file.budget, window: file.budget.window ?? null, group: file.budget.group ?? null } }),
  };
}

function streakOf(file: NonNullable<ComponentFile['streak']>): NonNullable<Component['streak']> {
  return {
    windows: Number(file.windows),
    atLeast: file['at-least'],
    pays: file.pays,
    afterwards: file.afterwards,
    acrossYears: file['across-years'] === 'yes',
  };
}

type ContestFile = NonNullable<ComponentFile['contest']>;

function contestOf(file: ContestFile): Contest {
  return {
    awards: awardsOf(file),
    atLeast: file['at-least'] ?? null,
    ties: file.ties,
    present: file.present,
    among: file.among ?? null,
    group: file.group ?? null,
  };
}

/** `check` has seen that there are prizes of one kind, or a pot. */
function awardsOf({ prizes = [], pot, divided = 'by-score' }: ContestFile): Contest['awards'] {
  if (pot !== undefined) return { by: 'pot', pot: moneyOrShare(pot), divided };
  if (prizes.some(({ top }) => top !== undefined)) {
    return { by: 'top', prizes: prizes.map(({ top = '0%', pays }) => ({ top, pays })) };
  }
  return { by: 'place', prizes: prizes.map(({ place = '1', pays }) => ({ ...placesOf(place), pays })) };
}

function placesOf(text: string): { from: number; to: number } {
  const [from = '1', to = from] = text.split('-');
  return { from: Number(from), to: Number(to) };
}

function moneyOrShare(text: string): { by: 'money'; money: string } | { by: 'share'; share: string } {
  return text.endsWith('%') ? { by: 'share', share: text } : { by: 'money', money: text };
}

import type { Component } from '@ledger/events';
import type { ComponentFile } from './plan-schema.ts';

/** What a component pays other than by bands, as documents carry it: only where the file says it. */
export function poolsOf(file: ComponentFile): Pick<Component, 'streak'> {
  return {
    ...(file.streak === undefined ? {} : { streak: streakOf(file.streak) }),
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

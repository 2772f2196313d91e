import type { Component } from '@ledger/events';
import { bound, listed, money, share, titleOf, type Words } from './words.ts';

/** What pays by other things than bands, and what people share. */

export function streakIn({ streak, tierBy, measure }: Component, words: Words): readonly string[] {
  if (streak === undefined) return [];
  const { windows, atLeast, pays, afterwards, acrossYears } = streak;
  const then = {
    restart: 'then counting begins again',
    continue: 'and so does every further window in the row',
    stop: 'and nothing more until the row is broken and made again',
  };
  const least = bound(atLeast, tierBy === 'attainment', measure, words);
  const years = acrossYears ? '' : ' A row does not go on into another year.';
  return [`${windows} windows in a row of at least ${least} pay ${money(pays, words)}, ${then[afterwards]}.${years}`];
}

export function contestIn({ contest, measure }: Component, words: Words): readonly string[] {
  if (contest === undefined) return [];
  const { awards, atLeast, ties, present, among } = contest;
  const who = among === null ? 'Everybody under the component' : `${among.length} people`;
  const day = present === 'at-end' ? 'on the last day of the window' : 'on any day of the window';
  const tied = {
    share: 'Those with equal scores share the prizes of their places.',
    higher: 'Those with equal scores each get the highest of their prizes.',
    lower: 'Those with equal scores each get the lowest of their prizes.',
    earlier: 'Of equal scores, the one that was reached earlier goes first.',
  };
  return [
    `${who} ${day} is ranked by ${titleOf(measure, words)}${atLeast === null ? '' : `, from a score of ${atLeast} on`}.`,
    `It pays ${awardsIn(awards, words)}.`,
    tied[ties],
  ];
}

function prize(pays: string, words: Words): string {
  return pays.endsWith('%') ? `${share(pays)} of the target incentive` : money(pays, words);
}

function awardsIn(awards: NonNullable<Component['contest']>['awards'], words: Words): string {
  switch (awards.by) {
    case 'place':
      return listed(
        awards.prizes.map(
          ({ from, to, pays }) =>
            `${prize(pays, words)} for ${from === to ? `place ${from}` : `places ${from} to ${to}`}`,
        ),
      );
    case 'top':
      return listed(awards.prizes.map(({ top, pays }) => `${prize(pays, words)} to the best ${share(top)}`));
    case 'pot': {
      const pot =
        awards.pot.by === 'money' ? money(awards.pot.money, words) : `${share(awards.pot.share)} of what all reached`;
      return `${pot}, divided among those who qualify ${awards.divided === 'equally' ? 'equally' : 'by their scores'}`;
    }
    default:
      return awards satisfies never;
  }
}

export function objectivesIn({ objectives, read }: Component): readonly string[] {
  if (objectives === undefined) return [];
  const each = objectives.list.map(({ name, title, weight }) => `${title ?? name} (${share(weight)})`);
  const without =
    objectives.unscored === 'stop'
      ? 'The statement waits for every score.'
      : 'An objective without a score counts as 0%.';
  const table = read === 'retroactive' ? ['The band that the score is in pays its share of the target incentive.'] : [];
  return [`It pays by the weighted score of objectives: ${listed(each)}.`, ...table, without];
}

export function groupCapIn({ groupCap, paysOn, measure }: Component, words: Words): readonly string[] {
  if (groupCap === undefined) return [];
  const { most } = groupCap;
  const limit =
    most.by === 'money' ? money(most.money, words) : `${share(most.share)} of ${titleOf(paysOn ?? measure, words)}`;
  return [`All who are credited with a deal earn at most ${limit} together.`];
}

export function budgetIn({ budget }: Component, words: Words): readonly string[] {
  if (budget === undefined) return [];
  const when =
    budget.window === null
      ? 'in a window'
      : typeof budget.window === 'string'
        ? `in a ${budget.window}`
        : `from ${budget.window.from} to ${budget.window.to}`;
  const how =
    budget.spends === 'first-come'
      ? 'in the order of deals until it is spent'
      : 'to everybody the same share of what they earned';
  return [`All people together are paid at most ${money(budget.amount, words)} ${when}: ${how}.`];
}

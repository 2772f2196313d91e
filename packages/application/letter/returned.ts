import type { Component } from '@ledger/events';
import { money, share, timeOf, type Words } from './words.ts';

type Rule = NonNullable<Component['returned']>[number];

/** What is taken back of what deals earned, and when. */
export function returnsIn({ on, credit, takes, since, within, atLeast, outOf }: Rule, words: Words): string {
  const limits = [
    within === undefined ? '' : `only up to ${timeOf(within)} after closing`,
    atLeast === undefined ? '' : `only from ${money(atLeast, words)} on`,
    outOf === undefined ? '' : 'what is held of the deal is taken first',
    since === undefined ? '' : `times run from when it is ${since}`,
  ].filter((each) => each !== '');
  const where =
    credit === 'original-period'
      ? 'the period in which the deal closed is calculated again without it'
      : 'credit and money are taken back in the period in which that happens';
  return `When ${triggerIn(on)}, ${takenIn(takes)} is taken back; ${[where, ...limits].join('; ')}.`;
}

function triggerIn(on: Rule['on']): string {
  switch (on.by) {
    case 'cancellation':
      return 'a deal is cancelled';
    case 'milestone':
      return `a deal is ${on.milestone}`;
    case 'unpaid':
      return `a deal is not fully ${on.milestone} ${timeOf(on.after)} after closing${on.late === 'lost' ? ' (what is later is lost for good)' : ''}`;
    default:
      return on satisfies never;
  }
}

function takenIn(takes: Rule['takes']): string {
  switch (takes.by) {
    case 'full':
      return 'all that it earned';
    case 'proportional':
      return `${takes.share === undefined ? '' : `${share(takes.share)} of `}the part of the deal that came back`;
    case 'share':
      return `${share(takes.share)} of what it earned`;
    case 'straight-line':
      return `the part of ${timeOf(takes.over)} that is not over`;
    case 'steps': {
      const steps = takes.steps.map((step) => `${share(step.share)} within ${timeOf(step.within)}`);
      return `a part of what it earned by time since closing (${steps.join(', ')}, then nothing)`;
    }
    default:
      return takes satisfies never;
  }
}

import { CLOSED, type Component, type ReleasePart } from '@ledger/events';
import { cmp, equal, ONE, percent, sign, sum } from '@ledger/money';
import type { Finding } from './finding.ts';
import { paysAtEnd } from './otherwise.ts';
import { percentInWords } from './words.ts';

/** What is wrong with when a component's earnings are released. */
export function* releaseFindings(component: Component): Generator<Finding> {
  const { release } = component;
  if (release === undefined) return;
  if (paysAtEnd(component)) {
    const says = 'nothing here is earned by a single deal; remove it.';
    yield { at: '/release', says };
    return;
  }
  for (const [index, part] of release.entries()) yield* partFindings(part, `/release/${index}`);
  const whole = sum(release.map(({ share }) => percent(share)));
  if (!equal(whole, ONE)) {
    yield {
      at: '/release',
      says: `the parts add up to ${percentInWords(whole)}; write shares that make 100% together.`,
      code: 'percent_invalid',
    };
  }
}

function* partFindings({ at: milestone, share, inProportion, fromShare }: ReleasePart, at: string): Generator<Finding> {
  if (sign(percent(share)) <= 0) {
    yield {
      at: `${at}/share`,
      says: `is ${share}, so it releases nothing; write more than 0%.`,
      code: 'percent_invalid',
    };
  }
  if (milestone === CLOSED && (inProportion === true || fromShare !== undefined)) {
    const field = inProportion === true ? 'inProportion' : 'fromShare';
    const says = 'closing has no amounts to be in proportion to; name a milestone, as at: paid, or remove it.';
    yield { at: `${at}/${field}`, says };
  }
  if (fromShare === undefined) return;
  const from = percent(fromShare);
  if (sign(from) <= 0 || cmp(from, ONE) > 0) {
    const says = `is ${fromShare}; write a part of the deal, above 0% and up to 100%.`;
    yield { at: `${at}/fromShare`, says, code: 'percent_invalid' };
  }
}

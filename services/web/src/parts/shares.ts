import { shareLine } from './checks.ts';
import { partsOf } from './exact.ts';
import { type Field, linesOf } from './field.tsx';

/** How the credit of a deal is shared, one person a line. */
export const SHARES: Field = {
  ...{ name: 'shares', label: 'Shares', as: 'text', is: 'shares', required: true },
  says: 'One person a line, as: ada 70%. They add up to 100%.',
  empty: 'Nobody has a share; write one person a line, as: ada 70%.',
};

/** What is typed as shares, as the API takes them: fractions of one, exactly. */
export function sharesIn(text: string | undefined) {
  return linesOf(text).map((line) => {
    const { participant, share } = shareLine(line) ?? { participant: line, share: '' };
    return { participant, share: share.endsWith('%') ? partsOf(share.slice(0, -1)).share : share };
  });
}

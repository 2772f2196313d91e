import type { Schemas } from '../../api/client.ts';
import { capital } from '../../parts/words.ts';

export interface Finding {
  /** For a badge. */
  readonly short: string;
  readonly says: string;
  readonly remedy: string;
}

/** Orange that can be read under white, which no shade of the palette is. */
export const WARNING = '#a63c06';

type Told = Pick<Schemas['DealView'], 'state' | 'credits' | 'unreachable' | 'refused'>;

/** What of a deal keeps somebody from being paid for it, as the ledger says. What no longer pays anybody finds nothing. */
export function findingsOf({ state, credits, unreachable, refused }: Told): readonly Finding[] {
  const found: Finding[] = [];
  // The sentences of rules end with what to do.
  if (refused !== null) found.push({ short: 'credit cannot be said', says: sentence(refused), remedy: '' });
  for (const { rule, says } of unreachable) {
    found.push({
      short: 'a rule reaches nobody',
      says: `Rule ${rule} credits nobody with it: ${says}.`,
      remedy: 'Correct the deal in its source and import it again, say whom the rule means, or change the rule.',
    });
  }
  if (state === 'closed' && credits.length === 0 && refused === null) {
    found.push({
      short: 'credits nobody',
      says: 'It has no owner, so that nobody is paid for it.',
      remedy: 'Import it again with an owner, or ask for a split that names somebody.',
    });
  }
  return found;
}

function sentence(says: string): string {
  return `${capital(says)}${says.endsWith('.') ? '' : '.'}`;
}

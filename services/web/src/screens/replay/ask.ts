import type { Paths } from '../../api/client.ts';
import type { Search } from '../../parts/address.ts';

/** What a replay is asked for. The address holds all of it but the typed text. */
export interface Ask {
  readonly from: string;
  readonly to: string;
  readonly participant: string | undefined;
  readonly requests: readonly string[];
}

type Body = Paths['/v1/replays']['post']['requestBody']['content']['application/json'];

/** What was sent for a job: to keep its answer, the same is sent once more. */
export type Sent = Pick<Body, 'from' | 'to' | 'participant' | 'requests' | 'definitions'>;

/** Names of requests have no blank in them. */
export function requestsIn({ requests = '' }: Search): readonly string[] {
  return requests.split(' ').filter((name) => name !== '');
}

export function sentFor({ from, to, participant, requests }: Ask, text: string): Sent {
  return {
    from,
    to,
    ...(participant === undefined ? {} : { participant }),
    ...(requests.length === 0 ? {} : { requests: [...requests] }),
    ...(text.trim() === '' ? {} : { definitions: text }),
  };
}

/** Of two periods, which are named so that they sort. */
export function laterOf(one: string, other: string): string {
  return [one, other].sort().at(-1) ?? one;
}

/** The address of a question, as other screens lead to it. */
export function addressOfAsk({ from, to, participant, requests }: Ask): Search {
  return { from, to, participant, requests: requests.length === 0 ? undefined : requests.join(' ') };
}

export function rangeText({ from, to }: Pick<Ask, 'from' | 'to'>): string {
  return from === to ? from : `${from} to ${to}`;
}

const TEXT = 'ledger.replay.text';
const SENT = 'ledger.replay.sent';

/** What was typed and not tried out yet: kept for this tab, so that a reload does not lose it. */
export function keptText(): string {
  return sessionStorage.getItem(TEXT) ?? '';
}

export function keepText(text: string): void {
  if (text === '') sessionStorage.removeItem(TEXT);
  else sessionStorage.setItem(TEXT, text);
}

/** What was sent for a job, where this tab sent it. */
export function sentOf(job: string): Sent | undefined {
  const kept = sessionStorage.getItem(SENT);
  if (kept === null) return undefined;
  // Written by `keepSent` alone.
  const { of, sent }: { readonly of: string; readonly sent: Sent } = JSON.parse(kept);
  return of === job ? sent : undefined;
}

export function keepSent(job: string, sent: Sent): void {
  sessionStorage.setItem(SENT, JSON.stringify({ of: job, sent }));
}

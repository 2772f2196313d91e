/** The ledger was not reached: the network is broken, or what stands before the ledger answered in its place, as a proxy whose servers are away. */
export class Unreached extends Error {
  constructor() {
    super(
      'The connection is broken, or the server is away. What you typed is kept: try again when it is back. What is sent twice is recorded once.',
    );
  }
}

/** Every refusal of the ledger says what was refused; other refusals are not the ledger's. */
export function refuseOthers(response: Response): void {
  if (!response.ok && response.headers.get('content-type')?.startsWith('application/problem+json') !== true) {
    throw new Unreached();
  }
}

/** Browsers have words of their own for an answer that does not come: Chromium's, Firefox's, Safari's. */
export function isUnreached(thrown: unknown): boolean {
  if (thrown instanceof Unreached) return true;
  return thrown instanceof TypeError && /^(?:failed to fetch|networkerror|load failed)/i.test(thrown.message);
}

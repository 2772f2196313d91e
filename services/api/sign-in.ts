import { actingAs, type Principal } from '@ledger/application';
import { type Acting, isProblem, type Problem, problem } from '@ledger/kernel';

/** Where a browser signs in. */
export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  readonly endSession: string | undefined;
}

/** Finds out who is behind the credentials of a Bearer header. `undefined`: they are not of its kind. */
export type Authenticator = (credentials: string) => Promise<Principal | Problem | undefined>;

/** Where people sign in with a browser, and as what the application is known there. */
interface BrowserSignIn extends Endpoints {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
}

/** Asked for when somebody comes: the provider may not answer yet when the server begins. */
export type SignIn = () => Promise<BrowserSignIn | Problem>;

export function unauthenticated(why: string): Problem {
  return problem('unauthenticated', `${why}; sign in and send "Authorization: Bearer <token or key>".`);
}

const HEADER = /^([A-Za-z][A-Za-z0-9-]{0,31}) +([\x21-\x7e]{1,8192})$/;

/** Asks each authenticator in turn; the first that knows the kind of credentials answers. */
export async function authenticate(
  header: string | undefined,
  authenticators: readonly Authenticator[],
): Promise<Principal | Problem> {
  if (header === undefined) return unauthenticated('The request has no Authorization header');
  const [, scheme = '', credentials = ''] = HEADER.exec(header) ?? [];
  if (scheme === '') return unauthenticated('The Authorization header does not read');
  if (scheme.toLowerCase() !== 'bearer') return unauthenticated(`Authentication by ${scheme} is not supported`);
  for (const each of authenticators) {
    const found = await each(credentials);
    if (found === undefined) continue;
    return found;
  }
  return unauthenticated('The token is not one of this server');
}

/** Who asks, as often as that is asked: by the credentials that came with the request, in the same role. */
export function askAgain(
  credentials: string | undefined,
  role: string | undefined,
  authenticators: readonly Authenticator[],
): () => Promise<Acting | Problem> {
  return async () => {
    const found = await authenticate(credentials, authenticators);
    return isProblem(found) ? found : actingAs(found, role);
  };
}

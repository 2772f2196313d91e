import type { AnswerOf } from './client.ts';
import { become, tellTabs } from './session.ts';

/** How the API says that people sign in. */
export type Provider = NonNullable<AnswerOf<'/v1/sign-in'>['provider']>;

/** Where the provider sends people back to. */
export const CALLBACK = '/signed-in';
const KEY = 'ledger.signing-in';

/** Loaded by those who sign in, which one does once a day. */
const library = () => import('oauth4webapi');

interface SigningIn {
  readonly provider: Provider;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Where they were. */
  readonly address: string;
}

/** Leaves for the identity provider: authorization code with PKCE (RFC 7636), as a public client. */
export async function signIn(provider: Provider): Promise<void> {
  const oauth = await library();
  const signing: SigningIn = {
    provider,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    address: `${location.pathname}${location.search}`,
  };
  sessionStorage.setItem(KEY, JSON.stringify(signing));
  const url = new URL(provider.authorization);
  const asked: Readonly<Record<string, string>> = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: new URL(CALLBACK, location.origin).href,
    scope: 'openid',
    code_challenge: await oauth.calculatePKCECodeChallenge(signing.verifier),
    code_challenge_method: 'S256',
    state: signing.state,
    nonce: signing.nonce,
    ...resourceOf(provider),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** What the token is to be for (RFC 8707), where the provider knows the ledger by an address of its own. */
function resourceOf({ audience, clientId }: Provider): Readonly<Record<string, string>> {
  return audience === clientId ? {} : { resource: audience };
}

/** Ends the session here, and with the provider where it can be asked to. */
export function signOut({ endSession, clientId }: Provider): void {
  become(undefined);
  if (endSession === null) return;
  const url = new URL(endSession);
  url.searchParams.set('client_id', clientId);
  location.assign(url);
}

/** Comes back from the provider: takes the token and answers where one was. Throws what does not fit. */
export async function signedIn(): Promise<string> {
  const kept = sessionStorage.getItem(KEY);
  if (kept === null) throw new Error('Nobody was signing in here; begin again.');
  sessionStorage.removeItem(KEY);
  const { provider, verifier, state, nonce, address }: SigningIn = JSON.parse(kept);
  const oauth = await library();
  const server = {
    issuer: provider.issuer,
    authorization_endpoint: provider.authorization,
    token_endpoint: provider.token,
  };
  const client = { client_id: provider.clientId };
  const insecure = { [oauth.allowInsecureRequests]: new URL(provider.token).protocol === 'http:' };
  const redirect = new URL(CALLBACK, location.origin).href;
  const params = oauth.validateAuthResponse(server, client, new URL(location.href), state);
  const answer = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), params, redirect, verifier, {
    ...insecure,
    additionalParameters: resourceOf(provider),
  });
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  // Where tokens are for the application itself, the one that names the person is the one to show.
  const token = provider.audience === provider.clientId ? tokens.id_token : tokens.access_token;
  if (token === undefined) throw new Error('The identity provider gave no token.');
  become({ token });
  tellTabs(token);
  return address;
}

import type { Principal } from '@ledger/application';
import { type Problem, problem } from '@ledger/kernel';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Authenticator, type Endpoints, type SignIn, unauthenticated } from './sign-in.ts';

export interface Issuer {
  /** As it stands in the tokens' `iss`. */
  readonly issuer: string;
  /** What the tokens have to be for: `aud`. */
  readonly audience: string;
  /** How the provider knows the web application: a public client, by authorization code with PKCE. None: people do not sign in there. */
  readonly clientId?: string | undefined;
}

/** Signatures by a secret that the issuer shares with us, and none at all, are not accepted: whoever checks could then make tokens. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How far the clocks of the issuer and of this server may be apart. */
const TOLERANCE_S = 30;
/** Longest age of a token, whatever its own end says. */
const LONGEST_S = 24 * 3_600;
const DISCOVERY_MS = 5_000;

const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

/**
 * Takes the tokens of one identity provider (OpenID Connect Discovery 1.0): signature against its published keys, issuer, audience and
 * time. Who the subject is and what they may do is asked of the ledger at each request; nothing else of a token is believed.
 */
export function byIssuer(
  { issuer, audience }: Issuer,
  principalOf: (identity: { readonly issuer: string; readonly subject: string }) => Promise<Principal | Problem>,
): Authenticator {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (credentials) => {
    if (!JWT.test(credentials)) return undefined;
    try {
      keys ??= discovered(issuer);
      const { payload } = await jwtVerify(credentials, await keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        maxTokenAge: LONGEST_S,
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      const { sub: subject } = payload;
      if (subject === undefined || subject === '' || subject.length > 255) return invalid('it has no subject');
      return await principalOf({ issuer, subject });
    } catch (error) {
      if (error instanceof DiscoveryError) {
        // The next request asks again.
        keys = undefined;
        return problem('sign_in_unavailable', 'The identity provider does not answer; try again in a moment.');
      }
      return refusalOf(error);
    }
  };
}

class DiscoveryError extends Error {}

async function discovered(issuer: string): Promise<JWTVerifyGetKey> {
  const { jwks_uri: address } = await published(issuer);
  if (typeof address !== 'string') throw new DiscoveryError('no keys');
  return createRemoteJWKSet(new URL(address), { timeoutDuration: DISCOVERY_MS });
}

/** Where people sign in with the provider; none where it does not know the application. Asked once, and again while it does not answer. */
export function browserSignIn({ issuer, audience, clientId }: Issuer): SignIn | undefined {
  if (clientId === undefined) return undefined;
  let known: Endpoints | undefined;
  return async () => {
    try {
      known ??= await endpointsOf(issuer);
      return { ...known, issuer, audience, clientId };
    } catch (error) {
      if (!(error instanceof DiscoveryError)) throw error;
      return problem('sign_in_unavailable', 'The identity provider does not answer; try again in a moment.');
    }
  };
}

async function endpointsOf(issuer: string): Promise<Endpoints> {
  const says = await published(issuer);
  const { authorization_endpoint: authorization, token_endpoint: token, end_session_endpoint: end } = says;
  if (typeof authorization !== 'string' || typeof token !== 'string') throw new DiscoveryError('no endpoints');
  return { authorization, token, endSession: typeof end === 'string' ? end : undefined };
}

async function published(issuer: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const response = await fetch(new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`), {
      signal: AbortSignal.timeout(DISCOVERY_MS),
      redirect: 'error',
    });
    const found: unknown = await response.json();
    const says = typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {};
    if (says.issuer !== issuer) throw new DiscoveryError('another issuer');
    return says;
  } catch (error) {
    throw new DiscoveryError('no discovery document', { cause: error });
  }
}

function refusalOf(error: unknown): Problem {
  if (error instanceof errors.JWTExpired) return invalid('it has expired; sign in again');
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its "${error.claim}" is not what it has to be`);
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('its algorithm is not accepted');
  if (error instanceof errors.JWKSTimeout) {
    return problem('sign_in_unavailable', 'The identity provider does not answer; try again in a moment.');
  }
  if (error instanceof errors.JOSEError) return invalid('its signature or form is wrong');
  return isFetchFailure(error)
    ? problem('sign_in_unavailable', 'The identity provider does not answer; try again in a moment.')
    : unauthenticated('The token does not read');
}

function isFetchFailure(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed';
}

function invalid(why: string): Problem {
  return problem('token_invalid', `The token is refused: ${why}.`);
}

/** Where there is no identity provider, a token that looks like one of its own is refused as what it is. */
export const withoutIssuer: Authenticator = async (credentials) =>
  JWT.test(credentials) ? invalid('this server has no identity provider; use a key') : undefined;

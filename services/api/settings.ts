import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Issuer } from './oidc.ts';

/** How a server is told what to serve and where; from the environment alone. */
export interface Settings {
  /** A ledger file, or an address that `openLedger` knows. */
  readonly store: string;
  readonly host: string;
  readonly port: number;
  readonly requestsPerSecond: number;
  readonly logLevel: string;
  /** The identity provider whose tokens are taken; none: keys only. */
  readonly issuer: Issuer | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

/** Reads the settings; a word that is no setting's value is refused, so that a slip of the pen never serves something else. */
export function settingsOf(env: Environment): Settings | Problem {
  const port = whole(env, 'LEDGER_PORT', 8080, 65_535);
  const requestsPerSecond = whole(env, 'LEDGER_REQUESTS_PER_SECOND', 500, 1_000_000);
  const logLevel = env.LEDGER_LOG_LEVEL ?? 'info';
  const issuer = issuerOf(env);
  if (isProblem(port)) return port;
  if (isProblem(requestsPerSecond)) return requestsPerSecond;
  if (isProblem(issuer)) return issuer;
  if (!LEVELS.includes(logLevel)) return wrong('LEDGER_LOG_LEVEL', logLevel, `one of ${LEVELS.join(', ')}`);
  return {
    store: env.LEDGER_STORE ?? 'company.ledger',
    host: env.LEDGER_HOST ?? '127.0.0.1',
    port,
    requestsPerSecond,
    logLevel,
    issuer,
  };
}

/** Over plain HTTP anybody on the way could hand out keys of their own: that is for a provider on this machine only. */
function issuerOf(env: Environment): Issuer | undefined | Problem {
  const { LEDGER_OIDC_ISSUER: issuer, LEDGER_OIDC_AUDIENCE: audience, LEDGER_OIDC_CLIENT_ID: clientId } = env;
  if (issuer === undefined) return undefined;
  const url = URL.parse(issuer);
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere))) {
    return wrong('LEDGER_OIDC_ISSUER', issuer, 'the https address of the identity provider, as its tokens name it');
  }
  if (audience !== undefined && audience !== '') return { issuer, audience, clientId };
  return problem(
    'argument_missing',
    'LEDGER_OIDC_AUDIENCE is not set; set it to what the tokens for this server are for.',
  );
}

function whole(env: Environment, name: string, otherwise: number, most: number): number | Problem {
  const text = env[name];
  if (text === undefined) return otherwise;
  const value = /^[0-9]{1,7}$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : wrong(name, text, `a whole number up to ${most}`);
}

function wrong(name: string, value: string, what: string): Problem {
  return problem('option_invalid', `${name} is "${value.slice(0, 60)}"; it has to be ${what}.`);
}

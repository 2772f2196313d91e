import { isProblem, type Problem, problem } from '@ledger/kernel';

/** How a server is told what to serve and where; from the environment alone. */
export interface Settings {
  /** A ledger file, or an address that `openLedger` knows. */
  readonly store: string;
  readonly host: string;
  readonly port: number;
  readonly requestsPerSecond: number;
  readonly logLevel: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

/** Reads the settings; a word that is no setting's value is refused, so that a slip of the pen never serves something else. */
export function settingsOf(env: Environment): Settings | Problem {
  const port = whole(env, 'LEDGER_PORT', 8080, 65_535);
  const requestsPerSecond = whole(env, 'LEDGER_REQUESTS_PER_SECOND', 500, 1_000_000);
  const logLevel = env.LEDGER_LOG_LEVEL ?? 'info';
  if (isProblem(port)) return port;
  if (isProblem(requestsPerSecond)) return requestsPerSecond;
  if (!LEVELS.includes(logLevel)) return wrong('LEDGER_LOG_LEVEL', logLevel, `one of ${LEVELS.join(', ')}`);
  return {
    store: env.LEDGER_STORE ?? 'company.ledger',
    host: env.LEDGER_HOST ?? '127.0.0.1',
    port,
    requestsPerSecond,
    logLevel,
  };
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

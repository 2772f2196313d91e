import { type NatsSettings, natsSettings, type StreamSettings } from '@ledger/bus-nats';
import { ProblemError, problem } from '@ledger/kernel';

/** What a relay is told by its environment (docs/how-to/publish-facts-to-nats.md). */
export interface RelaySettings {
  readonly store: string;
  readonly checkpoint: string;
  readonly nats: NatsSettings;
  readonly stream: StreamSettings;
  /** Port on this machine under which the relay says how it is; `undefined`: none. */
  readonly healthPort: number | undefined;
  /** How often it says so in its log. */
  readonly healthMs: number;
  readonly logLevel: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const DAY_MS = 86_400_000;

/** Throws `argument_missing` and `option_invalid`. */
export function relaySettings(env: Readonly<Record<string, string | undefined>>): RelaySettings {
  const store = env.LEDGER_STORE ?? 'company.ledger';
  const nats = natsSettings(env, 'ledger-relay');
  if (nats === undefined) {
    throw new ProblemError(problem('argument_missing', 'Say where NATS is: set NATS_URL, as nats://127.0.0.1:4222.'));
  }
  const level = env.LEDGER_LOG_LEVEL ?? 'info';
  if (!LEVELS.includes(level)) throw invalid('LEDGER_LOG_LEVEL', level, `use ${LEVELS.join(', ')}`);
  const port = number(env, 'LEDGER_RELAY_HEALTH_PORT', 0, 65_535);
  return {
    store,
    // A store that is no file has no place beside it.
    checkpoint: env.LEDGER_RELAY_CHECKPOINT ?? (store.includes('://') ? 'ledger.relay' : `${store}.relay`),
    nats,
    stream: {
      replicas: number(env, 'LEDGER_RELAY_REPLICAS', 1, 5),
      maxAgeMs: number(env, 'LEDGER_RELAY_MAX_AGE_DAYS', 0, 36_500) * DAY_MS,
      maxBytes: number(env, 'LEDGER_RELAY_MAX_BYTES', 0, Number.MAX_SAFE_INTEGER),
    },
    healthPort: env.LEDGER_RELAY_HEALTH_PORT === undefined ? undefined : port,
    healthMs: number(env, 'LEDGER_RELAY_HEALTH_SECONDS', 60, 3_600) * 1_000,
    logLevel: level,
  };
}

function number(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  otherwise: number,
  atMost: number,
): number {
  const text = env[name];
  if (text === undefined) return otherwise;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= atMost && (value >= 1 || otherwise === 0)) return value;
  throw invalid(name, text, `give a whole number from ${otherwise === 0 ? 0 : 1} to ${atMost}`);
}

function invalid(name: string, text: string, remedy: string): ProblemError {
  return new ProblemError(
    problem('option_invalid', `${name} cannot be ${JSON.stringify(text.slice(0, 60))}: ${remedy}.`),
  );
}

/**
 * A problem is an expected refusal, as a value: something outside was wrong and the caller can do something about it.
 * Broken invariants of our own are not problems; they throw plain errors.
 */
export interface Problem {
  /** Stable name from the catalogue of codes. */
  readonly code: string;
  /** One sentence that names field, value and remedy. */
  readonly message: string;
  /** Path of the offending field, as `/lines/0/amount`, where there is one. */
  readonly field?: string;
  /** Everything that was wrong, when more than one thing was. */
  readonly errors?: readonly Problem[];
}

/** What kind of refusal a code is; the numbers are the exit codes of the command line (promises.md, error contract). */
export const EXIT = {
  usage: 2,
  input: 3,
  forbidden: 4,
  conflict: 5,
  integrity: 6,
  environment: 7,
  crash: 70,
} as const;
export type ProblemKind = keyof typeof EXIT;

/** Carries a problem across code that can only throw (an adapter, a generator). The doors turn it back into a value. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.message}`, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export function problem(code: string, message: string, field?: string): Problem {
  return field === undefined ? { code, message } : { code, message, field };
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** Codes that the kernel and its adapters raise. Every other package adds its own to the catalogue in `@ledger/events`. */
export const KERNEL_CODES = {
  wrong_revision: 'conflict',
  command_id_reused: 'conflict',
  event_id_taken: 'conflict',
  store_busy: 'conflict',
  view_conflict: 'conflict',
  shadow_taken: 'conflict',
  limit_exceeded: 'input',
  stream_invalid: 'input',
  as_of_invalid: 'usage',
  as_of_ahead: 'usage',
  event_unknown: 'integrity',
  event_invalid: 'integrity',
  chain_broken: 'integrity',
  storage_type: 'integrity',
  store_damaged: 'integrity',
  tail_lost: 'integrity',
  store_newer: 'integrity',
  store_foreign: 'integrity',
  view_stopped: 'integrity',
  store_missing: 'environment',
  store_exists: 'conflict',
  store_address: 'usage',
  store_access: 'environment',
  store_unavailable: 'environment',
  store_read_only: 'environment',
  storage_full: 'environment',
  sqlite_unsafe: 'environment',
  durability: 'environment',
  bus_unavailable: 'environment',
  bus_timeout: 'environment',
  bus_busy: 'conflict',
  bus_failed: 'crash',
  relay_unfit: 'environment',
  store_io: 'crash',
} as const satisfies Record<string, ProblemKind>;

import pc from 'picocolors';

/** Where the command line reads its surroundings from and writes to; tests and the demo give their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colours on `out`. */
  readonly colour: boolean;
  /** A person watches `err`: progress may move there. */
  readonly terminal: boolean;
  /** Width that output is laid out for. */
  readonly columns: number;
  /** For commands that go on until somebody has seen enough, or that take long: aborts then. Without it nobody ever has. */
  readonly interrupted?: () => AbortSignal;
}

export function processIo(): Io {
  const { stdout, stderr, env } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    env,
    colour: wantsColour(env, stdout.isTTY === true),
    terminal: stderr.isTTY === true,
    columns: Math.min(stdout.columns ?? 80, 100),
    interrupted() {
      const seen = new AbortController();
      process.once('SIGINT', () => seen.abort());
      process.once('SIGTERM', () => seen.abort());
      stdout.once('error', () => seen.abort());
      return seen.signal;
    },
  };
}

/** NO_COLOR and FORCE_COLOR are what users of other tools know; FORCE_COLOR=0 says no. */
function wantsColour({ FORCE_COLOR, NO_COLOR }: Io['env'], terminal: boolean): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return terminal && (NO_COLOR === undefined || NO_COLOR === '');
}

export type Paint = ReturnType<typeof pc.createColors>;
export function paint(io: Io): Paint {
  return pc.createColors(io.colour);
}

import { type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import { ENDS, type FollowAsk, followFile } from '../follow.ts';
import { followServer } from '../follow-url.ts';
import { type Io, paint } from '../io.ts';
import { report } from '../problems.ts';
import { renderEntry } from '../render/query.ts';
import type { Globals } from '../session.ts';
import { action, type Exit, guarded } from './shape.ts';

interface Options {
  readonly after?: string;
  readonly until?: string;
  readonly url?: string;
  readonly role?: string;
}

/** What is said and done about queries, as it happens. */
export function followCommand(query: Command, io: Io, exit: Exit): void {
  const ofFile = action(io, exit, { writes: false }, async (work, name: string | undefined, options: Options) => {
    const ask = askOf(io, name, options, work.json);
    return 'code' in ask ? ask : followFile(work, ask);
  });

  query
    .command('follow [query]')
    .description('what is said and done about a query, or all that one may see, as it happens; Ctrl-C ends it')
    .option('--after <position>', 'also what was recorded after this position')
    .option('--until <end>', `end when a query is ${ENDS.join(' or ')}`)
    .option('--url <address>', 'follow a server instead of the file, with the token in LEDGER_TOKEN')
    .option('--role <role>', 'the role in which one acts there, for those who have several')
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { url, role } = options;
      if (url === undefined) return ofFile(name, options, command);
      const { json = false }: Globals = command.optsWithGlobals();
      const ask = askOf(io, name, options, json);
      const token = io.env.LEDGER_TOKEN;
      exit(
        await guarded(io, async () => {
          if ('code' in ask) return report(io, ask);
          if (token === undefined || token === '') return report(io, NO_TOKEN);
          const refused = await followServer({ url, token, role }, ask);
          return refused === undefined ? 0 : report(io, refused);
        }),
      );
    });
}

const NO_TOKEN: Problem = problem(
  'unauthenticated',
  'LEDGER_TOKEN is not set; put the token or key there: what stands on a command line is seen by others.',
);

function askOf(io: Io, query: string | undefined, options: Options, json: boolean): FollowAsk | Problem {
  const { after } = options;
  const until = ENDS.find((end) => end === options.until);
  if (options.until !== undefined && until === undefined) {
    return problem('option_invalid', `--until "${options.until.slice(0, 60)}" is not one of ${ENDS.join(', ')}.`);
  }
  if (after !== undefined && !/^(?:0|[1-9][0-9]{0,18})$/.test(after)) {
    return problem('option_invalid', `--after "${after.slice(0, 60)}" is no position; write one as it was printed.`);
  }
  const paints = paint(io);
  return {
    query,
    after,
    until,
    signal: io.interrupted?.() ?? new AbortController().signal,
    tell: (entry) => io.out(json ? `${JSON.stringify(entry)}\n` : renderEntry(paints, entry, io.columns)),
  };
}

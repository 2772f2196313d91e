import { nearest, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { report } from '../problems.ts';
import type { Exit } from './shape.ts';

/** What `--help` says, for who asks for it in words. */
export function helpCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('help [command...]')
    .description('what there is, or what a command does and takes')
    .action((words: readonly string[]) => {
      const found = commandNamed(program, words);
      if ('code' in found) exit(report(io, found));
      else io.out(found.helpInformation());
    });
}

function commandNamed(program: Command, words: readonly string[]): Command | Problem {
  let at = program;
  for (const [index, word] of words.entries()) {
    const next = at.commands.find((each) => each.name() === word);
    if (next !== undefined) {
      at = next;
      continue;
    }
    const known = at.commands.map((each) => each.name());
    const meant = nearest(word, known);
    const told = ['ledger', ...words.slice(0, index)].join(' ');
    const remedy = known.length === 0 ? `${told} has none` : meant === undefined ? undefined : `did you mean ${meant}?`;
    const says = `Unknown command '${word}'${remedy === undefined ? '' : `; ${remedy}`}`;
    return problem(
      'command_unknown',
      `${/[?]$/.test(says) ? says : `${says}.`} Run \`${told} --help\` for what there is.`,
    );
  }
  return at;
}

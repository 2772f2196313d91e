import { kindOf } from '@ledger/events';
import { EXIT, problem } from '@ledger/kernel';
import { type Argument, Command, CommanderError } from 'commander';
import { accessCommands } from './commands/access.ts';
import { auditCommands } from './commands/audit.ts';
import { checkCommands } from './commands/check.ts';
import { closeCommands } from './commands/close.ts';
import { copyCommands } from './commands/copy.ts';
import { costCommands } from './commands/cost.ts';
import { dealCommands } from './commands/deals.ts';
import { decisionCommands } from './commands/decisions.ts';
import { definitionCommands } from './commands/definitions.ts';
import { diffCommands } from './commands/diff.ts';
import { exceptionCommands } from './commands/exceptions.ts';
import { forgetCommands } from './commands/forget.ts';
import { handoverCommands } from './commands/handover.ts';
import { helpCommands } from './commands/help.ts';
import { paymentCommands } from './commands/payments.ts';
import { peopleCommands } from './commands/people.ts';
import { periodCommands } from './commands/periods.ts';
import { proveOrderCommands } from './commands/prove-order.ts';
import { queryCommands } from './commands/queries.ts';
import { readCommands } from './commands/reads.ts';
import { recomputeCommands } from './commands/recompute.ts';
import { replayCommands } from './commands/replay.ts';
import { serveCommands } from './commands/serve.ts';
import { showCommands } from './commands/show.ts';
import { standingCommands } from './commands/standing.ts';
import { upkeepCommands } from './commands/upkeep.ts';
import { whatWouldCommands } from './commands/what-would.ts';
import type { Io } from './io.ts';
import { report } from './problems.ts';

/** Runs one command line and answers with its exit code (promises.md, error contract). Nothing here exits the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = programOf(io, (exit) => {
    code = exit;
  });
  try {
    if (argv.length === 0) {
      io.err(program.helpInformation());
      return EXIT.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    return report(io, problem(usageCode(error.code), usageMessage(error)));
  }
}

function programOf(io: Io, exit: (code: number) => void): Command {
  const program = new Command('ledger')
    .description('Event-sourced commission ledger: what people are paid, and why.')
    .option('-f, --file <path>', 'the ledger file (default: LEDGER_STORE, or company.ledger)')
    .option('--as <role:id>', 'who gives the command, as ops:olga (default: LEDGER_AS)')
    .option('--on-behalf-of <id>', 'for whom they stand in')
    .option('--json', 'answer with one line of JSON')
    .option('--command-id <id>', 'names the command: the same again answers as before and writes nothing')
    .option('--at <instant>', 'sets the clock; only for ledgers made with `init --demo`')
    .showHelpAfterError('Run `ledger --help` for what there is.')
    .version('0.1.0', '--version', 'say which release this is')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined, outputError: () => undefined });
  program.configureHelp({
    helpWidth: io.columns,
    minWidthToWrap: 20,
    showGlobalOptions: true,
    optionDescription: (option) => (option.mandatory ? `${option.description} (required)` : option.description),
    // Without "[options]", which nearly every command has: the descriptions need the room.
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
  });
  for (const add of [
    definitionCommands,
    peopleCommands,
    dealCommands,
    decisionCommands,
    periodCommands,
    paymentCommands,
    costCommands,
    readCommands,
    standingCommands,
    auditCommands,
    closeCommands,
    handoverCommands,
    queryCommands,
    replayCommands,
    diffCommands,
    exceptionCommands,
    showCommands,
    serveCommands,
    upkeepCommands,
    copyCommands,
    checkCommands,
    recomputeCommands,
    proveOrderCommands,
    whatWouldCommands,
    accessCommands,
    forgetCommands,
    helpCommands,
  ]) {
    add(program, io, exit);
  }
  for (const command of program.commands) onceEach(command.exitOverride().copyInheritedSettings(program));
  return program;
}

/** Of two values for an option that takes one, one would be lost without a word. Those of every command may be repeated, as by an alias. */
function onceEach(command: Command): void {
  for (const option of command.options) {
    if (option.isBoolean() || option.variadic || option.parseArg !== undefined) continue;
    let given: string | undefined;
    option.argParser((value: string) => {
      if (given !== undefined && given !== value) {
        const says = `${option.long} is given twice, as ${JSON.stringify(given)} and as ${JSON.stringify(value)}; give it once.`;
        throw new CommanderError(EXIT.usage, 'ledger.givenTwice', says);
      }
      given = value;
      return value;
    });
  }
  for (const each of command.commands) onceEach(each);
}

function argumentTerm(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

const USAGE_CODES: Readonly<Record<string, string>> = {
  'commander.missingArgument': 'argument_missing',
  'commander.missingMandatoryOptionValue': 'argument_missing',
  'commander.optionMissingArgument': 'argument_missing',
  'commander.unknownOption': 'option_unknown',
  'commander.unknownCommand': 'command_unknown',
  // A group, as `import`, without one of its commands.
  'commander.help': 'argument_missing',
};

function usageCode(code: string): string {
  const known = USAGE_CODES[code] ?? 'option_invalid';
  return kindOf(known) === 'usage' ? known : 'option_invalid';
}

function usageMessage({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'The command goes on with another word; run it with --help for which.';
  // "unknown command 'statment'\n(Did you mean statement?)" is one sentence here.
  const text = message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return `${/[.?]$/.test(sentence) ? sentence : `${sentence}.`} Run \`ledger --help\` for what there is.`;
}

import { EXCEPTION_STATES, exceptionRegister, REGISTERED_KINDS } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderRegister } from '../render/exceptions.ts';
import { action, type Exit } from './shape.ts';

interface Options {
  readonly asOf?: string;
  readonly participant?: string;
  readonly state?: string;
  readonly kind?: string;
  readonly within: string;
  readonly money: boolean;
}

/** The register of everything that departs from the rules. */
export function exceptionCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('exceptions')
    .description('every decision that departs from the rules: in force, expiring, expired, revoked, and what it moves')
    .option('--participant <id>', 'only decisions about this person')
    .option('--state <state>', `only what stands so on the day: ${EXCEPTION_STATES.join(', ')}`)
    .option('--kind <kind>', 'only decisions of this kind, as split or hold')
    .option('--within <days>', 'what ends within so many days is expiring', '30')
    .option('--no-money', 'without what each one moves, which takes its time')
    .option('--as-of <position|instant>', 'as it was known then')
    .action(
      action(io, exit, { writes: false }, async (work, { asOf, participant, within, money, ...only }: Options) => {
        if (!/^[0-9]{1,4}$/.test(within)) {
          return problem('option_invalid', `--within "${within}" is not a number of days; write 30.`);
        }
        const state = EXCEPTION_STATES.find((each) => each === only.state);
        if (only.state !== undefined && state === undefined) {
          const known = EXCEPTION_STATES.join(', ');
          return problem('option_invalid', `--state "${only.state}" is none; write one of ${known}.`);
        }
        const { kind } = only;
        if (kind !== undefined && !REGISTERED_KINDS.includes(kind)) {
          return problem('option_invalid', `--kind "${kind}" is none; write one of ${REGISTERED_KINDS.join(', ')}.`);
        }
        const progress = progressOf(io, 'computing');
        const ask = { asOf, participant, state, kind, within: Number(within), money, onProgress: progress.update };
        const register = await exceptionRegister(work.ledger, ask).finally(progress.stop);
        if (isProblem(register)) return register;
        work.print(register, () => renderRegister(work.paint, register, io.columns));
        return undefined;
      }),
    );
}

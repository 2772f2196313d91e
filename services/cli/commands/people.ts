import { isParticipant, recordOnParticipant, retire } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { outcomeText } from './said.ts';
import { action, type Exit, type Work } from './shape.ts';

const SEPARATIONS = ['voluntary', 'involuntary', 'retirement', 'death', 'other'] as const;

interface OffboardOptions {
  readonly on: string;
  readonly kind?: (typeof SEPARATIONS)[number];
  readonly compensationEnds?: string;
  readonly reason: string;
}

type Recorded = Awaited<ReturnType<typeof recordOnParticipant>>;

/** Commands about somebody who earns: what changes between joining and leaving; and the end of a definition. */
export function peopleCommands(program: Command, io: Io, exit: Exit): void {
  const writing = { writes: true };
  const said = (work: Work, outcome: Recorded) => {
    if (isProblem(outcome)) return outcome;
    work.print(outcome, () => outcomeText(work, [outcome]));
    return undefined;
  };

  program
    .command('unassign <participant> <plan>')
    .description('end the assignment of a plan')
    .requiredOption('--from <date>', 'day from which it no longer applies')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, participant: string, plan: string, options: { from: string; reason: string }) => {
          const command = {
            type: 'UnassignPlan',
            participant,
            plan,
            effectiveFrom: options.from,
            reason: options.reason,
          } as const;
          return said(work, await recordOnParticipant(work.ledger, command, work.by));
        },
      ),
    );

  program
    .command('manager <participant> [manager]')
    .description('record to whom a participant reports; to nobody if the manager is left out')
    .requiredOption('--from <date>', 'first day')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, participant: string, manager: string | undefined, options: { from: string; reason: string }) => {
          const { from: effectiveFrom, reason } = options;
          const command = {
            type: 'ChangeReportingLine',
            participant,
            manager: manager ?? null,
            effectiveFrom,
            reason,
          } as const;
          const outcome = await recordOnParticipant(work.ledger, command, work.by);
          if (isProblem(outcome)) return outcome;
          const known = manager === undefined || (await isParticipant(work.ledger, manager));
          const note = `  note "${manager}" is not in the ledger: check the id; a team pays only who is\n`;
          work.print(outcome, () => `${outcomeText(work, [outcome])}${known ? '' : note}`);
          return undefined;
        },
      ),
    );

  program
    .command('leave <participant>')
    .description('record a leave; relief of the quota is a decision of its own, see relief')
    .requiredOption('--kind <text>', 'as parental leave')
    .requiredOption('--from <date>', 'first day')
    .requiredOption('--to <date>', 'day after the last one')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, participant: string, options: { kind: string; from: string; to: string; reason: string }) => {
          const command = {
            type: 'RecordLeave',
            participant,
            kind: options.kind,
            from: options.from,
            to: options.to,
            reason: options.reason,
          } as const;
          return said(work, await recordOnParticipant(work.ledger, command, work.by));
        },
      ),
    );

  program
    .command('offboard <participant>')
    .description('record that a participant leaves')
    .requiredOption('--on <date>', 'first day on which they no longer earn')
    .addOption(new Option('--kind <kind>', 'how they leave; plans may pay by it').choices(SEPARATIONS))
    .option('--compensation-ends <date>', 'first day on which deals no longer earn, where that is later')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, writing, async (work, participant: string, options: OffboardOptions) => {
        const { kind, compensationEnds, on: endsOn, reason } = options;
        const command = {
          type: 'OffboardParticipant',
          participant,
          endsOn,
          ...(kind === undefined ? {} : { kind }),
          ...(compensationEnds === undefined ? {} : { compensationEnds }),
          reason,
        } as const;
        return said(work, await recordOnParticipant(work.ledger, command, work.by));
      }),
    );

  program
    .command('acknowledge <plan> <version>')
    .description('record that you, the participant, have read and accepted a version of a plan')
    .action(
      action(io, exit, writing, async (work, plan: string, version: string) => {
        if (!/^[1-9][0-9]{0,5}$/.test(version)) {
          return problem('option_invalid', `Version "${version}" is not a number from 1; write 2.`);
        }
        const participant = work.by.actor.id;
        const command = { type: 'AcknowledgePlan', participant, plan, version: Number(version) } as const;
        return said(work, await recordOnParticipant(work.ledger, command, work.by));
      }),
    );

  program
    .command('retire <kind> <id>')
    .description(
      'end a metric, a plan, crediting rules or a jurisdiction; kind: metric, plan, crediting or jurisdiction',
    )
    .requiredOption('--from <date>', 'day from which it counts, pays or credits nothing')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, writing, async (work, kind: string, id: string, options: { from: string; reason: string }) => {
        if (kind !== 'metric' && kind !== 'plan' && kind !== 'crediting' && kind !== 'jurisdiction') {
          return problem(
            'option_invalid',
            `"${kind}" cannot be retired; it is a metric, a plan, crediting rules or a jurisdiction that can.`,
          );
        }
        const ask = { kind, id, effectiveFrom: options.from, reason: options.reason } as const;
        return said(work, await retire(work.ledger, ask, work.by));
      }),
    );
}

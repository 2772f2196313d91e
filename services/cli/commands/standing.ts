import { lettersOf, standingOf, teamPage } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderLetters, renderStanding, renderTeam } from '../render/standing.ts';
import { action, type Exit } from './shape.ts';

const AS_OF = ['--as-of <position|instant>', 'answer as of then: a log position, or an instant'] as const;
/** Whoever has the file sees everybody. */
const EVERYBODY = { kind: 'all' } as const;

/** What people ask first about their pay: how far am I, what does my plan say, how is my team. */
export function standingCommands(program: Command, io: Io, exit: Exit): void {
  const reading = { writes: false };

  program
    .command('standing <participant> <period>')
    .description('what somebody is paid and when, and what the next rate band is worth to them')
    .option(...AS_OF)
    .action(
      action(io, exit, reading, async (work, participant: string, period: string, { asOf }: { asOf?: string }) => {
        const answer = await standingOf(work.ledger, { participant, period, asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderStanding(work.paint, answer, io.columns));
        return undefined;
      }),
    );

  program
    .command('team <period>')
    .description('attainment of everybody, who is behind and who is near a higher rate band')
    .option(...AS_OF)
    .action(
      action(io, exit, reading, async (work, period: string, { asOf }: { asOf?: string }) => {
        const answer = await teamPage(work.ledger, EVERYBODY, { period, asOf, limit: 500 });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderTeam(work.paint, answer));
        return undefined;
      }),
    );

  program
    .command('letter <participant>')
    .description("somebody's plans in plain words: rates, gates, caps, windows, quotas, draws, when it is paid")
    .option(...AS_OF)
    .action(
      action(io, exit, reading, async (work, participant: string, { asOf }: { asOf?: string }) => {
        const answer = await lettersOf(work.ledger, EVERYBODY, { participant, asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderLetters(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}

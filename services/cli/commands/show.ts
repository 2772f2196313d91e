import { approvalRulesOf, queryClocksSeen, SHOWN, type ShownKind, show } from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderApprovals, renderQueryClocks } from '../render/policies.ts';
import { renderShown } from '../render/show.ts';
import { action, type Exit, type Work } from './shape.ts';

interface Options {
  readonly asOf?: string;
  readonly on?: string;
}

const DEFINITIONS = Object.keys(SHOWN) as readonly ShownKind[];
/** How the company goes about it: who approves what, and how long questions may take. Of each there is one. */
const POLICIES = ['approvals', 'queries'] as const;
const KINDS = [...DEFINITIONS, ...POLICIES];

/** What rules: definitions with their history. */
export function showCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('show <kind> [name]')
    .description(`definitions with their history, and what applies on a day; kind: ${KINDS.join(', ')}`)
    .option('--on <date>', 'what applies on this day (default: the day of --as-of, otherwise today)')
    .option('--as-of <position|instant>', 'as it was known then')
    .action(
      action(io, exit, { writes: false }, async (work, given: string, name: string | undefined, options: Options) => {
        const policy = POLICIES.find((each) => each === given);
        if (policy !== undefined) return showPolicy(work, policy, name, options, io.columns);
        const kind = DEFINITIONS.find((each) => each === given);
        if (kind === undefined) {
          return problem('option_invalid', `"${given.slice(0, 40)}" cannot be shown; ask for ${KINDS.join(', ')}.`);
        }
        const answer = await show(work.ledger, { kind, name, asOf: options.asOf, on: options.on });
        if (isProblem(answer)) return answer;
        const names = new Map<string, string>();
        for (const { entry } of answer.kind === 'people' ? answer.entries : []) {
          if (entry.kind !== 'participant') continue;
          const person = await work.ledger.directory.get(entry.participant);
          if (person?.name != null) names.set(entry.participant, person.name);
        }
        work.print(answer, () => renderShown(work.paint, answer, names, name !== undefined, io.columns));
        return undefined;
      }),
    );
}

async function showPolicy(
  work: Work,
  kind: (typeof POLICIES)[number],
  name: string | undefined,
  { asOf, on }: Options,
  columns: number,
): Promise<Problem | undefined> {
  if (name !== undefined) return problem('option_invalid', `There is one list of ${kind}; leave the name out.`);
  if (kind === 'approvals') {
    const answer = await approvalRulesOf(work.ledger, { asOf, on });
    if (isProblem(answer)) return answer;
    work.print(answer, () => renderApprovals(work.paint, answer, columns));
    return undefined;
  }
  const answer = await queryClocksSeen(work.ledger, { asOf, on });
  if (isProblem(answer)) return answer;
  work.print(answer, () => renderQueryClocks(work.paint, answer, columns));
  return undefined;
}

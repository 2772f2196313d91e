import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { supposedIn, supposedInCsv, whatWould } from '@ledger/application';
import { DEFAULT_MAPPING, type SupposedDeal } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderWhatWould } from '../render/what-would.ts';
import { mappingOf } from './deals.ts';
import { action, type Exit, type Work } from './shape.ts';

interface Options {
  readonly deal?: string;
  readonly owner?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly closed?: string;
  readonly set?: readonly string[];
  readonly map?: string;
  readonly participant?: string;
  readonly asOf?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The estimator: what deals that nobody has closed would make of statements. */
export function whatWouldCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('what-would [file]')
    .description('what statements would be with these deals; writes nothing')
    .option('--owner <id>', 'who would be credited, instead of a file')
    .option('--amount <decimal>', 'what the deal would be worth')
    .option('--closed <date>', 'day on which it would close')
    .option('--currency <code>', "its currency (default: the ledger's)")
    .option('--deal <id>', 'its id; that of a deal of the ledger, as crm.D-1, to tell it differently')
    .option('--set <name=value>', 'an attribute, as type=new; may be given several times', collect)
    .option('--map <file>', 'mapping of columns, for a CSV file; see docs/how-to/import-deals.md')
    .option('--participant <id>', 'only the statements of this person')
    .option('--as-of <position|instant>', 'on top of what was known then')
    .action(
      action(io, exit, { writes: false }, async (work, file: string | undefined, options: Options) => {
        const deals = await dealsOf(work, file, options);
        if (isProblem(deals)) return deals;
        const { participant, asOf } = options;
        const answer = await whatWould(work.ledger, { deals, participant, asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderWhatWould(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}

async function dealsOf(
  { ledger }: Work,
  file: string | undefined,
  options: Options,
): Promise<readonly SupposedDeal[] | Problem> {
  const { deal, owner, amount, currency, closed, set } = options;
  const said = [deal, owner, amount, currency, closed, set].some((each) => each !== undefined);
  if (file === undefined) {
    if (owner === undefined || amount === undefined || closed === undefined) {
      return problem('argument_missing', 'Name a file of deals, or say --owner, --amount and --closed.');
    }
    const attributes = attributesOf(set ?? []);
    if (isProblem(attributes)) return attributes;
    const [, source, id] = /^([A-Za-z0-9][A-Za-z0-9_:-]{0,63})\.(.+)$/.exec(deal ?? '') ?? [];
    const told = {
      deal: id ?? deal ?? 'new',
      owner,
      amount,
      closed,
      ...(source === undefined ? {} : { source }),
      ...(currency === undefined ? {} : { currency }),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    };
    return supposedIn(ledger, new TextEncoder().encode(JSON.stringify([told])), 'options.json');
  }
  if (said) return problem('option_invalid', 'Give a file of deals, or --owner, --amount and --closed; not both.');
  if (file.endsWith('.csv')) {
    const mapping = options.map === undefined ? DEFAULT_MAPPING : await mappingOf(options.map);
    return isProblem(mapping) ? mapping : supposedInCsv({ file, mapping, folder: dirname(file) });
  }
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) {
    return problem('file_missing', `File "${file}" cannot be read; check its name and its rights.`);
  }
  return supposedIn(ledger, bytes, file);
}

function attributesOf(texts: readonly string[]): Readonly<Record<string, string>> | Problem {
  const attributes: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(attributes, name) || name === '__proto__') {
      return problem(
        'option_invalid',
        `--set "${text.slice(0, 60)}" is no attribute of its own; write name=value, each name once.`,
      );
    }
    attributes[name] = value;
  }
  return attributes;
}

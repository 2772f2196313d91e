import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Suppositions, supposedDeal, supposedIn, supposedInCsv, whatWould } from '@ledger/application';
import { DEFAULT_MAPPING } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderWhatWould } from '../render/what-would.ts';
import { mappingOf } from './deals.ts';
import { dealOf, shareOf } from './decisions.ts';
import { action, type Exit, type Work } from './shape.ts';

interface Options {
  readonly deal?: string;
  readonly owner?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly closed?: string;
  readonly set?: readonly string[];
  readonly split?: readonly string[];
  readonly map?: string | undefined;
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
    .option('--split <share...>', 'how the credit of the deal would be split, as ada=60% ben=40%')
    .option('--participant <id>', 'only the statements of this person')
    .option('--as-of <position|instant>', 'on top of what was known then')
    .action(
      action(io, exit, { writes: false }, async (work, file: string | undefined, options: Options) => {
        const supposed = await supposedBy(work, file, options);
        if (isProblem(supposed)) return supposed;
        const { participant, asOf } = options;
        const answer = await whatWould(work.ledger, { ...supposed, participant, asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderWhatWould(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}

/** Deals told, or the credit of one split otherwise, or both. */
async function supposedBy(work: Work, file: string | undefined, options: Options): Promise<Suppositions | Problem> {
  const { split, owner, amount, closed } = options;
  if (split === undefined) return dealsOf(work, file, options);
  if (options.deal === undefined)
    return problem('argument_missing', 'Say whose credit is split: --deal <id>, as crm.D-1.');
  const key = dealOf(options.deal);
  if (isProblem(key)) return key;
  const shares: { participant: string; share: string }[] = [];
  for (const share of split.map(shareOf)) {
    if (isProblem(share)) return share;
    shares.push(share);
  }
  const isTold = [file, owner, amount, closed].some((each) => each !== undefined);
  const told = isTold ? await dealsOf(work, file, file === undefined ? options : { map: options.map }) : { deals: [] };
  return isProblem(told) ? told : { deals: told.deals, splits: [...(told.splits ?? []), { ...key, shares }] };
}

async function dealsOf({ ledger }: Work, file: string | undefined, options: Options): Promise<Suppositions | Problem> {
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
    return supposedDeal(ledger, told);
  }
  if (said) return problem('option_invalid', 'Give a file of deals, or --owner, --amount and --closed; not both.');
  return supposedOf(ledger, file, options.map);
}

/** What a file supposes, in the words of worked cases or as an import reads them. */
export async function supposedOf(
  ledger: Work['ledger'],
  file: string,
  map: string | undefined,
): Promise<Suppositions | Problem> {
  if (file.endsWith('.csv')) {
    const mapping = map === undefined ? DEFAULT_MAPPING : await mappingOf(map);
    return isProblem(mapping) ? mapping : supposedInCsv({ file, mapping, folder: dirname(file) });
  }
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) {
    return problem('file_missing', `File "${file}" cannot be read; check its name and its rights.`);
  }
  return supposedIn(ledger, bytes, file);
}

export function attributesOf(texts: readonly string[]): Readonly<Record<string, string>> | Problem {
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

import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type HandoverPack, handover, handoverPage } from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { isAddress } from '@ledger/wiring';
import type { Command } from 'commander';
import { counted } from '../format.ts';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { action, type Exit, type Work } from './shape.ts';

/** What somebody who takes over has to know, as a page and as JSON. */
export function handoverCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('handover')
    .description('write one page, and the same as JSON, for whoever takes over: found in the log, nothing chosen')
    .requiredOption('--out <folder>', 'where handover.html and handover.json are written')
    .option('--as-of <position|instant>', 'answer as of then: a log position, or an instant as 2026-03-31T23:59:59Z')
    .action(
      action(io, exit, { writes: false }, async (work, options: { out: string; asOf?: string }) => {
        const progress = progressOf(io, 'rehearsing');
        const pack = await handover(work.ledger, { asOf: options.asOf, onProgress: progress.update }).finally(
          progress.stop,
        );
        if (isProblem(pack)) return pack;
        const files = {
          page: join(options.out, 'handover.html'),
          json: join(options.out, 'handover.json'),
        };
        const isCluster = isAddress(work.file);
        const wrong = write(options.out, [
          [files.page, handoverPage(pack, { at: isCluster ? work.file : resolve(work.file), isCluster })],
          [files.json, `${JSON.stringify(pack, undefined, 2)}\n`],
        ]);
        if (wrong !== undefined) return wrong;
        work.print({ ...files, asOf: pack.asOf, pack }, () => saidText(work, files.page, pack));
        // The pack is there; what must not be is said where errors are said.
        return unequal(pack);
      }),
    );
}

function saidText({ paint }: Work, page: string, pack: HandoverPack): string {
  const { rehearsal, waiting, exceptions, unusual, busFactor, asOf } = pack;
  // What has expired is listed while statements still come to what it did; in force it is not.
  const felt = exceptions.filter(({ state }) => state === 'expired').length;
  const departures = `${counted(exceptions.length - felt, 'exception')} in force${felt === 0 ? '' : `, ${felt} over and still felt`}`;
  const alone = busFactor.filter(({ only }) => only !== null).length;
  const verdict =
    rehearsal === null
      ? 'no period is frozen yet: nothing was rehearsed'
      : `rehearsal of ${rehearsal.period}: ${rehearsal.equal ? paint.green('equal') : paint.red('NOT EQUAL')}, ${counted(rehearsal.statements, 'statement')}`;
  return [
    `  ${paint.green('written')} ${page}, as of position ${asOf}, and handover.json beside it\n`,
    `  ${verdict}\n`,
    `  ${counted(waiting.length, 'request')} waiting, ${departures}, ${counted(unusual.length, 'unusual decision')}, ${alone} kinds of work that one person alone has done\n`,
  ].join('');
}

function unequal({ rehearsal }: HandoverPack): Problem | undefined {
  if (rehearsal === null || rehearsal.equal) return undefined;
  const { period, unequal: found } = rehearsal;
  const who = found.slice(0, 5).map(({ participant }) => participant);
  const rest = found.length > who.length ? ` and ${found.length - who.length} more` : '';
  const moved = found.filter(({ frozen, recomputed }) => frozen !== recomputed).length;
  const money =
    moved === 0
      ? 'with the same totals'
      : moved === found.length
        ? 'with other totals'
        : `${moved} of them with another total`;
  const says = `${counted(found.length, 'statement')} of ${period} ${found.length === 1 ? 'does' : 'do'} not come out as frozen (${who.join(', ')}${rest}), ${money}; the frozen ones hold. The page says what is another one, what it can be, and what to do before the next freeze.`;
  return problem('replay_unequal', says);
}

/** Whole files or none of them: a page that was cut off looks like a page. */
function write(folder: string, files: readonly (readonly [path: string, text: string])[]): Problem | undefined {
  try {
    makeFolder(folder);
    for (const [path, text] of files) writeFileSync(`${path}.part`, text);
    for (const [path] of files) renameSync(`${path}.part`, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
    if (error.code === 'ENOSPC') {
      return problem('storage_full', `--out ${folder}: the disk is full; free some space and try again.`, '/out');
    }
    const says = `--out ${folder} cannot be written (${error.code}); name a folder that you may write.`;
    return problem('store_read_only', says, '/out');
  }
}

/**
 * A folder with those above it. By hand: where a file system takes no folders and says that there is none, as /proc does, the recursive
 * one of node never ends.
 */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(resolve(folder));
  if (!existsSync(above)) makeFolder(above);
  mkdirSync(folder);
}

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Io, runCli } from '@ledger/cli';
import { kindOf } from '@ledger/events';
import { EXIT } from '@ledger/kernel';

/**
 * A page of the documentation as something that can be run: files to write, commands to give, what they print.
 *
 * - `<!-- test: starts empty -->` or `<!-- test: goes on from start-a-ledger.md -->` makes a page runnable.
 * - A fence ```` ```yaml plans.yaml ```` (or csv) is a file; a fence ```` ```console ```` holds `$ command` lines and their output.
 * - `<!-- clock: 2026-04-02T09:00:00Z -->` sets the time of the commands after it.
 * - `$ command > file` writes what the command prints into a file.
 * - `…` in a printed line stands for any text, alone on its line for any number of lines.
 */
export interface Page {
  /** `null`: begins in an empty folder; otherwise the page whose end it begins at. */
  readonly goesOnFrom: string | null;
  readonly steps: readonly Step[];
}
export type Step =
  | { readonly kind: 'clock'; readonly instant: string }
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: number; readonly words: readonly string[]; readonly shown: string[] };

/** `undefined` for a page that is not meant to be run. */
export function readPage(markdown: string): Page | undefined {
  const from = /<!-- test: (?:starts empty|goes on from (\S+)) -->/.exec(markdown);
  if (from === null) return undefined;
  return { goesOnFrom: from[1] ?? null, steps: stepsOf(markdown) };
}

export function stepsOf(markdown: string): readonly Step[] {
  const steps: Step[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const clock = /^<!-- clock: (\S+) -->$/.exec(line)?.[1];
    if (clock !== undefined) steps.push({ kind: 'clock', instant: clock });
    const [, language, name] = /^```([a-z]+)(?: (\S+))?$/.exec(line) ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at);
    const body = lines.slice(at + 1, end);
    if (language === 'console') steps.push(...commandsOf(body, at + 2));
    else if (name !== undefined) steps.push({ kind: 'file', name, text: `${body.join('\n')}\n` });
    at = end;
  }
  return steps;
}

function commandsOf(body: readonly string[], first: number): readonly Step[] {
  const commands: (Step & { kind: 'command' })[] = [];
  for (let at = 0; at < body.length; at += 1) {
    let text = body[at] ?? '';
    if (!text.startsWith('$ ')) {
      commands.at(-1)?.shown.push(text);
      continue;
    }
    const line = first + at;
    while (text.endsWith('\\')) {
      at += 1;
      text = `${text.slice(0, -1).trimEnd()} ${(body[at] ?? '').trim()}`;
    }
    const words = text.slice(2).match(/'[^']*'|\S+/g) ?? [];
    commands.push({ kind: 'command', line, words: words.map((word) => word.replace(/^'|'$/g, '')), shown: [] });
  }
  return commands;
}

/** Runs a page's steps in the current folder; answers with what differs from what the page shows, a text for each. */
export async function runPage(page: Page): Promise<readonly string[]> {
  const wrong: string[] = [];
  let instant = '2026-01-05T09:00:00Z';
  for (const step of page.steps) {
    if (step.kind === 'clock') instant = step.instant;
    else if (step.kind === 'file') writeFileSync(step.name, step.text);
    else {
      const { printed, exit } = await give(step.words, instant);
      const shown = trimmed(step.shown);
      const expected = exitOf(shown);
      if (!matches(shown, trimmed(printed.split('\n')))) {
        wrong.push(`line ${step.line}: ${step.words.join(' ')}\nshows\n${shown.join('\n')}\nand printed\n${printed}`);
      } else if (exit !== expected) wrong.push(`line ${step.line}: exit ${exit}, not ${expected}`);
    }
  }
  return wrong;
}

async function give(words: readonly string[], instant: string): Promise<{ printed: string; exit: number }> {
  const into = words.indexOf('>');
  if (into > 0) {
    const { printed, exit } = await give(words.slice(0, into), instant);
    writeFileSync(words[into + 1] ?? '', printed);
    return { printed: '', exit };
  }
  const [command, ...rest] = words;
  const [first = '', second = ''] = rest;
  if (command === 'cp') {
    cpSync(first, second);
    return { printed: '', exit: 0 };
  }
  if (command === 'rm') {
    for (const file of rest) rmSync(join(file));
    return { printed: '', exit: 0 };
  }
  if (command !== 'ledger') throw new Error(`a page gives the command ${command}, which the test does not know`);
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  const io: Io = { out: print, err: print, env: {}, colour: false, terminal: false, columns: 80 };
  // Pages show what people type; that the clock is given, so that outputs are the same at every run, is ours to add.
  const timed = rest[0] === 'init' ? ['--demo'] : ['--at', instant];
  return { exit: await runCli([...rest, ...timed], io), printed };
}

function exitOf(shown: readonly string[]): number {
  const code = shown.map((line) => /^error\[([a-z_]+)\]/.exec(line)?.[1]).findLast((each) => each !== undefined);
  if (code !== undefined) return EXIT[kindOf(code)];
  // The one answer that is neither a refusal nor a yes.
  return shown.some((line) => line.includes('DIFFERENT')) ? 1 : 0;
}

export function trimmed(lines: readonly string[]): readonly string[] {
  const bare = lines.map((line) => line.trimEnd());
  const end = bare.findLastIndex((line) => line !== '') + 1;
  const start = bare.findIndex((line) => line !== '');
  return start < 0 ? [] : bare.slice(start, end);
}

/** Whether what a page shows, with its `…`, is what was printed. */
export function matches(shown: readonly string[], printed: readonly string[]): boolean {
  const pattern = shown.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*' : `${line.split('…').map(RegExp.escape).join('.*')}\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`).test(printed.map((line) => `${line}\n`).join(''));
}

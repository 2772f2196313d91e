import type { CaseResult, Failure } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';
import { renderExplanation } from './explain.ts';

/** A case in one line, and what its definitions are warned about; one that fails with what it expects, what is, and how the wrong lines came about. */
export function renderCase(paint: Paint, result: CaseResult, columns: number): string {
  const { title, file, line, ok, failures } = result;
  const warned = result.warnings.map(
    ({ message }) => `  ${paint.yellow('warning')} ${wrapped(message, columns - 10, '          ')}\n`,
  );
  if (ok) return `${paint.green('ok')}     ${title}\n${warned.join('')}`;
  const parts = [`${paint.red('FAILED')} ${paint.bold(title)}\n  ${file}:${line}\n`, ...warned];
  for (const [of, own] of Map.groupBy(failures, (failure) => `${failure.what}, line ${failure.line}`)) {
    parts.push(`  ${of}\n`, ...own.map((failure) => difference(paint, failure, columns)));
    const shown = new Set<string>();
    for (const explanation of own.flatMap(({ explained }) => explained)) {
      if (shown.has(explanation.line.line)) continue;
      shown.add(explanation.line.line);
      parts.push(indented(renderExplanation(paint, explanation, columns - 4)));
    }
  }
  return parts.join('');
}

function difference(paint: Paint, { field, expected, actual }: Failure, columns: number): string {
  const said = (text: string) =>
    text
      .split('\n')
      .map((line) => wrapped(line, columns - 15, ' '.repeat(15)))
      .join(`\n${' '.repeat(15)}`);
  const short = `    ${field}: expected ${paint.green(expected)}, is ${paint.red(actual)}\n`;
  if (!actual.includes('\n') && field.length + expected.length + actual.length < columns - 24) return short;
  return `    ${field}\n      expected ${paint.green(said(expected))}\n      actual   ${paint.red(said(actual))}\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

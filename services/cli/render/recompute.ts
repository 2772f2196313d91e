import type { Recomputed } from '@ledger/recompute';
import { counted, grouped, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Line by line whether it comes out again, then the total and the digest. */
export function renderRecomputed(paint: Paint, result: Recomputed, columns: number): string {
  const { participant, period, currency, lines, total, digest } = result;
  const mark = (ok: boolean) => (ok ? paint.green('recomputed') : paint.red('DIFFERENT '));
  const out = [`${paint.bold(`Statement of ${participant} for ${period}`)}\n`];
  for (const { line, amount, ok, wrong, queries = [] } of lines) {
    const answers = queries.length === 0 ? '' : `, answers query ${queries.join(', ')}`;
    out.push(`  ${mark(ok)}  ${line}: ${grouped(amount)}${answers}\n`);
    for (const each of wrong) out.push(`      ${wrapped(each, columns - 8, '      ')}\n`);
  }
  const sum = total.ok ? '' : `, and the lines add up to ${grouped(total.gives)}`;
  out.push(`  ${mark(total.ok)}  total: ${currency} ${grouped(total.says)}${sum}\n`);
  if (digest !== null) {
    const other = digest.ok ? '' : `, and this statement has\n      ${digest.gives}`;
    const says = digest.says === '' ? 'none, though the statement is said to be frozen' : digest.says;
    out.push(`  ${mark(digest.ok)}  digest: ${says}${other}\n`);
  }
  const wrong = lines.filter(({ ok }) => !ok).length;
  out.push(`  ${counted(lines.length - wrong, 'line')} recomputed, ${wrong} different\n`);
  return out.join('');
}

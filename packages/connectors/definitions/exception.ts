import type { ExceptionKind, ExceptionTerms } from '@ledger/events';
import type { ExceptionFile } from './exception-schema.ts';
import { find, type Node, textAt } from './node.ts';
import { checkLasts, drawOf, guaranteeOf } from './settlement.ts';
import type { Report } from './source.ts';

export interface ExceptionDefinition {
  readonly kind: 'exception';
  readonly written: { readonly file: string; readonly line: number };
  readonly participant: string;
  readonly exception: string;
  readonly terms: ExceptionTerms;
  readonly scope: string;
  readonly expiresOn: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}

/** What a kind needs, and what it may say besides; any other field would never be read. */
const FIELDS: Readonly<Record<ExceptionKind, { readonly needs: readonly string[]; readonly may: readonly string[] }>> =
  {
    adjustment: { needs: ['period', 'amount'], may: ['component'] },
    draw: { needs: ['draw'], may: [] },
    'draw-forgiveness': { needs: ['period'], may: ['draw', 'amount'] },
    guarantee: { needs: ['guarantee'], may: [] },
    'recovery-suspension': { needs: ['from'], may: ['until'] },
  };
const OF_SOME = ['period', 'amount', 'component', 'draw', 'guarantee', 'from', 'until'];

export function checkException(document: Node, report: Report): void {
  const kind = textAt(document, 'exception');
  const known = Object.entries(FIELDS).find(([name]) => name === kind)?.[1];
  if (known === undefined) return;
  for (const field of known.needs) {
    if (find(document, [field]) === undefined)
      report('field_missing', [field], `is missing; exception: ${kind} needs it.`);
  }
  for (const field of OF_SOME) {
    if (find(document, [field]) === undefined || [...known.needs, ...known.may].includes(field)) continue;
    report('field_invalid', [field], `is not read by exception: ${kind}; remove it.`);
  }
  const draw = find(document, ['draw']);
  if (kind === 'draw' && draw !== undefined && draw.kind !== 'fields') {
    report('field_invalid', ['draw'], 'must be the terms of the draw, as { amount: 3000.00, for: 3 months }.');
  }
  if (kind === 'draw-forgiveness' && draw !== undefined && draw.kind !== 'text') {
    report('field_invalid', ['draw'], 'must be the name of the draw that is forgiven.');
  }
  if (kind === 'draw') checkLasts(document, ['draw'], report);
  if (kind === 'guarantee') checkLasts(document, ['guarantee'], report);
  if (kind === 'recovery-suspension') checkLasts(document, [], report);
  if (kind === 'draw-forgiveness' && textAt(document, 'amount')?.startsWith('-') === true) {
    report('amount_invalid', ['amount'], 'must be what is forgiven, without a sign.');
  }
}

export function exceptionOf(file: ExceptionFile, written: ExceptionDefinition['written']): ExceptionDefinition {
  const { participant, reason, evidence, exception: kind } = file;
  const day = file.period ?? file.from ?? (typeof file.draw === 'object' ? file.draw.from : file.guarantee?.from);
  const name = file.name ?? (day === undefined ? kind : `${kind}-${day}`);
  return {
    kind: 'exception',
    written,
    participant,
    exception: name,
    terms: termsOf(file, name),
    scope: file.scope ?? `pay of ${participant}`,
    expiresOn: file.expires ?? null,
    reason,
    evidence,
  };
}

/** `checkException` has seen that what the kind needs is there. */
function termsOf(file: ExceptionFile, name: string): ExceptionTerms {
  const { period = '', amount, component = null, draw, guarantee, from = '', until = null } = file;
  switch (file.exception) {
    case 'adjustment':
      return { kind: 'adjustment', period, amount: amount ?? '0', component };
    case 'draw': {
      const clause = drawOf(typeof draw === 'object' ? draw : NO_DRAW);
      return { kind: 'draw', draw: typeof draw === 'object' && draw.name !== 'draw' ? clause : { ...clause, name } };
    }
    case 'draw-forgiveness':
      return {
        kind: 'draw-forgiveness',
        draw: typeof draw === 'string' ? draw : 'draw',
        period,
        amount: amount ?? null,
      };
    case 'guarantee':
      return { kind: 'guarantee', guarantee: guaranteeOf(guarantee ?? NO_GUARANTEE) };
    case 'recovery-suspension':
      return { kind: 'recovery-suspension', from, until };
    default:
      return file.exception satisfies never;
  }
}

const NO_GUARANTEE = { amount: '0', every: 'month', part: 'days', over: 'each', paid: 'to-date' } as const;
const NO_DRAW = {
  name: 'draw',
  kind: 'recoverable',
  amount: '0',
  every: 'month',
  part: 'days',
  'protect-floor': 'yes',
  recover: '100%',
  'at-end': 'recover',
  'on-leaving': 'as-usual',
} as const;

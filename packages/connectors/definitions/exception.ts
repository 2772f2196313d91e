import { type ExceptionKind, type ExceptionTerms, fields } from '@ledger/events';
import { cmp, ONE, percent, sign } from '@ledger/money';
import type { ExceptionFile } from './exception-schema.ts';
import { find, type Node, textAt } from './node.ts';
import { checkLasts, checkSums, drawOf, guaranteeOf } from './settlement.ts';
import type { Report } from './source.ts';

export interface ExceptionDefinition {
  readonly kind: 'exception';
  readonly written: { readonly file: string; readonly line: number };
  readonly placeOf: (field: string) => { readonly line: number; readonly column: number };
  readonly participant: string;
  readonly exception: string;
  /** Whether the file says the name; otherwise it is made, and another one is as good. */
  readonly isNamed: boolean;
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
    hold: { needs: [], may: ['from', 'until', 'component', 'deal', 'period', 'line'] },
    release: { needs: ['hold', 'period'], may: ['share'] },
    jurisdiction: { needs: ['jurisdiction', 'from'], may: ['until'] },
    waiver: { needs: ['period'], may: ['component', 'cause'] },
    consent: { needs: ['from'], may: ['until'] },
    notice: { needs: ['from'], may: ['until'] },
    score: { needs: ['component', 'objective', 'window', 'score'], may: [] },
    'target-incentive': { needs: ['amount', 'from'], may: ['per', 'until'] },
    salary: { needs: ['amount', 'from'], may: ['per', 'until'] },
    windfall: { needs: ['deal', 'treatment', 'period'], may: ['component', 'amount', 'share', 'count'] },
  };
const OF_SOME = [...new Set(Object.values(FIELDS).flatMap(({ needs, may }) => [...needs, ...may]))];

/** What each treatment of a windfall needs besides. */
const TREATMENTS: Readonly<Record<string, string>> = {
  cap: 'amount',
  bonus: 'amount',
  share: 'share',
  instalments: 'count',
};

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
  if (kind === 'guarantee') checkSums(document, report);
  if (known.needs.includes('from')) checkLasts(document, [], report);
  if (kind === 'hold') checkHold(document, report);
  if (kind === 'windfall') checkTreatment(document, report);
  checkShare(document, report);
  if (kind === 'target-incentive' || kind === 'salary') checkPositive(document, report);
  if (textAt(document, 'score')?.startsWith('-') === true) {
    report('percent_invalid', ['score'], 'must be 0% or more.');
  }
  if (kind === 'draw-forgiveness' && textAt(document, 'amount')?.startsWith('-') === true) {
    report('amount_invalid', ['amount'], 'must be what is forgiven, without a sign.');
  }
}

/** A hold begins on a day, or is about one statement; a line has its name in one statement. */
function checkHold(document: Node, report: Report): void {
  checkLasts(document, [], report);
  const isThere = (field: string) => find(document, [field]) !== undefined;
  if (!isThere('from') && !isThere('period')) {
    report('field_missing', ['from'], 'is missing; exception: hold needs it, or the period whose statement is held.');
  }
  if (!isThere('line')) return;
  if (!isThere('period'))
    report('field_missing', ['period'], 'is missing; a line is one of the statement of a period.');
  for (const field of ['component', 'deal']) {
    if (isThere(field)) report('field_invalid', [field], 'says nothing more, where the line is named; remove it.');
  }
}

function checkPositive(document: Node, report: Report): void {
  const amount = textAt(document, 'amount');
  if (amount === undefined || !/^-|^0*(?:\.0*)?$/.test(amount)) return;
  report('amount_invalid', ['amount'], `must be more than 0, not ${amount}.`);
}

function checkTreatment(document: Node, report: Report): void {
  const treatment = textAt(document, 'treatment');
  if (treatment === undefined) return;
  const needed = TREATMENTS[treatment];
  for (const field of ['amount', 'share', 'count']) {
    const isThere = find(document, [field]) !== undefined;
    if (field === needed && !isThere) report('field_missing', [field], `is missing; treatment: ${treatment} needs it.`);
    if (field !== needed && isThere) {
      report('field_invalid', [field], `is not read by treatment: ${treatment}; remove it.`);
    }
  }
  checkPositive(document, report);
}

function checkShare(document: Node, report: Report): void {
  const share = textAt(document, 'share');
  if (share === undefined || !fields.percent.safeParse(share).success) return;
  const value = percent(share);
  if (sign(value) > 0 && cmp(value, ONE) <= 0) return;
  report('percent_invalid', ['share'], `must be more than 0% and at most 100%, not ${share}.`);
}

export function exceptionOf(
  file: ExceptionFile,
  { written, placeOf }: Pick<ExceptionDefinition, 'written' | 'placeOf'>,
): ExceptionDefinition {
  const { participant, reason, evidence, exception: kind } = file;
  const day = file.period ?? file.from ?? (typeof file.draw === 'object' ? file.draw.from : file.guarantee?.from);
  const about = file.objective === undefined ? day : `${file.objective}-${file.window ?? ''}`.replaceAll('/', '-');
  const name = file.name ?? (about === undefined ? kind : `${kind}-${about}`);
  return {
    kind: 'exception',
    written,
    placeOf,
    participant,
    exception: name,
    isNamed: file.name !== undefined,
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
    case 'hold':
      return {
        kind: 'hold',
        from: file.from ?? firstDayOf(period),
        until,
        component,
        deal: file.deal ?? null,
        ...(file.period === undefined ? {} : { period }),
        ...(file.line === undefined ? {} : { line: file.line }),
      };
    case 'release':
      return { kind: 'release', hold: file.hold ?? '', period, share: file.share ?? '100%' };
    case 'waiver':
      return { kind: 'waiver', period, component, ...(file.cause === undefined ? {} : { cause: file.cause }) };
    case 'consent':
    case 'notice':
      return { kind: file.exception, from, until };
    case 'jurisdiction':
      return { kind: 'jurisdiction', jurisdiction: file.jurisdiction ?? '', from, until };
    case 'score': {
      const { objective = '', window = '', score = '0%' } = file;
      return { kind: 'score', component: component ?? '', objective, window, score };
    }
    case 'target-incentive':
    case 'salary':
      return { kind: file.exception, amount: amount ?? '0', per: file.per ?? 'year', from, until };
    case 'windfall':
      return { kind: 'windfall', deal: file.deal ?? '', component, treatment: treatmentOf(file), period };
    default:
      return file.exception satisfies never;
  }
}

function firstDayOf(period: string): string {
  const [, year = '', quarter, month] = /^([0-9]{4})-(?:Q([1-4])|([0-9]{2}))$/.exec(period) ?? [];
  return `${year}-${month ?? String(3 * Number(quarter) - 2).padStart(2, '0')}-01`;
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

type Treatment = Extract<ExceptionTerms, { kind: 'windfall' }>['treatment'];

function treatmentOf({ treatment = 'pay', amount = '0', share = '100%', count = '2' }: ExceptionFile): Treatment {
  switch (treatment) {
    case 'pay':
    case 'forfeit':
      return { by: treatment };
    case 'cap':
    case 'bonus':
      return { by: treatment, amount };
    case 'share':
      return { by: 'share', share };
    case 'instalments':
      return { by: 'instalments', count: Number(count) };
    default:
      return treatment satisfies never;
  }
}

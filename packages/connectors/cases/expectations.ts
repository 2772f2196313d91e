import { offsetOf } from '../definitions/node.ts';
import type { FileProblem } from '../definitions/source.ts';
import type { Expectation, ExpectedLine, ExpectedNumber } from './case.ts';
import type { DealsTold } from './deals.ts';
import type { ParsedExpectation } from './parse.ts';
import { boundsOf, periodOf, type Scope } from './scope.ts';

type Of<W extends ParsedExpectation['word']> = Extract<ParsedExpectation, { readonly word: W }>;

export function expectationOf(
  parsed: ParsedExpectation,
  { scope, deals, problems }: { readonly scope: Scope; readonly deals: DealsTold; readonly problems: FileProblem[] },
): Expectation | undefined {
  const line = parsed.source.lineOf(parsed.node.at);
  const asOf = parsed.file['as-of'] ?? null;
  const since = parsed.file['as-of'] === undefined ? '' : ` as of ${parsed.file['as-of']}`;
  switch (parsed.word) {
    case 'statement': {
      const { statement: participant, period, state = null, currency = null, refused = null } = parsed.file;
      const says = `statement of ${participant} for ${period}${since}`;
      const components = Object.entries(parsed.file.components ?? {});
      const count = parsed.file['line-count'];
      const expected = {
        total: numberOf(parsed.file.total),
        components: components.map(([component, amount]) => ({ component, amount: number(amount) })),
        lines: (parsed.file.lines ?? []).map((each) => lineOf(each, deals)),
        balances: Object.entries(parsed.file.balances ?? {}).map(([name, amount]) => ({
          name,
          amount: number(amount),
        })),
        release: (parsed.file.release ?? []).map((each) => ({
          component: each.component ?? null,
          deal: each.deal === undefined ? null : keyOf(each.deal, deals),
          earned: numberOf(each.earned),
          held: numberOf(each.held),
          released: numberOf(each.released),
          eligible: numberOf(each.eligible),
        })),
        lineCount: count === undefined ? null : Number(count),
        state,
        currency,
        refused,
      };
      const said = Object.entries(expected).filter(
        ([, each]) => each !== null && !(Array.isArray(each) && each.length === 0),
      );
      if (refused !== null && said.length > 1) return contradicted(parsed, problems);
      if (said.length === 0) {
        return nothing(
          parsed,
          'total, components, lines, balances, release, line-count, state, currency or refused',
          problems,
        );
      }
      return { of: 'statement', line, says, participant, period, asOf, ...expected };
    }
    case 'attainment':
      return attainmentOf(parsed, { line, asOf, since, scope, problems });
    case 'corrections': {
      const { corrections: participant, period, of = null, component = null, amount, through } = parsed.file;
      const of_ = of === null ? '' : ` of ${of}`;
      const says = `corrections${of_} of ${participant} in ${period}${component === null ? '' : `, ${component}`}${since}`;
      const expected = { earlier: of, component, amount: number(amount), through: texts(through) };
      return { of: 'corrections', line, says, participant, period, asOf, ...expected };
    }
    case 'trace': {
      const { trace: participant, period, through } = parsed.file;
      const expected = { ...lineOf(parsed.file, deals), through: texts(through) };
      const says = `trace of ${participant} for ${period}${since}`;
      return { of: 'trace', line, says, participant, period, asOf, expected };
    }
    case 'credits': {
      const { source, deal } = deals.keyOf(parsed.file.credits);
      const shares = Object.entries(parsed.file.are).map(([participant, share]) => ({
        participant,
        share: number(String(share)),
      }));
      const rules = Object.entries(parsed.file.rules ?? {}).map(([participant, rule]) => ({ participant, rule }));
      const says = `credits of ${deal}${since}`;
      return { of: 'credits', line, says, deal: `${source}.${deal}`, shares, rules, asOf };
    }
    default:
      return parsed satisfies never;
  }
}

function attainmentOf(
  parsed: Of<'attainment'>,
  more: {
    readonly line: number;
    readonly asOf: string | null;
    readonly since: string;
    readonly scope: Scope;
    readonly problems: FileProblem[];
  },
): Expectation | undefined {
  const { attainment: participant, metric = null, component = null, window = null, refused = null } = parsed.file;
  const { is, credited, quota } = parsed.file;
  const last = window === null ? undefined : boundsOf(window)?.last;
  const period = parsed.file.period ?? (last === undefined ? undefined : periodOf(last, more.scope.cadence));
  if (period === undefined) {
    if (window !== null && /^[0-9]{4}(?:-[A-Za-z0-9]+)?$/.test(window)) {
      const says = `"${window}" is no window; write it as 2026, 2026-H1, 2026-Q1, 2026-01 or 2026-01-1.`;
      more.problems.push(parsed.source.problem('date_invalid', offsetOf(parsed.node, ['window']), ['window'], says));
      return undefined;
    }
    const says = 'is missing: the window does not say when it ends. Write the period up to whose end it is measured.';
    more.problems.push(parsed.source.problem('field_missing', parsed.node.at, ['period'], says));
    return undefined;
  }
  const states = is !== undefined || credited !== undefined || quota !== undefined;
  if (states && refused !== null) return contradicted(parsed, more.problems);
  if (!states && refused === null) {
    return nothing(parsed, 'is, credited, quota or refused', more.problems);
  }
  const says = `attainment of ${participant}${metric === null ? '' : ` in ${metric}`} for ${window ?? period}${more.since}`;
  return {
    of: 'attainment',
    line: more.line,
    says,
    participant,
    period,
    asOf: more.asOf,
    metric,
    component,
    window,
    is: is === 'none' ? 'none' : numberOf(is),
    credited: numberOf(credited),
    quota: numberOf(quota),
    refused,
  };
}

/** What is refused says nothing else. */
function contradicted(parsed: ParsedExpectation, problems: FileProblem[]): undefined {
  const says = 'what is refused has no figures; keep refused, or what the answer says.';
  problems.push(parsed.source.problem('field_invalid', offsetOf(parsed.node, ['refused']), ['refused'], says));
}

function nothing(parsed: ParsedExpectation, fields: string, problems: FileProblem[]): undefined {
  const at = offsetOf(parsed.node, []);
  problems.push(parsed.source.problem('field_missing', at, [], `expects nothing; add ${fields}.`));
}

type LineFile = Omit<NonNullable<Of<'statement'>['file']['lines']>[number], 'amount' | 'exact'> & {
  readonly amount?: string | undefined;
  readonly exact?: string | undefined;
};

function lineOf(file: LineFile, deals: DealsTold): ExpectedLine {
  return {
    component: file.component ?? null,
    deal: file.deal === undefined ? null : file.deal === 'none' ? 'none' : keyOf(file.deal, deals),
    kind: file.kind ?? null,
    of: file.of ?? null,
    step: file.step ?? null,
    amount: numberOf(file.amount),
    exact: numberOf(file.exact),
    through: texts(file.through),
  };
}

function keyOf(text: string, deals: DealsTold): string {
  const { source, deal } = deals.keyOf(text);
  return `${source}.${deal}`;
}

function texts(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function numberOf(text: string | undefined): ExpectedNumber | null {
  return text === undefined ? null : number(text);
}

function number(text: string): ExpectedNumber {
  const about = text.startsWith('about ');
  const percent = text.endsWith('%');
  const value = text.replace(/^about /, '').replace(/%$/, '');
  return { text, decimals: about ? (value.split('.')[1] ?? '').length : null, percent, value };
}

import { type DealEntry, dealNamed, windowOf } from '@ledger/calculation';
import type { ExceptionDefinition } from '@ledger/connectors';
import { cadenceOf } from '@ledger/decisions';
import type { ExceptionTerms, StatementLine } from '@ledger/events';
import { canonical, isProblem, type Problem, problem } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import { exceptionEntries, periodEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { statementOf } from './statements.ts';

/** What may not be meant: that a decision moves nothing, or that a hold takes back what was posted. */
export async function warnedOfException(
  ledger: Ledger,
  { participant, terms, expiresOn }: Pick<ExceptionDefinition, 'participant' | 'terms' | 'expiresOn'>,
): Promise<readonly Problem[]> {
  if (terms.kind !== 'hold') return movesNothing(ledger, participant, terms, expiresOn);
  const nothing = await holdsNothing(ledger, participant, { ...terms, expiresOn });
  return nothing === undefined ? heldAlready(ledger, participant, terms) : [nothing];
}

/** What is decided of a period that is history is posted in the first one that is not, if it holds on the last day of that. */
async function movesNothing(
  ledger: Ledger,
  participant: string,
  terms: ExceptionTerms,
  expiresOn: string | null,
): Promise<readonly Problem[]> {
  if (expiresOn === null || !('period' in terms)) return [];
  const open = (await periodsInOrder(ledger)).find(({ state }) => state !== 'frozen');
  if (open === undefined || expiresOn >= open.to) return [];
  // What is told again as it was decided may have posted what it was to post.
  const decided = await exceptionEntries(ledger, participant);
  if (decided.some((each) => !each.isRevoked && canonical(each.terms) === canonical(terms))) return [];
  const says = `${terms.kind} for "${participant}": it expires on ${expiresOn}, before ${open.period} ends, the first period that is not frozen, so that it moves nothing; give a later day.`;
  return [problem('interval_invalid', says, '/expires')];
}

/** A hold of nothing lets everything be paid, and nobody is told. A deal may yet come to be theirs, and a period be reopened. */
async function holdsNothing(
  ledger: Ledger,
  participant: string,
  { deal, ...terms }: Extract<ExceptionTerms, { kind: 'hold' }> & { readonly expiresOn: string | null },
): Promise<Problem | undefined> {
  const periods = await periodsInOrder(ledger);
  const open = periods.find(({ state }) => state !== 'frozen');
  const over = overOn(terms);
  if (open !== undefined && over !== null) {
    // A statement holds what is held on its last day; the first one is of the period that is open, or in which the hold begins.
    const isAhead = terms.from >= open.to;
    const first = isAhead ? windowOf(terms.from, cadenceOf(open.period)) : { id: open.period, to: open.to };
    if (over < first.to) {
      const which = isAhead ? 'in which it begins' : 'the first period that is not frozen';
      const says = `hold for "${participant}": it is over on ${over}, before ${first.id} ends, ${which}, so that it holds nothing; give a later day.`;
      return problem('interval_invalid', says, over === terms.until ? '/until' : '/expires');
    }
  }
  const row = deal === null ? undefined : await ledger.views.get(dealsView, deal);
  if (deal === null || row === undefined) return undefined;
  const { closedOn } = JSON.parse(row) as DealEntry;
  const period = periods.find((each) => each.from <= closedOn && closedOn < each.to)?.period;
  const answer = period === undefined ? undefined : await statementOf(ledger, { participant, period });
  if (answer === undefined || isProblem(answer) || answer.statement.lines.some((each) => isOfDeal(each, deal))) {
    return undefined;
  }
  const says = `hold for "${participant}": nothing of deal ${deal} is in their statement of ${period}, so that nothing is held as it is; name a deal that they are paid for.`;
  return problem('not_found', says, '/deal');
}

export async function periodsInOrder(ledger: Ledger): Promise<Awaited<ReturnType<typeof periodEntries>>> {
  return (await periodEntries(ledger)).toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

/** The day from which a hold holds nothing, by its terms or since it expires; `null`: there is none. */
export function overOn({ until, expiresOn }: { readonly until: string | null; readonly expiresOn: string | null }) {
  return until !== null && (expiresOn === null || until < expiresOn) ? until : expiresOn;
}

function isOfDeal(line: StatementLine, deal: string): boolean {
  return line.kind === 'earning' && dealNamed(line.line.slice(line.component.length + 1)) === deal;
}

/** A hold that begins before what is frozen takes back what was posted then: that may be meant, and must not come as a surprise. */
async function heldAlready(
  ledger: Ledger,
  participant: string,
  terms: Extract<ExceptionTerms, { kind: 'hold' }>,
): Promise<readonly Problem[]> {
  const { from, component, deal, period, line } = terms;
  const isAbout = (each: StatementLine) =>
    (each.kind !== 'settlement' || each.step === 'adjustment') &&
    (component === null || each.component === component) &&
    (deal === null || isOfDeal(each, deal)) &&
    (line === undefined || each.line === line);
  const frozen = (await periodsInOrder(ledger)).filter(
    (each) => each.state === 'frozen' && each.to > from && (period === undefined || each.period === period),
  );
  const posted: string[] = [];
  for (const each of frozen) {
    const answer = await statementOf(ledger, { participant, period: each.period });
    if (!isProblem(answer) && answer.statement.lines.some(isAbout)) posted.push(each.period);
  }
  const last = posted.at(-1);
  if (last === undefined) return [];
  const [is, was, it] = posted.length === 1 ? ['is', 'was', 'it'] : ['are', 'were', 'they'];
  const says = `hold for "${participant}": ${posted.join(', ')} ${is} frozen, and ${was} or will be paid; what ${it} posted is taken back in the first open statement, and held there. To hold only what is not posted yet, let the hold begin on ${frozen.at(-1)?.to}; to hold ${last} itself, reopen it while nobody was paid.`;
  return [problem('period_frozen', says, '/from')];
}

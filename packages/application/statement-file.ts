import type { PlanEntry } from '@ledger/calculation';
import { statementCsv, statementPdf } from '@ledger/connectors';
import type { Statement } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { planEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { type AsOf, statementOf } from './statements.ts';

export const STATEMENT_FORMATS = ['csv', 'pdf'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

export interface StatementFile {
  readonly asOf: string;
  readonly document: string | Uint8Array;
  /** Name to save it as: with the position, and with the beginning of the digest once it is frozen. */
  readonly file: string;
}

/** A statement to keep: as a table, or on paper. The same statement, frozen or as of a position, gives the same bytes. */
export async function statementFile(
  ledger: Ledger,
  ask: AsOf & { readonly participant: string; readonly period: string; readonly format: StatementFormat },
): Promise<StatementFile | Problem> {
  const { format, ...of } = ask;
  const answer = await statementOf(ledger, of);
  if (isProblem(answer)) return answer;
  const { statement, asOf, digest, state } = answer;
  const stamp = digest === null ? `position-${asOf}` : digest.slice(0, 12);
  const file = `statement-${statement.participant}-${statement.period}-${stamp}.${format}`;
  if (format === 'csv') return { asOf, file, document: statementCsv(statement) };
  const person = await ledger.directory.get(statement.participant);
  const paper = { ledger: ledger.store.ledger, name: person?.name ?? null, state, asOf, digest, statement };
  const titles = await titlesOf(ledger, statement, BigInt(asOf));
  return { asOf, file, document: await statementPdf({ ...paper, titles }) };
}

/** Titles of the components that the lines name, as the version of the plan that they were calculated by has them. */
async function titlesOf(ledger: Ledger, { lines }: Statement, asOf: bigint): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  const plans = new Map<string, PlanEntry | undefined>();
  for (const { component, plan, planVersion } of lines) {
    if (component === undefined || plan === undefined || titles.has(component)) continue;
    if (!plans.has(plan)) plans.set(plan, await planEntry(ledger, plan, asOf));
    const version = plans.get(plan)?.versions.find((each) => each.version === planVersion);
    const title = version?.document.components[component]?.title;
    if (title !== undefined) titles.set(component, title);
  }
  return titles;
}

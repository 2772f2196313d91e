import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDeals, type DealMapping, readSpool, readSupposed, type SupposedDeal } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Suppositions } from './branch.ts';
import { calendarOf, type Ledger } from './ledger.ts';

/** Deals that are supposed at once: an estimate, not an import. */
const MOST_DEALS = 1_000;

/** Deals and splits in the words of worked cases; a currency that they leave out is the ledger's own. */
export async function supposedIn(ledger: Ledger, bytes: Uint8Array, name: string): Promise<Suppositions | Problem> {
  const calendar = await calendarOf(ledger);
  if (isProblem(calendar)) return calendar;
  const read = readSupposed(bytes, name, calendar.currency);
  if (read.ok) return fewEnough(read, `"${name}"`);
  const [first, ...more] = read.problems;
  if (first === undefined) throw new TypeError('deals were refused without a problem');
  return more.length === 0 ? first : { ...first, errors: read.problems };
}

/** The same of one deal that was told without a file, so that no place in one is named where something is wrong with it. */
export async function supposedDeal(
  ledger: Ledger,
  told: { readonly deal: string } & Readonly<Record<string, unknown>>,
): Promise<Suppositions | Problem> {
  const read = await supposedIn(ledger, new TextEncoder().encode(JSON.stringify([told])), 'told');
  if (!isProblem(read)) return read;
  const says = (text: string) => text.replace(/^told:[0-9]+:[0-9]+: #1\.?/, `Deal ${told.deal}, `);
  const { message, errors, ...rest } = read;
  return {
    ...{ ...rest, message: says(message) },
    ...(errors === undefined ? {} : { errors: errors.map((each) => ({ ...each, message: says(each.message) })) }),
  };
}

/** Deals of a CSV file, as an import reads them. */
export async function supposedInCsv(ask: {
  readonly file: string;
  readonly mapping: DealMapping;
  readonly folder: string;
}): Promise<Suppositions | Problem> {
  const temporary = await mkdtemp(join(tmpdir(), 'ledger-what-would-'));
  try {
    const checked = await checkDeals({ ...ask, spool: join(temporary, 'deals.ndjson') });
    if (isProblem(checked)) return checked;
    const deals: SupposedDeal[] = [];
    for await (const rows of readSpool(checked.spool)) {
      for (const { data, status, cancelledOn } of rows) deals.push({ snapshot: JSON.parse(data), status, cancelledOn });
      if (deals.length > MOST_DEALS) break;
    }
    return fewEnough({ deals }, `"${ask.file}"`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Refuses more than an estimate is for; `name`: where they were supposed. */
export function fewEnough(supposed: Suppositions, name: string): Suppositions | Problem {
  if (supposed.deals.length + (supposed.splits?.length ?? 0) <= MOST_DEALS) return supposed;
  return problem('document_too_large', `${name} holds more than ${MOST_DEALS} deals; suppose fewer at once.`);
}

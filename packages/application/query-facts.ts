import { creditedBy, type DealEntry } from '@ledger/calculation';
import type { SupposedDeal } from '@ledger/connectors';
import type { DealSnapshot, QueryFacts } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import type { Suppositions } from './branch.ts';
import { type Ledger, refresh } from './ledger.ts';
import { supposedDeal } from './suppose.ts';

/** What somebody says of one deal: only what is different where the ledger knows it as theirs, the whole of it otherwise. */
export interface ToldDeal {
  readonly source: string;
  readonly deal: string;
  readonly owner?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly closed?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** The facts as a participant tells them: of deals one by one, of those in a file, and how credit is split. */
export async function factsTold(
  ledger: Ledger,
  participant: string,
  told: Suppositions & { readonly told: readonly ToldDeal[] },
): Promise<QueryFacts | null | Problem> {
  const deals = [...told.deals];
  for (const [index, each] of told.told.entries()) {
    const one = await dealTold(ledger, participant, each, `/facts/deals/${index}`);
    if (isProblem(one)) return one;
    deals.push(...one);
  }
  const splits = told.splits ?? [];
  if (deals.length === 0 && splits.length === 0) return null;
  return {
    deals: deals.map((deal) => ({ ...deal, snapshot: { ...deal.snapshot } })),
    splits: splits.map((split) => ({ ...split, shares: [...split.shares] })),
  };
}

async function dealTold(
  ledger: Ledger,
  participant: string,
  told: ToldDeal,
  field: string,
): Promise<SupposedDeal[] | Problem> {
  await refresh(ledger);
  const key = `${told.source}.${told.deal}`;
  const row = await ledger.views.get(dealsView, key);
  const entry = row === undefined ? undefined : (JSON.parse(row) as DealEntry);
  const known = entry !== undefined && creditedBy(entry).includes(participant) ? entry : undefined;
  const amount = told.amount ?? known?.amount;
  const closed = told.closed ?? known?.closedOn;
  if (amount === undefined || closed === undefined) {
    const message = `Deal ${key} is not among those of ${participant}; tell the whole of it: amount, closed, and owner where it is not ${participant}.`;
    return problem('field_missing', message, field);
  }
  if (known !== undefined && known.lines.length > 1 && told.amount !== undefined && told.amount !== known.amount) {
    const message = `Deal ${key} is worth the sum of its ${known.lines.length} lines; tell the whole of it with its lines, in a file of facts.`;
    return problem('lines_not_whole', message, field);
  }
  const owner = told.owner ?? known?.owner ?? participant;
  const words = {
    ...{ deal: told.deal, source: told.source, owner, amount, closed },
    ...(told.currency === undefined && known === undefined ? {} : { currency: told.currency ?? known?.currency }),
    ...(told.attributes === undefined ? {} : { attributes: told.attributes }),
  };
  const read = await supposedDeal(ledger, words);
  if (isProblem(read)) return read;
  return read.deals.map((deal) => (known === undefined ? deal : amended(deal, known, told)));
}

/** What was said of a deal, and for the rest what the ledger knows of it. */
function amended({ snapshot }: SupposedDeal, known: DealEntry, told: ToldDeal): SupposedDeal {
  const { account, selectionOn, sequence } = known;
  // The only line is worth what the deal is.
  const lines =
    known.lines.length === 1 ? known.lines.map((line) => ({ ...line, amount: snapshot.amount })) : known.lines;
  const credits = told.owner === undefined ? { owner: known.owner, credits: [...known.credits] } : {};
  const whole: DealSnapshot = {
    ...snapshot,
    ...{ account, selectionOn, sequence, lines: [...lines] },
    ...credits,
    attributes: { ...known.attributes, ...snapshot.attributes },
  };
  return { snapshot: whole, status: 'closed', cancelledOn: null };
}

import { type Attribute, type Credit, type DealLine, type DealSnapshot, fields } from '@ledger/events';
import { canonical, type Problem } from '@ledger/kernel';
import { checkAmount, equal, exact, fraction, ONE, shareIn, sign, sum, toText } from '@ledger/money';
import { checkCurrency, checkMinorUnits, percentText, plain } from './amounts.ts';
import { firstProblem, refuse, shown } from './produce.ts';

/** A deal as its source tells it: whether it holds together, and what differs between two tellings. */

/** Amounts and shares whose schemas have been checked already: do they add up, and can the currency hold them? */
export function checkTerms(deal: DealSnapshot): Problem | undefined {
  return firstProblem(
    () => checkCurrency(deal.currency, '/currency'),
    () => checkMinorUnits(deal.amount, deal.currency, '/amount'),
    () => checkAttributes(deal),
    () => checkLines(deal),
    () => checkCredits(deal.credits),
  );
}

/** Conditions of plans compare texts: two that look alike have to be alike. The log may hold older ones that are not. */
function checkAttributes({ attributes }: DealSnapshot): Problem | undefined {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value !== 'string' || fields.isClear(value)) continue;
    const message = `The attribute ${name} is ${shown(value)}; it must be composed Unicode text (NFC) without control or bidirectional characters.`;
    return refuse('field_invalid', message, `/attributes/${name}`);
  }
  return undefined;
}

function checkLines({ lines, amount, currency }: DealSnapshot): Problem | undefined {
  if (lines.length === 0) return undefined;
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const field = `/lines/${index}`;
    if (seen.has(line.line)) {
      return refuse(
        'field_invalid',
        `Two lines are named ${line.line}; give each line a name of its own.`,
        `${field}/line`,
      );
    }
    seen.add(line.line);
    const wrong =
      checkMinorUnits(line.amount, currency, `${field}/amount`) ??
      (line.cost === null ? undefined : checkCost(line.cost, line, currency, `${field}/cost`));
    if (wrong !== undefined) return wrong;
  }
  const total = sum(lines.map((line) => exact(line.amount)));
  if (equal(total, exact(amount))) return undefined;
  const message = `The ${lines.length} lines add up to ${toText(total)} ${currency}, not to the amount ${amount}; correct a line or the amount.`;
  return refuse('lines_not_whole', message, '/lines');
}

/** A margin is amount less cost: what comes back gives its cost back, too, while a negative cost of what is sold would add to the margin. */
function checkCost(cost: string, { line, amount }: DealLine, currency: string, field: string): Problem | undefined {
  if (sign(exact(cost)) < 0 && sign(exact(amount)) > 0) {
    const message = `Line ${line} is sold for ${amount} and has a cost of ${cost}; a cost is negative only where nothing is sold or something comes back, so give 0 or more.`;
    return refuse('amount_invalid', message, field);
  }
  return checkMinorUnits(cost, currency, field);
}

/** Primary shares add up to exactly 1, or there are none; nobody is twice in a pool. */
function checkCredits(credits: readonly Credit[]): Problem | undefined {
  const primary = credits.filter((credit) => credit.pool === 'primary');
  const overlay = credits.filter((credit) => credit.pool === 'overlay');
  return firstProblem(
    () => checkOnce(primary, 'among the primary credits', '/credits'),
    () => checkOnce(overlay, 'among the overlay credits', '/credits'),
    () => (primary.length === 0 ? undefined : checkWhole(primary, 'The primary shares', '/credits')),
  );
}

interface Share {
  readonly participant: string;
  readonly share: string;
}

export function checkOnce(shares: readonly Share[], where: string, field: string): Problem | undefined {
  const people = new Set<string>();
  for (const { participant } of shares) {
    if (people.has(participant)) {
      const message = `Participant ${participant} is twice ${where}; add the two shares into one.`;
      return refuse('field_invalid', message, field);
    }
    people.add(participant);
  }
  return undefined;
}

/** What shares come to that lack their percent signs. */
const HUNDRED = fraction(100n, 1n);

export function checkWhole(shares: readonly Share[], what: string, field: string): Problem | undefined {
  const total = sum(shares.map(({ share }) => shareIn(share)));
  if (equal(total, ONE)) return undefined;
  const [{ share } = { share: '' }] = shares;
  const remedy = equal(total, HUNDRED) ? `write ${share}% instead of ${share}` : 'correct one of them';
  const message = `${what} add up to ${percentText(total)}, not 100 %; ${remedy}.`;
  return refuse('shares_not_whole', message, field);
}

/** Zeros beyond the currency's minor unit carry no value; they are dropped, so that an amount in JPY has no decimals. */
export function inMinorUnits(deal: DealSnapshot): DealSnapshot {
  const kept = (amount: string) => {
    const checked = checkAmount(amount, deal.currency);
    return checked.ok ? checked.value : amount;
  };
  const lines = deal.lines.map((line) => ({
    ...line,
    amount: kept(line.amount),
    cost: line.cost === null ? null : kept(line.cost),
  }));
  return { ...deal, amount: kept(deal.amount), lines };
}

const FIELDS = [
  'account',
  'amount',
  'currency',
  'closedOn',
  'selectionOn',
  'sequence',
  'owner',
  'credits',
  'attributes',
  'lines',
] as const satisfies readonly (keyof DealSnapshot)[];

/**
 * Names of the fields in which two tellings of a deal differ in meaning. How a number is written and in which order credits and
 * lines stand means nothing, so that a source which formats its export otherwise changes nothing.
 */
export function changedFields(before: DealSnapshot, after: DealSnapshot): readonly string[] {
  if (canonical(before) === canonical(after)) return [];
  return FIELDS.filter((field) => meaning(before, field) !== meaning(after, field));
}

function meaning(deal: DealSnapshot, field: (typeof FIELDS)[number]): string {
  switch (field) {
    case 'amount':
      return plain(deal.amount);
    case 'credits':
      return canonical(
        deal.credits.map((each) => [each.pool, each.participant, toText(shareIn(each.share))].join(' ')).sort(),
      );
    case 'attributes':
      return canonical(Object.entries(deal.attributes).map(attributeMeaning).sort());
    case 'lines':
      return canonical(
        deal.lines
          .map(({ line, product, category, variant, quantity, amount, cost }) =>
            canonical([
              ...[line, product, category, variant ?? null],
              ...[quantity && plain(quantity), plain(amount), cost && plain(cost)],
            ]),
          )
          .sort(),
      );
    default:
      return canonical(deal[field]);
  }
}

function attributeMeaning([name, value]: readonly [string, Attribute]): string {
  return canonical([name, typeof value === 'object' && 'decimal' in value ? { decimal: plain(value.decimal) } : value]);
}

/** Participants whose pay a deal moves by itself. */
export function creditedBy(deal: DealSnapshot): readonly string[] {
  const people = deal.credits.map((credit) => credit.participant);
  return deal.owner === null ? people : [deal.owner, ...people];
}

/** A deal is cancelled on a day, or not at all. */
export function checkStatus(status: 'closed' | 'cancelled', cancelledOn: string | null): Problem | undefined {
  if (status === 'cancelled' && cancelledOn === null) {
    return refuse('field_missing', 'A cancelled deal has no date of cancellation; add cancelledOn.', '/cancelledOn');
  }
  if (status === 'closed' && cancelledOn !== null) {
    const message = `The deal is told as closed and as cancelled on ${shown(cancelledOn)}; leave one of the two out.`;
    return refuse('field_invalid', message, '/cancelledOn');
  }
  return undefined;
}

/** The same shares for longer, or for a shorter time, are another split. */
export function sharesContent({
  shares,
  expiresOn,
}: {
  readonly shares: readonly { readonly participant: string; readonly share: string }[];
  readonly expiresOn: string | null;
}): string {
  return canonical([
    shares.map(({ participant, share }) => `${participant} ${toText(shareIn(share))}`).sort(),
    expiresOn,
  ]);
}

import type { Book, DealEntry } from '@ledger/calculation';
import type { CreditingDocument, CreditRule } from '@ledger/events';
import { isWithin } from './calendar.ts';
import { holdsFor, Refusal } from './formulas.ts';
import { above, everybody, type Share } from './hierarchy.ts';
import { earnsUntil } from './leaving.ts';
import { isNegative, isNothing, minus, over, plus, type Ratio, read, times, total, WHOLE } from './ratio.ts';
import { newestOn } from './versions.ts';

/** Whom a deal credits, by its source, by what was decided, and by rules (D166 to D170). */

export interface Crediting {
  readonly credits: readonly Share[];
  /** Stops whoever takes one of the credits. */
  readonly obstacle: Refusal | null;
}

/** A rule that is for a deal, and whom it credits. */
interface Counting {
  readonly document: CreditingDocument;
  readonly rule: CreditRule;
  readonly participant: string;
  readonly share: Ratio;
}

export function creditingOf(book: Book, deal: DealEntry): Crediting {
  if (deal.cancelled !== null) return { credits: [], obstacle: null };
  const exception = deal.splits.filter(({ expiresOn }) => expiresOn === null || deal.closedOn < expiresOn).at(-1);
  const source = (pool: Share['pool']) =>
    inPool(
      pool,
      deal.credits.filter((credit) => credit.pool === pool),
    );
  const decided = exception === undefined ? source('primary') : inPool('primary', exception.shares);
  const found = rulesFor(book, deal).map(({ document, rule }) => ({
    document,
    rule,
    who: whom(book, document, rule, deal),
  }));
  const stops = found.some(({ who, rule }) => who === 'unreachable' && rule.ifUnreachable === 'stop');
  const counting = found.flatMap(({ document, rule, who }): Counting[] =>
    who === 'unreachable' || who === 'not meant'
      ? []
      : [{ document, rule, participant: who.id, share: shareIn(rule.share) }],
  );
  const rules = exception === undefined ? primaryRules(deal, source('primary'), counting) : [];
  const primary = rules.length === 0 ? decided : primaryOf(deal, decided, rules);
  const overlay = overlayOf(source('overlay'), counting);
  const obstacle = stops
    ? new Refusal('recipient_unreachable', deal.deal)
    : primary instanceof Refusal
      ? primary
      : null;
  if (obstacle === null && !(primary instanceof Refusal)) return { credits: [...primary, ...overlay], obstacle };
  const owner = deal.owner === null ? [] : [{ participant: deal.owner, pool: 'primary' as const, share: WHOLE }];
  const byRules = [...rules, ...overlayRules(counting)].map(({ participant, rule, share }) => {
    return { participant, pool: rule.pool, share };
  });
  return { credits: [...decided, ...source('overlay'), ...byRules, ...owner], obstacle };
}

function inPool(
  pool: Share['pool'],
  list: readonly { readonly participant: string; readonly share: string }[],
): readonly Share[] {
  return list.map(({ participant, share }) => ({ participant, pool, share: read(share) }));
}

/** `1/3`, `30%`, `0.3`. */
function shareIn(text: string): Ratio {
  const [top = '', bottom] = text.split('/');
  return bottom === undefined ? read(top) : over(read(top), read(bottom));
}

function rulesFor(book: Book, deal: DealEntry) {
  return [...book.crediting.keys()].sort().flatMap((id) => {
    const document = newestOn(book.crediting.get(id), deal.closedOn)?.document;
    if (document === undefined) return [];
    const rules = document.rules.filter(
      ({ from, to, when, credits }) =>
        isWithin({ from: from ?? '', to }, deal.closedOn) &&
        holdsFor(when, deal, null) &&
        !('attribute' in credits && deal.attributes[credits.attribute] === undefined),
    );
    return (document.apply === 'first' ? rules.slice(0, 1) : rules).map((rule) => ({ document, rule }));
  });
}

function whom(
  book: Book,
  { territories }: CreditingDocument,
  { credits, on }: CreditRule,
  deal: DealEntry,
): { readonly id: string } | 'unreachable' | 'not meant' {
  const day = dayOf(on, deal);
  if (day === null) return 'unreachable';
  switch (credits.by) {
    case 'owner':
      return reached(book, deal.owner, deal);
    case 'manager':
      return reached(book, deal.owner === null ? null : above(book, deal.owner, day)[credits.level - 1], deal);
    case 'participant':
      return reached(book, credits.participant, deal);
    case 'attribute': {
      const value = textOf(deal, credits.attribute);
      return value === null ? 'not meant' : reached(book, value, deal);
    }
    case 'territory': {
      const value = textOf(deal, credits.attribute);
      if (value === null) return 'not meant';
      const entry = territories.findLast((each) => each.territory === value && isWithin(each, day));
      return reached(book, entry?.owner, deal);
    }
  }
}

function dayOf(on: CreditRule['on'], { closedOn, selectionOn, attributes }: DealEntry): string | null {
  if (on === 'closed') return closedOn;
  if (on === 'selected') return selectionOn ?? closedOn;
  const value = attributes[on.attribute];
  return typeof value === 'object' && 'date' in value ? value.date : null;
}

function textOf({ attributes }: DealEntry, name: string): string | null {
  const value = attributes[name];
  return value === undefined ? null : String(value);
}

function reached(
  book: Book,
  who: string | null | undefined,
  { closedOn }: DealEntry,
): { readonly id: string } | 'unreachable' {
  const own = who == null ? undefined : everybody(book).get(who);
  if (own === undefined) return 'unreachable';
  const { participant, startsOn } = own.participant;
  return isWithin({ from: startsOn, to: earnsUntil(own) }, closedOn) ? { id: participant } : 'unreachable';
}

function isOwnersAlone({ owner }: DealEntry, source: readonly Share[]): boolean {
  return source.every(({ participant }) => participant === owner);
}

function primaryRules(deal: DealEntry, source: readonly Share[], counting: readonly Counting[]): readonly Counting[] {
  const isOwners = isOwnersAlone(deal, source);
  return counting.filter(
    ({ rule, document }) => rule.pool === 'primary' && (document.sourceCredits !== 'keep' || isOwners),
  );
}

function overlayRules(counting: readonly Counting[]): readonly Counting[] {
  return counting.filter(({ rule }) => rule.pool === 'overlay');
}

/** D168. */
function primaryOf(deal: DealEntry, source: readonly Share[], rules: readonly Counting[]): readonly Share[] | Refusal {
  const byRules = rules.map(({ participant, share }) => ({ participant, pool: 'primary' as const, share }));
  const sum = total(rules.map(({ share }) => share));
  const left = minus(WHOLE, sum);
  if (isNegative(left)) return new Refusal('shares_not_whole', deal.deal);
  if (isNothing(left)) return added(byRules);
  const { rest, sourceCredits } = rules[0]?.document ?? { rest: 'owner', sourceCredits: 'keep' };
  switch (rest) {
    case 'none':
      return new Refusal('shares_not_whole', deal.deal);
    case 'spread':
      return added(byRules.map((each) => ({ ...each, share: over(each.share, sum) })));
    case 'owner': {
      const isReplaced = sourceCredits === 'replace' && !isOwnersAlone(deal, source);
      if (source.length > 0 && !isReplaced)
        return added([...source.map((each) => ({ ...each, share: times(each.share, left) })), ...byRules]);
      if (deal.owner === null) return new Refusal('shares_not_whole', deal.deal);
      return added([{ participant: deal.owner, pool: 'primary', share: left }, ...byRules]);
    }
  }
}

/** D169. */
function overlayOf(source: readonly Share[], counting: readonly Counting[]): readonly Share[] {
  const rules = overlayRules(counting);
  const isReplaced = rules.some(({ document }) => document.sourceCredits === 'replace');
  const kept = isReplaced ? [] : source;
  const more = rules
    .filter(({ participant }) => !kept.some((each) => each.participant === participant))
    .map(({ participant, share }) => ({ participant, pool: 'overlay' as const, share }));
  return added([...kept, ...more]);
}

/** One for each participant. */
function added(list: readonly Share[]): readonly Share[] {
  const sums = new Map<string, Share>();
  for (const each of list) {
    const before = sums.get(each.participant);
    sums.set(each.participant, before === undefined ? each : { ...each, share: plus(before.share, each.share) });
  }
  return [...sums.values()];
}

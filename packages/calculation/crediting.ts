import type { CreditRule } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, cmp, div, type Exact, isZero, mul, ONE, shareIn, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book, CreditingEntry, DealEntry, ParticipantEntry, Versioned } from './book.ts';
import { type Condition, condition } from './conditions.ts';
import { type AppliedRule, creditsOf, type DealCredit } from './credit.ts';
import { managersAbove } from './hierarchy.ts';
import type { Obstacle } from './in-force.ts';
import { holds } from './periods.ts';
import { uncancelled } from './returned.ts';
import { isStandIn } from './stand-in.ts';
import { versionOn } from './versions.ts';

/** Whom crediting rules credit with a deal, beside or instead of whom its source names (mechanics §7). */

/** A rule that was for a deal and credited nobody. */
export interface Unreachable extends AppliedRule {
  readonly deal: string;
  /** Why, as a clause. */
  readonly says: string;
}

export interface Crediting {
  readonly credits: readonly DealCredit[];
  readonly unreachable: readonly Unreachable[];
  /** Why nobody can say who is credited; `credits` holds everybody whom it concerns. */
  readonly obstacle: Obstacle | null;
}

type Company = Pick<Book, 'crediting' | 'colleagues'>;
type Version = Versioned<CreditingEntry['versions'][number]['document']>;

interface Known extends Company {
  readonly crediting: Book['crediting'];
  readonly made: Crediting;
}
const KNOWN = alongside<DealEntry, Known>();

/** Who is credited with a deal, rules and exceptions included; by id where rules have a say. */
export function creditingOf(company: Company, deal: DealEntry): Crediting {
  if (company.crediting.size === 0) return { credits: creditsOf(deal), unreachable: [], obstacle: null };
  const known = KNOWN.get(deal);
  if (known?.crediting === company.crediting && known.colleagues === company.colleagues) return known.made;
  const made = credited(company, deal);
  KNOWN.set(deal, { crediting: company.crediting, colleagues: company.colleagues, made });
  return made;
}

interface Sorted extends Company {
  readonly byPerson: ReadonlyMap<string, ReadonlyMap<string, DealEntry>>;
}
const SORTED = alongside<Book['deals'], Sorted>();
const NO_DEALS: Book['deals'] = new Map();

/** The deals that credit a participant, by deal key; sorted out once for everybody. */
export function dealsCrediting({ deals, crediting, colleagues }: Book, participant: string): Book['deals'] {
  let sorted = SORTED.get(deals);
  if (sorted?.crediting !== crediting || sorted.colleagues !== colleagues) {
    sorted = { crediting, colleagues, byPerson: byPerson({ crediting, colleagues }, deals) };
    SORTED.set(deals, sorted);
  }
  return sorted.byPerson.get(participant) ?? NO_DEALS;
}

/** Sorts the deals of a book out as those are of another one that differs in a few of them. */
export function sortedBeside(other: Book, book: Book, differing: Iterable<string>): void {
  const sorted = SORTED.get(other.deals);
  if (sorted?.crediting !== book.crediting || sorted.colleagues !== book.colleagues) return;
  if (other.deals === book.deals) return;
  const all = new Map(sorted.byPerson);
  const own = new Map<string, Map<string, DealEntry>>();
  const ownOf = (participant: string) => {
    const known = own.get(participant) ?? new Map(all.get(participant));
    own.set(participant, known);
    all.set(participant, known);
    return known;
  };
  const credited = (deal: DealEntry | undefined) =>
    deal === undefined ? [] : creditingOf(book, uncancelled(deal)).credits;
  for (const key of differing) {
    const [was, is] = [other.deals.get(key), book.deals.get(key)];
    for (const { participant } of credited(was)) ownOf(participant).delete(key);
    if (is !== undefined) for (const { participant } of credited(is)) ownOf(participant).set(key, is);
  }
  SORTED.set(book.deals, { ...sorted, byPerson: all });
}

function byPerson(company: Company, deals: Book['deals']): Sorted['byPerson'] {
  const sorted = new Map<string, Map<string, DealEntry>>();
  for (const [key, deal] of deals) {
    for (const { participant } of creditingOf(company, uncancelled(deal)).credits) {
      const own = sorted.get(participant);
      if (own === undefined) sorted.set(participant, new Map([[key, deal]]));
      else own.set(key, deal);
    }
  }
  return sorted;
}

/** A share that a rule gives somebody. */
interface Given {
  readonly set: Version;
  readonly rule: CreditRule;
  readonly participant: string;
  readonly share: Exact;
}

function credited(company: Company, deal: DealEntry): Crediting {
  const source = creditsOf(deal);
  if (isStandIn(deal)) return { credits: [], unreachable: [], obstacle: null };
  if (deal.cancelled !== null && source.length === 0) return { credits: [], unreachable: [], obstacle: null };
  const given: Given[] = [];
  const unreachable: Unreachable[] = [];
  const obstacles: Obstacle[] = [];
  for (const set of setsOn(company, deal.closedOn)) {
    for (const rule of rulesFor(set, deal, obstacles)) {
      const found = recipientOf(company, set, rule, deal);
      if (found === null) continue;
      if ('participant' in found) {
        given.push({ set, rule, participant: found.participant, share: shareIn(rule.share) });
        continue;
      }
      unreachable.push({ ...appliedRule(set, rule), deal: keyOf(deal), says: found.says });
      if (rule.ifUnreachable === 'stop') obstacles.push(stopped(set, rule, deal, found.says));
    }
  }
  const primary = primaryOf(deal, source, given, obstacles);
  const credits = [...primary, ...overlayOf(deal, source, given)].sort(byPoolAndId);
  const [obstacle = null] = obstacles;
  const noted = credits.map((credit) => withUnreached(credit, unreachable));
  return { credits: obstacle === null ? noted : withConcerned(deal, source, noted), unreachable, obstacle };
}

function setsOn({ crediting }: Company, day: string): readonly Version[] {
  return [...crediting.values()]
    .sort((a, b) => (a.crediting < b.crediting ? -1 : 1))
    .flatMap((entry) => versionOn(entry, day) ?? []);
}

const CONDITIONS = alongside<CreditRule, Condition>();

function rulesFor({ document }: Version, deal: DealEntry, obstacles: Obstacle[]): readonly CreditRule[] {
  const applying: CreditRule[] = [];
  for (const rule of document.rules) {
    if ((rule.from !== null && deal.closedOn < rule.from) || (rule.to !== null && deal.closedOn >= rule.to)) continue;
    let when = CONDITIONS.get(rule);
    if (when === undefined) {
      when = condition(rule.when);
      CONDITIONS.set(rule, when);
    }
    const applies = when(deal);
    if (typeof applies === 'object') obstacles.push(conditionFailed(document.crediting, rule, deal, applies.says));
    if (applies !== true || !isMeant(rule, deal)) continue;
    applying.push(rule);
    if (document.apply === 'first') break;
  }
  return applying;
}

/** A rule by an attribute is for the deals that have it. */
function isMeant({ credits }: CreditRule, deal: DealEntry): boolean {
  return !('attribute' in credits) || Object.hasOwn(deal.attributes, credits.attribute);
}

/** Whom a rule credits; `null` where the deal names nobody, so that the rule is not for it. */
function recipientOf(
  company: Company,
  { document }: Version,
  { credits, on }: CreditRule,
  deal: DealEntry,
): { readonly participant: string } | { readonly says: string } | null {
  const day = dayOf(on, deal);
  if (day === null) return { says: `the deal has no date ${typeof on === 'object' ? on.attribute : on}` };
  switch (credits.by) {
    case 'participant':
      return there(company, credits.participant, deal);
    case 'owner':
      return deal.owner === null ? { says: 'the deal has no owner' } : there(company, deal.owner, deal);
    case 'manager': {
      if (deal.owner === null) return { says: 'the deal has no owner, and so no manager' };
      const manager = managersAbove(company.colleagues, deal.owner, day)[credits.level - 1];
      const levels = credits.level === 1 ? '' : ` ${credits.level} levels up`;
      if (manager === undefined) return { says: `${deal.owner} has no manager${levels} on ${day}` };
      return there(company, manager, deal);
    }
    case 'attribute': {
      const named = textOf(deal, credits.attribute);
      return named === null ? null : there(company, named, deal);
    }
    case 'territory': {
      const named = textOf(deal, credits.attribute);
      if (named === null) return null;
      const owned = document.territories.findLast((each) => each.territory === named && holds(each, day));
      if (owned === undefined) return { says: `nobody owns ${named} on ${day}` };
      return there(company, owned.owner, deal);
    }
    default:
      return credits satisfies never;
  }
}

function there(
  { colleagues }: Company,
  id: string,
  { closedOn }: DealEntry,
): { readonly participant: string } | { readonly says: string } {
  const entry = colleagues.get(id)?.participant;
  if (entry === undefined) return { says: `nobody has the id ${id}` };
  if (closedOn < entry.startsOn) return { says: `${id} starts on ${entry.startsOn}` };
  const end = endOf(entry);
  return end !== null && closedOn >= end ? { says: `${id} left before ${closedOn}` } : { participant: id };
}

function endOf({ endsOn, compensationEnds }: ParticipantEntry): string | null {
  return endsOn === null ? null : (compensationEnds ?? endsOn);
}

function dayOf(on: CreditRule['on'], deal: DealEntry): string | null {
  if (on === 'closed') return deal.closedOn;
  if (on === 'selected') return deal.selectionOn ?? deal.closedOn;
  const value = Object.hasOwn(deal.attributes, on.attribute) ? deal.attributes[on.attribute] : undefined;
  return typeof value === 'object' && 'date' in value ? value.date : null;
}

function textOf(deal: DealEntry, name: string): string | null {
  const value = Object.hasOwn(deal.attributes, name) ? deal.attributes[name] : undefined;
  if (value === undefined || typeof value === 'string') return value ?? null;
  if (typeof value === 'boolean') return String(value);
  return 'decimal' in value ? value.decimal : value.date;
}

/** The primary pool: what rules take, and what they leave. An exception replaces all of it, as it does without rules. */
function primaryOf(
  deal: DealEntry,
  source: readonly DealCredit[],
  given: readonly Given[],
  obstacles: Obstacle[],
): readonly DealCredit[] {
  const own = source.filter(({ pool }) => pool === 'primary');
  if (own.some(({ exception }) => exception !== null)) return own;
  const isOwners = own.every(({ participant, share }) => participant === deal.owner && cmp(share, ONE) === 0);
  const taking = given.filter(
    ({ rule, set }) => rule.pool === 'primary' && (isOwners || set.document.sourceCredits !== 'keep'),
  );
  const [first] = taking;
  if (first === undefined) return own;
  const { document } = first.set;
  const taken = sum(taking.map(({ share }) => share));
  const left = sub(ONE, taken);
  const byRules = credits(deal, taking);
  if (sign(left) < 0) {
    obstacles.push(
      notWhole(taking, deal, 'more than 100 %; let the conditions of the rules exclude each other, or lower a share'),
    );
  }
  if (sign(left) <= 0) return byRules;
  if (document.rest === 'none') {
    obstacles.push(notWhole(taking, deal, 'not 100 %; add a rule for the rest, or write rest: owner'));
    return byRules;
  }
  if (document.rest === 'spread') {
    return credits(
      deal,
      taking.map((each) => ({ ...each, share: div(each.share, taken) })),
    );
  }
  const keeping = document.sourceCredits === 'replace' && !isOwners ? [] : own;
  if (keeping.length > 0) return together([...byRules, ...keeping.map((each) => reduced(each, left, byRules))]);
  if (deal.owner !== null) return together([...byRules, restOf(deal, deal.owner, left, byRules)]);
  obstacles.push(
    notWhole(
      taking,
      deal,
      'not 100 %, and the deal has no owner who could keep the rest; name one, or write rest: spread',
    ),
  );
  return byRules;
}

/** What somebody whom the source credits keeps of what rules leave. */
function reduced(credit: DealCredit, left: Exact, byRules: readonly DealCredit[]): DealCredit {
  return { ...credit, isRest: true, share: mul(credit.share, left), events: eventsOf([credit, ...byRules]) };
}

function restOf(deal: DealEntry, participant: string, share: Exact, byRules: readonly DealCredit[]): DealCredit {
  const events = [...new Set([deal.event, ...eventsOf(byRules)])];
  return { participant, pool: 'primary', share, exception: null, isRest: true, events };
}

/** The overlay pool: what the source says, and rules beside it; whom the source credits already, no rule credits again. */
function overlayOf(deal: DealEntry, source: readonly DealCredit[], given: readonly Given[]): readonly DealCredit[] {
  const own = source.filter(({ pool }) => pool === 'overlay');
  const taking = given.filter(({ rule }) => rule.pool === 'overlay');
  if (taking.length === 0) return own;
  const isReplaced = taking.some(({ set }) => set.document.sourceCredits === 'replace');
  const kept = isReplaced ? [] : own;
  const byRules = taking.filter(({ participant }) => !kept.some((each) => each.participant === participant));
  return [...kept, ...credits(deal, byRules)];
}

function credits(deal: DealEntry, given: readonly Given[]): readonly DealCredit[] {
  return together(
    given.map(({ set, rule, participant, share }) => ({
      participant,
      pool: rule.pool,
      share,
      exception: null,
      rules: [appliedRule(set, rule)],
      events: [deal.event, set.event],
    })),
  );
}

/** One credit for each participant of a pool. */
function together(all: readonly DealCredit[]): readonly DealCredit[] {
  const known = new Map<string, DealCredit>();
  for (const credit of all) {
    if (isZero(credit.share)) continue;
    const before = known.get(credit.participant);
    if (before === undefined) {
      known.set(credit.participant, credit);
      continue;
    }
    const rules = [...(before.rules ?? []), ...(credit.rules ?? [])];
    const share = add(before.share, credit.share);
    known.set(credit.participant, { ...before, share, rules, events: eventsOf([before, credit]) });
  }
  return [...known.values()];
}

/** Everybody whose statement stops: who would be credited, and who would have been, in either pool. */
function withConcerned(
  deal: DealEntry,
  source: readonly DealCredit[],
  all: readonly DealCredit[],
): readonly DealCredit[] {
  const nameOf = ({ participant, pool }: Pick<DealCredit, 'participant' | 'pool'>) => `${pool} ${participant}`;
  const known = new Set(all.map(nameOf));
  const owner = deal.owner === null ? [] : [{ participant: deal.owner, pool: 'primary' as const }];
  const more = new Map([...source, ...owner].map((credit) => [nameOf(credit), credit]));
  return [
    ...all,
    ...[...more].flatMap(([name, { participant, pool }]) =>
      known.has(name) ? [] : [{ participant, pool, share: ZERO, exception: null, events: [deal.event] }],
    ),
  ];
}

/** Whom a rule does not reach is told where the credits of its deal are. */
function withUnreached(credit: DealCredit, unreachable: readonly Unreachable[]): DealCredit {
  if (unreachable.length === 0) return credit;
  const unreached = unreachable.map(
    ({ rule, crediting, version, says }) =>
      `Rule ${rule} of crediting ${crediting}, version ${version}, credits nobody: ${says}.`,
  );
  return { ...credit, unreached };
}

function eventsOf(all: readonly DealCredit[]): readonly string[] {
  return [...new Set(all.flatMap(({ events }) => events))];
}

function byPoolAndId(a: DealCredit, b: DealCredit): number {
  if (a.pool !== b.pool) return a.pool === 'primary' ? -1 : 1;
  return a.participant < b.participant ? -1 : a.participant > b.participant ? 1 : 0;
}

function appliedRule({ document, version, event, approvedBy }: Version, { rule }: CreditRule): AppliedRule {
  return { crediting: document.crediting, version, rule, event, approvedBy };
}

function keyOf({ source, deal }: DealEntry): string {
  return `${source}.${deal}`;
}

function stopped({ document }: Version, { rule }: CreditRule, deal: DealEntry, says: string): Obstacle {
  return {
    code: 'recipient_unreachable',
    says: `rule ${rule} of crediting ${document.crediting} credits nobody: ${says}; correct the deal, the people or the rule, or write if-unreachable: rest`,
    scope: keyOf(deal),
  };
}

function notWhole(taking: readonly Given[], deal: DealEntry, remedy: string): Obstacle {
  const rules = taking.map(({ rule }) => `${rule.rule} ${rule.share}`).join(', ');
  return {
    code: 'shares_not_whole',
    says: `primary shares by rules (${rules}) are ${remedy}`,
    scope: keyOf(deal),
  };
}

function conditionFailed(crediting: string, { rule, when }: CreditRule, deal: DealEntry, says: string): Obstacle {
  const missing = /^(\S+) is not there$/.exec(says);
  const remedy =
    missing === null ? 'correct the deal or the rule' : `correct the deal, or begin with has(deal.${missing[1]}) && …`;
  return {
    code: 'condition_failed',
    says: `rule ${rule} of crediting ${crediting} has no answer: ${says}, in when: \`${when}\`; ${remedy}`,
    scope: keyOf(deal),
  };
}

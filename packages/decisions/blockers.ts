/** What keeps a period from being frozen, as the application finds it. */
export interface Blocker {
  readonly code: string;
  /** Deal, participant or request that it is about, as people name it. */
  readonly about: string;
  readonly says: string;
  /** What is wrong and what to do, without what it is about: alike for everything that one cause stops. */
  readonly cause: string;
  /** The command that mends it. */
  readonly mend: string;
  /** Whether a freeze may go on all the same, with a reason. What cannot be calculated may not: nothing pays 0 by accident. */
  readonly overridable: boolean;
}

/** Everything that one cause stops: one missing rate is one thing to mend, however many deals wait for it. */
export interface BlockerCause {
  readonly code: string;
  /** The sentence of the one thing; for many, their cause with the first of them. */
  readonly says: string;
  readonly count: number;
  /** The first of what it is about. */
  readonly about: readonly string[];
  /** The command that mends the first of them, */
  readonly mend: string;
  /** and whether it mends the others with it. */
  readonly mendsAll: boolean;
  readonly overridable: boolean;
}

const NAMED = 3;

/** The same things by what causes them, in the order in which each cause was met first. */
export function causesOf(blockers: readonly Blocker[]): readonly BlockerCause[] {
  const byCause = Map.groupBy(blockers, ({ code, cause, overridable }) => `${code} ${overridable} ${cause}`);
  return [...byCause.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [causeOf(first, others)]));
}

function causeOf(first: Blocker, others: readonly Blocker[]): BlockerCause {
  const { code, mend, overridable } = first;
  const all = [first, ...others];
  const about = [...new Set(all.map((each) => each.about))];
  const more = about.length > NAMED ? ` and ${about.length - NAMED} more` : '';
  const times = about.length < all.length ? `, ${all.length} times in all` : '';
  const many = `${first.cause.replace(/^[a-z]/, (letter) => letter.toUpperCase())}: ${about.slice(0, NAMED).join(', ')}${more}${times}.`;
  return {
    code,
    says: others.length === 0 ? first.says : many,
    count: all.length,
    about: about.slice(0, NAMED),
    mend,
    mendsAll: others.every((each) => each.mend === mend),
    overridable,
  };
}

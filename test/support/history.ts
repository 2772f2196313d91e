import {
  approve,
  type By,
  define,
  type Ledger,
  openPeriod,
  recordOnDeal,
  recordReplay,
  requestFreeze,
  requestRelief,
  requestReopen,
  requestReplay,
  requestSplit,
  requests,
  revoke,
} from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { bound, type EventStore, isProblem, type Problem } from '@ledger/kernel';
import fc from 'fast-check';
import { documentsOf, FINANCE, importRows, type Made, makeCompany, OPS, sound } from './company.ts';

/**
 * What happens in a company, drawn at random: facts, late facts, definitions, decisions, freezes, in any order. What the ledger refuses
 * is refused with a code and leaves nothing behind; the history goes on.
 */
export type Happening =
  | {
      readonly does: 'deal';
      readonly deal: number;
      readonly owner: string;
      readonly amount: number;
      readonly day: string;
    }
  | { readonly does: 'cancel'; readonly deal: number; readonly day: string }
  | { readonly does: 'split'; readonly deal: number; readonly share: number }
  | { readonly does: 'relief'; readonly of: string; readonly quarter: number; readonly share: number }
  | { readonly does: 'rates'; readonly from: string; readonly base: number; readonly above: number }
  | ({ readonly does: 'metric' } & Metric)
  | ({ readonly does: 'record' } & Metric)
  | { readonly does: 'apply'; readonly which: number }
  | { readonly does: 'adjust'; readonly of: string; readonly quarter: number; readonly amount: number }
  | { readonly does: 'hold'; readonly of: string; readonly from: string; readonly until: string | null }
  | { readonly does: 'revoke'; readonly which: number }
  | { readonly does: 'close' }
  | { readonly does: 'reopen' };

/** A version of what is measured. */
interface Metric {
  readonly from: string;
  readonly counts: string;
  readonly amount: string;
}

const DAYS = [
  '2026-01-15',
  '2026-02-27',
  '2026-03-31',
  '2026-04-01',
  '2026-05-20',
  '2026-06-30',
  '2026-08-08',
  '2026-09-30',
];
const PEOPLE = ['ada', 'ben'] as const;

const day = fc.constantFrom(...DAYS);
const person = fc.constantFrom(...PEOPLE);
const quarter = fc.integer({ min: 1, max: 3 });
const deal = fc.integer({ min: 1, max: 5 });

const metric = {
  from: day,
  counts: fc.constantFrom('true', 'deal.amount >= 1000', 'deal.amount > decimal("99.5") || deal.amount < 0'),
  amount: fc.constantFrom('deal.amount', 'max(deal.amount, 0)', 'deal.amount / 7 / 11 / 13'),
};

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('deal' as const),
      deal,
      owner: person,
      amount: fc.integer({ min: -20, max: 120 }),
      day,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('cancel' as const), deal, day }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('split' as const), deal, share: fc.constantFrom(10, 30, 50, 100) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('relief' as const),
      of: person,
      quarter,
      share: fc.constantFrom(20, 50, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('rates' as const),
      from: day,
      base: fc.constantFrom(5, 8),
      above: fc.constantFrom(8, 15),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('metric' as const), ...metric }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('record' as const), ...metric }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('apply' as const), which: fc.nat({ max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('adjust' as const),
      of: person,
      quarter,
      amount: fc.constantFrom(-500, 250, 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('hold' as const),
      of: person,
      from: day,
      until: fc.option(day, { nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('revoke' as const), which: fc.nat({ max: 20 }) }) },
  { weight: 4, arbitrary: fc.constant({ does: 'close' as const }) },
  { weight: 1, arbitrary: fc.constant({ does: 'reopen' as const }) },
);

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(happening, { minLength: 4, maxLength: 18 });

export interface Lived {
  readonly made: Made;
  /** Position after the founding of the company. */
  readonly born: bigint;
  /** Codes of what was refused. */
  readonly refused: readonly string[];
  /** How often a process died. */
  readonly crashed: number;
  /** Replays that were kept. */
  readonly kept: readonly Kept[];
}

export interface Kept {
  readonly replay: string;
  readonly digest: string;
  readonly documents: ReturnType<typeof documentsOf>;
}

/** What may go wrong around a history, and who looks at it. */
export interface Around {
  /** Writes that a crash comes before, or after, counted from the founding. */
  readonly crashes?: ReadonlyMap<number, 'before' | 'after'>;
  /** After everything that happens; `refused`: its code, where nothing did. */
  readonly after?: (made: Made, each: Happening, refused: string | null, kept: readonly Kept[]) => Promise<void>;
}

/** A process that is killed at a write: whoever gave the command does not know whether it was written. */
class Crash extends Error {}

/** A store that crashes at some of its writes, each once. */
function crashing(store: EventStore, crashesAt: () => 'before' | 'after' | undefined): EventStore {
  const write = async <T>(commit: () => Promise<T>): Promise<T> => {
    const crash = crashesAt();
    if (crash === 'before') throw new Crash();
    const answer = await commit();
    if (crash === 'after') throw new Crash();
    return answer;
  };
  return {
    ...bound(store),
    append: (append) => write(() => store.append(append)),
    appendEach: (appends) => write(() => store.appendEach(appends)),
  };
}

/** Somebody gives a command; where they do not hear of it, they give the same one again, by its id. */
type Give = <T>(who: By, command: (by: By) => Promise<T>) => Promise<T>;

function giving(): Give {
  let given = 0;
  return async (who, command) => {
    given += 1;
    const by = { ...who, commandId: `command-${given}` };
    for (;;) {
      try {
        return await command(by);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  };
}

interface Living {
  readonly made: Made;
  readonly give: Give;
  readonly kept: Kept[];
}

/** A company to which all of this happened, one after the other. */
export async function live(all: readonly Happening[], { crashes = new Map(), after }: Around = {}): Promise<Lived> {
  let written = Number.NEGATIVE_INFINITY;
  let crashed = 0;
  const made = await makeCompany({
    around: (store) =>
      crashing(store, () => {
        written += 1;
        const crash = crashes.get(written);
        if (crash !== undefined) crashed += 1;
        return crash;
      }),
  });
  const living: Living = { made, give: giving(), kept: [] };
  const born = await made.ledger.store.head();
  written = 0;
  const refused: string[] = [];
  for (const [index, each] of all.entries()) {
    made.at(Temporal.Instant.from('2027-01-02T09:00:00Z').add({ hours: index }).toString());
    const answer = await happen(living, each, index);
    if (isProblem(answer)) refused.push(answer.code);
    await after?.(made, each, isProblem(answer) ? answer.code : null, living.kept);
  }
  return { made, born, refused, crashed, kept: living.kept };
}

const WHY = { reason: 'As agreed', evidence: ['mail'], scope: 'as said', expiresOn: null } as const;

async function happen({ made, give, kept }: Living, each: Happening, index: number): Promise<unknown> {
  const { ledger } = made;
  const waiting = new Set((await requests(ledger, { all: false })).map(({ name }) => name));
  /** Approves what has been asked for, if it was not refused. */
  const decided = async (answer: unknown): Promise<unknown> => {
    if (isProblem(answer)) return answer;
    for (const { name } of await requests(ledger, { all: false })) {
      if (waiting.has(name)) continue;
      const approved = await give(FINANCE, (by) => approve(ledger, name, by));
      if (isProblem(approved)) return approved;
    }
    return answer;
  };
  const defined = async (text: string): Promise<unknown> => {
    const read = readDefinitions(new TextEncoder().encode(text), 'history.yaml');
    if (read.ok) return decided(await give(OPS, (by) => define(ledger, read.documents, by)));
    // What is drawn may make no sense; what this file writes must be readable.
    const unreadable = read.problems.find(({ code }) => code.startsWith('field_') || code === 'document_invalid');
    if (unreadable !== undefined) throw new Error(JSON.stringify(read.problems));
    return read.problems[0];
  };
  switch (each.does) {
    case 'deal':
      return give(OPS, (by) =>
        importRows(made, [`D-${each.deal},${each.owner},${each.amount}000.50,USD,${each.day}`], { by }),
      );
    case 'cancel': {
      const cancelled = { type: 'CancelDeal', source: 'csv', deal: `D-${each.deal}`, cancelledOn: each.day } as const;
      return give(OPS, (by) => recordOnDeal(ledger, { ...cancelled, reason: 'Rescinded' }, by));
    }
    case 'split': {
      const rest = 100 - each.share;
      const shares = [
        { participant: 'ada', share: String(each.share / 100) },
        ...(rest === 0 ? [] : [{ participant: 'ben', share: String(rest / 100) }]),
      ];
      const ask = { source: 'csv', deal: `D-${each.deal}`, shares, ...WHY };
      return decided(await give(OPS, (by) => requestSplit(ledger, ask, by)));
    }
    case 'relief': {
      const [from, to] = QUARTERS[each.quarter - 1] ?? QUARTERS[0];
      const basis = { by: 'days', share: `${each.share}%` } as const;
      const of = { participant: each.of, metric: 'bookings', year: 2026, kind: 'leave' } as const;
      return decided(await give(OPS, (by) => requestRelief(ledger, { ...of, from, to, basis, ...WHY }, by)));
    }
    case 'rates':
      return defined(planOf(each));
    case 'metric':
      return defined(metricOf(each));
    case 'record': {
      const ask = { replay: `r${index}`, reason: 'Redefined', from: '2026-Q1', to: '2026-Q4' };
      const documents = documentsOf(metricOf(each));
      const answer = await give(OPS, (by) => recordReplay(ledger, { ...ask, documents }, by));
      if (!isProblem(answer)) kept.push({ replay: ask.replay, digest: answer.answer.digest, documents });
      return answer;
    }
    case 'apply': {
      const one = kept[each.which % Math.max(1, kept.length)];
      if (one === undefined) return undefined;
      const { replay, digest } = one;
      const ask = { replay, digest, policy: { by: 'true-up' }, reason: 'As agreed', evidence: ['mail'] } as const;
      return decided(await give(OPS, (by) => requestReplay(ledger, ask, by)));
    }
    case 'adjust':
      return defined(
        exceptionOf('adjustment', each.of, `a${index}`, `period: 2026-Q${each.quarter}\namount: ${each.amount}.25\n`),
      );
    case 'hold': {
      const until = each.until === null ? '' : `until: ${each.until}\n`;
      return defined(exceptionOf('hold', each.of, `h${index}`, `from: ${each.from}\n${until}`));
    }
    case 'revoke': {
      const granted = (await requests(ledger, { all: true })).filter(
        ({ state, name }) => state === 'approved' && /^(split|relief|exception)/.test(name),
      );
      const one = granted[each.which % Math.max(1, granted.length)];
      return one === undefined ? undefined : give(FINANCE, (by) => revoke(ledger, one.name, 'No longer', by));
    }
    case 'close':
      return closeNext(ledger, give);
    case 'reopen':
      return reopenLast(ledger, give);
    default:
      return each satisfies never;
  }
}

const QUARTERS = [
  ['2026-01-01', '2026-04-01'],
  ['2026-04-01', '2026-07-01'],
  ['2026-07-01', '2026-10-01'],
] as const;

function planOf({ from, base, above }: Extract<Happening, { does: 'rates' }>): string {
  return `plan: seller
title: Seller
currency: USD
from: ${from}
reason: Other rates
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: ${base}% }, { from: 100%, pays: ${above}% }]
`;
}

function metricOf({ from, counts, amount }: Metric): string {
  return `metric: bookings
title: Bookings
counts: '${counts}'
amount: '${amount}'
from: ${from}
reason: Redefined
`;
}

function exceptionOf(kind: string, participant: string, name: string, terms: string): string {
  return `exception: ${kind}\nname: ${name}\nparticipant: ${participant}\n${terms}reason: As agreed\nevidence: [mail]\nscope: as said\n`;
}

/** Freezes the period that is open, and opens the next one. */
async function closeNext(ledger: Ledger, give: Give): Promise<Problem | undefined> {
  const order = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
  for (const [at, period] of order.entries()) {
    const ask = { period, reason: 'Close', evidence: [], despite: 'As this company does it' };
    const asked = await give(OPS, (by) => requestFreeze(ledger, ask, by));
    if (isProblem(asked) && asked.code === 'period_frozen') continue;
    if (isProblem(asked)) return asked;
    const frozen = await give(FINANCE, (by) => approve(ledger, `freeze/${period}`, by));
    if (isProblem(frozen)) return frozen;
    const next = order[at + 1];
    if (next !== undefined) sound(await give(OPS, (by) => openPeriod(ledger, next, by)));
    return undefined;
  }
  return undefined;
}

/** Opens again what was frozen last; the period after it, if there is one, stays open. */
async function reopenLast(ledger: Ledger, give: Give): Promise<unknown> {
  let answer: unknown;
  for (const period of ['2026-Q4', '2026-Q3', '2026-Q2', '2026-Q1']) {
    answer = await give(CONTROLLER, (by) => requestReopen(ledger, { period, reason: 'Wrong', evidence: ['mail'] }, by));
    if (isProblem(answer)) continue;
    for (const by of [FINANCE, SECOND]) {
      const approved = await give(by, (as) => approve(ledger, `reopen/${period}`, as));
      if (isProblem(approved)) return approved;
    }
    return answer;
  }
  return answer;
}

const CONTROLLER: By = { actor: { id: 'cora', role: 'finance' } };
const SECOND: By = { actor: { id: 'fiona', role: 'finance' } };

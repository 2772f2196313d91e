import { type DefinitionEntry, managerOn, type ParticipantEntry, versionOn } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { type DefinitionChange, ratesHistory } from './definition-history.ts';
import type { Ledger } from './ledger.ts';
import { momentAsked } from './moment.ts';
import type { AsOf } from './statements.ts';

/** What can be shown: everything that rules but decisions about one person's pay, which are a register of their own. */
export const SHOWN = {
  calendar: 'calendar',
  corrections: 'corrections',
  metric: 'metric/',
  plan: 'plan/',
  crediting: 'crediting/',
  jurisdiction: 'jurisdiction/',
  quota: 'quota/',
  people: 'participant/',
  rates: 'rates/',
  period: 'period/',
} as const;
export type ShownKind = keyof typeof SHOWN;
/** Kinds whose name is that of many. */
const SEVERAL: ReadonlySet<ShownKind> = new Set(['corrections', 'people', 'rates']);

export interface ShowAnswer {
  /** Position: what was known then. */
  readonly asOf: string;
  /** Business day: what applies then. */
  readonly on: string;
  readonly kind: ShownKind;
  /** By name. */
  readonly entries: readonly ShownEntry[];
}
export interface ShownEntry {
  readonly name: string;
  readonly entry: DefinitionEntry;
  /** Version that applies on the day, of what has versions; `null`: none does. */
  readonly inForce: number | null;
  /** To whom a person reports on the day. */
  readonly manager: string | null;
  /** Plans that a person is assigned to on the day. */
  readonly plans: readonly string[];
  /** Of rates that are asked for by their name: who recorded which, the oldest first. */
  readonly history?: readonly DefinitionChange[] | undefined;
}

/** Definitions with their history, as of a position, and what of them applies on a day: of one kind, all or one by its name. */
export async function show(
  ledger: Ledger,
  ask: AsOf & { readonly kind: ShownKind; readonly name?: string | undefined; readonly on?: string | undefined },
): Promise<ShowAnswer | Problem> {
  const moment = await momentAsked(ledger, ask);
  if (isProblem(moment)) return moment;
  const { asOf, on } = moment;
  const prefix = SHOWN[ask.kind];
  const rows = await ledger.views.list(definitionsView, prefix, asOf);
  const named = rows.map(({ key, row }) => ({
    name: key.slice(prefix.endsWith('/') ? prefix.length : 0),
    entry: JSON.parse(row) as DefinitionEntry,
  }));
  const { name } = ask;
  const entries = named.filter(
    (each) => name === undefined || each.name === name || isUnder(ask.kind, each.name, name),
  );
  if (entries.length === 0) {
    const known = named
      .slice(0, 10)
      .map((each) => each.name)
      .join(', ');
    const what = name === undefined ? `No ${ask.kind}` : `No ${ask.kind} "${name.slice(0, 60)}"`;
    const is = SEVERAL.has(ask.kind) ? 'are' : 'is';
    const hint = known === '' ? `there ${is} none yet` : `known here: ${known}${named.length > 10 ? ', …' : ''}`;
    return problem('not_found', `${what} ${is} in the ledger as of ${asOf}; ${hint}.`);
  }
  const told: ShownEntry[] = [];
  for (const each of entries) {
    const { entry } = each;
    const history = name !== undefined && entry.kind === 'rates' ? await ratesHistory(ledger, entry, asOf) : undefined;
    told.push({ ...shownOn(each, on), ...(history === undefined ? {} : { history }) });
  }
  return { asOf: String(asOf), on, kind: ask.kind, entries: told };
}

/** Quotas are named by person, metric and year; a person names all of theirs. */
function isUnder(kind: ShownKind, key: string, name: string): boolean {
  return kind === 'quota' && key.startsWith(`${name}.`);
}

function shownOn({ name, entry }: Pick<ShownEntry, 'name' | 'entry'>, on: string): ShownEntry {
  const inForce =
    'versions' in entry
      ? (versionOn<{ version: number; from: string; to: string | null }>(entry, on)?.version ?? null)
      : null;
  const person = entry.kind === 'participant' ? entry : null;
  return {
    name,
    entry,
    inForce,
    manager: person === null ? null : managerOn(person, on),
    plans: person === null ? [] : plansOn(person, on),
  };
}

function plansOn({ assignments }: ParticipantEntry, on: string): readonly string[] {
  return assignments.filter(({ from, to }) => from <= on && (to === null || on < to)).map(({ plan }) => plan);
}

import type { Attribute, Credit, DealSnapshot } from '@ledger/events';
import { fields } from '@ledger/events';
import { checkDecimal, exact, percent, shareIn, sum, toText } from '@ledger/money';
import type { Step } from './case.ts';
import type { StepFile } from './schema.ts';

type DealFile = Omit<StepFile<'deal'>, 'deal'>;
type DealAction = Extract<Step['action'], { readonly do: 'deal' }>;

/** The deals of a case as its steps have told them so far. */
export interface DealsTold {
  /** The whole deal: told again, what is left out is there no more, but for its place among the deals. */
  tell(deal: string, file: DealFile, on: string): DealAction;
  /** What is left out stays as it was. */
  amend(deal: string, file: DealFile, on: string): DealAction;
  /** `<source>.<id>` of a deal, by its id or by that. */
  keyOf(deal: string): { readonly source: string; readonly deal: string };
  has(deal: string): boolean;
}

export function dealsTold(currency: string): DealsTold {
  const told = new Map<string, DealFile>();
  const keys = new Map<string, { readonly source: string; readonly deal: string }>();

  function keyOf(deal: string) {
    const key = keys.get(deal);
    if (key !== undefined) return key;
    const dot = deal.indexOf('.');
    // A deal that no step has told of can still be spoken of: the ledger refuses it.
    return dot > 0 ? { source: deal.slice(0, dot), deal: deal.slice(dot + 1) } : { source: 'case', deal };
  }

  function asTold(deal: string, file: DealFile, on: string, before: Partial<DealFile>): DealAction {
    const whole: DealFile = {
      closed: on,
      sequence: String(told.size),
      source: 'case',
      currency,
      ...before,
      ...said(file),
    };
    // Somebody else owns it now: whoever was credited as the owner is not any more.
    if (file.owner !== undefined && file.credits === undefined) whole.credits = undefined;
    // New lines add up to a new amount.
    if (file.lines !== undefined && file.amount === undefined) whole.amount = undefined;
    told.set(deal, whole);
    const key = { source: whole.source ?? 'case', deal };
    keys.set(deal, key).set(`${key.source}.${deal}`, key);
    const cancelledOn = whole.cancelled ?? null;
    const status = cancelledOn === null ? 'closed' : 'cancelled';
    return { do: 'deal', snapshot: snapshotOf(deal, whole, currency), status, cancelledOn };
  }

  return {
    keyOf,
    has: (deal) => keys.has(deal),
    tell(deal, file, on) {
      const { sequence } = told.get(deal) ?? {};
      return asTold(deal, file, on, sequence === undefined ? {} : { sequence });
    },
    amend: (deal, file, on) => asTold(deal, file, on, told.get(deal) ?? {}),
  };
}

/** Without what the step says nothing about. */
function said(file: DealFile): Partial<DealFile> {
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined));
}

function snapshotOf(deal: string, file: DealFile, currency: string): DealSnapshot {
  const lines = (file.lines ?? []).map((line, index) => ({
    line: line.line ?? String(index + 1),
    product: line.product,
    category: line.category ?? null,
    ...(line.variant === undefined ? {} : { variant: line.variant }),
    quantity: line.quantity ?? null,
    amount: line.amount,
    cost: line.cost ?? null,
  }));
  return {
    source: file.source ?? 'case',
    deal,
    account: file.account ?? null,
    amount: file.amount ?? toText(sum(lines.map(({ amount }) => exact(amount)))),
    currency: file.currency ?? currency,
    closedOn: file.closed ?? '',
    selectionOn: file.selection ?? null,
    sequence: Number(file.sequence),
    owner: file.owner ?? null,
    credits: creditsOf(file),
    attributes: Object.fromEntries(
      Object.entries(file.attributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
    ),
    lines,
  };
}

function creditsOf({ owner, credits, overlay }: DealFile): Credit[] {
  const ofOwner = owner === undefined ? {} : { [owner]: '100%' };
  const of = (pool: Credit['pool'], shares: Readonly<Record<string, unknown>>) =>
    sharesOf(shares).map(({ participant, share }) => ({ participant, pool, share }));
  return [...of('primary', credits ?? ofOwner), ...of('overlay', overlay ?? {})];
}

/** `{ ada: 70% }` as shares of one, by participant. */
export function sharesOf(
  shares: Readonly<Record<string, unknown>>,
): { readonly participant: string; readonly share: string }[] {
  return Object.entries(shares)
    .map(([participant, share]) => ({ participant, share: toText(shareIn(String(share))) }))
    .sort((a, b) => (a.participant < b.participant ? -1 : 1));
}

type AttributeFile = NonNullable<DealFile['attributes']>[string];

function attributeOf(value: AttributeFile): Attribute {
  if (typeof value !== 'string') return 'text' in value ? value.text : value;
  if (value === 'true' || value === 'false') return value === 'true';
  if (checkDecimal(value).ok) return { decimal: value };
  if (value.endsWith('%') && fields.percent.safeParse(value).success) return { decimal: toText(percent(value)) };
  return fields.date.safeParse(value).success ? { date: value } : value;
}

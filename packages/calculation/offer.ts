import type { Attribute, DealLine, dealFields } from '@ledger/events';
import { exact } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { Decimal } from './decimal.ts';

/**
 * What a deal, or a line of one, offers to expressions. A value that the source did not give is absent: reading it fails, asking
 * `has(deal.account)` is false. Dates are ISO text, which compares as dates do.
 */
export const DEAL_FIELDS: Readonly<Record<(typeof dealFields)[number], 'string' | 'Decimal'>> = {
  source: 'string',
  id: 'string',
  account: 'string',
  owner: 'string',
  amount: 'Decimal',
  currency: 'string',
  closedOn: 'string',
  selectionOn: 'string',
};
export const LINE_FIELDS: Readonly<Record<string, 'string' | 'Decimal'>> = {
  line: 'string',
  product: 'string',
  category: 'string',
  variant: 'string',
  quantity: 'Decimal',
  amount: 'Decimal',
  cost: 'Decimal',
};

type Value = string | boolean | Decimal | undefined;

// CEL reads fields of a Map by `get` alone, so that an attribute called `constructor` reads the attribute and nothing else.
abstract class Offered extends Map<string, Value> {
  protected abstract read(name: string): Value;
  override get(name: string): Value {
    const known = super.get(name);
    if (known !== undefined) return known;
    const value = this.read(name);
    if (value !== undefined) this.set(name, value);
    return value;
  }
}

export class OfferedDeal extends Offered {
  readonly #deal: DealEntry;
  constructor(deal: DealEntry) {
    super();
    this.#deal = deal;
  }
  protected override read(name: string): Value {
    const deal = this.#deal;
    switch (name) {
      case 'source':
        return deal.source;
      case 'id':
        return deal.deal;
      case 'account':
        return deal.account ?? undefined;
      case 'owner':
        return deal.owner ?? undefined;
      case 'amount':
        return new Decimal(exact(deal.amount));
      case 'currency':
        return deal.currency;
      case 'closedOn':
        return deal.closedOn;
      case 'selectionOn':
        return deal.selectionOn ?? deal.closedOn;
      default:
        return Object.hasOwn(deal.attributes, name) ? attributeValue(deal.attributes[name]) : undefined;
    }
  }
}

let last: { readonly deal: DealEntry; readonly offered: OfferedDeal } | undefined;

/** The deal as it is offered; what several expressions ask of one deal, one after the other, is read once. */
export function offeredDeal(deal: DealEntry): OfferedDeal {
  if (last?.deal !== deal) last = { deal, offered: new OfferedDeal(deal) };
  return last.offered;
}

export class OfferedLine extends Offered {
  readonly #line: DealLine;
  constructor(line: DealLine) {
    super();
    this.#line = line;
  }
  protected override read(name: string): Value {
    const line = this.#line;
    switch (name) {
      case 'line':
        return line.line;
      case 'product':
        return line.product;
      case 'category':
        return line.category ?? undefined;
      case 'variant':
        return line.variant;
      case 'quantity':
        return number(line.quantity);
      case 'amount':
        return number(line.amount);
      case 'cost':
        return number(line.cost);
      default:
        return undefined;
    }
  }
}

function attributeValue(attribute: Attribute | undefined): Value {
  if (attribute === undefined || typeof attribute === 'string' || typeof attribute === 'boolean') return attribute;
  return 'decimal' in attribute ? number(attribute.decimal) : attribute.date;
}

function number(text: string | null): Decimal | undefined {
  return text === null ? undefined : new Decimal(exact(text));
}

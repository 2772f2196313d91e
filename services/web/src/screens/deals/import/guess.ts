import type { Delimiter, Head, Row } from './file.ts';
import type { Mapping, YamlMap } from './mapping.ts';
import { DATES, dayIn, numberIn, type Spelling, withoutTime } from './values.ts';

/** What the ledger has already: a file of a source that it knows is most likely of it. */
export interface Known {
  readonly source: string | undefined;
  readonly currency: string | undefined;
  /** Attributes that deals have, and of what kind: a file that leaves one out takes it from the deals that it tells again. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names of columns as CRMs write them, in English and German, the likeliest first; in small letters without anything between. */
const NAMES = {
  deal: 'dealid opportunityid recordid opportunitynumber dealnumber opportunitynr dealnr vorgangsnummer auftragsnummer auftragsnr belegnummer vertragsnummer contractid orderid ordernumber salesorderid salesordernumber invoiceid invoicenumber rechnungsnummer id',
  account:
    'accountname account companyname company associatedcompany customer customername client accountnamen kunde kundenname firma unternehmen',
  amount:
    'amount amt dealamount closevalue totalamount totalprice acv arr tcv betrag sales total auftragswert nettobetrag netto summe umsatz volumen wert value',
  currency: 'currency cur amountcurrency currencyisocode dealcurrency currencycode waehrung waehrungscode isocode',
  'closed-on':
    'closedon closedate closeddate dateclosed closingdate close wonon wondate abschlussdatum schlusstermin geschlossenam abschluss orderdate invoicedate bestelldatum rechnungsdatum date datum',
  owner:
    'repid owner opportunityowner dealowner ownername salesrep rep salesperson accountexecutive salesagent salespersonid salesrepid employeeid ownerid inhaber opportunityinhaber besitzer verkaeufer vertriebler vertriebsmitarbeiter verantwortlicher betreuer kundenbetreuer zustaendig',
  splits: 'credits splits split aufteilung',
  status: 'stage dealstage opportunitystage stagename status dealstatus phase dealphase verkaufsphase',
  'cancelled-on':
    'cancelledon canceledon cancellationdate cancelleddate storniertam stornodatum stornierungsdatum kuendigungsdatum',
  sequence: 'sequence reihenfolge',
} as const;
type Field = keyof typeof NAMES;

const LINE_NAMES = {
  product: 'product productname produkt produktname sku artikel',
  category: 'productfamily productcategory produktfamilie produktkategorie warengruppe',
  quantity: 'quantity qty menge anzahl stueckzahl',
} as const;

const CLOSED = /^(?:closed ?won|won|gewonnen|geschlossen gewonnen|abgeschlossen|closed|paid)$/i;
const CANCELLED = /cancel|storn|gekuendigt|gekündigt|churn/i;
const ID = /^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/;

/** What the columns of a file most likely mean. Whoever imports it sees and corrects that before anything is sent. */
export function guessed(head: Head, known: Known): Mapping {
  const { columns, rows } = head;
  const free = new Set(columns.filter((name) => name !== ''));
  const valuesOf = (column: string) => valuesIn(columns, rows, column);
  const take = (names: string, looks: (values: Row) => boolean = () => true): string | undefined => {
    const likely = names.split(' ');
    const found = [...free]
      .filter((column) => likely.includes(plain(column)) && looks(valuesOf(column)))
      .toSorted((a, b) => likely.indexOf(plain(a)) - likely.indexOf(plain(b)))[0];
    if (found !== undefined) free.delete(found);
    return found;
  };
  const look = (looks: (values: Row) => boolean): string | undefined => {
    const found = [...free].find((column) => valuesOf(column).length > 0 && looks(valuesOf(column)));
    if (found !== undefined) free.delete(found);
    return found;
  };

  const deal = take(NAMES.deal) ?? look((values) => values.every((text) => ID.test(text)) && areDistinct(values));
  const currency = take(NAMES.currency) ?? look(isOf(CODE));
  const closedOn = take(NAMES['closed-on'], mostly(isDay)) ?? look(mostly(isDay)) ?? take(NAMES['closed-on']);
  const amount = take(NAMES.amount, mostly(isNumber)) ?? look(mostly(isNumber)) ?? take(NAMES.amount);
  const owner = take(NAMES.owner);
  const account = take(NAMES.account);
  const splits = take(NAMES.splits, isOf(/[:;%]/)) ?? pairsOf(columns, free);
  const cancelledOn = take(NAMES['cancelled-on']);
  const status = statusOf(take(NAMES.status), valuesOf);
  const sequence = take(NAMES.sequence, isOf(/^\d+$/));
  const product = take(LINE_NAMES.product);
  const attributes = [...free].flatMap((column) => {
    const kind = known.attributes[attributeNamed(column)];
    return kind === undefined
      ? []
      : [[attributeNamed(column), kind === 'text' ? column : { column, as: kind }] as const];
  });
  const format = formatOf(head, valuesOf(closedOn ?? ''), valuesOf(amount ?? ''));
  const fields: Readonly<Record<Field | 'attributes' | 'lines' | 'format' | 'source', YamlMap[string] | undefined>> = {
    source: sourceOf(columns, known),
    deal,
    account,
    amount,
    currency: currency ?? (known.currency === undefined ? undefined : { value: known.currency }),
    'closed-on': closedOn,
    sequence,
    owner: owner === undefined ? undefined : personOf(owner, valuesOf(owner)),
    splits,
    status,
    'cancelled-on': cancelledOn,
    attributes: attributes.length === 0 ? undefined : Object.fromEntries(attributes),
    lines: product === undefined ? undefined : linesOf(product, take(LINE_NAMES.category), take(LINE_NAMES.quantity)),
    format: Object.keys(format).length === 0 ? undefined : format,
  };
  return withoutNothing(fields);
}

/** "Term (months)" → termMonths. */
export function attributeNamed(column: string): string {
  const words = column
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const name = joined.replace(/^[^A-Za-z]*/, '').slice(0, 60);
  return name === '' ? 'attribute' : name.charAt(0).toLowerCase() + name.slice(1);
}

/** Values of a column that say something, in the order of the file. */
function valuesIn(columns: Row, rows: readonly Row[], column: string): Row {
  const at = columns.indexOf(column);
  return at < 0 ? [] : rows.flatMap((row) => (row[at] === undefined || row[at] === '' ? [] : [row[at]]));
}

/** Its different values. */
export function differentIn(columns: Row, rows: readonly Row[], column: string): Row {
  return [...new Set(valuesIn(columns, rows, column))];
}

function withoutNothing(fields: Readonly<Record<string, YamlMap[string] | undefined>>): Mapping {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, YamlMap[string]] => entry[1] !== undefined),
  );
}

/** `Währung (ISO)` → waehrungiso. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]/g, '');
}

const CODE = /^[A-Z]{3}$/;
const isOf = (pattern: RegExp) => (values: Row) => values.every((text) => pattern.test(text));
const mostly = (is: (text: string) => boolean) => (values: Row) =>
  values.length === 0 || values.filter(is).length > values.length / 2;
const isDay = (text: string) => DATES.some((dates) => dayIn(withoutTime(text), { dates, zone: 'UTC' }) !== undefined);
const isNumber = (text: string) => NUMBERS.some((written) => numberIn(text, written) !== undefined);
const areDistinct = (values: Row) => new Set(values).size === values.length;

const NUMBERS: readonly [Spelling, ...Spelling[]] = [
  { mark: '.', thousands: 'none' },
  { mark: '.', thousands: ',' },
  { mark: ',', thousands: 'none' },
  { mark: ',', thousands: '.' },
  { mark: ',', thousands: ' ' },
  { mark: '.', thousands: ' ' },
  { mark: '.', thousands: "'" },
];

function formatOf({ encoding, delimiter }: Head, days: Row, amounts: Row): YamlMap {
  const dates = best(
    DATES,
    (each) => days.filter((text) => dayIn(withoutTime(text), { dates: each, zone: 'UTC' })).length,
  );
  // 1.000 is a thousand where nobody writes a third decimal: a number with a point is taken as such if it has two at most.
  const asMoney = (text: string, written: Spelling) => {
    const found = numberIn(text, written);
    return found !== undefined && !/\.\d{3,}$/.test(found);
  };
  const numbers = best(NUMBERS, (each) => amounts.filter((text) => asMoney(text, each)).length);
  return withoutNothing({
    delimiter: delimiter === ',' ? undefined : nameOf(delimiter),
    dates: dates === DATES[0] ? undefined : dates,
    times: days.some((text) => withoutTime(text) !== text) ? 'ignore' : undefined,
    'decimal-mark': numbers.mark === '.' ? undefined : numbers.mark,
    thousands: numbers.thousands === 'none' ? undefined : numbers.thousands,
    encoding: encoding === 'utf-8' ? undefined : encoding,
  });
}

/** As a mapping says it. */
export function nameOf(delimiter: Delimiter): string {
  return delimiter === '\t' ? 'tab' : delimiter;
}

/** The first of those that count most. */
function best<Of>(all: readonly [Of, ...Of[]], count: (each: Of) => number): Of {
  return all.reduce((before, each) => (count(each) > count(before) ? each : before), all[0]);
}

function sourceOf(columns: Row, { source }: Known): string {
  const names = columns.map(plain);
  // The columns of the ledger's own files, which come from no CRM.
  if (columns.includes('deal_id') && columns.includes('rep_id')) return 'csv';
  if (source !== undefined) return source;
  if (names.some((name) => name.startsWith('opportunity'))) return 'salesforce';
  return names.includes('dealstage') || names.includes('recordid') ? 'hubspot' : 'crm';
}

/** Names become ids, as they did for whoever was onboarded by them. */
function personOf(column: string, values: Row): YamlMap[string] {
  const isName = (text: string) => !ID.test(text) || /^[A-Z][a-z]+$/.test(text);
  return values.some(isName) ? { column, as: 'slug' } : column;
}

function statusOf(column: string | undefined, valuesOf: (column: string) => Row): YamlMap | undefined {
  if (column === undefined) return undefined;
  const values = [...new Set(valuesOf(column))];
  const closed = values.filter((text) => CLOSED.test(text));
  const cancelled = values.filter((text) => !CLOSED.test(text) && CANCELLED.test(text));
  const ignore = values.filter((text) => !closed.includes(text) && !cancelled.includes(text));
  const lists = Object.entries({ closed, cancelled, ignore }).filter(([, list]) => list.length > 0);
  return { column, ...Object.fromEntries(lists) };
}

function linesOf(product: string, category: string | undefined, quantity: string | undefined): YamlMap {
  return withoutNothing({ product, category, quantity });
}

/** "Team Member 1", "Percent 1", "Team Member 2", … */
function pairsOf(columns: Row, free: Set<string>): YamlMap | undefined {
  const numbered = (words: RegExp) =>
    new Map(
      columns.flatMap((name) => {
        const [, word = '', number = ''] = /^(.*?)\s*_?(\d{1,2})$/.exec(name) ?? [];
        return free.has(name) && words.test(word) ? [[number, name] as const] : [];
      }),
    );
  const shares = numbered(/percent|share|anteil|prozent|%/i);
  const people = numbered(/member|owner|rep\b|person|mitarbeiter|participant/i);
  const pairs = [...people].flatMap(([number, participant]) => {
    const share = shares.get(number);
    return share === undefined ? [] : [{ participant, share }];
  });
  if (pairs.length === 0) return undefined;
  for (const { participant, share } of pairs) {
    free.delete(participant);
    free.delete(share);
  }
  return { pairs, shares: 'percent', as: 'slug' };
}

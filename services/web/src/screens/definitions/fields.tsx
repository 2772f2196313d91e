import { Text } from '@mantine/core';
import { dayText } from '../../parts/moment.tsx';
import { amountText } from '../../parts/money.tsx';
import { capital } from '../../parts/words.ts';
import classes from './definitions.module.css';

/** What a recorded document says, for those who read no code: every field by its name, sorted, with amounts and days as they are read. */

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing is said by it: what is left out holds anyhow. */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** `payWithin` → `Pay within`. */
function labelOf(name: string): string {
  const words = name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return capital(words);
}

/** A path of the API, `components/bookings/table/100%/pays/share`, as one reads it. */
export function placeOf(field: string): string {
  if (field === 'from') return 'First day';
  if (field === 'to') return 'First day after it';
  const [first, ...rest] = field.split('/');
  // What a rate is paid by is no more than the rate.
  const parts = rest.at(-1) === 'share' || rest.at(-1) === 'money' ? rest.slice(0, -1) : rest;
  // Ids are somebody's own words.
  if (first === 'components') return [parts[0] ?? '', ...parts.slice(1).map(labelOf)].join(' › ');
  return [first ?? '', ...parts].map(labelOf).join(' › ');
}

/** A scalar as it is read: `2026-01-31` as a day, `120000` and `12.50` as amounts. */
function scalarText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dayText(text);
  return typeof value === 'string' && /^-?(?:\d{4,}|\d+\.\d{2})$/.test(text) ? amountText(text) : text;
}

/** A condition or an amount that a definition computes. */
export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && /\b(?:deal|line)\.\w/.test(value);
}

/** Anything in one line: for what stands beside an arrow. */
export function shortText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shortText).join('; ');
  if (!isFields(value)) return scalarText(value);
  // What lies in a band is what everybody expects it to be about.
  const said = Object.entries(value).filter(([, each]) => !isNothing(each) && each !== 'marginal');
  const [[, by] = [], [, what] = [], ...others] = said;
  if ('by' in value && typeof by === 'string' && others.length === 0 && what !== undefined) return shortText(what);
  return said.map(([name, each]) => `${labelOf(name).toLowerCase()} ${shortText(each)}`).join(', ');
}

export function FieldList({ of }: { readonly of: object }) {
  const said = Object.entries(of as Fields)
    .filter(([, value]) => !isNothing(value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <dl className={classes.fields}>
      {said.map(([name, value]) => (
        <div key={name}>
          <dt>{labelOf(name)}</dt>
          <dd>
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ of }: { readonly of: unknown }) {
  if (Array.isArray(of) && of.some(isFields)) {
    return (
      <ol className={classes.items}>
        {of.map((each) => (
          <li key={JSON.stringify(each)}>{shortText(each)}</li>
        ))}
      </ol>
    );
  }
  if (isFields(of) && Object.values(of).some(isFields)) return <FieldList of={of} />;
  return (
    <Text span inherit className={isExpression(of) ? classes.code : undefined}>
      {shortText(of)}
    </Text>
  );
}

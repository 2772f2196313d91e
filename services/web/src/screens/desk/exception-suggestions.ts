import { $api } from '../../api/client.ts';
import type { Field } from '../../parts/field.tsx';
import { type Asked, FORMS } from './exception-forms.ts';

type Options = NonNullable<Field['options']>;

interface Suggestions {
  /** By the name of the field. */
  readonly options: Readonly<Record<string, Options>>;
  /** What the person is paid in. */
  readonly currency: string | undefined;
}

const MOST = { limit: '500' } as const;

/** What the ledger knows that can stand in the fields of a form: people, periods, components, holds. Other texts can be typed all the same. */
export function useSuggestions({
  kind,
  participant = '',
  period = '',
}: {
  readonly kind: Asked;
  readonly participant: string | undefined;
  readonly period: string | undefined;
}): Suggestions {
  const asks = (name: string) => FORMS[kind].fields.some((field) => field.name === name);
  const people = $api.useQuery('get', '/v1/participants', { params: { query: MOST } }).data?.participants ?? [];
  const known = $api.useQuery('get', '/v1/periods', { params: { query: MOST } }).data?.periods ?? [];
  const person = people.find((each) => each.participant === participant);
  const periods = known.map((each) => each.period).toReversed();
  const of = periods.includes(period) ? period : periods.at(0);
  const standing = $api.useQuery(
    'get',
    '/v1/periods/{period}/statements/{participant}/standing',
    { params: { path: { period: of ?? '', participant } } },
    { enabled: asks('component') && person !== undefined && of !== undefined },
  );
  const about = asks('hold') ? 'hold' : 'draw';
  const decided = $api.useQuery(
    'get',
    '/v1/exceptions',
    { params: { query: { ...MOST, kind: about, participant } } },
    { enabled: (asks('hold') || asks('draw')) && person !== undefined },
  );
  const defined = asks('metric') ? 'metric' : 'jurisdiction';
  const definitions = $api.useQuery(
    'get',
    '/v1/definitions',
    { params: { query: { ...MOST, kind: defined } } },
    { enabled: asks(defined) },
  );
  const begin = `exception/${participant}.`;
  const names = (decided.data?.exceptions ?? [])
    .filter(({ state }) => state !== 'revoked')
    .map(({ name, says }) => ({ value: name.slice(begin.length), label: `${name.slice(begin.length)}: ${says}` }));
  return {
    currency: person?.currency,
    options: {
      participant: people.map(({ participant: id, name }) => ({
        value: id,
        label: name === null ? id : `${name} (${id})`,
      })),
      period: periods,
      year: [...new Set(periods.map((each) => each.slice(0, 4)))],
      component: (standing.data?.ladders ?? []).map(({ component, title }) => ({ value: component, label: title })),
      [about]: names,
      [defined]: (definitions.data?.definitions ?? []).map(({ name }) => name),
    },
  };
}

import { type Definition, readDefinitions } from '@ledger/connectors';
import { expect } from 'vitest';

/** Definition files as tests write them. */

export const bytes = (text: string) => new TextEncoder().encode(text);

export function read(text: string, name = 'x.yaml'): readonly Definition[] {
  const result = readDefinitions(bytes(text), name);
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([]);
  return result.ok ? result.documents : [];
}

/** `code message` of each problem. */
export function problems(input: string, name = 'x.yaml'): readonly string[] {
  const result = readDefinitions(bytes(input), name);
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

export const METRIC = `metric: new-arr
title: New annual recurring revenue
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026.
`;

export const plan = (table: string, more = '') => `plan: ae
title: Account executive
currency: USD
components:
  new:
    measure: new-arr
    window: quarter
    ${more}
    table: ${table}
from: 2026-01-01
reason: Plan year 2026.
`;

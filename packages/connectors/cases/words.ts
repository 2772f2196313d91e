import { fields } from '@ledger/events';
import { z } from 'zod';
import { say } from '../definitions/say.ts';

/** What steps and expectations of worked cases are made of. */

export const text = (what: string) => say(fields.text, what);
export const dealId = (what: string) => say(fields.id, what, 'id_invalid');
export const actor = (what: string) =>
  say(
    z.string().regex(/^[a-z]{1,20}:[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'must be a role and an id, as ops:olga'),
    what,
    'id_invalid',
  );
export const period = (what: string) => say(fields.periodId, what, 'date_invalid');
export const year = (what: string) =>
  say(z.string().regex(/^(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})$/, 'must be a year, as 2026'), what, 'date_invalid');

export const people = <T extends z.ZodType>(value: T, what: string) => say(z.record(fields.partId, value), what);
export const shares = (what: string) =>
  people(say(fields.shareText, 'A share, as 70% or 1/3.', 'percent_invalid'), what);

export const window = say(
  z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.:/_-]{0,63}$/, 'must be a window, as 2026-Q1, 2026-01 or 2026'),
  'The window that is meant, as statements name it: 2026-Q1, 2026-01, 2026.',
  'date_invalid',
);

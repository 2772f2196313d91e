import { z } from 'zod';
import { approval, date, partId, refusal, request } from './fields.ts';

const person = partId.describe('The id by which facts name the person; it stays.');
const terms = {
  person,
  keptUntil: date.describe('First day on which no law asks for the name any more.'),
  ...request,
};

/** Stream `person-<id>`: what is decided about the name of somebody, which itself is in no event (ADR 14). */
export const personEvents = {
  ErasureRequested: z
    .strictObject(terms)
    .describe('An admin asks that the name of somebody be forgotten; it stays until somebody else has approved it.'),
  PersonForgotten: z
    .strictObject({ ...terms, ...approval })
    .describe('Name and address of the person leave the directory for good. No amount, hash or digest changes.'),
  ErasureDeclined: z.strictObject({ person, ...refusal }).describe('The name stays.'),
};

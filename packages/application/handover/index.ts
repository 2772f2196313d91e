export type { Carried, Coming } from './coming.ts';
export type { HandedRequest } from './decisions.ts';
export type { HandedDefinition, HandedPerson } from './definitions.ts';
export { type CloseDate, type HandoverPack, handover } from './pack.ts';
export { handoverPage } from './page.ts';
export type { Cause, Rehearsal } from './rehearsal.ts';
export type { OnlyPerson, Unusual } from './unusual.ts';

export type { ExceptionDefinition } from './exception.ts';
export {
  type ApprovalsDefinition,
  type CalendarDefinition,
  type CaseNodes,
  type CorrectionsDefinition,
  type CreditingDefinition,
  type Definition,
  type MetricDefinition,
  type ParticipantEntry,
  type PeopleDefinition,
  type PlaceOf,
  type PlanDefinition,
  type QuotaEntry,
  type QuotasDefinition,
  type RateEntry,
  type RatesDefinition,
  type ReadDefinitions,
  readDefinitions,
} from './read.ts';
export { type DefinitionKind, definitionSchemas } from './schema.ts';
export type { FileProblem } from './source.ts';
export { twiceDefined } from './twice.ts';
export { definitionText, type Writable } from './write.ts';

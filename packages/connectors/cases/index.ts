export type * from './case.ts';
export { type ReadSupposed, readSupposed, type SupposedDeal, type SupposedSplit } from './deals-file.ts';
export { casesAsData, casesOf, type StoredPlan } from './plan-cases.ts';
export { holdsCases, type OpenBeside, type ReadCases, readCases } from './read.ts';
export { caseFile } from './schema.ts';
export { titledTwice, titlesIn } from './titles.ts';

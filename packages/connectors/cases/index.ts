export type * from './case.ts';
export { holdsCases, type OpenBeside, type ReadCases, readCases } from './read.ts';
export { caseFile } from './schema.ts';

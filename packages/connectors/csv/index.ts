export { DEFAULT_MAPPING, type DealMapping, dealMapping } from './mapping.ts';
export type { RowProblem, RowsProblem } from './problems.ts';
export { readMapping } from './read-mapping.ts';

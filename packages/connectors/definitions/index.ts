export * from './read.ts';
export { type DefinitionKind, definitionSchemas } from './schema.ts';
export type { FileProblem } from './source.ts';

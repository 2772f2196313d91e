export * from './cases/index.ts';
export * from './csv/index.ts';
export * from './definitions/index.ts';
export * from './ndjson/index.ts';
export * from './statement/index.ts';

export * from './as-of.ts';
export * from './audit.ts';
export * from './books.ts';
export * from './handle.ts';
export * from './ledger.ts';
export * from './replay.ts';
export * from './statements.ts';

export * from './case-ledger.ts';
export * from './open.ts';

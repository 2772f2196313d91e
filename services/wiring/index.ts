export * from './case-ledger.ts';
export * from './open.ts';
export { processorsLeft, workersAt } from './workers.ts';

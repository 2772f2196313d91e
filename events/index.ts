export { acceptsOf } from './accept.ts';
export * from './catalogue.ts';
export * from './deal.ts';
export * from './definitions.ts';
export * as fields from './fields.ts';
export * from './payout.ts';
export * from './pools.ts';
export * from './registry.ts';
export * from './streams.ts';

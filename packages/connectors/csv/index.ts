export { type CheckedDeals, type CheckInput, checkDeals } from './check.ts';
export type { Replaced } from './columns.ts';
export { DEFAULT_MAPPING, type DealMapping, dealMapping } from './mapping.ts';
export { PAY_RUN_COLUMNS, type PayRunLine, payRunText } from './pay-run.ts';
export { type PaymentRow, type PaymentsFile, paymentsRefused, readPayments } from './payments.ts';
export type { RowProblem, RowsProblem } from './problems.ts';
export { readMapping } from './read-mapping.ts';
export { type DealRow, readSpool } from './spool.ts';
export { type Cell, csvLine, csvText } from './write.ts';

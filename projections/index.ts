import { accessView } from './access.ts';
import { auditView } from './audit.ts';
import { commandsView } from './commands.ts';
import { costView } from './cost.ts';
import { dealsView } from './deals.ts';
import { definitionsView } from './definitions.ts';
import { paymentsView } from './payments.ts';
import { postedView } from './payouts.ts';
import { queriesView, queryClocksView } from './queries.ts';
import { requestsView } from './requests.ts';

export * from './access.ts';
export * from './audit.ts';
export * from './commands.ts';
export * from './cost.ts';
export * from './deals.ts';
export * from './definitions.ts';
export * from './labels.ts';
export * from './payments.ts';
export * from './payouts.ts';
export * from './queries.ts';
export * from './query-times.ts';
export * from './requests.ts';

/** Every view of the ledger, in the order in which people are shown them. */
export const VIEWS = [
  definitionsView,
  dealsView,
  postedView,
  paymentsView,
  costView,
  requestsView,
  queriesView,
  queryClocksView,
  accessView,
  auditView,
  commandsView,
] as const;

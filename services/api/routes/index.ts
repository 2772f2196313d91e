import { z } from 'zod';
import { openapiOf } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { accessRoutes } from './access.ts';
import { auditRoutes } from './audit.ts';
import { batchRoutes } from './batches.ts';
import { costRoutes } from './cost.ts';
import { dealRoutes } from './deals.ts';
import { decisionRoutes } from './decisions.ts';
import { definitionRoutes } from './definitions.ts';
import { jobRoutes } from './jobs.ts';
import { paymentRoutes } from './payments.ts';
import { peopleRoutes } from './people.ts';
import { periodRoutes } from './periods.ts';
import { queryRoutes } from './queries.ts';
import { searchRoutes } from './search.ts';
import { serviceRoutes } from './service.ts';
import { standingRoutes } from './standing.ts';
import { statementRoutes } from './statements.ts';
import { streamRoutes } from './streams.ts';

const description = route({
  method: 'GET',
  path: '/openapi.json',
  name: 'describeApi',
  group: 'service',
  says: 'This description, as OpenAPI 3.1.',
  may: 'anybody',
  answer: { status: 200, schema: z.looseObject({ openapi: z.string() }), says: 'The description.' },
  run: async () => openapiOf(ROUTES),
});

/** Everything that the API can do. What is not here, is not reachable. */
export const ROUTES: readonly Route[] = [
  description,
  ...serviceRoutes,
  ...statementRoutes,
  ...standingRoutes,
  ...dealRoutes,
  ...batchRoutes,
  ...auditRoutes,
  ...searchRoutes,
  ...definitionRoutes,
  ...peopleRoutes,
  ...decisionRoutes,
  ...periodRoutes,
  ...paymentRoutes,
  ...costRoutes,
  ...queryRoutes,
  ...streamRoutes,
  ...accessRoutes,
  ...jobRoutes,
];

import { z } from 'zod';
import { metricDocument } from './definitions.ts';
import { approval, date, interval, partId, reason, refusal, request, version } from './fields.ts';

/** Stream `metric-<id>`: versions of the definition of what counts. */
export const metricEvents = {
  MetricProposed: z
    .strictObject({ metric: partId, version, document: metricDocument, ...interval, ...request })
    .describe('Somebody asks for a new definition, or a new version of one.'),
  MetricDefined: z
    .strictObject({ metric: partId, version, document: metricDocument, ...interval, ...request, ...approval })
    .describe(
      'The definition applies to deals selected in its interval. Of several versions, the newest whose interval holds the date applies.',
    ),
  MetricRejected: z.strictObject({ metric: partId, version, ...refusal }).describe('A proposed version was declined.'),
  MetricRetired: z
    .strictObject({ metric: partId, effectiveFrom: date, reason })
    .describe('From a date on, the metric counts nothing.'),
};

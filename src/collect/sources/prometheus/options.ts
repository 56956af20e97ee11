/** What `options` and `query` of the source `prometheus` say. */
import { z } from 'zod';
import { endpointShape } from '../../http/endpoint.js';
import { secretText } from '../../http/secrets.js';

export const FLAVOURS = ['prometheus', 'victoriametrics', 'thanos', 'mimir'] as const;
export type Flavour = (typeof FLAVOURS)[number];

export const prometheusOptions = z.strictObject({
  ...endpointShape,
  tenant: secretText.optional().describe('Tenant of Mimir, Cortex or Loki: header X-Scope-OrgID.'),
  flavour: z.enum(FLAVOURS).optional().describe('What kind of server it is; default: what it says itself.'),
  delay: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s')
    .optional()
    .describe('How long after its end a time bucket is complete on the server; default 1m.'),
});
export type PrometheusOptions = z.infer<typeof prometheusOptions>;

export const AGGREGATES = ['sum', 'avg', 'max', 'min'] as const;

export const prometheusQuery = z
  .strictObject({
    metric: z.string().min(1).optional().describe('Name of the metric: orders_processed_total.'),
    where: z
      .record(z.string(), z.string())
      .optional()
      .describe('Labels that the series must have: { job: orders }.'),
    counter: z.boolean().optional().describe('true: what was added per bucket, increase(); false: a gauge.'),
    aggregate: z.enum(AGGREGATES).optional().describe('How the series of an arm become one; counters: sum.'),
    promql: z
      .string()
      .min(1)
      .optional()
      .describe(
        'An expression: sum by (stack) (increase(orders_total[{by}])), or per arm with {arm}, {match.stack}.',
      ),
    times: z.number().optional().describe('Factor from the unit of the server to that of the metric: 0.001.'),
  })
  .refine(
    ({ metric, promql }) => (metric === undefined) !== (promql === undefined),
    'needs exactly one of metric and promql',
  )
  .refine(
    ({ promql, where, counter, aggregate }) =>
      promql === undefined || (where === undefined && counter === undefined && aggregate === undefined),
    'where, counter and aggregate belong to metric; in promql, write them into the expression',
  );
export type PrometheusQuery = z.infer<typeof prometheusQuery>;

/** What `options` and `query` of the source `http` say. */
import { z } from 'zod';
import { endpointShape } from '../../http/endpoint.js';
import { parseFieldPlace, parseRowsPlace } from './place.js';

export const httpOptions = z.strictObject({
  ...endpointShape,
  accept: z
    .array(z.string())
    .optional()
    .describe('Content types that are an answer; default: application/json.'),
  delay: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s')
    .optional()
    .describe('How long after its end a time bucket is complete on the server; default 1m.'),
});
export type HttpOptions = z.infer<typeof httpOptions>;

const field = z
  .string()
  .refine((text) => parseFieldPlace(text) !== null, 'is not a path such as $.value, $[0], ^.target or @');
const rows = z
  .string()
  .refine((text) => parseRowsPlace(text) !== null, 'is not a path such as $.rows or $.series[*].pointlist');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const TIME_UNITS = ['iso', 's', 'ms', 'us', 'ns'] as const;

export const httpQuery = z
  .strictObject({
    path: z.string().describe('Path and query below `url`: /api/{arm}/runs?from={fromMs}&to={toMs}'),
    method: z.enum(['GET', 'POST']).optional().describe('Default: GET, and POST where there is a body.'),
    body: z
      .unknown()
      .optional()
      .describe('Sent as JSON; its strings may hold {from}, {match.stack} and so on.'),
    rows: rows.describe('Where the rows are: $.data, $[*].datapoints; [*] for arrays, .* for maps.'),
    value: field.describe('Where a row holds the value: $.cost, $[0].'),
    time: field.optional().describe('Where a row holds its start.'),
    end: field.optional().describe('Where a row holds its end; without `time`: the start is `by` before.'),
    timeUnit: z
      .enum(TIME_UNITS)
      .optional()
      .describe('iso, s, ms, us, ns; default: iso for text, else by size.'),
    unit: field.optional().describe('Where a row names its unit.'),
    arm: field.optional().describe('Where a row names its arm, as in `match`: one query for all arms.'),
    labels: z.record(z.string(), field).optional().describe('Further names to keep as evidence.'),
    where: z.record(z.string(), scalar).optional().describe('Only rows that hold this: { $.state: done }.'),
    times: z.number().optional().describe('Factor from the unit of the server to that of the metric: 0.001.'),
    paging: z
      .union([
        z.strictObject({
          next: z.string().describe('Where the answer holds the next address or token: $.links.next'),
          param: z
            .string()
            .optional()
            .describe('Parameter in which the token is sent; absent: it is an address.'),
        }),
        z.strictObject({
          page: z.string().describe('Parameter that counts pages; a page without rows is the last.'),
          first: z.int().optional().describe('Number of the first page; default 1.'),
          step: z.int().min(1).optional().describe('By how much it grows; default 1.'),
        }),
      ])
      .optional()
      .describe('How further pages are asked for.'),
  })
  .refine(({ method, body }) => method !== 'GET' || body === undefined, 'a GET has no body');
export type HttpQuery = z.infer<typeof httpQuery>;

/** What `options` and `query` of the source `influxdb` say, and which of the three languages is spoken. */
import { z } from 'zod';
import { reason } from '../../../model/reason.js';
import { endpointShape } from '../../http/endpoint.js';
import { secretText } from '../../http/secrets.js';
import { SourceProblem } from '../../source-problem.js';

export const DIALECTS = ['flux', 'influxql', 'sql'] as const;
export type Dialect = (typeof DIALECTS)[number];

const { auth: _auth, ...endpoint } = endpointShape;

export const influxdbOptions = z
  .strictObject({
    ...endpoint,
    token: secretText.optional().describe('Token of 2.x and 3.x.'),
    username: secretText.optional().describe('User of 1.x.'),
    password: secretText.optional().describe('Password of 1.x.'),
    org: secretText.optional().describe('Organisation of 2.x, by name or id.'),
    database: z.string().min(1).optional().describe('Database of 1.x and 3.x, where the query names none.'),
    dialect: z
      .enum(DIALECTS)
      .optional()
      .describe(
        'flux (2.x, 1.8), influxql (1.x) or sql (3.x). Default: of a raw query its own; flux where there is a bucket or an org; else influxql.',
      ),
    delay: z
      .string()
      .regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s')
      .optional()
      .describe('How long after its end a time bucket is complete on the server; default 1m.'),
  })
  .refine(
    ({ token, username }) => token === undefined || username === undefined,
    'give token, or username and password',
  )
  .refine(
    ({ username, password }) => (username === undefined) === (password === undefined),
    'username and password belong together',
  );
export type InfluxdbOptions = z.infer<typeof influxdbOptions>;

const name = z.string().min(1);
const raw = name.optional();

export const influxdbQuery = z
  .strictObject({
    bucket: name.optional().describe('Bucket of 2.x.'),
    database: name.optional().describe('Database of 1.x and 3.x; default: that of the source.'),
    retentionPolicy: name.optional().describe('Retention policy of 1.x; default: that of the database.'),
    measurement: name.optional().describe('Measurement; in 3.x: table.'),
    field: name.optional().describe('Field that holds the value.'),
    unit: z
      .union([name, z.strictObject({ field: name })])
      .optional()
      .describe('Tag that names the unit, or { field: … } where it is a field; default: the design’s unit.'),
    where: z
      .record(z.string(), z.string())
      .optional()
      .describe('Tags that the points must have: { env: prod }.'),
    flux: raw.describe('A query in Flux, with {from}, {to}, {every}, {arm}, {match.stack}.'),
    influxql: raw.describe('A query in InfluxQL, with the same placeholders.'),
    sql: raw.describe('A query in SQL, with the same placeholders.'),
    value: name
      .optional()
      .describe('Column of the value; default: _value in Flux, value in InfluxQL and SQL.'),
    time: z
      .union([name, z.literal(false)])
      .optional()
      .describe('Column of the time; default: _time in Flux, time elsewhere; false: the rows have none.'),
    times: z.number().optional().describe('Factor from the unit of the server to that of the metric: 0.001.'),
  })
  .refine(
    ({ measurement, flux, influxql, sql }) =>
      [measurement, flux, influxql, sql].filter((part) => part !== undefined).length === 1,
    'needs exactly one of measurement, flux, influxql, sql',
  )
  .refine(
    ({ measurement, field }) => (measurement === undefined) === (field === undefined),
    'measurement and field belong together',
  )
  .refine(
    ({ measurement, value, time }) =>
      measurement === undefined || (value === undefined && time === undefined),
    'value and time belong to flux, influxql or sql',
  )
  .refine(
    ({ measurement, where, retentionPolicy }) =>
      measurement !== undefined || (where === undefined && retentionPolicy === undefined),
    'where and retentionPolicy belong to measurement; in a raw query, write them into it',
  );
export type InfluxdbQuery = z.infer<typeof influxdbQuery>;

/** @throws SourceProblem where the query is in another language than the source */
export const dialectOf = (options: InfluxdbOptions, query: InfluxdbQuery, metric: string): Dialect => {
  const own = DIALECTS.find((dialect) => query[dialect] !== undefined);
  if (own !== undefined && options.dialect !== undefined && own !== options.dialect)
    throw new SourceProblem(
      reason('influxdb-other-dialect', { metric, query: own, source: options.dialect }),
    );
  const given = own ?? options.dialect;
  if (given !== undefined) return given;
  if (query.bucket !== undefined) return 'flux';
  if (query.database !== undefined) return 'influxql';
  return options.org === undefined ? 'influxql' : 'flux';
};

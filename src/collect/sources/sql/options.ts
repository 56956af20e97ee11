/** What `options` and `query` of the source `sql` say. */
import { z } from 'zod';
import { secretText } from '../../http/secrets.js';

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s');
const name = z.string().min(1);

export const TLS = ['disable', 'require', 'verify'] as const;

export const sqlOptions = z
  .strictObject({
    url: secretText
      .optional()
      .describe(
        'Address with everything in it, in a variable of the environment: postgres://user:password@host:5432/database?sslmode=verify-full.',
      ),
    host: secretText.optional().describe('Host, or the folder of a Unix socket: /var/run/postgresql.'),
    port: z.int().min(1).max(65_535).optional().describe('Port; default 5432.'),
    database: secretText.optional().describe('Database.'),
    user: secretText.optional().describe('User; one that may only read is enough.'),
    password: secretText.optional().describe('Password.'),
    ssl: z
      .enum(TLS)
      .optional()
      .describe(
        'verify: encrypted, with the certificate checked; require: encrypted only; disable. Default: disable on this machine, verify elsewhere.',
      ),
    deadline: duration
      .optional()
      .describe('For one answer with all its retries, and for a statement on the server; default 2m.'),
    delay: duration.optional().describe('How long after its end a time bucket is complete; default 1m.'),
  })
  .refine(
    ({ url, host }) => (url === undefined) !== (host === undefined),
    'needs exactly one of url and host',
  )
  .refine(
    ({ url, port, database, user }) =>
      url === undefined || (port === undefined && database === undefined && user === undefined),
    'port, database and user stand in url',
  )
  .refine(
    ({ url, database, user }) => url !== undefined || (database !== undefined && user !== undefined),
    'host needs database and user',
  );
export type SqlOptions = z.infer<typeof sqlOptions>;

const equals = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const sqlQuery = z
  .strictObject({
    table: name.optional().describe('Table or view: orders, or analytics.orders.'),
    text: name
      .optional()
      .describe(
        'One SELECT of your own, with {from}, {to} and {every}, which are bound and stand without quotes.',
      ),
    value: name.optional().describe('Column of the value; default in text: value.'),
    time: z
      .union([name, z.literal(false)])
      .optional()
      .describe('Column of the time; default in text: time; false: the rows have none.'),
    zone: name
      .optional()
      .describe('Zone of a time that is stored without one: UTC, Europe/Berlin. Not for timestamptz.'),
    unit: name.optional().describe('Column that names the unit; default: the design’s unit.'),
    arm: name.optional().describe('Column that tells the arms apart; default: the columns that match names.'),
    where: z
      .record(z.string(), equals)
      .optional()
      .describe('Columns that must equal a value: { env: prod }.'),
    times: z
      .number()
      .optional()
      .describe('Factor from the unit of the database to that of the metric: 0.001.'),
  })
  .refine(
    ({ table, text }) => (table === undefined) !== (text === undefined),
    'needs exactly one of table and text',
  )
  .refine(
    ({ table, value, time }) => table === undefined || (value !== undefined && time !== undefined),
    'table needs value and time (time: false where the rows have none)',
  )
  .refine(
    ({ text, where, zone }) => text === undefined || (where === undefined && zone === undefined),
    'where and zone belong to table; in text, write them into the SELECT',
  )
  .refine(({ zone, time }) => zone === undefined || time !== false, 'zone belongs to time');
export type SqlQuery = z.infer<typeof sqlQuery>;

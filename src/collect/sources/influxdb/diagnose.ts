/** Why a question has no points for an arm: what of it is missing, and what exists instead. */
import type { Arm } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import { catalogueOf } from './catalogue.js';
import type { Catalogue } from './has.js';
import type { Dialect } from './options.js';
import type { Asked, Declared } from './question.js';
import type { Reading } from './rows.js';
import { dialectFor, identify } from './server.js';

const fromCatalogue = async (
  has: Catalogue,
  want: Want,
  asked: Asked,
  declared: Declared,
  arm: Arm,
): Promise<Reason | null> => {
  const { database } = asked;
  const { measurement, field } = declared;
  const about = { metric: want.metric, arm: arm.name, database, measurement, field };
  const databases = await has.databases();
  if (databases.length === 0) return reason('influxdb-nothing-there', about);
  if (asked.dialect === 'influxql' && !databases.includes(database as string))
    return reason('influxdb-no-database', { ...about, exist: nearestFirst(database as string, databases) });
  const measurements = await has.measurements();
  if (!measurements.includes(measurement))
    return reason('influxdb-no-measurement', { ...about, exist: nearestFirst(measurement, measurements) });
  const fields = await has.fields();
  if (!fields.includes(field))
    return reason('influxdb-no-field', { ...about, exist: nearestFirst(field, fields) });
  const tags = await has.tags();
  const equal = [...Object.entries(arm.match), ...declared.where];
  for (const [label, value] of equal) {
    if (!tags.includes(label)) {
      const code = fields.includes(label) ? 'influxdb-label-is-field' : 'influxdb-no-label';
      return reason(code, { ...about, label, exist: nearestFirst(label, tags) });
    }
    const values = await has.values(label);
    if (!values.includes(value))
      return reason('influxdb-no-value', { ...about, label, value, exist: nearestFirst(value, values) });
  }
  const span = await has.span(equal);
  if (span === null)
    return reason('influxdb-no-combination', {
      ...about,
      labels: equal.map(([label, value]) => `${label}=${value}`),
    });
  const { fromMs, toMs } = declared;
  if (span.toMs < fromMs || span.fromMs >= toMs)
    return reason('influxdb-outside-window', {
      ...about,
      first: span.fromMs,
      last: span.toMs,
      from: fromMs,
      to: toMs,
    });
  return null;
};

/** null where the question is raw, where nothing is missing, and where the server does not tell. */
const fromServer = async (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  want: Want,
  asked: Asked,
  arm: Arm,
): Promise<Reason | null> => {
  if (asked.declared === null) return null;
  try {
    return await fromCatalogue(
      catalogueOf(io, endpoint, org, asked, asked.declared),
      want,
      asked,
      asked.declared,
      arm,
    );
  } catch (error) {
    io.signal.throwIfAborted();
    io.log.detail(
      `what the server has instead could not be asked: ${error instanceof Error ? error.message : error}`,
    );
    return null;
  }
};

/** Why `arm` has no points in an answer. Asks the server, which may fail as well: then the plain reason stays. */
export const whyNone = async (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  want: Want,
  asked: Asked,
  reading: Reading,
  arm: Arm,
): Promise<Reason> => {
  const about = { metric: want.metric, arm: arm.name };
  if (reading.heldBack > 0) return reason('influxdb-nothing-yet', { ...about, points: reading.heldBack });
  for (const [label, value] of Object.entries(arm.match)) {
    const seen = reading.others.get(label);
    if (seen !== undefined && !seen.has(value))
      return reason('influxdb-arm-missing', { ...about, label, value, exist: nearestFirst(value, seen) });
  }
  return (
    (await fromServer(io, endpoint, org, want, asked, arm)) ??
    reason('influxdb-no-points', { ...about, query: asked.text })
  );
};

const WRONG_INTERFACE: ReadonlySet<number> = new Set([400, 403, 404, 405, 501]);

/** What does a failure of the request mean: the wrong language for this server, or a bucket that does not exist? */
export const explained = async (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  want: Want,
  asked: Asked,
  error: unknown,
): Promise<unknown> => {
  const said =
    error instanceof HttpFailure
      ? error.message
      : error instanceof SourceProblem
        ? String(error.reason.values.error ?? '')
        : '';
  const { metric } = want;
  const missing = /could not find bucket|database (?:name )?not found|database does not exist/iu.test(said);
  if (missing && asked.database !== null) {
    const exist = await databases(io, endpoint, org, asked);
    return new SourceProblem(
      reason('influxdb-no-database', {
        metric,
        database: asked.database,
        exist: nearestFirst(asked.database, exist),
      }),
    );
  }
  const status = error instanceof HttpFailure ? error.status : null;
  // In SQL a table or a column that does not exist is a mistake and not an empty answer.
  if (asked.dialect === 'sql' && status === 400) {
    const missing = await fromServer(io, endpoint, org, want, asked, asked.arms[0]);
    return missing === null ? error : new SourceProblem(missing);
  }
  const isOther =
    error instanceof SourceProblem &&
    (error.reason.code === 'influxdb-no-column' || error.reason.code === 'influxdb-not-its-api');
  if (!isOther && (status === null || !WRONG_INTERFACE.has(status))) return error;
  try {
    const { version, isVictoriaMetrics } = await identify(io, endpoint);
    if (isVictoriaMetrics)
      return new SourceProblem(reason('influxdb-is-victoriametrics', { metric, dialect: asked.dialect }));
    const use: Dialect | null = dialectFor(version);
    if (isOther || use === null || use === asked.dialect) return error;
    return new SourceProblem(
      reason('influxdb-wrong-dialect', { metric, dialect: asked.dialect, version, use, said }),
    );
  } catch (failure) {
    io.signal.throwIfAborted();
    io.log.detail(
      `which InfluxDB it is could not be asked: ${failure instanceof Error ? failure.message : failure}`,
    );
    return error;
  }
};

const databases = async (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  asked: Asked,
): Promise<readonly string[]> => {
  if (asked.declared === null || asked.dialect === 'sql') return [];
  try {
    return await catalogueOf(io, endpoint, org, asked, asked.declared).databases();
  } catch (error) {
    io.signal.throwIfAborted();
    io.log.detail(
      `the names that exist could not be asked: ${error instanceof Error ? error.message : error}`,
    );
    return [];
  }
};

/** Registries, files and short cuts for the tests of declare. */
import { z } from 'zod';
import { declare } from '../../src/declare/index.js';
import { FileProblems, type Problem } from '../../src/errors.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Driver, Plugins, Source, Tap } from '../../src/model/ports.js';

const never = (): never => {
  throw new Error('declare asks no source and runs no driver');
};
const source = (title: string, options: z.ZodType, query: z.ZodType): Source =>
  ({ title, options, query, ask: never, preflight: never, fetch: never }) as unknown as Source;

const duration = z.string().regex(/^\d+(ms|s|m|h)$/, { error: () => 'expected a duration such as 60s' });
const command = z.array(z.string()).min(1);

export const plugins: Pick<Plugins, 'sources' | 'drivers'> = {
  sources: {
    trials: source(
      'measured by the driver',
      z.strictObject({}),
      z.union([
        z.strictObject({ field: z.enum(['wallSeconds', 'cpuSeconds', 'peakMemoryBytes']) }),
        z.strictObject({ stdout: z.string(), whenFailed: z.string().optional() }),
        z.strictObject({ covariate: z.string() }),
      ]),
    ),
    file: source(
      'a file',
      z.strictObject({ folder: z.string().optional() }),
      z.strictObject({ file: z.string(), arm: z.string(), unit: z.string(), value: z.string() }),
    ),
    influxdb: source(
      'InfluxDB 2',
      z.object({ url: z.string(), token: z.string(), org: z.string() }),
      z.strictObject({
        bucket: z.string(),
        measurement: z.string(),
        field: z.string(),
        unit: z.string().optional(),
      }),
    ),
  },
  drivers: {
    command: {
      title: 'processes on this machine',
      options: z.strictObject({
        arms: z.record(
          z.string(),
          z.strictObject({
            command: command.optional(),
            resident: command.optional(),
            timeout: duration.optional(),
          }),
        ),
        output: z.strictObject({ count: z.string(), checksum: z.string() }).optional(),
      }),
      open: never,
      recover: never,
    } as unknown as Driver,
    haproxy: {
      kind: 'tap',
      title: 'a tap',
      options: z.strictObject({ socket: z.string() }),
    } as unknown as Tap,
  },
};

export const CARD = `card: aws-us-east-1
currency: USD
date: 2026-08-21
source: https://aws.amazon.com/pricing/
rates:
  lambda:   { title: Lambda, usage: seconds, roundUpTo: 0.001, minimum: 0.001, times: 1.7, price: 0.0000166667, perUnit: 0.0000002 }
  gb:       { title: Lambda by GB-second, usage: GB·s, price: 0.0000166667 }
  m5-large: { title: EC2, usage: s, per: 3600, price: 0.096, resident: true }
`;

/** Commands on this machine: DESIGN §4, second example, made complete. */
export const COMMANDS = `experiment: engine-vs-functions
question: Is the engine faster and cheaper?
arms:
  engine:    { title: Resident engine }
  functions: { title: A function per batch }
baseline: functions
design: { kind: interleaved, blocks: 20, warmup: 1, seed: 20191104 }
driver:
  type: command
  arms:
    engine:    { resident: [node, stacks/engine.js] }
    functions: { command: [node, stacks/function.js, "{{unit}}"], timeout: 60s }
workload: { kind: fixed, files: batches/*.ndjson, repeats: 3 }
metrics:
  seconds: { from: trials, query: { field: wallSeconds }, in: s, better: lower, role: time, words: [faster, slower, fast], margin: 3% }
  memory:  { from: trials, query: { field: peakMemoryBytes }, fold: max, in: B, better: lower }
  records: { from: trials, query: { stdout: $.records }, fold: sum, in: records, better: higher }
  failed:  { from: trials, query: { stdout: $.failed, whenFailed: records }, fold: sum, in: records }
  cost:
    rate:
      card: cards/aws.yaml
      arms:
        engine:    { m5-large: seconds, utilisation: 40% }
        functions: { lambda: seconds }
    in: USD
  cost_per_million: { ratio: { of: cost, per: records, times: 1e6 }, in: USD/1M records, better: lower, role: cost, words: [cheaper, dearer, cheap], margin: 3% }
  error_rate:       { ratio: { of: failed, per: records, kind: proportion }, in: fraction, better: lower }
hypotheses:
  - engine is at least 10% faster and cheaper than functions
guardrails:
  - engine is at most 0.1 points worse than functions on error_rate
  - engine seconds at p99 stays below 90 s
decide: { confidence: 95% }
`;

/** Stacks that run already: DESIGN §4, first example, without the keys whose part is not built. */
export const PIPELINES = `# yaml-language-server: $schema=./experiment.schema.json
experiment: emr-spark-vs-lambda
question: Does Spark on EMR process the order batches faster and at lower cost than Lambda?
owner: data-platform
arms:
  faas:  { title: Kafka + Lambda, match: { stack: fn-orders } }
  spark: { title: Kafka + Spark on EMR, match: { stack: emr-prod-3 } }
baseline: faas
design: { kind: mirrored, unit: batch_id }
window: { from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z, warmup: 30m, settle: 48h }
sources:
  pipeline: { type: influxdb, url: "\${INFLUX_URL}", token: "\${INFLUX_TOKEN}", org: data }
metrics:
  batch_seconds: { from: pipeline, query: { bucket: pipelines, measurement: batch, field: seconds, unit: batch_id }, in: s, better: lower, role: time, words: [faster, slower, fast], margin: 3% }
  gb_seconds:    { from: pipeline, query: { bucket: pipelines, measurement: batch, field: gb_seconds, unit: batch_id }, in: GB·s }
  records:       { from: pipeline, query: { bucket: pipelines, measurement: batch, field: records, unit: batch_id }, fold: sum, in: records }
  failed:        { from: pipeline, query: { bucket: pipelines, measurement: batch, field: failed, unit: batch_id }, fold: sum, in: records }
  cost:          { rate: { card: cards/aws.yaml, arms: { faas: { gb: gb_seconds }, spark: { m5-large: batch_seconds, utilisation: 60% } } }, in: USD }
  cost_per_million: { ratio: { of: cost, per: records, times: 1e6 }, in: USD/1M records, better: lower, role: cost, words: [cheaper, dearer, cheap], margin: 3% }
  error_rate:    { ratio: { of: failed, per: records, kind: proportion }, in: fraction, better: lower }
hypotheses:
  - spark is at least 10% faster and cheaper than faas
guardrails:
  - spark is at most 0.5 points worse than faas on error_rate
  - spark batch_seconds at p99 stays below 90 s
decide: { confidence: 95% }
`;

export const readCard =
  (card: string | Uint8Array = CARD) =>
  async (path: string): Promise<Uint8Array> => {
    if (path !== 'cards/aws.yaml') throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return typeof card === 'string' ? new TextEncoder().encode(card) : card;
  };

export const read = (text: string | Uint8Array, card?: string | Uint8Array): Promise<Experiment> =>
  declare({ text, file: 'exp.yaml' }, plugins, readCard(card));

/** The problems of a file; fails when it has none. */
export async function problemsOf(
  text: string | Uint8Array,
  card?: string | Uint8Array,
): Promise<readonly Problem[]> {
  try {
    await read(text, card);
  } catch (error) {
    if (error instanceof FileProblems) return error.problems;
    throw error;
  }
  throw new Error('expected problems, found none');
}

/** A valid file with one passage replaced; the passage must be there. */
export function edited(file: string, from: string, to: string): string {
  if (!file.includes(from)) throw new Error(`"${from}" is not in the file`);
  return file.replace(from, () => to);
}

/** `line:column+length message` where the caret run covers `marked`. */
export const marked = ({ text, column, length }: Problem): string =>
  text.slice(column - 1, column - 1 + length);

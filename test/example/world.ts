/**
 * Two weeks of two stacks, as InfluxDB and AWS would have recorded them. The same seed gives the same values; what is
 * random is ours, what decides is published (published.ts).
 */
import { createRandom, type Random } from '../../src/stats/random.js';
import type { Line } from '../servers/cost-explorer.js';
import type { FluxPoint } from '../servers/influx-flux.js';
import { FUNCTION_GB, NODES, OURS, PRICE, RECORDS_PER_SECOND, SECONDS_PER_CALL } from './published.js';

const DAY = 86_400_000;
const DAYS = 14;
const FROM = Date.UTC(2026, 10, 1);
const TO = FROM + DAYS * DAY;
const BATCH = OURS.batchSeconds * 1_000;

export interface World {
  readonly points: readonly FluxPoint[];
  readonly lines: readonly Line[];
  /** Share of the window in which the engine worked on batches. */
  readonly utilisation: number;
}

export interface WorldOptions {
  readonly seed?: number;
  /** Records a second, mean over a week. */
  readonly load?: number;
}

/** Standard normal, correlated `rho` from one batch to the next: a busy quarter of an hour is followed by another. */
const lasting = (random: Random, rho: number): (() => number) => {
  let state = random.normal();
  const fresh = Math.sqrt(1 - rho * rho);
  return () => {
    state = rho * state + fresh * random.normal();
    return state;
  };
};

/** 1 on average over a week: nights below, afternoons above, weekends a quarter less. */
const rhythm = (atMs: number): number => {
  const hour = (atMs % DAY) / 3_600_000;
  const weekday = new Date(atMs).getUTCDay();
  const ofDay = 1 + 0.45 * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
  return (ofDay * (weekday === 0 || weekday === 6 ? 0.75 : 1)) / ((5 + 2 * 0.75) / 7);
};

/** Events among many with a small chance, Poisson with the normal approximation: enough for a share of failures. */
const events = (expected: number, random: Random): number =>
  Math.max(0, Math.round(expected + Math.sqrt(expected) * random.normal()));

interface Batch {
  readonly id: string;
  readonly atMs: number;
  readonly records: number;
  readonly faas: {
    readonly seconds: number;
    readonly gbSeconds: number;
    readonly calls: number;
    readonly failed: number;
  };
  readonly spark: { readonly seconds: number; readonly failed: number };
}

const batchesOf = (random: Random, load: number): readonly Batch[] => {
  const demand = lasting(random.stream('demand'), 0.8);
  const platform = lasting(random.stream('platform'), 0.7);
  const cluster = lasting(random.stream('cluster'), 0.85);
  const chance = random.stream('chance');
  const batches: Batch[] = [];
  for (let atMs = FROM; atMs < TO; atMs += BATCH) {
    const records = Math.round(load * OURS.batchSeconds * rhythm(atMs) * Math.exp(0.05 * demand()));
    // Four calls in a thousand fail and are made again: paid for twice.
    const calls = records + events(0.004 * records, chance);
    const perCall = SECONDS_PER_CALL * Math.exp(0.06 * platform());
    // An executor is lost in one batch of 250, and its part is computed again.
    const lost = chance.uniform() < 0.004 ? 1.5 : 1;
    const work = (records / RECORDS_PER_SECOND) * Math.exp(0.07 * cluster()) * lost;
    batches.push({
      id: new Date(atMs).toISOString().slice(0, 16).replace(/\D/gu, ''),
      atMs,
      records,
      faas: {
        seconds: (calls * perCall) / OURS.consumers,
        gbSeconds: calls * perCall * FUNCTION_GB,
        calls,
        failed: events(0.0006 * records, chance),
      },
      spark: {
        seconds: OURS.jobSeconds + work,
        failed: events((lost > 1 ? 0.004 : 0.0004) * records, chance),
      },
    });
  }
  return batches;
};

/** A database keeps milliseconds; and what is rounded is the same on every machine. */
const rounded = (value: number): number => Number(value.toFixed(3));

const pointsOf = (batches: readonly Batch[], chance: Random): readonly FluxPoint[] =>
  batches.flatMap(({ id, atMs, records, faas, spark }) => {
    const time = new Date(atMs).toISOString();
    const of = (stack: string, fields: Record<string, number | bigint>): FluxPoint[] =>
      // A collector is down for a moment now and then: of such a batch the arm has nothing.
      chance.uniform() < 0.002
        ? []
        : Object.entries(fields).map(([field, value]) => ({
            measurement: 'batch',
            tags: { stack, batch_id: id },
            field,
            value,
            time,
          }));
    return [
      ...of('fn-orders', {
        seconds: rounded(faas.seconds),
        records: BigInt(records),
        failed: BigInt(faas.failed),
        gb_seconds: rounded(faas.gbSeconds),
        calls: BigInt(faas.calls),
      }),
      ...of('emr-prod-3', {
        seconds: rounded(spark.seconds),
        records: BigInt(records),
        failed: BigInt(spark.failed),
      }),
      // Somebody else's stack in the same bucket.
      ...of('fn-returns', { seconds: rounded(faas.seconds / 9), records: BigInt(Math.round(records / 9)) }),
    ];
  });

const KAFKA = 'Amazon Managed Streaming for Apache Kafka';
/** Of a day's functions this part is booked on the next. */
const LATE = 0.03;

const linesOf = (batches: readonly Batch[], random: Random): readonly Line[] => {
  const lines: Line[] = [];
  const faas = { stack: 'fn-orders' };
  const spark = { stack: 'emr-prod-3' };
  const book = (startMs: number, service: string, usd: number, more: Partial<Line> = {}): void => {
    lines.push({ startMs, service, amount: usd.toFixed(10), ...more });
  };
  for (let day = 0; day < DAYS; day++) {
    const startMs = FROM + day * DAY;
    const own = batches.filter(({ atMs }) => atMs >= startMs && atMs < startMs + DAY);
    const functions = own.reduce(
      (sum, { faas: { gbSeconds, calls } }) => sum + gbSeconds * PRICE.gbSecond + calls * PRICE.request,
      0,
    );
    book(startMs, 'AWS Lambda', functions * (1 - LATE), { tags: faas });
    book(startMs + DAY, 'AWS Lambda', functions * LATE, { tags: faas });
    book(startMs, 'AmazonCloudWatch', 0.3 + 0.05 * random.uniform(), { tags: faas });
    book(startMs, 'Amazon Elastic Compute Cloud - Compute', NODES * 24 * PRICE.nodeHour, { tags: spark });
    book(startMs, 'Amazon Elastic MapReduce', NODES * 24 * PRICE.emrHour, { tags: spark });
    book(startMs, 'EC2 - Other', ((NODES * 64 * PRICE.diskGbMonth) / 730) * 24, { tags: spark });
    // Three brokers for both stacks; and what nobody has tagged.
    book(startMs, KAFKA, 3 * 24 * PRICE.kafkaBrokerHour);
    book(startMs, 'AmazonCloudWatch', PRICE.logsGb * (2 + random.uniform()));
    book(startMs, 'Amazon Simple Storage Service', 0.8 + 0.1 * random.uniform());
    // A credit for functions would make them look cheaper than they are; it is left out, and the report says so.
    if (day < 5) book(startMs, 'AWS Lambda', -4, { tags: faas, recordType: 'Credit' });
  }
  book(FROM, 'Tax', 61.4, { recordType: 'Tax' });
  return lines;
};

export const world = ({ seed = 20261101, load = OURS.load }: WorldOptions = {}): World => {
  const random = createRandom(seed, 'spark-vs-faas');
  const batches = batchesOf(random, load);
  return {
    points: pointsOf(batches, random.stream('collector')),
    lines: linesOf(batches, random.stream('bill')),
    utilisation: batches.reduce((sum, { spark }) => sum + spark.seconds, 0) / ((TO - FROM) / 1_000),
  };
};

/**
 * Where the example's numbers come from. Published, and used as they are:
 *
 *   T. Pfandzelter, S. Henning, T. Schirmer, W. Hasselbring, D. Bermbach: Streaming vs. Functions: A Cost Perspective on
 *   Cloud Event Processing. IC2E 2022, arXiv 2204.11509. Data: github.com/pfandzelter/cloud-event-processing-costs
 *   (Apache-2.0, commit 56b3e044). Use case 1, a stateless store: a stream processor on EKS against Lambda.
 *
 * Theirs is Flink, ours is called Spark; theirs is a stream, ours is cut into batches of a quarter of an hour. What is
 * taken over is what decides: a function costs the same for each record, an engine costs the same for each hour.
 */

/** Steady duration of one call, one record each. Drives gb_seconds, and with CONSUMERS the time of a batch in `faas`. */
export const SECONDS_PER_CALL = 0.023;
/** Memory of the function, 256 MB. Drives gb_seconds. */
export const FUNCTION_GB = 0.25;
/** Nodes (m5.xlarge) of the engine: two carried every load up to this one. Drives the time of a batch in `spark`. */
export const NODES = 2;
export const RECORDS_PER_SECOND = 1_200;
/** What their table comes to, without the write to the database that costs both the same: USD an hour, USD a record. */
export const PAPER = { engineHourUsd: 0.59, recordUsd: 2.97e-7, breakEvenPerSecond: 553 };

/** List prices of us-east-1 as in experiments/cards/aws-us-east-1.yaml; they drive the bill. */
export const PRICE = {
  gbSecond: 0.0000166667,
  request: 0.0000002,
  nodeHour: 0.192,
  emrHour: 0.048,
  diskGbMonth: 0.08,
  kafkaBrokerHour: 0.21,
  logsGb: 0.5,
} as const;

/**
 * Ours, and nobody's measurement: how many orders there are, their rhythm, how much times scatter and how long a
 * disturbance lasts, how often something fails, the length of a batch, partitions of the topic (as many functions work
 * at once), and what a Spark job takes to start and to commit.
 */
export const OURS = {
  batchSeconds: 900,
  /** Records a second, mean over a week. */
  load: 560,
  consumers: 22,
  jobSeconds: 20,
} as const;

/** What the file calls its arms and metrics. */

export type ArmName = string;

export type MetricName = string;

/** The names that sentences may use, and what each metric allows to be said about it. */
import type { ArmName, Better, Estimand, MetricName } from '../../model/experiment.js';

export interface SpokenMetric {
  readonly name: MetricName;
  /** null: unknown because of another problem; then it is not compared. */
  readonly unit: string | null;
  /** undefined: unknown because of another problem; null: not declared. */
  readonly better: Better | null | undefined;
  readonly words: readonly string[];
  readonly estimand: Estimand;
  readonly cost: boolean;
}

export interface Vocabulary {
  readonly arms: readonly ArmName[];
  /** null: unknown because of another problem. */
  readonly baseline: ArmName | null;
  readonly metrics: readonly SpokenMetric[];
  /** Some words may be missing because of another problem: unknown words are then not complained about. */
  readonly wordsIncomplete: boolean;
}

export const unitsOf = (vocabulary: Vocabulary): readonly string[] => [
  ...new Set(vocabulary.metrics.flatMap(({ unit }) => (unit === null ? [] : [unit]))),
];

/** Exactly as written, or the only one that differs in case alone. */
export function findName<T>(written: string, all: readonly T[], nameOf: (one: T) => string): T | null {
  const exact = all.find((one) => nameOf(one) === written);
  if (exact !== undefined) return exact;
  const alike = all.filter((one) => nameOf(one).toLowerCase() === written.toLowerCase());
  return alike.length === 1 ? (alike[0] as T) : null;
}

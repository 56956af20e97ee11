/** Samples and plans for tests of methods. */
import type { ComparePlan, Inference, Samples } from '../../src/model/effect.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Method } from '../../src/model/ports.js';
import { createRandom } from '../../src/stats/random.js';

export interface ColumnOptions {
  readonly per?: readonly number[];
  readonly order?: readonly number[];
  readonly item?: readonly string[];
  readonly unit?: readonly string[];
}

export function column(arm: string, values: readonly number[], options: ColumnOptions = {}): ArmColumn {
  return {
    arm,
    n: values.length,
    unit: options.unit ?? values.map((_, i) => `u${i}`),
    value: Float64Array.from(values),
    per: options.per === undefined ? null : Float64Array.from(options.per),
    start: Float64Array.from(values, (_, i) => i * 1000),
    order: Float64Array.from(options.order ?? values.map(() => Number.NaN)),
    item: options.item ?? values.map((_, i) => `i${i}`),
  };
}

export const pairedSamples = (treatment: ArmColumn, baseline: ArmColumn): Samples => ({
  paired: true,
  treatment,
  baseline,
});

export const keySamples = (treatment: ArmColumn, baseline: ArmColumn): Samples => ({
  paired: false,
  treatment,
  baseline,
});

export const plan = (some: Partial<ComparePlan> = {}): ComparePlan => ({
  estimand: 'total',
  proportion: false,
  times: 1,
  workload: null,
  confidence: 0.95,
  ...some,
});

/** The inference, or a failed test that names the reason. */
export function infer(method: Method, samples: Samples, some: Partial<ComparePlan> = {}): Inference {
  const found = method.compare(samples, plan(some), createRandom(1, 'test'));
  if ('code' in found) throw new Error(`unmeasured: ${JSON.stringify(found)}`);
  return found;
}

/** Positions of the treatment (0 or 1) over n blocks, as often first as second (±1), shuffled. */
export function balancedPlaces(n: number, shuffle: (array: number[]) => void, extra: 0 | 1): number[] {
  const places = Array.from({ length: n }, (_, i) => (i + extra) % 2);
  shuffle(places);
  return places;
}

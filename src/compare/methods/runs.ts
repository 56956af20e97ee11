import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import { meanOf, unpairedInference } from '../by-key.js';
import { type SlotValues, slotValues } from '../slots.js';
import { typical } from './typical.js';

/** Several deployments of each arm: one value each. */
export const runs: Method = {
  title: 'Welch t test on runs',
  formula:
    'One value a run: its total, mean, quantile, or the ratio of its sums. Test at ratio r: (x̄ − r·ȳ)/√(s²ₓ/nₓ + r²·s²ᵧ/nᵧ) over runs against Student t with Satterthwaite degrees of freedom at that r; the interval is every r that is not rejected. What happens inside a run, however autocorrelated, cannot make the interval too narrow.',
  source:
    'Welch 1947, Biometrika 34:28; Fieller 1954, JRSS B 16:175; replicated deployments: reference/statistics.md §4.4',
  minimumUnits: 5,
  compare(samples, plan, random) {
    const x = slotValues(samples.treatment, plan);
    if ('code' in x) return x;
    const y = slotValues(samples.baseline, plan);
    if ('code' in y) return y;
    const [a, b] = [ofRuns(x), ofRuns(y)];
    const [treatment, baseline] = [asColumn(samples.treatment, a), asColumn(samples.baseline, b)];
    const inference =
      plan.estimand === 'typical'
        ? typical.compare({ paired: false, treatment, baseline }, { ...plan, workload: null }, random)
        : unpairedInference(meanOf({ value: a, per: null }), meanOf({ value: b, per: null }));
    if ('code' in inference) return inference;
    return { ...inference, details: { 'treatment runs': a.length, 'baseline runs': b.length } };
  },
};

const ofRuns = ({ value, per }: SlotValues): Float64Array =>
  per === null ? value : value.map((sum, i) => sum / per[i]);

/** Mean logarithms become the runs' geometric means, which are then units like any others. */
const asColumn = ({ arm }: ArmColumn, logs: Float64Array): ArmColumn => ({
  arm,
  n: logs.length,
  unit: Array.from(logs.keys(), String),
  value: logs.map(Math.exp),
  per: null,
  start: new Float64Array(logs.length),
  order: new Float64Array(logs.length).fill(Number.NaN),
  item: Array.from(logs.keys(), String),
});

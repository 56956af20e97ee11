/**
 * Records what the claims rest on, so that a page can judge them again (what-if.ts): every estimate's interval at
 * 1 − α for several confidences, and its tests at the places that the declared claim and the margin ask for.
 *
 * The places are not listed but overheard: the verdict is reached once more with estimates that write down what they
 * are asked. So what is replayed at the declared values is what was decided, to the last bit that JSON keeps.
 */
import type { ClaimResult } from '../model/decision.js';
import type { Comparison, Estimate, Inference, Interval, IntervalData, OneSided } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { Claim } from '../model/experiment.js';
import type { RecordedClaim, RecordedEstimate } from '../model/what-if.js';
import { judgeBound } from './bound-verdict.js';
import { boundedArm } from './bounds.js';
import { alphaFor } from './families.js';
import type { AlphaAtLook } from './looks.js';
import { verdict } from './verdicts.js';

export interface Recording {
  readonly evidence: Pick<Evidence, 'experiment' | 'tables'>;
  readonly comparisons: readonly Comparison[];
  readonly inferences: ReadonlyMap<string, Inference>;
  readonly confidences: readonly number[];
  readonly atLook: AlphaAtLook;
}

/** One record per measured claim, in the order of the results. */
export function recordClaims(
  results: readonly ClaimResult[],
  recording: Recording,
): readonly RecordedClaim[] {
  return results
    .filter(({ benefit }) => benefit !== null)
    .flatMap((result) => {
      const { claim } = result;
      const { treatments } = recording.evidence.experiment;
      const alphas = recording.confidences.map((confidence) =>
        alphaFor(claim, { treatments, decide: { confidence } }, recording.atLook),
      );
      const record =
        claim.kind === 'bound'
          ? recordBound(result, alphas, recording)
          : recordComparison(result, alphas, recording);
      return record === null ? [] : [record];
    });
}

const blank = ({ id }: Claim, alphas: readonly number[]) => ({ id, alphas, ratio: null, difference: null });

function recordBound(
  { claim, alpha }: ClaimResult,
  alphas: readonly number[],
  { evidence: { experiment, tables } }: Recording,
): RecordedClaim | null {
  const metric = experiment.metrics.find(({ name }) => name === claim.metric);
  const arm = boundedArm(claim, tables.get(claim.metric) ?? null, experiment, 2 * alpha);
  if (metric === undefined || 'code' in arm) return null;
  const overheard = overhear(arm.difference);
  judgeBound(claim, metric, { ...arm, difference: overheard.estimate }, 2 * alpha);
  return {
    ...blank(claim, alphas),
    n: arm.n,
    df: finite(arm.df),
    treatmentValue: arm.difference.estimate,
    baselineValue: null,
    difference: metric.exact ? null : overheard.recorded(alphas),
  };
}

function recordComparison(
  { claim, comparison: id, alpha }: ClaimResult,
  alphas: readonly number[],
  { evidence: { experiment }, comparisons, inferences }: Recording,
): RecordedClaim | null {
  const comparison = comparisons.find((candidate) => candidate.id === id);
  if (comparison === undefined) return null;
  const inference = inferences.get(comparison.id) ?? null;
  const values = comparison.effect ?? inference;
  if (values === null) return null;
  const { treatmentValue, baselineValue } = values;
  const known = { ...blank(claim, alphas), n: null, treatmentValue, baselineValue };
  if (comparison.exact) return { ...known, df: null };
  if (inference === null) return null;
  const ratio = inference.ratio === null ? null : overhear(inference.ratio);
  const difference = overhear(inference.difference);
  ratio?.estimate.test(1); // whether it says anything at all
  const asking = { ...inference, ratio: ratio?.estimate ?? null, difference: difference.estimate };
  verdict(claim, comparison, asking, experiment, 2 * alpha);
  return {
    ...known,
    df: finite(inference.df),
    ...(inference.smallestP === undefined ? {} : { smallestP: inference.smallestP }),
    ratio: ratio?.recorded(alphas) ?? null,
    difference: difference.recorded(alphas),
  };
}

interface Overheard {
  readonly estimate: Estimate;
  recorded(alphas: readonly number[]): RecordedEstimate;
}

function overhear(estimate: Estimate): Overheard {
  const heard = new Map<number, OneSided>();
  return {
    estimate: {
      estimate: estimate.estimate,
      interval: (confidence) => estimate.interval(confidence),
      test: (at) => {
        const answer = estimate.test(at);
        heard.set(at, answer);
        return answer;
      },
    },
    recorded: (alphas) => ({
      estimate: estimate.estimate,
      intervals: alphas.map((alpha) => data(estimate.interval(1 - alpha))),
      tests: [...heard].map(([at, { above, below }]) => ({ at, above, below })),
    }),
  };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

const data = (interval: Interval): IntervalData =>
  interval.kind === 'unbounded'
    ? { kind: 'unbounded', low: null, high: null }
    : { kind: 'interval', low: finite(interval.low), high: finite(interval.high) };

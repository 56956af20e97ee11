/**
 * Harm: is a guardrail already broken, asked as often as anybody likes while evidence comes in?
 *
 * Answers: `harm`, `no harm seen` (which is no proof of safety) or `cannot say`, for each guardrail. Applies: `watch` and
 * monitoring, beside a running split; it shows no effect and no interval, so it is no look and costs the decision nothing.
 * Formula: successive units in time order form batches of at least three and 3τ; the batch means (ratios of sums, shares
 * above a limit) follow the t-mixture sequence at the guardrail's own threshold, so all questions together raise a false
 * alarm with at most α/4 for each guardrail (α/4K with K treatments). Pairs stay pairs; where arms have units of their
 * own, the k-th batch of one meets the k-th of the other, sized by the declared shares. The batch length is that of the
 * shortest prefix, of 15, 22, 33 … units, that holds 15 independent values: every question finds the same one.
 * Source: Wang and Ramdas 2023 (arXiv 2310.03722); STATISTICS.md §6.
 */
import type { Harm } from '../model/decision.js';
import type { MetricTable } from '../model/evidence.js';
import type { ArmName, Claim, Experiment } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { fewestBatches } from '../stats/mixture-sequence.js';
import { batchedArms } from './harm/batches.js';
import { pOfHarm } from './harm/threshold.js';

export type { Harm, HarmVerdict } from '../model/decision.js';

export interface HarmGrounds {
  readonly experiment: Pick<Experiment, 'metrics' | 'guardrails' | 'treatments' | 'decide' | 'design'>;
  readonly tables: ReadonlyMap<string, MetricTable>;
}

/** One answer for each guardrail, in the order of the file. Pure. */
export function harm({ experiment, tables }: HarmGrounds): readonly Harm[] {
  const alpha = (1 - experiment.decide.confidence) / 4 / Math.max(1, experiment.treatments.length);
  return experiment.guardrails.map((claim) => {
    const cannot = (why: Reason): Harm => ({
      claim,
      verdict: 'cannot say',
      p: null,
      alpha,
      batches: 0,
      reasons: [why],
    });
    const metric = experiment.metrics.find(({ name }) => name === claim.metric);
    const table = tables.get(claim.metric);
    if (metric === undefined) return cannot(reason('claim-metric-unknown', { metric: claim.metric }));
    if (table === undefined) return cannot(noData(claim, claim.treatment));
    if (table.unmeasured !== null) return cannot(table.unmeasured);
    if (claim.kind !== 'bound' && metric.better === null)
      return cannot(reason('claim-metric-without-direction', { metric: claim.metric }));
    const batched = batchedArms(claim, table, metric, experiment.design);
    if ('code' in batched) return cannot(batched);
    const { batches } = batched;
    if (batches < fewestBatches)
      return { ...cannot(reason('harm-too-early', { have: batches, need: fewestBatches })), batches };
    const p = pOfHarm(claim, batched, metric);
    if (typeof p !== 'number') return { ...cannot(p), batches };
    const values = { sentence: claim.sentence, batches };
    return p <= alpha
      ? { claim, verdict: 'harm', p, alpha, batches, reasons: [reason('harm-seen', values)] }
      : { claim, verdict: 'no harm seen', p, alpha, batches, reasons: [reason('harm-not-seen', values)] };
  });
}

const noData = (claim: Claim, arm: ArmName) => reason('claim-no-data', { metric: claim.metric, arm });

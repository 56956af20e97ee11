/** The reports of the gallery: simulated runs that are really analysed, and the hand-written worlds of the goldens. */
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import type { RawEvidence } from '../../src/pipeline.js';
import { analyze } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { html } from '../../src/report/html.js';
import { indexPage, runsIndex } from '../../src/report/index.js';
import { report, shipped, simulate, type World } from '../pipeline/simulate.js';
import { someRuns } from '../report/some-runs.js';
import { worlds } from '../report/worlds/index.js';

const speed = (engine: number, noise = 0.12): World => ({ speed: { engine, functions: 1 }, noise });

const named = (experiment: Experiment, name: string): Experiment => ({ ...experiment, name });

/** A simulated run whose decision is the one that the picture is named for, or the gallery shows something else. */
const simulated = async (
  name: string,
  world: World,
  outcome: Report['decision']['outcome'],
  claim = 'engine is at least 10% faster than functions',
): Promise<Report> => {
  const sentence = [/engine is at least 10% faster and cheaper than functions/, claim] as const;
  const found = await report(named(await shipped(sentence), name), world, 61);
  if (found.decision.outcome !== outcome)
    throw new Error(`${name} is ${found.decision.outcome}, not ${outcome}`);
  return found;
};

/** The arms drift apart: the engine is slower by half at the end of the run. */
const drifting = async (): Promise<Report> => {
  const experiment = named(await shipped(), 'slow-drift');
  const raw = await simulate(experiment, speed(0.9), 61);
  const last = raw.trials.length - 1;
  const trials = raw.trials.map((trial, i) => {
    const seconds = trial.measured?.wallSeconds ?? 0;
    const slower = trial.arm === 'engine' ? 1 + (0.5 * i) / last : 1;
    return { ...trial, measured: { ...trial.measured, wallSeconds: seconds * slower } };
  });
  const slowed = new Map(trials.map(({ id, measured }) => [id, measured?.wallSeconds ?? 0]));
  const collected = raw.collected.map((answer) =>
    answer.meta.metric !== 'seconds'
      ? answer
      : {
          ...answer,
          observations: answer.observations.map((one) => ({
            ...one,
            value: slowed.get(one.labels.trial ?? '') ?? one.value,
          })),
        },
  );
  return analyze(experiment, { ...raw, trials, collected } as RawEvidence, { plugins, stacktrial: '0.1.0' });
};

const thirdLook = async (): Promise<Report> => {
  const base = worlds.inconclusive;
  const taken = [1, 2, 3].map((k) => ({
    at: `2026-11-0${k + 1}T09:30:00.000Z`,
    plannedFraction: k / 4,
    units: 15 * k,
    maximum: 60,
    information: k / 4,
    confidence: [0.9999, 0.997, 0.981][k - 1],
    alphaSpent: [0.0001, 0.003, 0.019][k - 1],
  }));
  return {
    ...base,
    experiment: { ...base.experiment, name: 'third-look' },
    look: { index: 3, of: 4, taken, stoppedEarly: false },
  };
};

const threeArms = (): Report => {
  const base = worlds['clear-win'];
  const other = worlds['clear-loss'];
  const renamed = JSON.parse(JSON.stringify(other).replaceAll('engine', 'cluster')) as Report;
  const cluster = renamed.metrics.map((metric) => metric.arms.filter(({ arm }) => arm === 'cluster'));
  return {
    ...base,
    experiment: {
      ...base.experiment,
      name: 'three-arms',
      arms: [...base.experiment.arms, { name: 'cluster', title: 'Spark on EMR', baseline: false }],
    },
    metrics: base.metrics.map((metric, i) => ({ ...metric, arms: [...metric.arms, ...cluster[i]] })),
    comparisons: [...base.comparisons, ...renamed.comparisons],
    claims: [
      ...base.claims,
      ...renamed.claims.map((one) => ({ ...one, claim: { ...one.claim, id: `${one.claim.id}c` } })),
    ],
    decision: {
      ...base.decision,
      perTreatment: [...base.decision.perTreatment, ...renamed.decision.perTreatment],
    },
    trials: [...base.trials, ...renamed.trials.filter(({ arm }) => arm === 'cluster')],
  };
};

const hundredMetrics = (): Report => {
  const base = worlds['trade-off'];
  const many = Array.from({ length: 100 }, (_, i) => `counter_${String(i).padStart(3, '0')}`);
  return {
    ...base,
    experiment: { ...base.experiment, name: 'hundred-metrics' },
    metrics: [...base.metrics, ...many.map((name) => ({ ...base.metrics[0], name, title: name }))],
    comparisons: [
      ...base.comparisons,
      ...many.map((metric) => ({ ...base.comparisons[0], metric, id: `${metric}:engine/functions` })),
    ],
  };
};

/** Name of the picture → page. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const reports: Readonly<Record<string, Report>> = {
    'clear-win': await simulated('clear-win', speed(0.6), 'adopt'),
    'clear-loss': await simulated('clear-loss', speed(1.4), 'keep'),
    equivalent: await simulated('equivalent', speed(1, 0.02), 'keep'),
    'less-than-claimed': await simulated('less-than-claimed', speed(0.95, 0.03), 'keep'),
    inconclusive: await simulated('inconclusive', speed(0.9, 0.5), 'inconclusive'),
    'trade-off': worlds['trade-off'],
    'guardrail-refuted': worlds['guardrail-refuted'],
    'broken-split': worlds['broken-split'],
    'missing-arm': worlds['missing-arm'],
    'slow-drift': await drifting(),
    'three-arms': threeArms(),
    'third-look': await thirdLook(),
    'hundred-metrics': hundredMetrics(),
    'ugly-strings': worlds['ugly-strings'],
    mirrored: worlds.mirrored,
  };
  const drawn = Object.entries(reports).map(([name, one]) => [name, html.render(one)] as const);
  return new Map([...drawn, ['index', indexPage(runsIndex(someRuns))]]);
}

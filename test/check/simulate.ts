/**
 * Simulated runs for the checks: evidence as the pipeline would hand it over, without processes. A healthy run is an A/A
 * experiment: lognormal sizes and noise, the machine disturbing a few trials (their blocks are excluded), a few values lost.
 */
import type {
  ArmColumn,
  Evidence,
  Exclusion,
  MetricTable,
  PlannedTrial,
  Trial,
} from '../../src/model/evidence.js';
import type { DesignKind } from '../../src/model/experiment.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { claim, design, experiment, metric } from '../decide/fixtures.js';

export interface Setting {
  readonly kind: Extract<DesignKind, 'interleaved' | 'by-key'>;
  readonly units: number;
  readonly repeats: number;
  /** Chance that a trial is disturbed by the machine. */
  readonly disturbed: number;
  /** Chance that a value is lost between the stack and the report. */
  readonly lost: number;
  /** Standard deviations of log size and log noise. */
  readonly size: number;
  readonly noise: number;
}

export const healthy: Setting = {
  kind: 'interleaved',
  units: 15,
  repeats: 3,
  disturbed: 0.005,
  lost: 0.005,
  size: 0.7,
  noise: 0.15,
};

/** What a test may plant. */
export interface Plant {
  /** by-key: chance that a unit goes to the treatment; may look at the size of the unit. */
  readonly toTreatment?: (logSize: number) => number;
  /** Output of a trial, given the true count. */
  readonly output?: (count: number, trial: PlannedTrial, random: Random) => number;
  /** Factor on the duration. */
  readonly slow?: (trial: PlannedTrial, index: number) => number;
  readonly disturbed?: (trial: PlannedTrial) => number;
  /** Trials that never came back. */
  readonly missing?: (trial: PlannedTrial) => boolean;
  readonly lost?: (trial: PlannedTrial) => number;
}

const arms = ['engine', 'functions'] as const;
const startMs = 1_700_000_000_000;

export function simulate(setting: Setting, seed: number, plant: Plant = {}): Evidence {
  const random = createRandom(seed, 'checks');
  const logSizes = Array.from({ length: setting.units }, () => setting.size * random.normal());
  const planned =
    setting.kind === 'by-key' ? byKey(setting, logSizes, random, plant) : interleaved(setting, random);
  let clock = startMs;
  const trials = planned
    .filter((trial) => !(plant.missing?.(trial) ?? false))
    .map((trial, index): Trial => {
      const size = logSizes[Number(trial.unit.slice(1))];
      const seconds = Math.exp(size + setting.noise * random.normal()) * (plant.slow?.(trial, index) ?? 1);
      const records = Math.round(10_000 * Math.exp(size));
      const disturbed = random.uniform() < (plant.disturbed?.(trial) ?? setting.disturbed);
      const count = plant.output?.(records, trial, random) ?? records;
      const start = clock;
      clock += Math.ceil(seconds * 1000);
      return {
        ...trial,
        attempt: 0,
        start,
        end: clock,
        outcome: disturbed ? 'environment' : 'ok',
        exit: 0,
        measured: { wallSeconds: seconds },
        covariates: { records },
        answer: null,
        ...(disturbed ? {} : { output: { count, sha256: `sum-${count}` } }),
      };
    });
  const exclusions: Exclusion[] = [];
  for (const { block, outcome, id, arm } of trials) {
    if (outcome !== 'environment' || exclusions.some((e) => e.block === block)) continue;
    exclusions.push({ block, rule: 'exclude-environment', outcome, trial: id, arm });
  }
  const about = experiment({
    design: design({ kind: setting.kind }),
    workload: {
      kind: setting.repeats > 1 ? 'fixed' : 'sample',
      prepare: null,
      files: 'x',
      repeats: setting.repeats,
      key: null,
    },
    metrics: [metric()],
    hypotheses: [claim()],
  });
  return {
    run: {
      id: 'r1',
      stacktrial: '0.1.0',
      startedAt: startMs,
      finishedAt: clock,
      mode: 'aa',
      inject: null,
      environment: {},
      resumed: 0,
    },
    experiment: about,
    schedule: {
      algorithm: 'stacktrial-1',
      design: setting.kind,
      seed,
      blocks: planned.length / (setting.kind === 'by-key' ? 1 : 2),
      units: logSizes.map((_, i) => ({ id: `u${i}`, path: null, covariates: {} })),
      trials: planned,
      refused: [],
    },
    trials,
    collected: [],
    exclusions,
    tables: new Map([['seconds', tableOf(trials, exclusions, setting, random, plant)]]),
  };
}

const blockName = (block: number) => `b${String(block).padStart(3, '0')}`;

/** Passes over all units in random order; AB and BA equally often ±1, in random order. */
function interleaved({ units, repeats }: Setting, random: Random): PlannedTrial[] {
  const blocks = units * repeats;
  const orders = Array.from({ length: blocks }, (_, i) => i % 2);
  random.shuffle(orders);
  return Array.from({ length: repeats }, (_, repeat) => {
    const pass = Array.from({ length: units }, (_, i) => i);
    random.shuffle(pass);
    return pass.flatMap((unit, i) => {
      const block = repeat * units + i;
      return [0, 1].map((order): PlannedTrial => {
        const arm = arms[(order + orders[block]) % 2];
        return { id: `${blockName(block)}.${order}.${arm}`, block, order, unit: `u${unit}`, repeat, arm };
      });
    });
  }).flat();
}

function byKey(
  { units }: Setting,
  logSizes: readonly number[],
  random: Random,
  plant: Plant,
): PlannedTrial[] {
  return Array.from({ length: units }, (_, block) => {
    const arm = arms[random.uniform() < (plant.toTreatment?.(logSizes[block]) ?? 0.5) ? 0 : 1];
    return { id: `${blockName(block)}.0.${arm}`, block, order: 0, unit: `u${block}`, repeat: 0, arm };
  });
}

function tableOf(
  trials: readonly Trial[],
  exclusions: readonly Exclusion[],
  setting: Setting,
  random: Random,
  plant: Plant,
): MetricTable {
  const excluded = new Set(exclusions.map(({ block }) => block));
  const kept = trials.filter(({ block }) => !excluded.has(block));
  const seen = kept.filter((trial) => random.uniform() >= (plant.lost?.(trial) ?? setting.lost));
  const columns = arms.map((arm): ArmColumn => {
    const rows = seen.filter((trial) => trial.arm === arm);
    return {
      arm,
      n: rows.length,
      unit: rows.map(({ block }) => blockName(block)),
      value: Float64Array.from(rows, ({ measured }) => measured.wallSeconds ?? Number.NaN),
      per: null,
      start: Float64Array.from(rows, ({ start }) => start),
      order: Float64Array.from(rows, ({ order }) => order),
      item: rows.map(({ unit }) => unit),
    };
  });
  const [x, y] = columns;
  const there = new Set(y.unit);
  return {
    metric: 'seconds',
    arms: new Map(columns.map((column) => [column.arm, column])),
    unmeasured: null,
    coverage: {
      expected: new Set(kept.map(({ block }) => block)).size,
      seen: { engine: x.n, functions: y.n },
      complete: x.unit.filter((unit) => there.has(unit)).length,
    },
    warnings: [],
  };
}

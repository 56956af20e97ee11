/**
 * How an estimate settled: the method that decides, asked again of the units that had come in by then. A picture, never a
 * test: only at declared looks has anything been spent (STATISTICS.md §6), and those are marked.
 */
import type { Comparison, Inference, Samples } from '../model/effect.js';
import type { ArmColumn, Course, Evidence } from '../model/evidence.js';
import { isPaired } from '../model/paired.js';
import type { RunningEstimate, RunningPoint } from '../model/pictures.js';
import type { Method, Registry } from '../model/ports.js';
import type { Random } from '../model/random.js';
import { comparePlan } from './compare.js';
import { intervalData } from './effect.js';
import { choose, prepare } from './samples.js';

export interface LookPlace {
  readonly index: number;
  /** Of the smaller arm. */
  readonly units: number;
  readonly confidence: number;
}

/** Places along the way, the last is all units. */
const PLACES = 24;
/** Above these a picture would cost more than the analysis. */
const MOST_UNITS = 20_000;
const FEWEST_UNITS = 5;

/** One for each comparison named by `ids` whose method is not itself a resampling. */
export function running(
  evidence: Pick<Evidence, 'experiment' | 'tables'>,
  compared: readonly Comparison[],
  ids: ReadonlySet<string>,
  methods: Registry<Method>,
  looks: readonly LookPlace[],
  random: Random,
): RunningEstimate[] {
  return compared.flatMap((comparison) => {
    if (!ids.has(comparison.id) || comparison.method === null || comparison.effect === null) return [];
    if (/^p\d/.test(comparison.estimand)) return [];
    const found = settling(comparison, evidence, methods[comparison.method], looks, random);
    return found === null ? [] : [found];
  });
}

function settling(
  { id, metric, treatment, baseline, estimand, effect }: Comparison,
  { experiment, tables }: Pick<Evidence, 'experiment' | 'tables'>,
  method: Method | undefined,
  looks: readonly LookPlace[],
  random: Random,
): RunningEstimate | null {
  const table = tables.get(metric);
  const declared = experiment.metrics.find(({ name }) => name === metric);
  if (table === undefined || declared === undefined || method === undefined || effect === null) return null;
  const bucketMs = table.bucketMs ?? null;
  const plan = comparePlan(declared, estimand, experiment, effect.confidence, bucketMs);
  const prepared = prepare(table, treatment, baseline, isPaired(experiment.design, bucketMs !== null));
  if ('code' in prepared) return null;
  const all = inTime(prepared.samples);
  const n = Math.min(all.treatment.n, all.baseline.n);
  if (n > MOST_UNITS || n < FEWEST_UNITS) return null;
  const scale = effect.ratio === null ? 'difference' : 'ratio';
  const points = placesOf(n, looks, effect.confidence).flatMap((place): RunningPoint[] => {
    const stream = random.stream(treatment, baseline, metric, estimand, `running ${place.units}`);
    const found = method.compare(firstUnits(all, place.units, n), plan, stream);
    return 'code' in found ? [] : pointAt(place, found, scale);
  });
  return points.length < 2 ? null : { comparison: id, scale, points };
}

interface Place {
  readonly units: number;
  readonly confidence: number;
  readonly look: number | null;
}

/** Evenly, the looks among them; a look that was taken gives its confidence to its place. */
function placesOf(n: number, looks: readonly LookPlace[], confidence: number): readonly Place[] {
  const places = new Map<number, Place>();
  for (let i = 1; i <= PLACES; i++) {
    const units = Math.round(Math.max(FEWEST_UNITS, (i * n) / PLACES));
    places.set(units, { units, confidence, look: null });
  }
  looks.forEach(({ index, units, confidence: own }, i) => {
    const at = i === looks.length - 1 ? n : Math.min(n, units);
    places.set(at, { units: at, confidence: own, look: index });
  });
  return [...places.values()].sort((a, b) => a.units - b.units);
}

const rowsByStart = (starts: Float64Array): number[] =>
  Array.from(starts, (_, i) => i).sort((a, b) => starts[a] - starts[b] || a - b);

/** Rows in the order in which they came in; pairs stay pairs. */
function inTime(samples: Samples): Samples {
  const { treatment, baseline, paired } = samples;
  if (!paired) {
    return {
      paired,
      treatment: choose(treatment, rowsByStart(treatment.start)),
      baseline: choose(baseline, rowsByStart(baseline.start)),
    };
  }
  const rows = rowsByStart(treatment.start.map((start, i) => Math.max(start, baseline.start[i])));
  return { paired, treatment: choose(treatment, rows), baseline: choose(baseline, rows) };
}

/** The first units of both arms; unpaired arms are cut at the same part of each. */
function firstUnits({ treatment, baseline, paired }: Samples, units: number, n: number): Samples {
  const first = (count: number): number[] =>
    Array.from({ length: Math.min(count, Math.round((count * units) / n)) }, (_, i) => i);
  const begun = (column: ArmColumn): ArmColumn => {
    const kept = choose(column, first(column.n));
    return column.course === undefined ? kept : { ...kept, course: firstPieces(column.course, units / n) };
  };
  return { paired, treatment: begun(treatment), baseline: begun(baseline) };
}

function firstPieces({ value, per, slot, spanMs }: Course, part: number): Course {
  const count = Math.min(value.length, Math.round(value.length * part));
  const first = (values: Float64Array) => values.slice(0, count);
  const kept = { value: first(value), per: first(per), spanMs: spanMs * part };
  return { ...kept, ...(slot === undefined ? {} : { slot: first(slot) }) };
}

function pointAt(
  { units, confidence, look }: Place,
  found: Inference,
  scale: RunningEstimate['scale'],
): RunningPoint[] {
  const live = found[scale];
  if (live === null || !Number.isFinite(live.estimate)) return [];
  const interval = intervalData(live.interval(confidence));
  return [{ units, estimate: live.estimate, interval, confidence, look }];
}

/** Joins declaring, listing, earlier evidence and planning: what `stacktrial plan` answers with. */
import { deriveTables, exclusions } from '../collect/index.js';
import { compare } from '../compare/index.js';
import { KnownError } from '../errors.js';
import type { Unit } from '../model/evidence.js';
import type { Amount, Experiment, MetricName } from '../model/experiment.js';
import type { Io, Plugins } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { type Pilot, type Plan, planExperiment } from '../plan/index.js';
import { listUnits } from '../split/index.js';
import { createRandom } from '../stats/index.js';
import { asRun } from './as-run.js';
import { preflightPrices } from './preflight.js';
import type { RawEvidence } from './recorded.js';

export interface PlanRequest {
  readonly experiment: Experiment;
  readonly pilot: Pilot | null;
  readonly expect: ReadonlyMap<MetricName, Amount>;
  readonly autocorrelation: number | null;
  readonly looks: readonly number[];
  readonly plugins: Pick<Plugins, 'sources'>;
  readonly io: Io;
}

/** Asks nothing, runs nothing: lists the files of the workload and computes. */
/** Numbers that were made for another design would be wrong: none are better. */
function refuseSlots({ design }: Experiment): void {
  if (!['switchback', 'ramp', 'runs'].includes(design.kind)) return;
  throw new KnownError('plan-without-slots', `plan cannot say yet how long a design ${design.kind} takes`, {
    hint: '`stacktrial validate` says how many slots, stages or runs there are, and refuses too few.',
  });
}

export async function planRun({ plugins, io, ...request }: PlanRequest): Promise<Plan> {
  refuseSlots(request.experiment);
  const { units, warnings } = await listWorkload(request.experiment, io);
  const plan = planExperiment({
    ...request,
    workloadUnits: units === null ? null : units.length,
    sizes: units === null ? [] : sizesOf(units),
    prices: preflightPrices(request.experiment, plugins),
  });
  return { ...plan, warnings: [...warnings, ...plan.warnings] };
}

interface Listed {
  /** null: no workload is declared, or its files are not there. */
  readonly units: readonly Unit[] | null;
  readonly warnings: readonly Reason[];
}

async function listWorkload({ workload }: Experiment, io: Io): Promise<Listed> {
  if (workload === null) return { units: null, warnings: [] };
  try {
    const journal = { append: async () => undefined };
    const units = await listUnits(workload, io.folder, { io, journal, runId: 'plan', prepare: false });
    return { units, warnings: [] };
  } catch (error) {
    // `prepare` may not have written them yet; a plan from evidence does not need them.
    if (!(error instanceof KnownError)) throw error;
    return { units: null, warnings: [reason('plan-workload-not-listed', { why: error.message })] };
  }
}

/** Work grows with records, or with bytes where records were not counted. */
function sizesOf(units: readonly Unit[]): readonly number[] {
  const measure = ['records', 'bytes'].find((name) => units.every(({ covariates }) => covariates[name] > 0));
  return measure === undefined ? [] : units.map(({ covariates }) => covariates[measure]);
}

/** Evidence of an earlier run, compared by the methods that will decide. Pure. */
export function pilotOf(
  declared: Experiment,
  raw: RawEvidence,
  id: string,
  { methods }: Pick<Plugins, 'methods'>,
): Pilot {
  const experiment = asRun(declared, raw.run);
  const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, exclusions(raw.trials));
  const { comparisons, inferences } = compare(
    { experiment, tables },
    methods,
    { confidencePerComparison: () => experiment.decide.confidence },
    createRandom(experiment.design.seed, experiment.name),
  );
  const { schedule, trials } = raw;
  return { id, mode: raw.run.mode, experiment, tables, comparisons, inferences, schedule, trials };
}

/** Evidence that says nothing about this experiment is refused, and why. */
export function refuseForeign(experiment: Experiment, pilot: Pilot): void {
  const problems = [
    ...differs('design', experiment.design.kind, pilot.experiment.design.kind),
    ...differs('workload', experiment.workload?.kind ?? 'none', pilot.experiment.workload?.kind ?? 'none'),
    ...experiment.arms
      .filter(({ name }) => !pilot.experiment.arms.some((arm) => arm.name === name))
      .map(({ name }) => `it has no arm ${name}`),
  ];
  if (problems.length === 0) return;
  throw new KnownError('foreign-evidence', `${pilot.id} cannot be planned from: ${problems.join('; ')}`, {
    hint: 'A pilot is a short run of the same design on the same arms.',
  });
}

const differs = (what: string, here: string, there: string): string[] =>
  here === there ? [] : [`its ${what} is ${there}, not ${here}`];

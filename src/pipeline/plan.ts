/** Joins declaring, listing, earlier evidence and planning: what `stacktrial plan` answers with. */
import { compare } from '../compare/index.js';
import { KnownError } from '../errors.js';
import type { Unit } from '../model/evidence.js';
import type { Amount, Experiment, MetricName } from '../model/experiment.js';
import type { Io, Plugins } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { type Pilot, type Plan, type PlanInput, planExperiment } from '../plan/index.js';
import { freedomOf, listUnits } from '../split/index.js';
import { createRandom } from '../stats/index.js';
import { asRun } from './as-run.js';
import { preflightPrices } from './preflight.js';
import { derive, type RawEvidence } from './recorded.js';
import { inItsTime } from './slot-window.js';

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
export async function planRun({ plugins, io, ...request }: PlanRequest): Promise<Plan> {
  const { units, warnings } = await listWorkload(request.experiment, io);
  const plan = planExperiment({
    ...request,
    ...randomisationOf(request.experiment),
    workloadUnits: units === null ? null : units.length,
    sizes: units === null ? [] : sizesOf(units),
    prices: preflightPrices(request.experiment, plugins),
  });
  return { ...plan, warnings: [...warnings, ...plan.warnings] };
}

/** How the slots of a switchback would be drawn, so many of each arm. */
export function randomisationOf({ arms, design }: Experiment): Pick<PlanInput, 'randomisation'> {
  const { switching } = design;
  if (switching === undefined) return {};
  return { randomisation: (slots) => freedomOf(arms.length, slots * arms.length, switching.slotMs) };
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
  const inTime = inItsTime(experiment, raw.schedule, raw.executed);
  const { tables } = derive(inTime, raw);
  const { comparisons, inferences } = compare(
    { experiment, tables, schedule: raw.schedule },
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

/**
 * The volume factor: every claim is judged at the declared volume, on the trials of its units alone; the others serve
 * the break-even. Refused before the first trial where the workload does not hold what a break-even needs.
 */
import { KnownError } from '../errors.js';
import { armRows } from '../model/arm-rows.js';
import type { ArmColumn, MetricTable, Schedule } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';

const FEWEST_VOLUMES = 3;
const FEWEST_RUNS = 3;

/** @throws KnownError where volumes or runs are too few, or none is the declared one */
export function checkVolumes(experiment: Experiment, schedule: Schedule): void {
  const declared = experiment.workload?.volume;
  if (declared === undefined) return;
  const volumeOf = new Map(schedule.units.map(({ id, covariates }) => [id, covariates[declared.of]]));
  const [arm] = experiment.arms;
  const runs = new Map<number, number>();
  for (const trial of schedule.trials) {
    const volume = volumeOf.get(trial.unit);
    if (volume === undefined)
      throw refused(
        `${trial.unit} has no ${declared.of}: files of records have bytes and records`,
        'Name one of them under workload.volume.',
      );
    if (trial.block >= 0 && trial.arm === arm.name) runs.set(volume, (runs.get(volume) ?? 0) + 1);
  }
  const volumes = [...runs.keys()].sort((a, b) => a - b);
  const shown = volumes.slice(0, 12).join(', ');
  if (!runs.has(declared.at))
    throw refused(
      `no unit of the workload holds ${declared.at} ${declared.of}, at which the claims are judged`,
      `It holds units of ${shown} ${declared.of}.`,
    );
  const few = volumes.find((volume) => (runs.get(volume) ?? 0) < FEWEST_RUNS);
  if (volumes.length < FEWEST_VOLUMES || few !== undefined)
    throw refused(
      `a break-even needs ${FEWEST_VOLUMES} volumes with ${FEWEST_RUNS} runs each; the workload plans ${volumes
        .map((v) => `${runs.get(v)} at ${v}`)
        .slice(0, 12)
        .join(', ')}`,
      'Add units of other volumes, or raise repeats.',
    );
}

const refused = (message: string, hint: string) => new KnownError('volumes', message, { hint });

/** The rows at the declared volume; all of them where none was declared. */
export function atDeclaredVolume(
  tables: ReadonlyMap<string, MetricTable>,
  { workload }: Experiment,
  schedule: Schedule | null,
): ReadonlyMap<string, MetricTable> {
  const declared = workload?.volume;
  if (declared === undefined || schedule === null) return tables;
  const kept = new Set(
    schedule.units.filter(({ covariates }) => covariates[declared.of] === declared.at).map(({ id }) => id),
  );
  const only = (column: ArmColumn): ArmColumn =>
    armRows(
      column,
      [...column.item.keys()].filter((i) => kept.has(column.item[i])),
    );
  return new Map(
    [...tables].map(([name, table]) => [
      name,
      { ...table, arms: new Map([...table.arms].map(([arm, column]) => [arm, only(column)])) },
    ]),
  );
}

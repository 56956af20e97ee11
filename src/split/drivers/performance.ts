/** What one trial did, before it becomes a row of trials.ndjson. */
import type { PlannedTrial, Trial, Unit } from '../../model/evidence.js';
import { cpuStallMicroseconds } from '../measure/pressure.js';

export interface Performance
  extends Pick<Trial, 'start' | 'end' | 'outcome' | 'exit' | 'measured' | 'answer' | 'output' | 'problem'> {}

export interface Measured {
  readonly wallSeconds: number | null;
  readonly cpuSeconds: number | null;
  readonly peakMemoryBytes: number | null;
  /** Share of the wall time in which some process of this machine waited for a processor. */
  readonly cpuPressure: number | null;
}

export const unmeasured: Measured = {
  wallSeconds: null,
  cpuSeconds: null,
  peakMemoryBytes: null,
  cpuPressure: null,
};

/** Call before a trial; the result, called after, is the share of that time under pressure. */
export function watchPressure(): (wallSeconds: number) => number | null {
  const before = cpuStallMicroseconds();
  return (wallSeconds) => {
    const after = cpuStallMicroseconds();
    if (before === null || after === null || !(wallSeconds > 0)) return null;
    return Math.min(1, (after - before) / 1e6 / wallSeconds);
  };
}

export const secondsBetween = (from: bigint, to: bigint) => Number(to - from) / 1e9;

/** Reason and the end of standard error. */
export const withStderr = (why: string, stderr: string) => (stderr === '' ? why : `${why}\n${stderr}`);

/** The row of trials.ndjson. */
export function trialRow(
  { id, block, order, repeat, arm }: PlannedTrial,
  unit: Unit,
  attempt: number,
  timeoutMs: number,
  { problem, output, ...rest }: Performance,
): Trial {
  return {
    ...rest,
    id,
    attempt,
    block,
    order,
    unit: unit.id,
    repeat,
    arm,
    measured: { ...rest.measured, timeoutSeconds: timeoutMs / 1000 },
    covariates: unit.covariates,
    ...(output === undefined ? {} : { output }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A known slow-down, to see whether the experiment finds it: a real wait, not a changed number. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrialDriver } from '../../model/ports.js';

/** After each good trial of the arm waits that fraction of its wall time, and counts the wait as part of it. */
export function injectDelay(
  driver: TrialDriver,
  arm: string,
  fraction: number,
  signal?: AbortSignal,
): TrialDriver {
  return {
    close: () => driver.close(),
    async trial(planned, unit, attempt) {
      const trial = await driver.trial(planned, unit, attempt);
      const wallSeconds = trial.measured.wallSeconds ?? null;
      if (trial.arm !== arm || trial.outcome !== 'ok' || wallSeconds === null) return trial;
      const from = process.hrtime.bigint();
      try {
        await sleep(wallSeconds * fraction * 1000, undefined, { signal });
      } catch (error) {
        if (!signal?.aborted) throw error;
        const { output: _, ...rest } = trial;
        return {
          ...rest,
          outcome: 'aborted',
          answer: null,
          problem: 'The run was stopped during the injected wait.',
        };
      }
      const waited = Number(process.hrtime.bigint() - from) / 1e9;
      return {
        ...trial,
        end: trial.end + Math.round(waited * 1000),
        measured: { ...trial.measured, wallSeconds: wallSeconds + waited },
      };
    },
  };
}

/** Preflight of an arm that has nothing, and why. */
import type { ArmName, MetricName } from '../model/experiment.js';
import type { Found } from '../model/ports.js';
import type { Reason } from '../model/reason.js';

export const nothingFound =
  (metric: MetricName) =>
  (arm: ArmName, problem: Reason): Found => ({ metric, arm, points: 0, fromMs: null, toMs: null, problem });

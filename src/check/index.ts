/** Tests of validity. A new check is one file and one line here. Every check answers, if only to say why it was skipped. */
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { Check, CheckLook, Registry } from '../model/ports.js';
import { armFingerprint } from './arm-fingerprint.js';
import { billAgrees } from './bill-agrees.js';
import { carryOver } from './carry-over.js';
import { covariateBalance } from './covariate-balance.js';
import { coverage } from './coverage.js';
import { currency } from './currency.js';
import { effectiveN } from './effective-n.js';
import { exposure } from './exposure.js';
import { failures } from './failures.js';
import { levelShift } from './level-shift.js';
import { lostLines } from './lost-lines.js';
import { multipleExposure } from './multiple-exposure.js';
import { orderEffect } from './order-effect.js';
import { outputParity } from './output-parity.js';
import { peeking } from './peeking.js';
import { redispatch } from './redispatch.js';
import { repeatEffect } from './repeat-effect.js';
import { sampleRatio } from './sample-ratio.js';
import { settled } from './settled.js';
import { skew } from './skew.js';
import { slowDrift } from './slow-drift.js';
import { treatments } from './treatments.js';
import { unequalExclusions } from './unequal-exclusions.js';
import { warmUp } from './warm-up.js';
import { windowWholeDays } from './window-whole-days.js';

export const checks = {
  'sample-ratio': sampleRatio,
  treatments,
  exposure,
  redispatch,
  'lost-lines': lostLines,
  'multiple-exposure': multipleExposure,
  'covariate-balance': covariateBalance,
  'unequal-exclusions': unequalExclusions,
  'output-parity': outputParity,
  coverage,
  settled,
  currency,
  'bill-agrees': billAgrees,
  'effective-n': effectiveN,
  failures,
  'warm-up': warmUp,
  'repeat-effect': repeatEffect,
  'order-effect': orderEffect,
  skew,
  'carry-over': carryOver,
  'level-shift': levelShift,
  'arm-fingerprint': armFingerprint,
  'slow-drift': slowDrift,
  'window-whole-days': windowWholeDays,
  peeking,
} satisfies Registry<Check>;

/** All results in the order of the registry. */
export function runChecks(
  evidence: Evidence,
  look: CheckLook,
  registry: Registry<Check>,
): readonly CheckResult[] {
  return Object.entries(registry).flatMap(([name, check]) => {
    const results = check.run(evidence, look);
    // A check that says nothing would look like one that passed.
    if (results.length === 0) throw new Error(`check ${name} returned no result`);
    return results;
  });
}

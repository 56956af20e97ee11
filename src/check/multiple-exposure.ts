/**
 * By key: was every key worked on by one arm alone? Fatal: whoever is counted in both arms is compared with itself, and
 * the arms are not independent as the test takes them to be. Any such key warns, more than 1 % of the keys
 * beyond chance fail.
 * Source: Kohavi, Tang & Xu, Trustworthy Online Controlled Experiments, 2020 (users in more than one variant).
 */
import type { Evidence, ExposureRow } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { isBeyondChance } from './beyond-chance.js';
import { countingTrials } from './delivered.js';
import { isOfNamedUnit } from './named-units.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

const failAbove = 0.01;
/** Keys named in the report. */
const listed = 3;

export const multipleExposure: Check = {
  title: 'No key was worked on by more than one arm',
  severity: 'fatal',
  run(evidence) {
    const result = answering('multiple-exposure', 'fatal', reason('multiple-exposure-need', { failAbove }));
    const byKey = ['by-key', 'ramp'].includes(evidence.experiment.design.kind);
    const counted = (evidence.exposure ?? []).filter((row) => row.what === 'keys' && row.keys > 0);
    if (byKey && counted.length > 0) return [result('experiment', lookAt(counted))];
    return [result('experiment', byKey ? look(evidence) : skip(reason('multiple-exposure-shared')))];
  },
};

/** As a tap counted them, slot by slot. */
function lookAt(rows: readonly ExposureRow[]): Answer {
  let keys = 0;
  let twice = 0;
  for (const row of rows) {
    if (row.what !== 'keys') continue;
    keys += row.keys;
    twice += row.onSeveralArms;
  }
  const saw = reason('multiple-exposure-counted', { keys, twice, share: twice / keys });
  if (isBeyondChance(twice, keys, failAbove)) return fail(saw);
  return twice > 0 ? warn(saw) : pass(saw);
}

function look(evidence: Evidence): Answer {
  const arms = armsOfKeys(evidence);
  if (arms.size === 0) return skip(reason('multiple-exposure-no-keys'));
  const twice = [...arms].filter(([, seen]) => seen.size > 1).map(([key]) => key);
  const saw = reason('multiple-exposure-saw', {
    keys: arms.size,
    twice: twice.length,
    share: twice.length / arms.size,
    examples: twice.slice(0, listed),
  });
  if (isBeyondChance(twice.length, arms.size, failAbove)) return fail(saw);
  return twice.length > 0 ? warn(saw) : pass(saw);
}

/** Keys are what trials worked on and what sources name; time buckets and costs of both arms are none. */
function armsOfKeys({
  experiment,
  schedule,
  trials,
  collected,
}: Evidence): ReadonlyMap<string, Set<ArmName>> {
  const arms = new Map<string, Set<ArmName>>();
  const add = (key: string, arm: ArmName) => {
    const seen = arms.get(key);
    if (seen === undefined) arms.set(key, new Set([arm]));
    else seen.add(arm);
  };
  const keys = new Map((schedule?.units ?? []).map(({ id, key }) => [id, key ?? id]));
  for (const { unit, arm } of countingTrials(trials)) add(keys.get(unit) ?? unit, arm);
  const named = new Set(
    experiment.metrics.filter(({ byMs, exact }) => byMs === null && !exact).map(({ name }) => name),
  );
  for (const { meta, observations } of collected) {
    if (meta.type === 'trials' || !named.has(meta.metric)) continue;
    for (const one of observations) if (isOfNamedUnit(one)) add(keys.get(one.unit) ?? one.unit, one.arm);
  }
  return arms;
}

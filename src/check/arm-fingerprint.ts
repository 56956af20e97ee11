/**
 * Did an arm stay what it was, and stand on the same kind of machine as the other? A warning, told by what sources label
 * their points with: a version, image or revision that changed while it was measured; machine types, regions or zones
 * that differ between the arms. Labels by which arms are recognised are not looked at. Source: STATISTICS.md §8.
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

/** Belongs to an arm and should not change; belongs to the place and should not differ. */
const ofArm = /(^|[._-])(version|revision|image|commit|build|release)$/iu;
const ofPlace = /(^|[._-])(instance_?type|machine_?type|node_?type|cpu_?model|region|zone|arch)$/iu;

export const armFingerprint: Check = {
  title: 'Each arm stayed what it was, on the same kind of machines',
  severity: 'warning',
  run(evidence) {
    const result = answering('arm-fingerprint', 'warning', reason('arm-fingerprint-need'));
    return [result('experiment', look(evidence))];
  },
};

function look(evidence: Evidence): Answer {
  const found = [...labelsOf(evidence)];
  if (found.length === 0) return skip(reason('arm-fingerprint-no-labels'));
  // A machine that only one arm tells of is neither like nor unlike the other's.
  const told = ([, perArm]: (typeof found)[number]) => perArm.size === evidence.experiment.arms.length;
  const alone = found.filter((label) => ofPlace.test(label[0]) && !ofArm.test(label[0]) && !told(label));
  const labels = new Map(found.filter((label) => !alone.includes(label)));
  const ofOne = alone.map(([name, perArm]) => `${name} (${[...perArm.keys()].join(', ')})`);
  if (labels.size === 0) return skip(reason('arm-fingerprint-one-arm', { alone: ofOne }));
  const changed: string[] = [];
  const differing: string[] = [];
  for (const [name, perArm] of labels) {
    const said = [...perArm].map(([arm, values]) => `${arm}: ${[...values].sort().join(', ')}`);
    if (ofArm.test(name)) {
      for (const [arm, values] of perArm)
        if (values.size > 1) changed.push(`${name} of ${arm}: ${[...values].sort().join(', ')}`);
    } else if (new Set([...perArm.values()].map((values) => JSON.stringify([...values].sort()))).size > 1)
      differing.push(`${name} (${said.join('; ')})`);
  }
  const saw = reason('arm-fingerprint-saw', { labels: [...labels.keys()], changed, differing, alone: ofOne });
  return changed.length + differing.length > 0 ? warn(saw) : pass(saw);
}

/** Label → arm → its values. */
function labelsOf({
  experiment,
  collected,
}: Evidence): ReadonlyMap<string, ReadonlyMap<ArmName, ReadonlySet<string>>> {
  const recognising = new Set(experiment.arms.flatMap(({ match }) => Object.keys(match)));
  const found = new Map<string, Map<ArmName, Set<string>>>();
  for (const { observations } of collected)
    for (const { arm, labels } of observations)
      for (const [name, value] of Object.entries(labels)) {
        if (recognising.has(name) || !(ofArm.test(name) || ofPlace.test(name))) continue;
        const perArm = found.get(name) ?? new Map<ArmName, Set<string>>();
        found.set(name, perArm);
        const values = perArm.get(arm) ?? new Set<string>();
        perArm.set(arm, values);
        values.add(value);
      }
  return found;
}

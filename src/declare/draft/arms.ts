/** Arms, and which of them is the baseline. */
import type { Arm, ArmName } from '../../model/experiment.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { armShape } from '../shape/design.js';
import type { FileParts } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';
import { checkNames } from './names.js';

export interface ArmsDraft {
  readonly arms: readonly Arm[];
  readonly names: readonly ArmName[];
  /** null: missing or not an arm. */
  readonly baseline: ArmName | null;
}

export function readArms(root: Located, file: FileParts, problems: Problems): ArmsDraft {
  const map = child(root, 'arms');
  checkNames(map, 'an arm', true, problems);
  const names = entries(map).map(([name]) => name);
  if (map?.map && names.length < 2)
    problems.atKey(map, 'an experiment compares at least two arms', 'Add the other stack.');
  const arms = entries(map).map(([name, at]): Arm => {
    const { title, match } = rightParts(armShape, at.value);
    return { name, title: title ?? name, match: match ?? { arm: name } };
  });
  const at = child(root, 'baseline');
  const baseline = file.baseline !== undefined && names.includes(file.baseline) ? file.baseline : null;
  if (at !== null && file.baseline !== undefined && baseline === null && names.length > 0)
    problems.atValue(
      at,
      `the baseline "${file.baseline}" is not an arm`,
      suggestion(file.baseline, names, 'arms'),
    );
  return { arms, names, baseline };
}

/** Keys of a map that must be arms; with `all`, each arm must be there. */
export function checkArmKeys(
  map: Located | null,
  names: readonly ArmName[],
  all: boolean,
  problems: Problems,
): void {
  if (map?.map == null || names.length === 0) return;
  for (const [name, at] of entries(map))
    if (!names.includes(name))
      problems.atKey(at, `there is no arm "${name}"`, suggestion(name, names, 'arms'));
  for (const name of all ? names : [])
    if (!map.map.has(name)) problems.atKey(map, `arm "${name}" is missing here`, `Add "${name}:".`);
}

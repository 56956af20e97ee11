/** `workload:` of the file: what the trials work on. */
import type { Workload } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { rightParts } from '../shape/walk.js';
import { workloadShape } from '../shape/workload.js';

export function readWorkload(root: Located, problems: Problems): Workload | null {
  const at = child(root, 'workload');
  if (at === null) return null;
  const parts = rightParts(workloadShape, at.value);
  const repeatsWrong = at.map?.has('repeats') === true && parts.repeats === undefined;
  if (parts.kind === 'fixed' && (parts.repeats ?? 1) < 2 && !repeatsWrong)
    problems.atKey(
      child(at, 'repeats') ?? at,
      'a fixed workload needs each unit at least twice on each arm',
      'Write "repeats: 3", or "kind: sample" where the units stand for others.',
    );
  return {
    kind: parts.kind ?? 'sample',
    prepare: parts.prepare ?? null,
    files: parts.files ?? '',
    repeats: parts.repeats ?? 1,
    key: parts.key ?? null,
    ...readVolume(root, at, parts.volume, problems),
  };
}

/** Runs at different volumes are trials in random order, each of which costs money. */
function readVolume(
  root: Located,
  at: Located,
  volume: ReturnType<typeof rightParts<typeof workloadShape>>['volume'],
  problems: Problems,
): Pick<Workload, 'volume'> {
  const place = child(at, 'volume');
  if (place === null || volume?.of === undefined || volume.at === undefined) return {};
  const kind = child(child(root, 'design'), 'kind');
  if (kind !== null && kind.value !== 'interleaved')
    problems.atKey(
      place,
      'a volume factor needs trials in random order, one unit each: design interleaved',
      'Leave workload.volume out; the cost of a month is decide.volume.',
    );
  return { volume: { of: volume.of, at: volume.at, eachMs: volume.each ?? null } };
}

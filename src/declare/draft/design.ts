/** `design:` of the file, and what could never answer. */
import type { ArmName, Design, DesignKind } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { seedOf } from '../seed.js';
import { designShape } from '../shape/design.js';
import type { FileParts } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';
import { checkArmKeys } from './arms.js';
import { readSlots } from './slots.js';

/** Keys that only some designs have; a key that would be ignored is a problem. */
const ONLY: Readonly<Record<string, readonly DesignKind[]>> = {
  blocks: ['interleaved', 'mirrored'],
  warmup: ['interleaved', 'mirrored', 'by-key'],
  seed: ['interleaved', 'mirrored', 'by-key', 'switchback', 'ramp'],
  shares: ['by-key', 'ramp'],
  coverage: ['by-key'],
  hash: ['by-key', 'ramp'],
  unit: ['mirrored', 'by-key', 'observed', 'ramp', 'runs'],
  concurrent: ['observed'],
  slot: ['switchback'],
  slots: ['switchback'],
  for: ['by-key'],
  'burn-in': ['switchback', 'ramp', 'by-key'],
  'burn-out': ['switchback'],
  stages: ['ramp'],
  periods: ['runs'],
};

/** A t interval needs five units an arm for a verdict (STATISTICS §2). */
const FEWEST_BLOCKS = 5;

function readShares(
  at: Located | null,
  declared: Readonly<Record<ArmName, number>> | undefined,
  names: readonly ArmName[],
  problems: Problems,
) {
  const equal = Object.fromEntries(names.map((name) => [name, 1 / names.length]));
  if (at === null || declared === undefined) return equal;
  checkArmKeys(at, names, true, problems);
  const sum = entries(at).reduce((total, [name]) => total + (declared[name] ?? 0), 0);
  if (Math.abs(sum - 1) > 1e-9)
    problems.atKey(
      at,
      `the shares add up to ${Number((sum * 100).toFixed(6))}%, not 100%`,
      'Use coverage to leave a part of all keys out.',
    );
  return declared;
}

export function readDesign(
  root: Located,
  file: FileParts,
  names: readonly ArmName[],
  problems: Problems,
): Design {
  const at = child(root, 'design');
  const parts = rightParts(designShape, at?.value);
  const { kind } = parts;
  for (const [key, kinds] of Object.entries(ONLY)) {
    const extra = child(at, key);
    if (extra !== null && kind !== undefined && !kinds.includes(kind))
      problems.atKey(extra, `design ${kind} has no "${key}"`, `It belongs to ${kinds.join(', ')}.`);
  }
  const blocksAt = child(at, 'blocks');
  if (blocksAt !== null && parts.blocks !== undefined && parts.blocks < FEWEST_BLOCKS)
    problems.atValue(
      blocksAt,
      `${parts.blocks} ${parts.blocks === 1 ? 'block' : 'blocks'} can never answer: ${FEWEST_BLOCKS} are needed for a verdict`,
      `Write at least ${FEWEST_BLOCKS}; 20 or more see small differences.`,
    );
  return {
    kind: kind ?? 'observed',
    seed: parts.seed ?? seedOf(file.experiment ?? ''),
    blocks: parts.blocks ?? null,
    warmupTrials: parts.warmup ?? 0,
    shares: readShares(child(at, 'shares'), parts.shares, names, problems),
    coverage: parts.coverage ?? 1,
    ...(parts.hash === undefined ? {} : { hash: parts.hash }),
    unit: parts.unit ?? null,
    concurrent: parts.concurrent ?? false,
    ...(kind === 'by-key' ? lasting(parts) : {}),
    ...readSlots(at, parts, names, file.decide?.confidence ?? 0.95, problems),
  };
}

const lasting = (parts: Partial<NonNullable<FileParts['design']>>): Pick<Design, 'lastsMs' | 'burnInMs'> => ({
  ...(parts.for === undefined ? {} : { lastsMs: parts.for }),
  ...(parts['burn-in'] === undefined ? {} : { burnInMs: parts['burn-in'] }),
});

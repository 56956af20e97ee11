/** Design, driver and workload: what belongs together, and what could never answer. */
import type { ArmName, Design, DesignKind, Window, Workload } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { seedOf } from '../seed.js';
import { designShape } from '../shape/design.js';
import type { FileParts } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';
import { workloadShape } from '../shape/workload.js';
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

/** Which of design, driver and workload need each other. */
export function checkTogether(
  root: Located,
  {
    design,
    isTap,
    window,
  }: { readonly design: Design; readonly isTap: boolean; readonly window: Window | null },
  problems: Problems,
): void {
  const kind = child(child(root, 'design'), 'kind');
  const driver = child(root, 'driver');
  const workload = child(root, 'workload');
  if (design.kind === 'interleaved' && driver === null && kind?.value === 'interleaved')
    problems.atValue(
      kind,
      'design interleaved runs trials and needs a driver',
      'Add "driver: { type: command, … }", or use observed, mirrored or by-key.',
    );
  if (isTap) {
    checkTap(root, design, window, problems);
    return;
  }
  for (const key of ['for', ...(design.kind === 'by-key' ? ['burn-in'] : [])]) {
    const at = child(child(root, 'design'), key);
    if (at !== null && design.kind === 'by-key')
      problems.atKey(at, `"${key}" is about a tap that is turned`, 'Here no driver turns one.');
  }
  if (driver !== null && workload === null)
    problems.atKey(
      driver,
      'a driver needs a workload',
      'Add "workload: { kind: sample, files: batches/*.csv }".',
    );
  if (workload !== null && driver === null)
    problems.atKey(
      workload,
      'a workload needs a driver that runs it',
      'Add "driver: { type: command, … }", or leave the workload out.',
    );
  if (driver !== null && (kind?.value === 'observed' || kind?.value === 'runs'))
    problems.atKey(
      driver,
      `design ${kind.value} runs nothing: it has no driver`,
      'Use interleaved, mirrored or by-key, or leave the driver out.',
    );
}

/** A tap turns the traffic that is there: it has no workload, and it has an end. */
function checkTap(root: Located, design: Design, window: Window | null, problems: Problems): void {
  const at = child(root, 'design');
  const kind = child(at, 'kind');
  const workload = child(root, 'workload');
  if (workload !== null)
    problems.atKey(
      workload,
      'this driver turns the traffic that is there: there is no workload',
      'Leave the workload out, or use a driver that runs trials.',
    );
  if (kind === null) return;
  if (!['by-key', 'switchback', 'ramp'].includes(design.kind))
    problems.atValue(
      kind,
      `design ${design.kind} divides no traffic`,
      'A tap is turned by by-key (a part of it at the same time), ramp (a growing part) or switchback (all of it, in turns).',
    );
  else if (design.kind === 'by-key' && design.lastsMs === undefined && window === null)
    problems.atKey(kind, 'nothing says how long traffic is split', 'Write for: 2h, or declare "window:".');
  else if (design.kind === 'by-key' && design.lastsMs !== undefined && window !== null)
    problems.atKey(
      child(at, 'for') ?? kind,
      'the window says how long traffic is split',
      'Keep one of the two.',
    );
  const { switching } = design;
  if (design.kind === 'switchback' && switching?.slotMs === null)
    problems.atKey(kind, 'on a tap a slot needs a length', 'Write slot: 2h.');
  const lasts = design.lastsMs ?? (window === null ? null : window.toMs - window.fromMs - window.warmupMs);
  const burnIn = child(at, 'burn-in');
  if (design.kind === 'by-key' && burnIn !== null && lasts !== null && (design.burnInMs ?? 0) >= lasts)
    problems.atValue(burnIn, 'burn-in leaves nothing of the split', null);
}

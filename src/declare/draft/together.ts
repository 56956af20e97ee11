/** Which of design, driver, workload and window need each other, and which exclude each other. */
import type { Design, HashName, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';

export function checkTogether(
  root: Located,
  {
    design,
    isTap,
    window,
    hash,
  }: {
    readonly design: Design;
    readonly isTap: boolean;
    readonly window: Window | null;
    /** By which the driver's proxy divides keys; null: it divides none by itself. */
    readonly hash: HashName | null;
  },
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
    checkHash(root, design, hash, problems);
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

/** What divides the keys and what says which arm a key belongs to must be one thing. */
function checkHash(root: Located, design: Design, hash: HashName | null, problems: Problems): void {
  const own = design.hash ?? 'fnv1a';
  if (hash === null || own === hash || (design.kind !== 'by-key' && design.kind !== 'ramp')) return;
  const at = child(root, 'design') ?? root;
  problems.atKey(
    child(at, 'hash') ?? at,
    `keys are divided by ${hash} in front of the stacks, and ${own} is what stacktrial assign would go by`,
    `Write "hash: ${hash}", and the seed that stands in the configuration there.`,
  );
}

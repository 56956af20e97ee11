/** Whether slots, stages and deployments fit the window, the workload and the buckets of the metrics. */
import type { Design, Metric, Switching, Window, Workload } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { durationText } from './duration.js';
import { slotsAtLevel } from './slots.js';

export interface Fitting {
  readonly design: Design;
  readonly arms: number;
  readonly confidence: number;
  readonly window: Window | null;
  readonly workload: Workload | null;
  readonly metrics: readonly Metric[];
}

export function checkSlots(root: Located, fitting: Fitting, problems: Problems): void {
  const at = child(root, 'design');
  const { design, window, metrics } = fitting;
  if (design.switching !== undefined) checkSwitching(at, design.switching, fitting, problems);
  const whole = (design.stages ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  const held = heldBy(window);
  const stagesAt = child(at, 'stages');
  if (stagesAt !== null && held !== null && held > 0 && whole > held)
    problems.atValue(
      stagesAt,
      `the stages take ${durationText(whole)}; the window holds ${durationText(held)}`,
      'Shorten the stages, extend the window, or leave it out: a ramp then begins when it is started.',
    );
  const kept = keptOf(design);
  for (const { name, byMs } of metrics) {
    const by = child(child(child(root, 'metrics'), name), 'by');
    if (kept === null || byMs === null || by === null || byMs <= kept) continue;
    problems.atValue(
      by,
      `a bucket of ${durationText(byMs)} does not fit into what is kept of a slot, ${durationText(kept)}`,
      'Make the buckets shorter or the slots longer.',
    );
  }
}

const heldBy = (window: Window | null): number | null =>
  window === null ? null : window.toMs - window.fromMs - window.warmupMs;

/** The shortest stretch of time that is analysed as one; null: there is none, or it is no time. */
function keptOf({ switching, stages, burnInMs = 0, periods }: Design): number | null {
  if (switching !== undefined)
    return switching.slotMs === null ? null : switching.slotMs - switching.burnInMs - switching.burnOutMs;
  const lengths = [
    ...(stages ?? []).map(({ durationMs }) => durationMs - burnInMs),
    ...(periods ?? []).map(({ fromMs, toMs }) => toMs - fromMs),
  ];
  return lengths.length === 0 ? null : Math.min(...lengths);
}

function checkSwitching(
  at: Located | null,
  { slotMs, slots, burnInMs, burnOutMs }: Switching,
  { workload, window, arms, confidence }: Fitting,
  problems: Problems,
): void {
  const kind = child(at, 'kind');
  const each = slotsAtLevel(confidence, arms);
  const fewest = each * arms;
  if (kind === null || (slotMs === null && child(at, 'slot') !== null)) return;
  if (slotMs === null && workload === null)
    problems.atValue(kind, 'design switchback does not say how long a slot is', 'Add "slot: 2h".');
  if (slotMs === null && workload !== null && slots === null)
    problems.atValue(kind, 'design switchback does not say how many slots there are', `Add "slots: 20".`);
  if (slotMs === null && burnInMs + burnOutMs > 0)
    problems.atKey(
      child(at, 'burn-in') ?? child(at, 'burn-out') ?? kind,
      'slots of trials have no time to leave out',
      'Let the driver prepare the stack, or declare slots in time: "slot: 2h".',
    );
  if (slotMs === null) return;
  const slotAt = child(at, 'slot') as Located;
  if (workload !== null)
    problems.atKey(
      slotAt,
      'slots of trials end with the workload, not with the clock',
      'Leave "slot" out: each slot is one pass of the workload on one arm.',
    );
  const held = heldBy(window);
  if (held === null && slots === null)
    problems.atKey(
      slotAt,
      'nothing says how many slots there are',
      `Add "slots: 24", or a window that holds at least ${fewest}.`,
    );
  if (held === null || held <= 0 || slotMs <= 0) return;
  if (slots !== null && slots * slotMs > held)
    problems.atValue(
      child(at, 'slots') as Located,
      `${slots} slots of ${durationText(slotMs)} take ${durationText(slots * slotMs)}; the window holds ${durationText(held)}`,
      'Use fewer or shorter slots, or extend the window.',
    );
  const fit = Math.floor(held / slotMs);
  if (slots === null && fit < fewest)
    problems.atValue(
      slotAt,
      `the window holds ${fit} slots of ${durationText(slotMs)}; ${each} of each arm are needed, ${fewest} together`,
      `Make the window at least ${durationText(fewest * slotMs)} long, or the slots shorter.`,
    );
}

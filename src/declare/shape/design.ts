/** Arms, design and window of the file: how work finds its arm, and when. */
import { z } from 'zod';
import { count, durationMs, instantMs, share, text } from './values.js';

export const armShape = z.strictObject({
  title: text.optional().describe('Name of the stack in reports.'),
  match: z.record(z.string(), text).optional().describe('Labels by which sources recognise this arm.'),
});

export const stageShape = z.strictObject({
  coverage: share('Part of all traffic that takes part.', 0, 1),
  for: durationMs('How long: 6h.'),
});

export const periodShape = z.strictObject({
  arm: text.describe('Which arm was deployed.'),
  from: instantMs('Start of the deployment, with its zone.'),
  to: instantMs('End (not included).'),
});

export const designShape = z.strictObject({
  kind: z
    .enum(['interleaved', 'mirrored', 'by-key', 'observed', 'switchback', 'ramp', 'runs'])
    .describe('How work is assigned to arms.'),
  seed: count(0)
    .max(0xffffffff)
    .optional()
    .describe('Seed of the schedule; without it, drawn from the name.'),
  blocks: count(1).optional().describe('Blocks of trials; without it, as many as units × repeats.'),
  warmup: count(0).optional().describe('Trials on each arm before the first block: kept, not analysed.'),
  shares: z
    .record(z.string(), share('Share of this arm.', 0, 1))
    .optional()
    .describe('by-key, ramp: share of each arm of what takes part; together 100%.'),
  coverage: share('by-key: part of all keys that takes part.', 0, 1).optional(),
  hash: z
    .enum(['fnv1a', 'xxh32'])
    .optional()
    .describe('How a key finds its arm: fnv1a (as GrowthBook, the default), xxh32 (as HAProxy).'),
  unit: text
    .optional()
    .describe('Label that names the unit in sources, e.g. batch_id; runs: the deployment.'),
  concurrent: z.boolean().optional().describe('observed: did both arms run at the same time?'),
  slot: durationMs('switchback: length of a slot, each given whole to one arm: 2h.').optional(),
  for: durationMs('by-key on a tap: how long traffic is split, from the start of the run: 2h.').optional(),
  slots: count(1).optional().describe('switchback: how many; without it, as many as the window holds.'),
  'burn-in': durationMs('switchback, ramp, by-key on a tap: left out after each change: 10m.').optional(),
  'burn-out': durationMs('switchback: left out at the end of each slot: 5m.').optional(),
  stages: z.array(stageShape).min(1).optional().describe('ramp: how much takes part, and for how long.'),
  periods: z.array(periodShape).min(1).optional().describe('runs: when which arm was deployed.'),
});

export const windowShape = z.strictObject({
  from: instantMs('Start, with its zone: 2026-11-01T00:00Z.'),
  to: instantMs('End (not included), with its zone.'),
  warmup: durationMs('Left out at the start: 30m.').optional(),
  settle: durationMs('After the end, until cost is final: 48h.').optional(),
});

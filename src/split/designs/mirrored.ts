/**
 * Mirrored: every unit goes to all arms at the same time. Right where each arm has machines of its own;
 * on one machine the arms take each other's processor time (reference/splitting.md §0.8).
 */
import { scheduleBlocks } from './blocks.js';
import type { SplitDesign } from './design.js';

export const mirrored: SplitDesign = {
  title: 'Every unit on all arms at the same time',
  concurrent: true,
  schedule: scheduleBlocks,
};

/**
 * Interleaved: one trial at a time; a block is one unit on every arm in random order. What the
 * environment does to a block it does to all arms, so that differences inside blocks are the stacks'.
 * Source: randomised complete blocks (Fisher 1935); for benchmarks Abedi and Brecht, ICPE 2017.
 */
import { scheduleBlocks } from './blocks.js';
import type { SplitDesign } from './design.js';

export const interleaved: SplitDesign = {
  title: 'Blocks of one unit on every arm, one trial at a time, in random order',
  concurrent: false,
  schedule: scheduleBlocks,
};

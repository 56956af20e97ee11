/** Ages and sizes for lines that a machine or a passer-by reads. */
import type { Report } from '../model/report.js';
import { duration, quantity } from './format.js';

/** UTC ms at which the report's decision was made: its look, or the end of the run. */
export const decisionTime = ({ look, run }: Report): number =>
  Date.parse(run.finishedAt ?? look.taken?.at(-1)?.at ?? run.startedAt);

export const sinceText = (ms: number): string => duration(Math.max(0, ms));

export const bytesText = (bytes: number): string => quantity(bytes, 'B');

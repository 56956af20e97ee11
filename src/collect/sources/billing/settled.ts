/** Which buckets of a bill are final enough: a provider adds to a day for about two days after it has ended. */
import { z } from 'zod';
import type { Window } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { wholeBuckets } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const DEFAULT_SETTLE_MS = 2 * DAY_MS;

export const settleText = z
  .string()
  .regex(/^\d+(\.\d+)?(m|h|d)$/u, 'is not a duration such as 48h')
  .optional()
  .describe(
    'How long after its end a day of the bill is held back; default 48h, or what the window settles.',
  );

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: DAY_MS };

/** The source's own `settle`, else the window's, else 48 hours. */
export const settleMsOf = (text: string | undefined, window: Window | null): number => {
  if (text === undefined) return window !== null && window.settleMs > 0 ? window.settleMs : DEFAULT_SETTLE_MS;
  const [, number, unit] = /^([\d.]+)(m|h|d)$/u.exec(text) as unknown as [string, string, string];
  return Number(number) * UNIT_MS[unit];
};

/** Whole buckets of the window, half-open, UTC ms. */
export interface Buckets {
  readonly fromMs: number;
  readonly toMs: number;
  readonly byMs: number;
}

/** What a bill is asked for. @throws SourceProblem where window or bucket width is missing, or no bucket is whole */
export const bucketsOf = ({ metric, window, byMs }: Want): Buckets => {
  if (byMs === null) throw new SourceProblem(reason('billing-needs-by', { metric }));
  if (window === null) throw new SourceProblem(reason('billing-needs-window', { metric }));
  const { fromMs, toMs, count } = wholeBuckets(window, byMs);
  if (count === 0)
    throw new SourceProblem(
      reason('billing-no-whole-bucket', { metric, byMs, from: window.fromMs, to: window.toMs }),
    );
  return { fromMs, toMs, byMs };
};

export interface Settled {
  /** End of the last bucket that is settled; not above `fromMs` where none is. */
  readonly toMs: number;
  /** Buckets that are not settled yet. */
  readonly heldBack: number;
  /** When the first of those will be. */
  readonly nextAtMs: number;
}

/** @param asOfMs up to when the bill knows: now, or the last that an export contains */
export const settledOf = ({ fromMs, toMs, byMs }: Buckets, asOfMs: number, settleMs: number): Settled => {
  const whole = Math.floor((Math.min(toMs, asOfMs - settleMs) - fromMs) / byMs);
  const end = fromMs + Math.max(0, whole) * byMs;
  return { toMs: end, heldBack: Math.round((toMs - end) / byMs), nextAtMs: end + byMs + settleMs };
};

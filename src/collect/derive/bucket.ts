/** Time buckets: half-open, UTC, aligned to the epoch, named by the ISO time of their start. */
import type { Window } from '../../model/experiment.js';

export const bucketStart = (atMs: number, widthMs: number): number => Math.floor(atMs / widthMs) * widthMs;

export const bucketName = (startMs: number): string => new Date(startMs).toISOString();

/** What of the window is analysed: without its warm-up. */
export const analysedFromMs = (window: Window): number => window.fromMs + window.warmupMs;

/** Starts of the first whole bucket and of the first that is not whole any more: a part of a bucket is dropped whole. */
export const wholeBuckets = (
  window: Window,
  widthMs: number,
): { fromMs: number; toMs: number; count: number } => {
  const fromMs = Math.ceil(analysedFromMs(window) / widthMs) * widthMs;
  const toMs = bucketStart(window.toMs, widthMs);
  return { fromMs, toMs: Math.max(fromMs, toMs), count: Math.max(0, Math.round((toMs - fromMs) / widthMs)) };
};

export const isWhole = (startMs: number, widthMs: number, window: Window | null): boolean => {
  if (window === null) return true;
  const { fromMs, toMs } = wholeBuckets(window, widthMs);
  return startMs >= fromMs && startMs < toMs;
};

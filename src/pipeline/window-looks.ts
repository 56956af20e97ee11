/**
 * Looks on a window of time, told from the experiment, the ledger of looks and the clock alone.
 *
 * A look takes the evidence up to its date and is due once that has settled (`settle` after it), so that what it has seen
 * is final and its information is its share of the window. The last look is the first call after the window's end and
 * its time to settle. Where several became due since the last call, only the newest is taken: the others would see less,
 * and nobody was there for them; α that was not spent is spent later. All else is monitoring.
 */
import type { Look } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';

export interface WindowLook {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  /** Share of the window, after its warm-up. */
  readonly plannedFraction: number;
  /** Evidence up to here; UTC ms. */
  readonly untilMs: number;
  /** When it can be taken: what was measured until then is final. */
  readonly dueAt: number;
  /** Buckets (hours, where no claim rests on buckets) up to here, and in the whole window. */
  readonly units: number;
  readonly maximum: number;
  /** Nobody declared when. */
  readonly anytime?: true;
}

export type WindowDue =
  /** Take this look; `passedOver`: earlier ones that nobody was there for. */
  | { readonly kind: 'look'; readonly look: WindowLook; readonly passedOver: readonly WindowLook[] }
  /** Coverage, checks and harm only, on evidence up to `untilMs`. */
  | { readonly kind: 'monitor'; readonly untilMs: number; readonly next: WindowLook }
  /** The window has not begun, or nothing of it is there yet. */
  | { readonly kind: 'wait'; readonly next: WindowLook }
  /** The last look was taken. */
  | { readonly kind: 'over' };

/** Does this experiment look at a window that fills without stacktrial running anything? */
export const looksOnWindow = ({ window, driver, design }: Experiment): boolean =>
  window !== null && driver === null && (design.kind === 'mirrored' || design.kind === 'observed');

const HOUR_MS = 36e5;

/** In order; the last is at the window's end. Empty without a window. */
export function windowLooks(experiment: Experiment): readonly WindowLook[] {
  const { window, decide } = experiment;
  if (window === null) return [];
  const fractions = decide.looks ?? [1];
  const first = window.fromMs + window.warmupMs;
  const width = grainOf(experiment) ?? HOUR_MS;
  const whole = (untilMs: number) => Math.floor(untilMs / width) - Math.ceil(first / width);
  return fractions.map((plannedFraction, i) => {
    const last = i === fractions.length - 1;
    const exact = first + plannedFraction * (window.toMs - first);
    // On the edge of a bucket, so that none is cut.
    const untilMs = last ? window.toMs : Math.min(window.toMs, Math.ceil(exact / width - 1e-9) * width);
    return {
      index: i + 1,
      of: fractions.length,
      plannedFraction,
      untilMs,
      dueAt: untilMs + window.settleMs,
      units: Math.max(1, whole(untilMs)),
      maximum: Math.max(1, whole(window.toMs)),
    };
  });
}

export function dueOnWindow(experiment: Experiment, taken: readonly Look[], nowMs: number): WindowDue {
  if (experiment.decide.anytime === true) return dueAtAnyTime(experiment, taken, nowMs);
  const planned = windowLooks(experiment);
  const done = taken.at(-1)?.index ?? 0;
  const ahead = planned.filter(({ index }) => index > done);
  const next = ahead[0];
  if (next === undefined) return { kind: 'over' };
  const due = ahead.filter(({ dueAt }) => dueAt <= nowMs);
  const newest = due.at(-1);
  if (newest !== undefined) return { kind: 'look', look: newest, passedOver: due.slice(0, -1) };
  const { window } = experiment;
  const width = Math.max(grainOf(experiment) ?? 60_000, 60_000);
  const untilMs = Math.min(window?.toMs ?? 0, Math.floor(nowMs / width) * width);
  const begins = window === null ? Infinity : window.fromMs + window.warmupMs;
  return untilMs > begins ? { kind: 'monitor', untilMs, next } : { kind: 'wait', next };
}

/** Each call is a look at what there is and settled; the last is the first after the window's end and its time to settle. */
function dueAtAnyTime(experiment: Experiment, taken: readonly Look[], nowMs: number): WindowDue {
  const [whole] = windowLooks(experiment);
  const before = taken.at(-1);
  if (before !== undefined && before.index === before.of) return { kind: 'over' };
  const index = (before?.index ?? 0) + 1;
  const anytime = true as const;
  if (nowMs >= whole.dueAt)
    return { kind: 'look', look: { ...whole, index, of: index, anytime }, passedOver: [] };
  const { window } = experiment;
  if (window === null) return { kind: 'over' };
  const width = grainOf(experiment) ?? HOUR_MS;
  const first = window.fromMs + window.warmupMs;
  const untilMs = Math.min(window.toMs, Math.floor((nowMs - window.settleMs) / width) * width);
  if (untilMs <= first) return { kind: 'wait', next: whole };
  const plannedFraction = (untilMs - first) / (window.toMs - first);
  const units = Math.max(1, Math.floor(plannedFraction * whole.maximum));
  const look = { ...whole, index, of: index + 1, untilMs, dueAt: nowMs, plannedFraction, units, anytime };
  return { kind: 'look', look, passedOver: [] };
}

/** The window as it stands at a look: nothing after it is missing, because nothing after it was asked for. */
export const untilOf = (experiment: Experiment, untilMs: number): Experiment =>
  experiment.window === null || experiment.window.toMs <= untilMs
    ? experiment
    : { ...experiment, window: { ...experiment.window, toMs: untilMs } };

/** Width of the coarsest buckets that a claim rests on; null: none rests on buckets. */
function grainOf({ metrics, hypotheses, guardrails }: Experiment): number | null {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const names = new Set([...hypotheses, ...guardrails].map(({ metric }) => metric));
  // A set that grows while it is walked is walked to its end.
  for (const name of names) for (const part of partsOf(byName.get(name))) names.add(part);
  const widths = [...names].flatMap((name) => byName.get(name)?.byMs ?? []);
  return widths.length === 0 ? null : Math.max(...widths);
}

function partsOf(metric: Metric | undefined): readonly string[] {
  const input = metric?.input;
  if (input?.kind === 'ratio') return [input.of, input.per];
  return input?.kind === 'rate'
    ? Object.values(input.arms).flatMap((uses) => uses.map(({ usage }) => usage))
    : [];
}

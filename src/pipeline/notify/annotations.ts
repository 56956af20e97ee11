/** What Grafana is to mark on its time axis: the run, its slots and stages, its looks, its decision. Pure. */
import type { ExecutedSlot, Schedule } from '../../model/evidence.js';
import type { Report } from '../../model/report.js';
import { headline } from '../../report/index.js';

export interface Annotation {
  /** Names it within its run: what was sent is not sent again. */
  readonly key: string;
  /** UTC ms. */
  readonly time: number;
  /** Absent: a moment. */
  readonly timeEnd?: number;
  readonly tags: readonly string[];
  readonly text: string;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(4))}%`;

/** Slots that are over: as they were executed where stacktrial turned the tap, else as they were planned. */
function slotAnnotations(
  schedule: Schedule | null,
  executed: readonly ExecutedSlot[],
  nowMs: number,
): readonly Annotation[] {
  const ran = new Map(
    executed.filter(({ outcome }) => outcome !== 'failed').map((slot) => [slot.index, slot] as const),
  );
  return (schedule?.slots ?? [])
    .map((slot) => {
      if (executed.length === 0) return slot;
      const { appliedAt = null, endedAt = null } = ran.get(slot.index) ?? {};
      return { ...slot, startMs: appliedAt ?? Infinity, endMs: endedAt ?? Infinity };
    })
    .filter(({ startMs, endMs }) => Number.isFinite(startMs) && endMs <= nowMs)
    .map(({ index, startMs, endMs, shares, stage }) => ({
      key: `slot ${index}`,
      time: startMs,
      timeEnd: endMs,
      tags: [stage === null ? 'slot' : 'stage'],
      text: `${stage === null ? `slot ${index + 1}` : `stage ${stage + 1}`}: ${Object.entries(shares)
        .filter(([, share]) => share > 0)
        .map(([arm, share]) => `${arm} ${percent(share)}`)
        .join(', ')}`,
    }));
}

export function annotationsOf(
  report: Report | null,
  schedule: Schedule | null,
  executed: readonly ExecutedSlot[],
  nowMs: number,
): readonly Annotation[] {
  const slots = slotAnnotations(schedule, executed, nowMs);
  if (report === null) return slots;
  const { run, look } = report;
  const start = Date.parse(run.startedAt);
  const end = run.finishedAt === null ? null : Date.parse(run.finishedAt);
  const { label, sentence } = headline(report);
  return [
    ...slots,
    ...(look.taken ?? []).map(({ at }, i) => ({
      key: `look ${i + 1}`,
      time: Date.parse(at),
      tags: ['look'],
      text: `look ${i + 1} of ${look.of}`,
    })),
    ...(end === null
      ? []
      : [{ key: 'run', time: start, timeEnd: end, tags: ['run'], text: `run ${run.id}` }]),
    {
      key: `decision ${look.index}`,
      time: Date.parse(look.taken?.at(-1)?.at ?? run.finishedAt ?? run.startedAt),
      tags: ['decision', report.decision.outcome],
      text: `${label}: ${sentence}`,
    },
  ];
}

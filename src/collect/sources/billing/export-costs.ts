/** Lines become the arms' costs per bucket: what counts is added, what does not is counted and said. */
import type { ArmName } from '../../../model/experiment.js';
import { type Reason, reason } from '../../../model/reason.js';
import { bucketStart } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import { oneCurrency } from './currency.js';
import { Decimal } from './decimal.js';
import type { Line } from './export-lines.js';
import { type ExportRow, existing, type Given, rowsOf } from './export-rows.js';
import { DAY_MS, settledOf, settleMsOf } from './settled.js';
import { titleOf } from './shared.js';

export interface ExportCosts {
  readonly rows: readonly ExportRow[];
  /** Arms of which no line counts. */
  readonly free: readonly ArmName[];
  readonly paid: ReadonlyMap<ArmName, readonly number[]>;
  readonly warnings: readonly Reason[];
}

/** Up to when the export knows: its newest usage, or now where it holds the whole billing period. */
const asOf = (lines: readonly Line[], nowMs: number): number => {
  const usage = lines.filter(({ startMs, endMs }) => endMs - startMs <= DAY_MS);
  const newest = usage.reduce((last, { endMs }) => Math.max(last, endMs), Number.NEGATIVE_INFINITY);
  const closes = lines.reduce(
    (last, { closesMs }) => Math.max(last, closesMs ?? last),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(closes) && newest >= closes ? nowMs : Math.min(nowMs, newest);
};

const total = (lines: readonly Line[]): Decimal =>
  lines.reduce((sum, { amount }) => sum.plus(amount), Decimal.ZERO);
const rowsIn = (lines: readonly Line[]): number => lines.reduce((sum, { rows }) => sum + rows, 0);

/** Of the arms' lines, what is left out, by kind. */
const leftOutOf = (metric: string, lines: readonly Line[], currency: string | null): Reason[] => {
  const kinds = [...new Set(lines.map(({ kind }) => kind))].sort();
  if (kinds.length === 0) return [];
  const of = (kind: string): readonly Line[] => lines.filter((line) => line.kind === kind);
  return [
    reason('billing-left-out', {
      metric,
      currency,
      kinds,
      rows: kinds.map((kind) => rowsIn(of(kind))),
      amounts: kinds.map((kind) => total(of(kind)).toNumber()),
    }),
  ];
};

/** @throws SourceProblem for mixed currencies, counted lines without a cost, unreadable tags, nothing settled */
export const exportCosts = (given: Given, lines: readonly Line[]): ExportCosts => {
  const { options, want, arms, buckets, counts } = given;
  const { metric } = want;
  const { byMs, fromMs } = buckets;
  const counted = lines.filter(({ kind }) => counts(kind));
  const settled = settledOf(buckets, asOf(counted, given.nowMs), settleMsOf(options.settle, want.window));
  const inside = lines.filter(({ startMs }) => startMs >= fromMs && startMs < buckets.toMs);
  refuseMalformed(metric, inside, given.selector);
  if (inside.some(({ kind }) => counts(kind)) && settled.toMs <= fromMs)
    throw new SourceProblem(reason('billing-nothing-settled', { metric, nextAt: settled.nextAtMs }));
  const ready = inside.filter(({ startMs }) => startMs < settled.toMs);
  const isArm = ({ value }: Line): boolean => value !== null && arms.has(value);
  const isShort = ({ startMs, endMs }: Line): boolean => endMs <= bucketStart(startMs, byMs) + byMs;
  const mine = ready.filter((line) => counts(line.kind) && (isArm(line) || line.shared !== null));
  const currency = oneCurrency(
    want,
    mine.filter(({ rows, empty }) => rows > empty).map((line) => line.currency),
  );
  const empty = mine.reduce((sum, line) => sum + line.empty, 0);
  if (empty > 0)
    throw new SourceProblem(
      reason('billing-no-cost', {
        metric,
        rows: empty,
        of: rowsIn(mine),
        kinds: [...new Set(mine.filter((line) => line.empty > 0).map(({ kind }) => kind))],
      }),
    );
  const taken = mine.filter(isShort);
  const warnings: Reason[] = [];
  warnings.push(
    ...leftOutOf(
      metric,
      ready.filter((line) => isArm(line) && !counts(line.kind)),
      currency,
    ),
  );
  const long = mine.filter((line) => !isShort(line));
  if (long.length > 0)
    warnings.push(
      reason('billing-long-lines', {
        metric,
        rows: rowsIn(long),
        amount: total(long).toNumber(),
        currency,
        byMs,
      }),
    );
  const untagged = ready.filter((line) => counts(line.kind) && line.value === '' && line.shared === null);
  if (options.tag !== undefined && !total(untagged).isZero)
    warnings.push(
      reason('billing-untagged', { metric, amount: total(untagged).toNumber(), currency, tag: options.tag }),
    );
  warnings.push(...sharedWarnings(given, taken, currency), ...doubts(given, taken));
  if (settled.heldBack > 0 && inside.length > 0)
    warnings.push(
      reason('billing-held-back', { metric, buckets: settled.heldBack, nextAt: settled.nextAtMs }),
    );
  const there = existing(counted, buckets, settled);
  const { rows, paid, filled } = rowsOf(given, taken, there);
  for (const [who, count] of filled)
    if ((paid.get(who)?.length ?? 0) > 0)
      warnings.push(reason('billing-zero-filled', { metric, who, buckets: count, of: there.length }));
  const free = [...arms.values()].filter((arm) => paid.get(arm)?.length === 0);
  return { rows, free, paid, warnings };
};

const refuseMalformed = (metric: string, lines: readonly Line[], tag: string): void => {
  const rows = lines.reduce((sum, { malformed }) => sum + malformed, 0);
  if (rows > 0)
    throw new SourceProblem(reason('billing-tags-malformed', { metric, rows, of: rowsIn(lines), tag }));
};

const sharedWarnings = (
  { options, want }: Given,
  taken: readonly Line[],
  currency: string | null,
): Reason[] =>
  (options.shared ?? []).map((rule, index) => {
    const amount = total(taken.filter(({ shared }) => shared === index)).toNumber();
    const how = 'by' in rule ? `by ${rule.by}` : rule.split;
    return reason('billing-shared', { metric: want.metric, title: titleOf(rule), how, amount, currency });
  });

/** From one in a hundred lines on it is no accident. */
const DOUBTFUL_SHARE = 0.01;

const doubts = ({ want, doubt }: Given, taken: readonly Line[]): Reason[] => {
  const rows = taken.reduce((sum, { doubtful }) => sum + doubtful, 0);
  const of = taken.reduce((sum, { comparable }) => sum + comparable, 0);
  return rows > DOUBTFUL_SHARE * of ? [reason(doubt, { metric: want.metric, rows, of })] : [];
};

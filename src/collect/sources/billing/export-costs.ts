/** Lines become the arms' costs per bucket: what counts is added, what does not is counted and said. */
import type { ArmName } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { bucketStart } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import { oneCurrency } from './currency.js';
import { Decimal } from './decimal.js';
import type { Line } from './export-lines.js';
import type { ExportOptions } from './export-options.js';
import { type Buckets, DAY_MS, type Settled, settledOf, settleMsOf } from './settled.js';
import { sharedLabels, titleOf } from './shared.js';

export interface ExportRow {
  readonly arm: ArmName;
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

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

class Sums {
  readonly #sums = new Map<string, Decimal>();

  add(key: readonly (string | number | null)[], amount: Decimal): void {
    const text = JSON.stringify(key);
    this.#sums.set(text, (this.#sums.get(text) ?? Decimal.ZERO).plus(amount));
  }

  *entries<K extends readonly (string | number | null)[]>(): Generator<readonly [K, Decimal]> {
    for (const [key, amount] of this.#sums) yield [JSON.parse(key) as K, amount];
  }
}

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

export interface Given {
  readonly options: ExportOptions;
  readonly want: Want;
  readonly arms: ReadonlyMap<string, ArmName>;
  readonly buckets: Buckets;
  readonly services: boolean;
  /** Kinds of charges that count. */
  readonly counts: (kind: string) => boolean;
  readonly selector: string;
  /** Code of the warning where many lines have a cost that is hard to believe. */
  readonly doubt: string;
  readonly nowMs: number;
}

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
  const { rows, paid } = rowsOf(given, taken, existing(counted, buckets, settled));
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

/** Buckets in which the bill has anything at all: where an arm has no line then, it cost nothing. */
const existing = (
  counted: readonly Line[],
  { fromMs, byMs }: Buckets,
  { toMs }: Settled,
): readonly number[] => {
  const starts = counted.map(({ startMs }) => bucketStart(startMs, byMs));
  return [...new Set(starts)].filter((at) => at >= fromMs && at < toMs).sort((a, b) => a - b);
};

const rowsOf = (
  { options, arms, buckets, services }: Given,
  taken: readonly Line[],
  existing: readonly number[],
) => {
  const { byMs } = buckets;
  const own = new Sums();
  const shared = new Sums();
  for (const line of taken) {
    const at = bucketStart(line.startMs, byMs);
    if (line.shared !== null) shared.add([at, line.shared], line.amount);
    else own.add([at, line.value, services ? line.service : null], line.amount);
  }
  const rows: ExportRow[] = [];
  const paid = new Map<ArmName, number[]>([...arms.values()].map((arm) => [arm, []]));
  const seen = new Set<string>();
  for (const [[at, value, service], amount] of own.entries<readonly [number, string, string | null]>()) {
    const arm = arms.get(value) as ArmName;
    seen.add(JSON.stringify([at, arm]));
    if (!amount.isZero) paid.get(arm)?.push(at);
    rows.push({
      arm,
      startMs: at,
      endMs: at + byMs,
      value: amount.toNumber(),
      labels: service === null ? {} : { service },
    });
  }
  for (const at of existing)
    for (const arm of arms.values())
      if (!seen.has(JSON.stringify([at, arm])))
        rows.push({ arm, startMs: at, endMs: at + byMs, value: 0, labels: {} });
  for (const [[at, index], amount] of shared.entries<readonly [number, number]>()) {
    const labels = sharedLabels((options.shared ?? [])[index]);
    if (labels === null) continue;
    for (const arm of arms.values())
      rows.push({ arm, startMs: at, endMs: at + byMs, value: amount.toNumber(), labels });
  }
  const order = new Map([...arms.values()].map((arm, index) => [arm, String(index).padStart(4, '0')]));
  // DuckDB groups in any order; evidence is the same for the same bill.
  const rank = ({ arm, labels }: ExportRow): string =>
    JSON.stringify([order.get(arm), 'shared' in labels, Object.entries(labels)]);
  rows.sort((a, b) => a.startMs - b.startMs || (rank(a) < rank(b) ? -1 : 1));
  return { rows, paid };
};

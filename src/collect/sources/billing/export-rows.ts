/** The arms' costs per bucket: added as decimals, in an order that does not depend on how the lines came. */
import type { ArmName } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { bucketStart } from '../../derive/bucket.js';
import { Decimal } from './decimal.js';
import type { Line } from './export-lines.js';
import type { ExportOptions } from './export-options.js';
import type { Buckets, Settled } from './settled.js';
import { sharedLabels } from './shared.js';

export interface ExportRow {
  readonly arm: ArmName;
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

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

/** Buckets in which the bill has anything at all: where an arm has no line then, it cost nothing. */
export const existing = (
  counted: readonly Line[],
  { fromMs, byMs }: Buckets,
  { toMs }: Settled,
): readonly number[] => {
  const starts = counted.map(({ startMs }) => bucketStart(startMs, byMs));
  return [...new Set(starts)].filter((at) => at >= fromMs && at < toMs).sort((a, b) => a - b);
};

export const rowsOf = (
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
  const filled = new Map<ArmName, number>();
  for (const at of existing)
    for (const arm of arms.values())
      if (!seen.has(JSON.stringify([at, arm]))) {
        filled.set(arm, (filled.get(arm) ?? 0) + 1);
        rows.push({ arm, startMs: at, endMs: at + byMs, value: 0, labels: {} });
      }
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
  return { rows, paid, filled };
};

/** Rows of an answer, in whichever language, as observations of arms; what is not as it should be is named. */
import type { Observation } from '../../../model/evidence.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { bucketName, bucketStart } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import { timeOf } from '../file/cell.js';
import { LostInteger } from './exact.js';
import type { Asked } from './question.js';
import { armReader, type Cell, STORAGE } from './which-arm.js';

export type ReadRow = (cells: readonly Cell[]) => void;

const NO_LABELS = Object.freeze({});
export interface Reading {
  readonly observations: Observation[];
  rows: number;
  /** Rows of buckets that are not complete yet. */
  heldBack: number;
  /** Values of the arms’ labels that are of none of them. */
  readonly others: Map<string, Set<string>>;
  readonly columns: Set<string>;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u;

const shown = (cell: Cell): string =>
  String(cell instanceof LostInteger ? cell.digits : (JSON.stringify(cell) ?? 'nothing')).slice(0, 80);

/** Reads the tables of one answer; a second try needs a new one. */
export class RowReader implements Reading {
  readonly observations: Observation[] = [];
  rows = 0;
  heldBack = 0;
  readonly others = new Map<string, Set<string>>();
  readonly columns = new Set<string>();
  readonly #want: Want;
  readonly #asked: Asked;
  readonly #times: number;
  readonly #completeUntilMs: number;
  readonly #buckets = new Set<string>();

  constructor(want: Want, asked: Asked, times: number, completeUntilMs: number) {
    this.#want = want;
    this.#asked = asked;
    this.#times = times;
    this.#completeUntilMs = completeUntilMs;
  }

  /** `tags`: what holds for all rows of the table (InfluxQL); elsewhere they are columns. */
  table(columns: readonly string[], tags: Readonly<Record<string, string>> = NO_LABELS): ReadRow {
    for (const name of [...columns, ...Object.keys(tags)]) this.columns.add(name);
    const { columns: named, declared } = this.#asked;
    const { byMs, window, metric } = this.#want;
    const at = {
      value: this.#index(columns, named.value),
      time: named.time === null ? null : this.#index(columns, named.time),
      unit: named.unit === null ? null : this.#cellOf(columns, tags, named.unit),
      n: named.n === null ? null : this.#index(columns, named.n),
    };
    const armOf = armReader(this.#asked, columns, tags, this.others, (code, values) =>
      this.#fail(code, values),
    );
    const labelsOf = this.#labelsOf(columns, tags);
    const undated = window === null ? 0 : window.fromMs + window.warmupMs;
    const widthMs = declared?.buckets?.byMs ?? null;
    return (cells) => {
      this.rows += 1;
      const of = armOf(cells);
      if (of === null) return;
      const arm = of.name;
      const value = this.#value(cells[at.value]);
      // A field that was not written at this time is no point of it.
      if (value === null && declared !== null) return;
      const start = at.time === null ? undated : this.#time(cells[at.time], named.time as string);
      if (byMs !== null && bucketStart(start, byMs) + byMs > this.#completeUntilMs) {
        this.heldBack += 1;
        return;
      }
      const labels = labelsOf(cells);
      let [unit, end, n] = ['', start, 1];
      if (widthMs === null) {
        if (at.unit !== null) unit = this.#unit(at.unit(cells), named.unit as string);
      } else {
        this.#once(arm, start);
        [unit, end] = [bucketName(start), start + widthMs];
        if (at.n !== null) n = this.#count(cells[at.n]);
      }
      // In one piece: an object that is spread into another takes three times the memory.
      this.observations.push({ metric, arm, start, value, estimated: false, labels, unit, end, n });
    };
  }

  #fail(code: string, values: Parameters<typeof reason>[1] = {}): SourceProblem {
    const { metric, arms } = this.#want;
    return new SourceProblem(
      reason(code, { metric, arms: arms.map(({ name }) => name), row: this.rows, ...values }),
    );
  }

  #index(columns: readonly string[], name: string): number {
    const index = columns.indexOf(name);
    if (index >= 0) return index;
    throw this.#fail('influxdb-no-column', {
      column: name,
      exist: columns.filter((one) => !STORAGE.has(one)),
    });
  }

  #cellOf(
    columns: readonly string[],
    tags: Readonly<Record<string, string>>,
    name: string,
  ): (cells: readonly Cell[]) => Cell {
    if (Object.hasOwn(tags, name)) return () => tags[name];
    const index = columns.indexOf(name);
    if (index >= 0) return (cells) => cells[index];
    const exist = [...Object.keys(tags), ...columns].filter((one) => !STORAGE.has(one));
    throw this.#fail('influxdb-no-unit-column', { column: name, exist });
  }

  /** Counters are followed series by series: whatever else is text tells one from another. */
  #labelsOf(
    columns: readonly string[],
    tags: Readonly<Record<string, string>>,
  ): (cells: readonly Cell[]) => Observation['labels'] {
    if (this.#want.fold.kind !== 'increase') return () => NO_LABELS;
    const { value, time, unit, n } = this.#asked.columns;
    const used = new Set([value, time, unit, n]);
    const kept = columns
      .map((name, index) => ({ name, index }))
      .filter(({ name }) => !used.has(name) && !STORAGE.has(name));
    return (cells) => {
      const labels: Record<string, string> = { ...tags };
      for (const { name, index } of kept) if (typeof cells[index] === 'string') labels[name] = cells[index];
      return labels;
    };
  }

  #value(cell: Cell): number | null {
    if (cell === null || cell === undefined) return null;
    const column = this.#asked.declared?.field ?? this.#asked.columns.value;
    if (cell instanceof LostInteger)
      throw this.#fail('influxdb-integer-lost', { column, digits: cell.digits });
    if (typeof cell !== 'number') throw this.#fail('influxdb-not-number', { column, found: shown(cell) });
    if (Math.abs(cell) === Number.POSITIVE_INFINITY) throw this.#fail('influxdb-infinite', { column });
    return Number.isNaN(cell) ? null : cell * this.#times;
  }

  #count(cell: Cell): number {
    if (typeof cell === 'number' && Number.isSafeInteger(cell) && cell > 0) return cell;
    throw this.#fail('influxdb-not-count', { found: shown(cell) });
  }

  /** Nanoseconds are cut to the millisecond in which they lie, so that no point moves over the edge of a bucket. */
  #time(cell: Cell, column: string): number {
    if (typeof cell === 'number' && this.#asked.dialect === 'influxql') return cell;
    const text = String(cell ?? '');
    // What InfluxDB writes, the engine reads (and cuts) as well, and in a third of the time.
    const ms = RFC_3339.test(text) ? Date.parse(text) : timeOf(text);
    if (ms === undefined || Number.isNaN(ms))
      throw this.#fail('influxdb-no-time', { column, found: shown(cell) });
    return ms;
  }

  #unit(cell: Cell, column: string): string {
    const { declared } = this.#asked;
    const name = declared?.unit?.name ?? column;
    if (cell instanceof LostInteger) return cell.digits;
    if (cell !== null && cell !== undefined && cell !== '') return String(cell);
    throw this.#fail('influxdb-no-unit', {
      column: name,
      dialect: this.#asked.dialect,
      isField: declared?.unit?.isField ?? false,
    });
  }

  #once(arm: string, startMs: number): void {
    const key = `${startMs} ${arm}`;
    if (this.#buckets.has(key)) throw this.#fail('influxdb-bucket-twice', { arm, atMs: startMs });
    this.#buckets.add(key);
  }
}

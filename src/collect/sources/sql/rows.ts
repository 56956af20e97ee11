/** Rows of an answer as observations of arms; what is not as it should be is named and ends it. */
import type { Observation } from '../../../model/evidence.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { bucketName, bucketStart } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import { timeOf } from '../file/cell.js';
import { exactNumber } from './decimal.js';
import { type Asked, OWN } from './question.js';
import { asNumber, isFloat, isNumeric, isZoneless, TIMESTAMPTZ, typeName } from './types.js';
import { type Cell, type Field, whoseRow } from './whose-row.js';

const NO_LABELS = Object.freeze({});
const IN_UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/u;

/** Reads one answer; a second try needs a new one. */
export class RowReader {
  readonly observations: Observation[] = [];
  rows = 0;
  /** Rows of buckets that are not complete yet, by arm. */
  readonly heldBack = new Map<string, number>();
  /** Times of rows that lie outside the window, UTC ms. */
  first: number | null = null;
  last: number | null = null;
  /** Values that stand where those of the arms should, by column. */
  readonly others = new Map<string, Set<string>>();
  readonly #want: Want;
  readonly #asked: Asked;
  readonly #times: number;
  readonly #completeUntilMs: number;

  constructor(want: Want, asked: Asked, times: number, completeUntilMs: number) {
    this.#want = want;
    this.#asked = asked;
    this.#times = times;
    this.#completeUntilMs = completeUntilMs;
  }

  /** Checks the columns, whether there are rows or not. @throws SourceProblem */
  open(fields: readonly Field[]): (cells: readonly Cell[]) => void {
    const { columns, widthMs, kept } = this.#asked;
    const { metric, byMs, window } = this.#want;
    const at = {
      value: this.#index(fields, columns.value),
      time: columns.time === null ? null : this.#index(fields, columns.time),
      unit: columns.unit === null ? null : this.#index(fields, columns.unit),
      n: columns.n === null ? null : this.#index(fields, columns.n),
    };
    const numberOf = this.#numbers(fields[at.value]);
    if (at.time !== null) this.#checkTime(fields[at.time]);
    const armOf = whoseRow({
      fields,
      arms: this.#want.arms.map(({ name }) => name),
      wanted: this.#asked.arms,
      own: this.#asked.declared === null ? null : this.#index(fields, OWN.arm),
      others: this.others,
      fail: (code, values) => this.#fail(code, values),
    });
    const labelsOf = this.#labels(fields);
    const undated = window === null ? 0 : window.fromMs + window.warmupMs;
    return (cells) => {
      this.rows += 1;
      const arm = armOf(cells);
      if (arm === null) return;
      const start = at.time === null ? undated : this.#time(cells[at.time], fields[at.time].name);
      if (kept !== null && (start < kept.fromMs || start >= kept.toMs)) return this.#outside(start);
      if (byMs !== null && bucketStart(start, byMs) + byMs > this.#completeUntilMs) {
        this.heldBack.set(arm, (this.heldBack.get(arm) ?? 0) + 1);
        return;
      }
      const number = numberOf(cells[at.value]);
      const value = number === null ? null : number * this.#times;
      const labels = labelsOf(cells);
      let [unit, end, n] = ['', start, 1];
      if (widthMs === null) {
        if (at.unit !== null) unit = this.#unit(cells[at.unit], fields[at.unit].name);
      } else {
        [unit, end] = [bucketName(start), start + widthMs];
        if (at.n !== null) n = Number(cells[at.n]);
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

  /** The column as the user knows it. */
  #named(column: string): string {
    const { declared } = this.#asked;
    if (declared === null) return column;
    if (column === OWN.value) return declared.value;
    return (column === OWN.time ? declared.time : column === OWN.unit ? declared.unit : null) ?? column;
  }

  #index(fields: readonly Field[], name: string): number {
    const index = fields.findIndex((field) => field.name === name);
    if (index >= 0) return index;
    throw this.#fail('sql-answer-without-column', { column: name, exist: fields.map((field) => field.name) });
  }

  #numbers({ name, type }: Field): (cell: Cell) => number | null {
    const column = this.#named(name);
    if (!isNumeric(type))
      throw this.#fail('sql-not-number', { column, type: typeName(type), instead: asNumber(type, column) });
    return (cell) => {
      if (cell === null || cell === 'NaN') return null;
      if (/^-?Infinity$/u.test(cell)) throw this.#fail('sql-infinite', { column });
      const value = isFloat(type) ? Number(cell) : exactNumber(cell);
      if (value === null)
        throw this.#fail('sql-number-lost', { column, digits: cell.slice(0, 60), type: typeName(type) });
      return value;
    };
  }

  #checkTime({ name, type }: Field): void {
    const column = this.#named(name);
    if (isZoneless(type))
      throw this.#fail('sql-time-without-zone', {
        column,
        type: typeName(type),
        isTable: this.#asked.declared !== null,
      });
    if (type !== TIMESTAMPTZ) throw this.#fail('sql-not-time', { column, type: typeName(type) });
  }

  /** Microseconds are cut to the millisecond in which they lie, so that no row moves over the edge of a bucket. */
  #time(cell: Cell, name: string): number {
    // What the server writes in UTC, the engine reads (and cuts) as well, and in a third of the time.
    const text = cell ?? '';
    const ms = IN_UTC.test(text) ? Date.parse(`${text.slice(0, -3).replace(' ', 'T')}Z`) : timeOf(text);
    if (ms === undefined)
      throw this.#fail('sql-no-time', { column: this.#named(name), found: cell ?? 'null' });
    return ms;
  }

  #unit(cell: Cell, name: string): string {
    if (cell !== null && cell !== '') return cell;
    throw this.#fail('sql-no-unit', { column: this.#named(name) });
  }

  #outside(startMs: number): void {
    this.first = Math.min(startMs, this.first ?? startMs);
    this.last = Math.max(startMs, this.last ?? startMs);
  }

  /** Counters are followed series by series: whatever else a row holds tells one from another. */
  #labels(fields: readonly Field[]): (cells: readonly Cell[]) => Observation['labels'] {
    if (this.#want.fold.kind !== 'increase') return () => NO_LABELS;
    const { value, time, unit } = this.#asked.columns;
    const kept = fields
      .map(({ name }, index) => ({ name, index }))
      .filter(({ name }) => ![value, time, unit].includes(name));
    return (cells) =>
      Object.fromEntries(
        kept.flatMap(({ name, index }) => (cells[index] === null ? [] : [[name, cells[index]]])),
      );
  }
}

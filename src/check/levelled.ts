/** An arm's values in time order, freed of what the item contributes; logarithms where all are positive. */
import type { ArmColumn } from '../model/evidence.js';
import { finiteRows, unitValues } from './metrics.js';
import { median } from './moments.js';

export interface Levelled {
  readonly unit: string;
  readonly start: number;
  readonly value: number;
}

export function levelled(column: ArmColumn): readonly Levelled[] {
  const raw = unitValues(column);
  const rows = finiteRows(raw).toSorted((a, b) => column.start[a] - column.start[b]);
  const positive = rows.every((i) => raw[i] > 0);
  const byItem = new Map<string, number[]>();
  const values = rows.map((i): Levelled => {
    const value = positive ? Math.log(raw[i]) : raw[i];
    const own = byItem.get(column.item[i]);
    if (own === undefined) byItem.set(column.item[i], [value]);
    else own.push(value);
    return { unit: column.unit[i], start: column.start[i], value };
  });
  const repeated = [...byItem.values()].every((own) => own.length >= 2);
  if (!repeated) return values;
  const levels = new Map([...byItem].map(([item, own]) => [item, median(own)]));
  return values.map((one, position) => ({
    ...one,
    value: one.value - (levels.get(column.item[rows[position]]) ?? 0),
  }));
}

export const isPositive = (column: ArmColumn): boolean => unitValues(column).every((value) => value > 0);

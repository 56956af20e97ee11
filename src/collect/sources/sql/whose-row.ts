/**
 * Which arm a row belongs to: none or one; where two would have it, that is told and not chosen between. Without its
 * columns the rows of all arms would pass for one, which looks like an answer and is none.
 */
import type { reason } from '../../../model/reason.js';
import type { SourceProblem } from '../../source-problem.js';
import type { Condition } from './clauses.js';

/** Text as PostgreSQL writes it. */
export type Cell = string | null;

export interface Field {
  readonly name: string;
  /** pg_type.oid */
  readonly type: number;
}

export interface Answer {
  readonly fields: readonly Field[];
  readonly arms: readonly string[];
  /** What each arm's rows hold. */
  readonly wanted: readonly (readonly Condition[])[];
  /** Column in which our own question says which arms a row belongs to, by number; null: the question was the user's. */
  readonly own: number | null;
  /** Filled with what stands where the values of the arms should, by column. */
  readonly others: Map<string, Set<string>>;
  fail(code: string, values?: Parameters<typeof reason>[1]): SourceProblem;
}

const MOST_OTHERS = 1_000;

/** Null: of no arm. @throws SourceProblem */
export function whoseRow(answer: Answer): (cells: readonly Cell[]) => string | null {
  const { own, arms, fail } = answer;
  if (own === null) return byColumns(answer);
  return (cells) => {
    const found = (cells[own] ?? '{}')
      .slice(1, -1)
      .split(',')
      .map((i) => arms[Number(i)]);
    if (found.length > 1) throw fail('sql-arm-ambiguous', { found });
    return found[0];
  };
}

function byColumns(answer: Answer): (cells: readonly Cell[]) => string | null {
  const { arms, wanted, others, fail } = answer;
  const there = columnsThere(answer);
  return (cells) => {
    const of = arms.filter((_arm, i) =>
      wanted[i].every(
        ({ column, equals }) => !there.has(column) || cells[there.get(column) as number] === equals,
      ),
    );
    if (of.length > 1) throw fail('sql-arm-ambiguous', { found: of });
    if (of.length === 1) return of[0];
    for (const [column, index] of there) {
      const cell = cells[index];
      if (cell === null) throw fail('sql-arm-null', { column });
      const seen = others.get(column) ?? new Set();
      if (seen.size < MOST_OTHERS) others.set(column, seen.add(cell));
    }
    return null;
  };
}

function columnsThere({ fields, arms, wanted, fail }: Answer): ReadonlyMap<string, number> {
  const there = new Map<string, number>();
  for (const column of new Set(wanted.flat().map((one) => one.column))) {
    const index = fields.findIndex(({ name }) => name === column);
    if (index >= 0) there.set(column, index);
    else if (arms.length > 1)
      throw fail('sql-arms-merged', { column, exist: fields.map(({ name }) => name) });
  }
  return there;
}

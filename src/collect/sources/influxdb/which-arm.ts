/**
 * Which arm a row belongs to. Without its labels the rows of all arms would pass for one, and with a label that is a
 * field InfluxQL groups into "" what belongs to several: both look like an answer and are none.
 */
import type { Arm } from '../../../model/experiment.js';
import type { ReasonValue } from '../../../model/reason.js';
import type { Asked } from './question.js';

/** Text, number, boolean, LostInteger; null: nothing is there. */
export type Cell = unknown;

/** Columns that say where a point is stored, and not of which series it is. */
export const STORAGE: ReadonlySet<string> = new Set([
  'result',
  'table',
  '_start',
  '_stop',
  '_field',
  '_measurement',
]);

type Fail = (code: string, values: Record<string, ReasonValue>) => Error;

/** `others` gathers what stood there instead. @throws what `fail` makes */
export const armReader = (
  { arms, needsLabels }: Asked,
  columns: readonly string[],
  tags: Readonly<Record<string, string>>,
  others: Map<string, Set<string>>,
  fail: Fail,
): ((cells: readonly Cell[]) => Arm | null) => {
  const there: { label: string; cell: (cells: readonly Cell[]) => Cell }[] = [];
  for (const label of new Set(arms.flatMap(({ match }) => Object.keys(match)))) {
    const index = columns.indexOf(label);
    if (Object.hasOwn(tags, label)) there.push({ label, cell: () => tags[label] });
    else if (index >= 0) there.push({ label, cell: (cells) => cells[index] });
    else if (needsLabels) {
      const exist = [...Object.keys(tags), ...columns].filter((one) => !STORAGE.has(one));
      throw fail('influxdb-arms-merged', { label, exist });
    }
  }
  const armWith = (values: readonly string[]): Arm | null => {
    const found = new Map(there.map(({ label }, i) => [label, values[i]]));
    const of = arms.filter(({ match }) =>
      Object.entries(match).every(([label, value]) => (found.get(label) ?? value) === value),
    );
    if (of.length > 1) throw fail('influxdb-arm-ambiguous', { found: of.map(({ name }) => name) });
    if (of.length === 1) return of[0];
    const empty = there.find((_one, i) => values[i] === '');
    if (empty !== undefined && needsLabels) throw fail('influxdb-arm-empty', { label: empty.label });
    for (const [label, value] of found) {
      const seen = others.get(label) ?? new Set<string>();
      others.set(label, seen);
      if (seen.size < 50) seen.add(value);
    }
    return null;
  };
  const known = new Map<string, Arm | null>();
  return (cells) => {
    const values = there.map(({ cell }) => String(cell(cells) ?? ''));
    const key = values.length === 1 ? values[0] : JSON.stringify(values);
    let arm = known.get(key);
    if (arm === undefined) {
      arm = armWith(values);
      known.set(key, arm);
    }
    return arm;
  };
};

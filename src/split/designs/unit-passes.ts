/**
 * In which order are the units worked through?
 *
 * Each repeat is a pass over all units in fresh random order, so that drift of the environment falls on
 * all units alike; a unit that ended one pass does not open the next one where there is a choice.
 */
import type { Unit } from '../../model/evidence.js';
import type { Random } from '../../model/random.js';

export interface UnitTurn {
  readonly unit: Unit;
  /** Which repeat of the unit, from 0. */
  readonly repeat: number;
}

export function unitPasses(units: readonly Unit[], turns: number, random: Random): readonly UnitTurn[] {
  const result: UnitTurn[] = [];
  for (let repeat = 0; result.length < turns; repeat++) {
    const pass = [...units];
    random.shuffle(pass);
    if (pass.length > 1 && pass[0] === result.at(-1)?.unit) {
      const other = 1 + random.integer(pass.length - 1);
      [pass[0], pass[other]] = [pass[other], pass[0]];
    }
    for (const unit of pass.slice(0, turns - result.length)) result.push({ unit, repeat });
  }
  return result;
}

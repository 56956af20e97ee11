/** For the report: each method that was used, with its formula and source, and by which comparisons. */
import type { Comparison } from '../model/effect.js';
import type { Method, Registry } from '../model/ports.js';
import type { MethodNote } from '../model/report.js';

/** In the order of the registry; deciding methods and companions alike. */
export function methodNotes(comparisons: readonly Comparison[], methods: Registry<Method>): MethodNote[] {
  return Object.entries(methods).flatMap(([id, { title, formula, source }]) => {
    const usedBy = comparisons
      .filter(
        (comparison) =>
          (comparison.method === id && comparison.effect !== null) ||
          comparison.companions.some((companion) => companion.name === id),
      )
      .map((comparison) => comparison.id);
    return usedBy.length === 0 ? [] : [{ id, title, formula, source, usedBy }];
  });
}

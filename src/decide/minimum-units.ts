/** Fewer units never decide (STATISTICS.md §2). */
export const minimumUnits = 5;

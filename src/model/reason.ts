/**
 * Why something is as it is, without prose: a code and the values that its sentence needs.
 * Pure stages return reasons; `report/words.ts` holds the one sentence of every code.
 */
export type ReasonValue = string | number | boolean | null | readonly (string | number)[];

export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, ReasonValue>>;
}

/**
 * A reason: what the statistics and all pure stages give in place of an exception where they cannot answer.
 *
 * @param code stable name of the sentence
 * @param values what the sentence needs
 * @returns plain data; never throws
 * @example
 * ```ts
 * reason('too-few-values', { have: 1, need: 2 }).code; // → "too-few-values"
 * const found = welch(Float64Array.of(1), Float64Array.of(1, 2));
 * 'code' in found ? found.code : null; // → "too-few-values"
 * ```
 */
export const reason = (code: string, values: Record<string, ReasonValue> = {}): Reason => ({ code, values });

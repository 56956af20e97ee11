/**
 * Why something is as it is, without prose: a code and the values that its sentence needs.
 * Pure stages return reasons; `report/words.ts` holds the one sentence of every code.
 */
export type ReasonValue = string | number | boolean | null | readonly (string | number)[];

export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, ReasonValue>>;
}

export const reason = (code: string, values: Record<string, ReasonValue> = {}): Reason => ({ code, values });

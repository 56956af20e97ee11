/** What reference/slots.py computed. */
import { readFileSync } from 'node:fs';

interface RampRow {
  readonly key: string;
  readonly stage: number;
  readonly value: number;
  readonly per: number;
}
interface RampAnswer {
  readonly x: number;
  readonly y: number;
  readonly standardError: number;
  readonly df: number;
  readonly above: number;
  readonly below: number;
}

export const slotReference = JSON.parse(
  readFileSync(new URL('./reference/slots.json', import.meta.url), 'utf8'),
) as {
  readonly switchback: readonly {
    readonly value: number[];
    readonly work: number[] | null;
    readonly assignment: number[];
    readonly draws: readonly { arm: 0 | 1; tuple: number | null; stratum: number | null }[];
    readonly kept?: readonly number[];
    readonly schedules: number;
    readonly tests: readonly { r: number; d: number; above: number; below: number }[];
  }[];
  readonly sequentialRatio: readonly { counts: number[]; shares: number[]; p: number }[];
  readonly runs: { x: number[]; y: number[]; p: number; low: number; high: number };
  readonly ramp: { rows: { x: RampRow[]; y: RampRow[] }; ratio: RampAnswer; mean: RampAnswer };
};

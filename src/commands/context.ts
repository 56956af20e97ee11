/** What every command is given; built once in cli.ts from the real process. */
import type { Log } from '../model/ports.js';

export interface Context {
  /** Results: standard output, nothing else goes there. */
  out(text: string): void;
  /** Resolves when what went out may be followed by more: a slow reader slows the writer. */
  drained(): Promise<void>;
  /** Standard input. */
  input(): AsyncIterable<Uint8Array>;
  readonly log: Log;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** May standard output be coloured? */
  readonly colour: boolean;
  readonly columns: number;
  readonly workingFolder: string;
  readonly version: string;
  /** UTC ms. Absent: the machine's clock. A test's own moves as it is told. */
  now?(): number;
}

export const nowOf = (context: Pick<Context, 'now'>): number => context.now?.() ?? Date.now();

/** When an experiment is worked on without anybody asking (`schedule:`), and who is told what came of it (`notify:`). */
import type { Secret } from './secret.js';

/** Expressions of cron are read in `timezone`; daylight saving follows from it. */
export interface Timetable {
  /** Collect and analyse; null: never. */
  readonly look: string | null;
  /** Do the next blocks (or slot); null: a run does all of them at once. */
  readonly pace: string | null;
  /** Blocks that one firing of `pace` does. */
  readonly blocks: number;
  /** IANA name; UTC where none is declared. */
  readonly timezone: string;
  /** What becomes of firings that nobody was there for. */
  readonly missed: 'make-up' | 'skip';
  readonly disabled: boolean;
  /** A firing starts up to so much later, by a delay that follows from experiment and time. */
  readonly jitterMs: number;
}

/**
 * What somebody may want to be told: another decision than before; that it became invalid, that a guardrail broke, that
 * a source failed, which had not before; that a run ended without a report.
 */
export const NOTICES = ['decision', 'invalid', 'guardrail', 'source', 'failed'] as const;
export type Notice = (typeof NOTICES)[number];

/** Text that may be written as `${NAME}`; resolved when it is sent. */
export type SecretText = string | Secret;

export type Notification =
  | {
      readonly kind: 'webhook';
      readonly url: SecretText;
      readonly format: 'json' | 'slack' | 'teams';
      readonly headers: Readonly<Record<string, SecretText>>;
      readonly on: readonly Notice[];
    }
  | {
      /** The notice as JSON on its standard input; no shell. */
      readonly kind: 'command';
      readonly command: readonly string[];
      readonly timeoutMs: number;
      readonly on: readonly Notice[];
    }
  | {
      /** Annotations of runs, slots, stages, looks and decisions. */
      readonly kind: 'grafana';
      readonly url: SecretText;
      readonly token: SecretText | null;
      /** In front of `/annotations`. */
      readonly path: string;
      /** Uid of a dashboard; null: every dashboard that asks for the tags. */
      readonly dashboard: string | null;
    };

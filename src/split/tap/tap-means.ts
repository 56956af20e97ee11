/**
 * With what a tap was turned: kept in the journal beside how it stood before, so that giving it back needs nothing that
 * somebody may have edited, damaged or deleted since.
 */
import { z } from 'zod';
import type { Experiment } from '../../model/experiment.js';

const text = z.string();

const meansSchema = z.object({
  runId: text,
  experiment: text,
  driver: z.object({ type: text, options: z.record(text, z.unknown()) }),
  arms: z.array(z.object({ name: text, title: text, match: z.record(text, text) })),
  baseline: text,
  /** What is run once the state before is restored. */
  rollback: z.array(z.array(text)),
  /** Names of variables whose values must not be shown. */
  secrets: z.array(text),
});

export type TapMeans = z.infer<typeof meansSchema>;

/** Secrets among the options are written as `${NAME}`. */
export const tapMeans = (
  { name, driver, arms, baseline, rollback, secrets }: Experiment,
  runId: string,
): TapMeans =>
  meansSchema.parse(
    JSON.parse(
      JSON.stringify({
        runId,
        experiment: name,
        driver,
        arms,
        baseline,
        rollback: rollback === undefined || rollback === 'none' ? [] : rollback.commands,
        secrets: secrets.map((secret) => secret.name),
      }),
    ),
  );

/** null: the journal is from before this was kept, or holds no such thing. */
export const readMeans = (row: Readonly<Record<string, unknown>>): TapMeans | null =>
  meansSchema.safeParse(row.means).data ?? null;

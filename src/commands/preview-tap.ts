/** `run --dry-run` of a tap: what would be sent for each way in which it is to stand; nothing is turned. */
import type { Schedule, Slot } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Io, Tap } from '../model/ports.js';
import { settingOf } from '../pipeline.js';

export async function previewTap(
  tap: Tap,
  experiment: Experiment,
  planned: Schedule,
  { io, out }: { io: Io; out: (text: string) => void },
): Promise<void> {
  const { options } = experiment.driver as NonNullable<Experiment['driver']>;
  const context = {
    ...io,
    arms: experiment.arms,
    baseline: experiment.baseline,
    journal: { append: async () => undefined },
    runId: 'dry-run',
  };
  out(`Turned: ${tap.resource(options, io.folder)}\n`);
  const seen = new Set<string>();
  for (const slot of planned.slots ?? []) {
    const setting = settingOf(experiment, slot);
    const lines = tap.explain(options, setting, experiment.arms);
    if (seen.has(lines.join('\n'))) continue;
    seen.add(lines.join('\n'));
    out(`  for ${name(slot)}:\n${lines.map((line) => `    ${line}\n`).join('')}`);
    const would = (await tap.preview?.(options, setting, context)) ?? null;
    if (would !== null) out(`    would change:\n${would.replace(/^/gm, '      ')}\n`);
  }
  out('  and in the end, or on any other way out: what stood before, read back\n');
}

const name = ({ index, stage }: Slot): string =>
  stage === null ? `slot ${index + 1}` : `stage ${stage + 1}`;

/** `run --dry-run` of a tap: what would be sent for each way in which it is to stand; nothing is turned. */
import type { Schedule, Slot } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Io, Tap } from '../model/ports.js';
import { settingOf, tapOf } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { count, duration, number, percent } from '../report/format.js';

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

/** For `validate`: what is turned, within which caps, how it is looked after and given back. */
export function safetyLines(experiment: Experiment, folder: string): readonly string[] {
  const tap = tapOf(experiment, plugins);
  const { exposure, watch, rollback, driver } = experiment;
  if (tap === null || driver === null || exposure === undefined) return [];
  const caps = [
    ...(exposure.share === null ? [] : [`${percent(exposure.share)} of the traffic`]),
    ...(exposure.units === null ? [] : [`${count(exposure.units)} requests`]),
    ...(exposure.durationMs === null ? [] : [duration(exposure.durationMs)]),
    ...(exposure.cost === null ? [] : [`${number(exposure.cost.amount)} of ${exposure.cost.metric}`]),
  ];
  const commands = rollback === undefined || rollback === 'none' ? [] : rollback.commands;
  return [
    `Turned: ${tap.resource(driver.options, folder)}, looked after every ${duration(watch?.everyMs ?? 0)}`,
    `  at most ${caps.length === 0 ? 'whatever the design says: no cap is declared (exposure:)' : caps.join(', ')} for arms other than ${experiment.baseline}`,
    `  given back as it was before, on every way out${commands.length === 0 ? '' : `, then: ${commands.map((line) => line.join(' ')).join('; ')}`}`,
  ];
}

const name = ({ index, stage }: Slot): string =>
  stage === null ? `slot ${index + 1}` : `stage ${stage + 1}`;

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLI } from '../cli/program.js';
import { temporaryFolder } from './support.js';
import { BEFORE, liveExperiment, node, stateOf } from './tap-support.js';

const HARNESS = fileURLToPath(new URL('killed-tap-harness.mjs', import.meta.url));
const run = (folder: string, when: string, step = '', nth = 0) =>
  node(folder, [HARNESS, folder, when, step, String(nth)]);
const stacktrial = (folder: string, ...args: string[]) => node(folder, [CLI, ...args]);

describe.runIf(process.platform === 'linux')('kill -9 of a run that has turned a tap', () => {
  test('before and after each row that is written: after a revert nothing is open, and a second one is harmless', async () => {
    const calm = await temporaryFolder();
    await liveExperiment(calm);
    const undisturbed = await run(calm, 'never');
    expect(undisturbed.code, undisturbed.stderr).toBe(10);
    expect(await stateOf(calm)).toBe(BEFORE);
    const steps = JSON.parse(/STEPS (.*)/.exec(undisturbed.stderr)?.[1] ?? '[]') as string[];
    const tapSteps = steps.filter((step) => step.startsWith('tap-'));
    expect(tapSteps).toEqual(['tap-saved', 'tap-turning', 'tap-turned', 'tap-restoring', 'tap-restored']);
    expect(steps).toContain('slot ok');

    let leftTurned = 0;
    let refused = 0;
    // The polls are many and alike. Before a row is what the row before it left, except where the tap moves in between.
    const moves = (step: string) => step === 'tap-turned' || step === 'tap-restored' || step === 'tap-saved';
    const cases = steps.flatMap((step, i) => {
      if (!step.startsWith('tap-') && steps.indexOf(step) !== i && steps[i - 1] !== 'tap-turning') return [];
      return (moves(step) ? (['before', 'after'] as const) : (['after'] as const)).map((when) => ({
        when,
        step,
        nth: steps.slice(0, i + 1).filter((other) => other === step).length,
      }));
    });
    const work = async (): Promise<void> => {
      for (let each = cases.shift(); each !== undefined; each = cases.shift()) {
        const where = `killed ${each.when} row ${each.nth} of ${each.step}`;
        const folder = await temporaryFolder();
        await liveExperiment(folder);
        expect((await run(folder, each.when, each.step, each.nth)).signal, where).toBe('SIGKILL');
        if ((await stateOf(folder)) !== BEFORE) {
          leftTurned += 1;
        }
        if (leftTurned === 1 && refused === 0) {
          refused += 1;
          // Nobody may take the turned state for the state before.
          const second = await stacktrial(folder, '--quiet', 'run', 'live.yaml');
          expect([second.code, second.stderr], where).toEqual([
            69,
            expect.stringContaining('stacktrial revert'),
          ]);
        }
        const reverted = await stacktrial(folder, 'revert');
        expect([reverted.code, reverted.stderr], where).toEqual([0, '']);
        expect(await stateOf(folder), where).toBe(BEFORE);
        const again = await stacktrial(folder, 'revert');
        expect([again.code, again.stdout], where).toEqual([
          0,
          'Nothing is open: no tap has to be given back.\n',
        ]);
        expect(await readdir(join(folder, 'leases')).catch(() => []), where).toEqual([]);
      }
    };
    await Promise.all([work(), work()]);
    // The test would show nothing if the tap had never been found turned.
    expect(leftTurned).toBeGreaterThan(3);
    expect(refused).toBe(1);
  }, 180_000);
});

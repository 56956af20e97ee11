/**
 * A tap in our hand: what it was is on disk before it is touched, every change is journaled before and after, read
 * back, and given back exactly. The journal alone is enough for another process to give it back after a kill -9.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { KnownError } from '../../errors.js';
import type { ArmName } from '../../model/experiment.js';
import type { Tap, TapContext } from '../../model/ports.js';
import { differences, type Json, type TapSetting } from '../../model/tap.js';
import type { TapMeans } from './tap-means.js';

export interface HeldTap {
  /** How the tap stood before. */
  readonly saved: Json;
  /** @throws KnownError where it is not found as it was set */
  turn(setting: TapSetting): Promise<void>;
  /**
   * Is it still as it was set? A restart or reload that lost it is put right (`put-right`).
   * @throws KnownError `tap-taken` where somebody else has turned it: their hand is worth more than ours
   */
  verify(): Promise<'as-set' | 'put-right'>;
  /** Nothing more will come to divide. */
  isOver(): boolean;
  /** All traffic to the baseline, no new work for the others, and wait for what is under way. */
  retreat(treatments: readonly ArmName[], setting: TapSetting): Promise<void>;
  /** Puts back and verifies what was before; harmless when repeated. */
  giveBack(): Promise<void>;
}

/** Reads how the tap stands, and puts that on disk. */
export async function holdTap<O>(
  tap: Tap<O>,
  options: O,
  context: TapContext,
  resource: string,
  afterwards: () => Promise<void>,
  means: TapMeans | null = null,
): Promise<HeldTap> {
  const before = await tap.readBack(options, context);
  await context.journal.append('tap-saved', {
    resource,
    folder: context.folder,
    saved: before.state,
    ...(means === null ? {} : { means }),
  });
  const saved = before.state;
  let last: { setting: TapSetting; expected: Json; instance: string | null } | null = null;

  const turn = async (setting: TapSetting): Promise<void> => {
    const { slot, shares } = setting;
    await context.journal.append('tap-turning', { slot, shares });
    const expected = await tap.apply(options, setting, saved, context);
    const found = await tap.readBack(options, context);
    const wrong = differences(expected, found.state);
    if (wrong !== null)
      throw new KnownError('tap-not-turned', `The tap does not stand as it was set: ${listed(wrong)}.`, {
        hint: 'Something else turns it too, or it does not take what it is told. Nothing was measured with it.',
        exit: 69,
      });
    last = { setting, expected, instance: found.instance };
    await context.journal.append('tap-turned', { slot, shares });
  };

  return {
    saved,
    turn,
    async verify() {
      if (last === null) return 'as-set';
      const found = await tap.readBack(options, context);
      const wrong = differences(last.expected, found.state);
      if (wrong === null) {
        last = { ...last, instance: found.instance };
        return 'as-set';
      }
      const restarted = found.instance !== null && found.instance !== last.instance;
      await context.journal.append('tap-lost', { slot: last.setting.slot, restarted, wrong });
      if (!restarted)
        throw new KnownError('tap-taken', `Somebody else has turned the tap: ${listed(wrong)}.`, {
          hint: 'A person may have had a reason: their setting is left as it is.',
          exit: 69,
        });
      context.log.warn(`the tap was reloaded and lost its setting (${listed(wrong)}); it is set again`);
      await turn(last.setting);
      return 'put-right';
    },
    isOver: () => tap.isOver?.(context) ?? false,
    async retreat(treatments, setting) {
      await turn(setting);
      if (tap.drain === undefined) return;
      await context.journal.append('tap-draining', { arms: treatments });
      await tap.drain(options, treatments, context);
      await context.journal.append('tap-drained', { arms: treatments });
    },
    giveBack: () => giveBack(tap, options, saved, context, afterwards),
  };
}

const listed = (wrong: readonly string[]): string =>
  wrong.length <= 3 ? wrong.join('; ') : `${wrong.slice(0, 3).join('; ')}; and ${wrong.length - 3} more`;

const TRIES = 3;
const BETWEEN_TRIES_MS = 500;

/**
 * Also what `stacktrial revert` does. `afterwards`: what has to be done beside the tap; until that went well it counts as
 * not given back. The journal is a help here, not a condition: a full disk must not keep
 * a tap open.
 */
export async function giveBack<O>(
  tap: Tap<O>,
  options: O,
  saved: Json,
  given: TapContext,
  afterwards: () => Promise<void>,
): Promise<void> {
  const { signal } = new AbortController();
  const note = (step: string, values: Readonly<Record<string, unknown>>): Promise<boolean> =>
    given.journal.append(step, values).then(
      () => true,
      (error: unknown) => {
        given.log.warn(`journal: ${messageOf(error)}; the tap is given back all the same`);
        return false;
      },
    );
  const context: TapContext = {
    ...given,
    signal,
    journal: { append: async (step, values) => void (await note(step, values)) },
  };
  await note('tap-restoring', {});
  let failure: unknown;
  let standsAsBefore = false;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    standsAsBefore = false;
    try {
      await tap.restore(options, saved, context);
      const wrong = differences(saved, (await tap.readBack(options, context)).state);
      standsAsBefore = wrong === null;
      if (wrong === null) {
        await afterwards();
        await sayRestored(given);
        return;
      }
      failure = new KnownError('tap-not-restored', `after it was put back, ${listed(wrong)}`);
    } catch (error) {
      failure = error;
    }
    if (attempt < TRIES) await wait(BETWEEN_TRIES_MS);
  }
  const why = messageOf(failure);
  await note('tap-restore-failed', { why, standsAsBefore });
  if (standsAsBefore)
    throw new KnownError(
      'tap-not-restored',
      `THE TAP STANDS AS BEFORE and was read back, but not all that rollback: lists ended well: ${why}`,
      { hint: 'Until it does, the tap counts as open.', cause: failure, exit: 69 },
    );
  throw new KnownError('tap-not-restored', `THE TAP COULD NOT BE GIVEN BACK: ${why}`, {
    hint: `It should stand as: ${JSON.stringify(saved).slice(0, 2_000)}`,
    cause: failure,
    exit: 69,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Until this is written, others take the tap for turned: it is tried as often as giving it back, and else shouted. */
async function sayRestored({ journal, log }: Pick<TapContext, 'journal' | 'log'>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await journal.append('tap-restored', {});
      return;
    } catch (error) {
      if (attempt < TRIES) {
        await wait(BETWEEN_TRIES_MS);
        continue;
      }
      log.warn(
        `THE TAP STANDS AS BEFORE and was read back, but that could not be written: ${messageOf(error)}\n  stacktrial status shows it as open until there is room: make some, then run stacktrial revert, which does no harm`,
      );
      return;
    }
  }
}

/**
 * Arms by key: a map from bucket (0 … 9999) to backend, replaced as a whole in one step. A bucket that is not in the map
 * takes no part and goes where the configuration sends it.
 */
import type { Arm } from '../../../model/experiment.js';
import type { TapSetting } from '../../../model/tap.js';
import { bucketArms } from '../../assignment.js';
import { type HaproxyOptions, serversOf } from './options.js';
import { type Runtime, refused } from './runtime.js';

/** `key value`, in order. */
export type MapEntries = readonly (readonly [key: string, value: string])[];

const LINES_AT_ONCE = 200;

export function entriesFor(
  options: HaproxyOptions,
  { keys }: Pick<TapSetting, 'keys'>,
  arms: readonly Arm[],
): MapEntries {
  if (keys.coverage === 0) return [];
  const taking = keys.shares.filter(({ share }) => share > 0);
  const named = taking.map(({ arm }) => arms.find(({ name }) => name === arm) as Arm);
  const shares = Object.fromEntries(taking.map(({ arm, share }) => [arm, share]));
  const buckets = bucketArms({ name: '', arms: named, design: { seed: 0, shares, coverage: keys.coverage } });
  return buckets.flatMap((arm, bucket) =>
    arm === null ? [] : [[String(bucket), serversOf(options, arm)[0]] as const],
  );
}

export async function readMap(map: string, proxy: Runtime): Promise<MapEntries> {
  const answer = await proxy.ask(`show map ${map}`);
  const lines = answer.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const entry = /^0x[0-9a-f]+ (\S+) (.*)$/.exec(line);
    if (entry === null) throw refused(`show map ${map}`, answer.trim());
    return [entry[1], entry[2]] as const;
  });
}

/** All entries at once for whoever looks a key up: never half of the old and half of the new. */
export async function replaceMap(map: string, entries: MapEntries, proxy: Runtime): Promise<void> {
  const answer = await proxy.ask(`prepare map ${map}`);
  const version = /New version created: (\d+)/.exec(answer)?.[1];
  if (version === undefined) throw refused(`prepare map ${map}`, answer.trim());
  try {
    for (let from = 0; from < entries.length; from += LINES_AT_ONCE) {
      const lines = entries.slice(from, from + LINES_AT_ONCE).map(([key, value]) => `${key} ${value}`);
      await proxy.tell(`add map @${version} ${map} <<\n${lines.join('\n')}\n`);
    }
  } catch (error) {
    await proxy.ask(`clear map @${version} ${map}`).catch(() => undefined); // an old half is no harm, only memory
    throw error;
  }
  await proxy.tell(`commit map @${version} ${map}`);
}

/** A bucket as it is written: `007` and what a double cannot hold are names. */
const isBucket = (key: string): boolean => /^(0|[1-9]\d{0,8})$/.test(key);
const RUN = /^(\d+)-(\d+) (.*)$/;

/**
 * Runs of neighbouring buckets as one line: `0-499 faas`. What is no such run stays as it is, behind a space where it looks
 * like one: a key has none.
 */
export function packed(entries: MapEntries): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i < entries.length; ) {
    const [key, value] = entries[i];
    let last = i;
    const next = () => isBucket(key) && entries[last + 1]?.[0] === String(Number(key) + last + 1 - i);
    while (next() && entries[last + 1][1] === value) last += 1;
    const alone = `${key} ${value}`;
    lines.push(last > i ? `${key}-${entries[last][0]} ${value}` : RUN.test(alone) ? ` ${alone}` : alone);
    i = last + 1;
  }
  return lines;
}

export function unpacked(lines: readonly string[]): MapEntries {
  return lines.flatMap((line): MapEntries => {
    const [, from, to, value] = RUN.exec(line) ?? [];
    if (from !== undefined)
      return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => [
        String(Number(from) + i),
        value,
      ]);
    const alone = line.startsWith(' ') ? line.slice(1) : line;
    return [[alone.slice(0, alone.indexOf(' ')), alone.slice(alone.indexOf(' ') + 1)]];
  });
}

/**
 * Driver `haproxy`: traffic is divided by HAProxy, through its Runtime API, without a reload: by weights of servers
 * (requests), or by a map from bucket to backend (keys). A line about each request tells where it went.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors.js';
import type { Tap, TapContext } from '../../model/ports.js';
import type { Json, TapSetting } from '../../model/tap.js';
import { durationMs } from './duration.js';
import { listenForLines } from './haproxy/log-listener.js';
import { entriesFor, packed, readMap, replaceMap, unpacked } from './haproxy/map.js';
import { type HaproxyOptions, haproxyOptions, serversOf } from './haproxy/options.js';
import { instanceOf, type Runtime, runtime } from './haproxy/runtime.js';
import { answeredSoFar, rowsOf, underWay } from './haproxy/stat.js';
import { isWeightsState, readServers, stateOf, weightCommands, weightsFor } from './haproxy/weights.js';

export const haproxyTap: Tap<HaproxyOptions> = {
  kind: 'tap',
  title: 'HAProxy: weights of servers, or a map by key; without a reload, request by request',
  options: haproxyOptions,

  resource: ({ socket, backend, map }, folder) =>
    `haproxy ${socket.includes(':') && !socket.startsWith('/') ? socket : resolve(folder, socket)} ${backend ?? map}`,

  explain(options, setting, arms) {
    if (options.map === undefined) {
      refusePart(setting);
      const equal = Object.keys(options.arms).flatMap((arm) =>
        serversOf(options, arm).map((name) => ({ name, initial: 1 })),
      );
      const weights = weightsFor(options, setting.shares, arms, equal);
      return Object.entries(weights).map(
        ([name, weight]) => `set weight ${options.backend}/${name} ${weight}`,
      );
    }
    const lines = packed(entriesFor(options, setting, arms));
    return [`replace map ${options.map} (${lines.length === 0 ? 'empty' : 'buckets of 10000'})`, ...lines];
  },

  async readBack(options, context) {
    const proxy = proxyOf(options, context);
    const instance = await instanceOf(proxy);
    const state =
      options.map === undefined
        ? stateOf(await readServers(options, proxy))
        : { map: packed(await readMap(options.map, proxy)) };
    return { state: state as unknown as Json, instance };
  },

  async apply(options, setting, _before, context) {
    const proxy = proxyOf(options, context);
    if (options.map !== undefined) {
      const entries = entriesFor(options, setting, context.arms);
      const named = new Set(entries.map(([, backend]) => backend));
      await refuseAbsent(
        context.arms.map(({ name }) => name).filter((arm) => named.has(serversOf(options, arm)[0])),
        options,
        proxy,
      );
      await replaceMap(options.map, entries, proxy);
      return { map: packed(entries) };
    }
    refusePart(setting);
    const servers = await readServers(options, proxy);
    for (const { name: arm } of context.arms)
      if ((setting.shares[arm] ?? 0) > 0) refuseIdle(arm, options, servers);
    const weights = weightsFor(options, setting.shares, context.arms, servers);
    await proxy.tell(weightCommands(options.backend as string, weights, stateOf(servers)).join('; '));
    return Object.fromEntries(servers.map(({ name, admin }) => [name, { weight: weights[name], admin }]));
  },

  async drain(options, arms, context) {
    const proxy = proxyOf(options, context);
    if (options.backend !== undefined)
      for (const name of arms.flatMap((arm) => serversOf(options, arm)))
        await proxy.tell(`set server ${options.backend}/${name} state drain`);
    const until = performance.now() + durationMs(options.drain);
    for (;;) {
      const left = await underWay(options, arms, proxy);
      if (left === 0) return;
      if (performance.now() > until) {
        context.log.warn(
          `${left} requests are still under way after ${options.drain}; the tap is restored all the same`,
        );
        return;
      }
      await sleep(100);
    }
  },

  async restore(options, saved, context) {
    const proxy = proxyOf(options, context);
    if (options.map !== undefined) {
      const lines = (saved as { readonly map?: readonly string[] } | null)?.map;
      if (lines === undefined) throw new Error('what was saved is no map');
      const entries = unpacked(lines);
      if (packed(await readMap(options.map, proxy)).join('\n') !== lines.join('\n'))
        await replaceMap(options.map, entries, proxy);
      return;
    }
    if (!isWeightsState(saved)) throw new Error('what was saved are no weights');
    const backend = options.backend as string;
    const now = stateOf(await readServers(options, proxy));
    // What stands as before is not told again: a socket that takes no commands has left nothing turned.
    const wanted = Object.fromEntries(
      Object.entries(saved).flatMap(([name, { weight }]) =>
        now[name]?.weight === weight ? [] : [[name, weight]],
      ),
    );
    const states = Object.entries(saved)
      .filter(([name, { admin }]) => now[name]?.admin !== admin)
      .map(([name, { admin }]) => `set server ${backend}/${name} state ${admin}`);
    // Weights first: what comes back ready comes back with its old weight.
    const commands = [...weightCommands(backend, wanted, now), ...states];
    if (commands.length > 0) await proxy.tell(commands.join('; '));
  },

  listen: (options, context) =>
    options.log === undefined ? Promise.resolve(null) : listenForLines(options, options.log, context),

  hearsRest: ({ backend }) => backend !== undefined,

  namesKeys: ({ map }) => map !== undefined,

  hashOf: ({ map }) => (map === undefined ? null : 'xxh32'),

  async count(options, context) {
    const proxy = proxyOf(options, context);
    const instance = await instanceOf(proxy);
    return { instance, answered: await answeredSoFar(options, proxy) };
  },
};

const proxyOf = ({ socket }: HaproxyOptions, { folder }: Pick<TapContext, 'folder'>): Runtime =>
  runtime(socket, folder);

/** Weights know no traffic that takes no part: it would be counted as the baseline's. */
function refusePart({ keys, stage, shares }: TapSetting): void {
  if (stage !== null || keys.coverage === 1 || keys.coverage === 0) return;
  throw new KnownError(
    'haproxy-coverage',
    'weights cannot leave a part of the traffic out of the experiment',
    {
      hint: `Leave coverage out and write shares: { ${Object.entries(shares)
        .map(([arm, share]) => `${arm}: ${Number((share * 100).toPrecision(6))}%`)
        .join(', ')} }, or split by key with a map.`,
    },
  );
}

/** A map may name what is not there: HAProxy would send it to its default backend, and say nothing. */
async function refuseAbsent(arms: readonly string[], options: HaproxyOptions, proxy: Runtime): Promise<void> {
  const rows = await rowsOf(options, arms, proxy);
  for (const arm of arms) {
    const [backend] = serversOf(options, arm);
    const row = rows.find((at) => at('pxname') === backend);
    const status = row?.('status') ?? null;
    if (status === 'UP') continue;
    throw new KnownError(
      'tap-arm-idle',
      `${arm} cannot get its share: ${status === null ? `HAProxy has no backend ${backend}` : `backend ${backend} is ${status}`}`,
      {
        hint:
          status === null
            ? 'Name it as the configuration of HAProxy does; its traffic would go to the default backend.'
            : 'Bring it up first; the experiment would measure nothing of it.',
        exit: 69,
      },
    );
  }
}

/** A weight that a server in maintenance, draining or down has is no traffic. */
function refuseIdle(
  arm: string,
  options: HaproxyOptions,
  servers: readonly { readonly name: string; readonly admin: string; readonly isUp: boolean }[],
): void {
  const own = servers.filter(({ name }) => serversOf(options, arm).includes(name));
  const idle = own.filter(({ admin, isUp }) => admin !== 'ready' || !isUp);
  if (idle.length === 0) return;
  const what = idle.map(
    ({ name, admin, isUp }) => `${options.backend}/${name} is ${admin !== 'ready' || isUp ? admin : 'down'}`,
  );
  throw new KnownError('tap-arm-idle', `${arm} cannot get its share: ${what.join(', ')}`, {
    hint: 'Bring it up first; the experiment would measure the other arm twice.',
    exit: 69,
  });
}

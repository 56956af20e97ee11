/** Arms as servers of one backend: weights that are as near to the shares as whole numbers up to 256 can be. */
import { KnownError } from '../../../errors.js';
import type { Arm } from '../../../model/experiment.js';
import type { Json } from '../../../model/tap.js';
import { type HaproxyOptions, serversOf } from './options.js';
import { type Runtime, refused } from './runtime.js';

export type Admin = 'ready' | 'drain' | 'maint';
export interface ServerState {
  readonly weight: number;
  readonly admin: Admin;
}
/** By name of the server. */
export type WeightsState = Readonly<Record<string, ServerState>>;

export interface Server extends ServerState {
  readonly name: string;
  readonly initial: number;
  /** false: its checks say that it is down. */
  readonly isUp: boolean;
}

const MOST = 256;
const FORCED_MAINTENANCE = 0x01;
const FORCED_DRAIN = 0x08;

/** Servers of the arms, as the proxy knows them. */
export async function readServers(options: HaproxyOptions, proxy: Runtime): Promise<readonly Server[]> {
  const command = `show servers state ${options.backend}`;
  const answer = await proxy.ask(command);
  const lines = answer.split('\n').map((line) => line.trim());
  const header = lines
    .find((line) => line.startsWith('# '))
    ?.slice(2)
    .split(' ');
  if (header === undefined) throw refused(command, answer.trim() || '(nothing)');
  const at = (row: readonly string[], column: string): string => row[header.indexOf(column)] ?? '';
  const rows = lines.map((line) => line.split(' ')).filter((row) => row.length > 10 && row[0] !== '#');
  return Object.keys(options.arms)
    .flatMap((arm) => serversOf(options, arm))
    .map((name): Server => {
      const row = rows.find((one) => at(one, 'srv_name') === name);
      if (row === undefined) throw refused(command, `No such server ${options.backend}/${name}.`);
      const admin = Number(at(row, 'srv_admin_state'));
      return {
        name,
        weight: Number(at(row, 'srv_uweight')),
        initial: Number(at(row, 'srv_iweight')),
        admin: admin & FORCED_MAINTENANCE ? 'maint' : admin & FORCED_DRAIN ? 'drain' : 'ready',
        isUp: Number(at(row, 'srv_op_state')) !== 0,
      };
    });
}

export const stateOf = (servers: readonly Server[]): WeightsState =>
  Object.fromEntries(servers.map(({ name, weight, admin }) => [name, { weight, admin }]));

/** Weight of each server; within an arm as the servers' own weights stand to each other. @throws KnownError */
export function weightsFor(
  options: HaproxyOptions,
  shares: Readonly<Record<string, number>>,
  arms: readonly Arm[],
  servers: readonly Pick<Server, 'name' | 'initial'>[],
): Readonly<Record<string, number>> {
  const parts = new Map<string, number>();
  for (const { name: arm } of arms) {
    const own = serversOf(options, arm);
    const initial = own.map((name) => servers.find((server) => server.name === name)?.initial ?? 0);
    const sum = initial.reduce((total, weight) => total + weight, 0);
    for (const [i, name] of own.entries())
      parts.set(name, (shares[arm] ?? 0) * (sum > 0 ? initial[i] / sum : 1 / own.length));
  }
  const wanted = [...parts.values()];
  let best: { weights: readonly number[]; off: number } | null = null;
  for (let most = MOST; most >= 1; most--) {
    const scale = most / Math.max(...wanted);
    const weights = wanted.map((part) => Math.round(part * scale));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    // A server that has a part must not fall to none.
    if (weights.some((weight, i) => weight === 0 && wanted[i] > 0)) continue;
    const off = Math.max(...weights.map((weight, i) => Math.abs(weight / total - wanted[i])));
    if (best === null || off < best.off - 1e-12) best = { weights, off };
  }
  if (best === null || best.off > 0.005)
    throw new KnownError(
      'haproxy-weights',
      `whole weights up to ${MOST} cannot divide the traffic like that`,
      {
        hint: 'Choose shares that are not so small, or split by key with a map.',
      },
    );
  const { weights } = best;
  return Object.fromEntries([...parts.keys()].map((name, i) => [name, weights[i]]));
}

/** What is more first, then what is less: at no time has nobody a weight. One line, so that it is done at once. */
export const weightCommands = (
  backend: string,
  wanted: Readonly<Record<string, number>>,
  now: WeightsState,
): readonly string[] =>
  Object.entries(wanted)
    .sort(([a, x], [b, y]) => y - (now[b]?.weight ?? 0) - (x - (now[a]?.weight ?? 0)))
    .map(([name, weight]) => `set weight ${backend}/${name} ${weight}`);

const NAME = /^[\w.:-]+$/;
const ADMIN: readonly unknown[] = ['ready', 'drain', 'maint'];

/** Read back from a journal: nothing of it may become another command. */
export const isWeightsState = (saved: Json): saved is Json & WeightsState =>
  typeof saved === 'object' &&
  saved !== null &&
  Object.keys(saved).every((name) => NAME.test(name)) &&
  Object.values(saved).every((one) => {
    const { weight, admin } = (one ?? {}) as Partial<ServerState>;
    return typeof weight === 'number' && ADMIN.includes(admin);
  });

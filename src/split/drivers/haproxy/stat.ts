/** `show stat`: what the proxy counts of each server and backend, read as CSV by the names of its columns. */
import type { ArmName } from '../../../model/experiment.js';
import { type HaproxyOptions, serversOf } from './options.js';
import { type Runtime, refused } from './runtime.js';

/** A server (weights) or a backend (by key) of an arm. */
export type Row = (column: string) => string;

/** Final answers; interim ones (1xx) are counted beside them. */
const ANSWERS = ['hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other'] as const;

export async function rowsOf(
  options: HaproxyOptions,
  arms: readonly ArmName[],
  proxy: Runtime,
): Promise<readonly Row[]> {
  const csv = await proxy.ask('show stat');
  const [header, ...lines] = csv.trim().split('\n');
  if (!header.startsWith('# ')) throw refused('show stat', header || '(nothing)');
  const names = header.slice(2).split(',');
  const targets = arms.flatMap((arm) => serversOf(options, arm));
  return lines
    .map((line) => line.split(','))
    .map(
      (row): Row =>
        (column) =>
          row[names.indexOf(column)] ?? '',
    )
    .filter((at) =>
      options.backend === undefined
        ? targets.includes(at('pxname')) && at('svname') === 'BACKEND'
        : at('pxname') === options.backend && targets.includes(at('svname')),
    );
}

const sum = (rows: readonly Row[], columns: readonly string[]): number =>
  rows.reduce((all, at) => all + columns.reduce((own, column) => own + Number(at(column)), 0), 0);

/** Requests that these arms have not answered yet. */
export const underWay = async (
  options: HaproxyOptions,
  arms: readonly ArmName[],
  proxy: Runtime,
): Promise<number> => sum(await rowsOf(options, arms, proxy), ['scur']);

/** Requests that each arm has answered since the process began. */
export async function answeredSoFar(
  options: HaproxyOptions,
  proxy: Runtime,
): Promise<Readonly<Record<ArmName, number>>> {
  const arms = Object.keys(options.arms);
  const rows = await rowsOf(options, arms, proxy);
  const name = options.backend === undefined ? 'pxname' : 'svname';
  return Object.fromEntries(
    arms.map((arm) => [
      arm,
      sum(
        rows.filter((at) => serversOf(options, arm).includes(at(name))),
        ANSWERS,
      ),
    ]),
  );
}

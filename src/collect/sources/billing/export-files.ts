/**
 * Which files of an export are read. A provider delivers the whole bill of a period anew several times a day, and
 * may keep the older deliveries beside the newest: read together they count everything twice.
 */
import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { SourceContext } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import { openSandbox, type Sandbox } from '../file/duckdb.js';
import { exactly } from '../file/sql.js';

/** `BILLING_PERIOD=2026-11` of AWS Data Exports, `20261101-20261201` of CUR and Azure. */
const PERIOD = /^(?:billing_period=.+|\d{8}-\d{8})$/iu;
const DATA = /\.(?:csv|csv\.gz|parquet)$/iu;
/** Deliveries named by their time: `2026-11-10T12:30:00.123Z-…`, `20261110T123000Z`. */
const TIMED = /^\d{4}-?\d{2}-?\d{2}T\d{2}/u;

export interface Chosen {
  readonly period: string;
  readonly run: string;
  /** Older deliveries of the same period, which are not read. */
  readonly others: number;
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // A pattern, or nothing: opening it says what is wrong.
    if (['ENOENT', 'ENOTDIR'].includes(String((error as { code?: unknown }).code))) return false;
    throw error;
  }
};

interface Placed {
  readonly file: string;
  readonly period: string | null;
  readonly run: string;
}

const placeOf = (base: string, file: string): Placed => {
  const folders = relative(base, file).split(sep).slice(0, -1);
  const at = folders.findIndex((name) => PERIOD.test(name));
  if (at < 0) return { file, period: null, run: '' };
  return { file, period: folders.slice(0, at + 1).join('/'), run: folders.slice(at + 1).join('/') };
};

const newest = async (runs: ReadonlyMap<string, readonly Placed[]>): Promise<string> => {
  const names = [...runs.keys()];
  if (names.every((name) => TIMED.test(name))) return names.sort()[names.length - 1];
  const written = await Promise.all(
    [...runs].map(async ([run, placed]) => {
      const times = await Promise.all(placed.map(async ({ file }) => (await stat(file)).mtimeMs));
      return { run, atMs: Math.max(...times) };
    }),
  );
  return written.reduce((a, b) => (b.atMs > a.atMs ? b : a)).run;
};

const group = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/** Of every billing period the newest delivery; files outside of such folders are all read. */
export const chooseRuns = async (base: string, files: readonly string[]) => {
  const placed = files.map((file) => placeOf(base, file));
  const read = placed.filter(({ period }) => period === null).map(({ file }) => file);
  const chosen: Chosen[] = [];
  const dated = placed.filter(({ period }) => period !== null);
  for (const [period, members] of group(dated, (one) => one.period as string)) {
    const runs = group(members, ({ run }) => run);
    const run = runs.size === 1 ? [...runs.keys()][0] : await newest(runs);
    read.push(...(runs.get(run) ?? []).map(({ file }) => file));
    if (runs.size > 1) chosen.push({ period, run, others: runs.size - 1 });
  }
  return { files: read.sort(), chosen };
};

export interface Export {
  readonly sandbox: Sandbox;
  readonly files: readonly string[];
  readonly chosen: readonly Chosen[];
}

/** @throws SourceProblem where there is no file of a bill */
export async function openExport(file: string, io: SourceContext): Promise<Export> {
  const path = resolve(io.folder, file);
  const folder = await isFolder(path);
  const sandbox = await openSandbox(folder ? join(exactly(path), '**') : file, io.folder, io.signal);
  try {
    const data = sandbox.files.filter((name) => DATA.test(name));
    if (data.length === 0)
      throw new SourceProblem(reason('billing-no-files', { file, others: sandbox.files.length }));
    return { sandbox, ...(await chooseRuns(folder ? path : resolve(io.folder), data)) };
  } catch (error) {
    sandbox.close();
    throw error;
  }
}

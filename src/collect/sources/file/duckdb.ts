/**
 * DuckDB in memory, shut into a sandbox: it can open the files that the pattern names and nothing else,
 * loads no extension, writes nothing, and its settings are locked before a byte of the files is read.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import { exactly, literal } from './sql.js';

/** A chunk of at most a few thousand rows, column by column. */
export type ColumnChunk = readonly (readonly unknown[])[];

export type Parameter = string | number | boolean;

export interface Sandbox {
  /** Absolute paths, sorted; at least one. */
  readonly files: readonly string[];
  /** First column of an answer that fits into memory. */
  column(sql: string, parameters?: readonly Parameter[]): Promise<readonly unknown[]>;
  /** Rows of an answer that fits into memory. */
  rows(sql: string, parameters?: readonly Parameter[]): Promise<readonly (readonly unknown[])[]>;
  /**
   * Streams: one chunk is in memory at a time. A stream of DuckDB that fails midway ends as if it were complete
   * (measured with 1.5.6; duckdb-rs#664 tells the same), so the number of rows must be known, and is compared.
   */
  chunks(sql: string, parameters: readonly Parameter[], rows: number): AsyncGenerator<ColumnChunk>;
  close(): void;
}

type DuckDb = typeof import('@duckdb/node-api');
export type LoadDuckDb = () => Promise<DuckDb>;

const loadInstalled: LoadDuckDb = () => import('@duckdb/node-api');

const load = async (from: LoadDuckDb): Promise<DuckDb> => {
  try {
    return await from();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new SourceProblem(reason('file-no-duckdb', { message }), cause);
  }
};

const START = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  threads: '2',
  memory_limit: '1GB',
  temp_directory: '',
};

/** What DuckDB adds of our SQL, of options that are not the user's, and of how it guessed. */
const ITS_OWN =
  /\n\nLINE |\nPossible fixes:|\nPossible Solution:|\n\s*file = |\nThe search space used was:|\n?Try setting /u;
/** The line it stopped at; a quote that is never closed makes one line of all that follow. */
const LINE_SHOWN = /\nOriginal Line: ([^\n]{0,80})[^\n]*(?:\n(?!Expected |Invalid |Value |Maximum )[^\n]*)*/u;

/** Message of DuckDB on one line, without the echo of our SQL and its advice on options that are not the user's. */
const firstLines = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split(ITS_OWN, 1)[0]
    .replace(LINE_SHOWN, ': $1:\n')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, 600);
};

const unreadable = (file: string, error: unknown): SourceProblem =>
  new SourceProblem(reason('file-unreadable', { file, message: firstLines(error) }), error);

/** Opens what `file` (relative to `folder`) names: a file of exactly that name, else a pattern. */
export async function openSandbox(
  file: string,
  folder: string,
  signal: AbortSignal,
  from: LoadDuckDb = loadInstalled,
): Promise<Sandbox> {
  if (/^[a-z][a-z0-9+.-]+:\/\//iu.test(file)) throw new SourceProblem(reason('file-remote', { file }));
  const { DuckDBInstance } = await load(from);
  const instance = await DuckDBInstance.create(':memory:', START);
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  const close = (): void => {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  };
  const column = async (sql: string, parameters: readonly Parameter[] = []): Promise<readonly unknown[]> => {
    try {
      const chunks = await (await connection.run(sql, [...parameters])).fetchAllChunks();
      return chunks.flatMap((chunk) => chunk.getColumnValues(0));
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  const rows = async (sql: string, parameters: readonly Parameter[] = []) => {
    try {
      return (await connection.runAndReadAll(sql, [...parameters])).getRows();
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  async function* chunks(sql: string, parameters: readonly Parameter[], rows: number) {
    let seen = 0;
    try {
      const result = await connection.stream(sql, [...parameters]);
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        seen += chunk.rowCount;
        yield chunk.getColumns() as ColumnChunk;
      }
    } catch (error) {
      throw unreadable(file, error);
    }
    if (seen !== rows) throw new SourceProblem(reason('file-cut-short', { file, rows, seen }));
  }
  const glob = async (pattern: string): Promise<readonly string[]> =>
    (await column('SELECT file FROM glob($1) ORDER BY 1', [pattern])) as string[];
  try {
    const path = resolve(folder, file);
    const exact = await glob(exactly(path));
    const files = exact.length > 0 ? exact : await glob(path);
    if (files.length === 0) {
      const beside = (await glob(join(dirname(path), '*'))).map((name) => basename(name));
      throw new SourceProblem(
        reason('file-missing', { file, folder: dirname(path), exist: nearestFirst(basename(path), beside) }),
      );
    }
    const allowed = new Set(files.flatMap((name) => [name, exactly(name)]));
    await connection.run(`SET allowed_paths = [${[...allowed].map(literal).join(', ')}]`);
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return { files, column, rows, chunks, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Small bills written for a test: CSV by hand, Parquet by DuckDB. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

export interface Folder {
  readonly path: string;
  write(name: string, content: string, atMs?: number): Promise<void>;
  /** @param select SQL whose rows become the file */
  parquet(name: string, select: string): Promise<void>;
  remove(): Promise<void>;
}

export const folder = async (): Promise<Folder> => {
  const path = await mkdtemp(join(tmpdir(), 'stacktrial-bill-'));
  const place = async (name: string): Promise<string> => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    return file;
  };
  return {
    path,
    async write(name, content, atMs) {
      const file = await place(name);
      await writeFile(file, name.endsWith('.gz') ? gzipSync(content) : content);
      if (atMs !== undefined) await utimes(file, atMs / 1000, atMs / 1000);
    },
    async parquet(name, select) {
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      await connection.run(`COPY (${select}) TO '${await place(name)}' (FORMAT parquet)`);
      connection.closeSync();
      instance.closeSync();
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
};

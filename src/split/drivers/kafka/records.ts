/** The records of a unit: the lines of its file (a CSV's without the header), read as a stream. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { KnownError } from '../../../errors.js';
import { atPath } from '../../json-path.js';

export interface KafkaRecord {
  readonly key: string | null;
  readonly value: string;
  /** In its file, from 1. */
  readonly line: number;
}

/** @throws KnownError naming file and line where a key is asked of a line that is not JSON. */
export async function* recordsOf(file: string, keyPath: string | undefined): AsyncGenerator<KafkaRecord> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  const header = /\.(csv|tsv)$/i.test(file) ? 1 : 0;
  for await (const value of lines) {
    number++;
    if (number <= header || value.trim() === '') continue;
    yield {
      key: keyPath === undefined ? null : keyOf(value, keyPath, `${file}:${number}`),
      value,
      line: number,
    };
  }
}

function keyOf(line: string, path: string, where: string): string | null {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    throw new KnownError('bad-record', `${where} is not JSON, so that it has no ${path}`);
  }
  const key = atPath(record, path);
  return typeof key === 'string' || typeof key === 'number' ? String(key) : null;
}

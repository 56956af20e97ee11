/** What carries the client's question to the server and the answer back: our HTTP layer, in the shape it expects. */
import type { ChunkCombiner, Transport } from '@influxdata/influxdb-client';
import { HttpFailure } from '../../http/failure.js';
import type { Answer } from '../../http/request.js';

/** A line of CSV that never ends would be held in memory, and copied with every chunk. */
const LONGEST_LINE = 4 * 2 ** 20;

export const cut = (what: string, how: string): HttpFailure =>
  new HttpFailure('http-truncated', `${what}: ${how}`, {
    hint: 'The server or a proxy gave up in the middle; ask for a shorter window.',
    retryable: true,
  });

/** What the client believes to be its connection: it hands over what it wants sent, and is handed the answer. */
export class Carried implements Transport {
  readonly chunkCombiner: ChunkCombiner;
  sent: { path: string; body: string; headers: Record<string, string> } | null = null;
  answer: Answer | null = null;
  /** Bytes since the client last gave a line. */
  pending = 0;

  constructor(chunkCombiner: ChunkCombiner) {
    this.chunkCombiner = chunkCombiner;
  }

  async *iterate(
    path: string,
    body: string,
    options: { headers?: Record<string, string> },
  ): AsyncIterableIterator<Uint8Array> {
    this.sent = { path, body, headers: options.headers ?? {} };
    if (this.answer === null) return;
    const { bytes, what } = this.answer;
    for await (const chunk of bytes) {
      this.pending += chunk.byteLength;
      if (this.pending > LONGEST_LINE + chunk.byteLength)
        throw new HttpFailure(
          'http-too-large',
          `${what}: a line of the answer is longer than ${LONGEST_LINE} bytes`,
          {
            hint: 'Check that `url` is that of InfluxDB.',
          },
        );
      yield chunk;
    }
  }

  send(): void {
    throw new Error('the client was only to iterate');
  }

  request(): Promise<never> {
    return Promise.reject(new Error('the client was only to iterate'));
  }
}

/** Whether HTTP itself says where the answer ends. */
const isFramed = ({ headers }: Answer): boolean =>
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  headers['content-encoding'] !== undefined;

/** Lines of the client, and whether the last of them was the blank one that InfluxDB puts after every result. */
export async function* checkedLines(
  lines: AsyncIterable<string>,
  carried: Carried,
  answer: Answer,
): AsyncGenerator<string> {
  let last: string | null = null;
  for await (const line of lines) {
    carried.pending = 0;
    if (line.includes('\u{fffd}'))
      throw new HttpFailure('http-not-utf8', `${answer.what}: the answer is not UTF-8 text`, {
        hint: 'Check that `url` is that of InfluxDB.',
      });
    last = line;
    yield line;
  }
  if (!isFramed(answer) && last !== '') throw cut(answer.what, 'the answer stops before its end');
}

/** The body as it arrives: watched, decompressed, counted; whole or an error. */
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HttpFailure } from './failure.js';
import { networkFailure } from './network-failure.js';
import type { Silence } from './silence.js';

/** Bytes as received. Only waiting for the server counts as its silence, not what we do with what it sent. */
async function* received(
  message: IncomingMessage,
  silence: Silence,
  what: string,
): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  try {
    for (;;) {
      silence.begin();
      const next = await chunks.next().finally(() => silence.end());
      if (next.done === true) break;
      yield next.value;
    }
    if (!message.complete)
      throw new HttpFailure('http-truncated', `${what}: the answer ended before its end`, {
        retryable: true,
      });
  } finally {
    message.destroy();
  }
}

const decoderFor = (encoding: string, what: string) => {
  // Z_FINISH at the end: an answer that stops in the middle of the compressed stream is an error.
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip({ finishFlush: constants.Z_FINISH });
  if (encoding === 'deflate') return createInflate({ finishFlush: constants.Z_FINISH });
  if (encoding === 'br') return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FINISH });
  throw new HttpFailure(
    'http-encoding',
    `${what}: the answer is compressed as "${encoding}", which was not asked for`,
    {
      hint: 'Turn that off on the server or the proxy before it.',
    },
  );
};

/** Decoded bytes; more than `maxBytes` of them are an error. */
export async function* bodyOf(
  message: IncomingMessage,
  silence: Silence,
  maxBytes: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const raw = received(message, silence, what);
  let bytes = 0;
  const plain = encoding === '' || encoding === 'identity';
  // The callback is there because pipeline wants one; the error reaches the reader through the decoder.
  const chunks = plain ? raw : pipeline(Readable.from(raw), decoderFor(encoding, what), () => {});
  try {
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes)
        throw new HttpFailure('http-too-large', `${what}: the answer is longer than ${maxBytes} bytes`, {
          hint: 'Ask for a shorter window or wider buckets, or raise `maxBytes`.',
        });
      yield chunk;
    }
  } catch (error) {
    throw error instanceof HttpFailure ? error : networkFailure(error, what, true);
  }
}

/** Text of the body; what is not UTF-8 is an error and not a replacement character. */
export async function* textOf(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new HttpFailure('http-not-utf8', `${what}: the answer is not UTF-8 text`, {
        hint: 'Check that the address is that of the API.',
      });
    }
  };
  for await (const chunk of chunks) {
    const text = decode(chunk);
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

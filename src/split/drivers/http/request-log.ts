/**
 * A log of requests, request by request: NDJSON { method, path or url, headers, body or bodyBase64, at }, HAR, or the
 * common and combined access log. NDJSON and access logs are read as streams; a HAR is one document.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { KnownError } from '../../../errors.js';
import type { Headers } from './headers.js';
import type { FORMATS } from './options.js';

export interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer | null;
  /** UTC ms; null: the log does not say. */
  readonly at: number | null;
}

export type Format = (typeof FORMATS)[number];

const HAR_BYTES = 256 * 2 ** 20;

export function formatOf(file: string): Format {
  if (/\.har$/i.test(file)) return 'har';
  return /\.(jsonl|ndjson)$/i.test(file) ? 'jsonl' : 'access-log';
}

/** null: a line that is no request (access logs have such lines: what the server was sent, it logs). */
export async function* requestsOf(file: string, format: Format): AsyncGenerator<LoggedRequest | null> {
  if (format === 'har') {
    yield* await readHar(file);
    return;
  }
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  if (format === 'access-log') {
    yield* spread(accesses(lines));
    return;
  }
  for await (const line of lines) {
    number++;
    if (line.trim() !== '') yield fromJson(line, `${file}:${number}`);
  }
}

async function* accesses(lines: AsyncIterable<string>): AsyncGenerator<LoggedRequest | null> {
  for await (const line of lines) if (line.trim() !== '') yield fromAccessLog(line);
}

/** An access log knows seconds: what came in one is spread over it, or each second would begin with a burst. */
async function* spread(requests: AsyncIterable<LoggedRequest | null>): AsyncGenerator<LoggedRequest | null> {
  let second: (LoggedRequest | null)[] = [];
  let at: number | null = null;
  const spreadOut = (): readonly (LoggedRequest | null)[] => {
    const of = second.filter((each) => each !== null).length;
    let i = 0;
    return second.map((each) =>
      each === null || at === null ? each : { ...each, at: at + Math.floor((1000 * i++) / of) },
    );
  };
  for await (const each of requests) {
    if (each !== null && each.at !== at) {
      yield* spreadOut();
      second = [];
      at = each.at;
    }
    second.push(each);
  }
  yield* spreadOut();
}

const wrong = (where: string, why: string) =>
  new KnownError('bad-request-log', `${where}: ${why}`, {
    hint: 'A line is { "method": "GET", "path": "/orders?page=2", "headers": {}, "body": "…", "at": "2026-11-01T00:00:00Z" }; method GET and all but the path may be left out.',
  });

function fromJson(line: string, where: string): LoggedRequest {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(where, 'this is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw wrong(where, 'this is not an object');
  const { method = 'GET', path = value.url, headers = {}, body, bodyBase64, at = null } = value;
  if (typeof method !== 'string') throw wrong(where, 'method is not a text');
  if (typeof path !== 'string') throw wrong(where, 'there is no path');
  if (typeof headers !== 'object' || headers === null) throw wrong(where, 'headers is not an object');
  const time = typeof at === 'number' ? at : at === null ? null : Date.parse(String(at));
  if (time !== null && !Number.isFinite(time)) throw wrong(where, `at is not a time: ${String(at)}`);
  return {
    method: method.toUpperCase(),
    path: pathOf(path, where),
    headers: sendableAs(
      Object.entries(headers).map(([name, one]) => [name, String(one)]),
      where,
    ),
    body:
      typeof bodyBase64 === 'string'
        ? Buffer.from(bodyBase64, 'base64')
        : body === undefined || body === null
          ? null
          : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    at: time,
  };
}

/** Of a URL only what is asked of the server: where it is sent is the experiment's business. */
function pathOf(text: string, where: string): string {
  if (text.startsWith('/')) return encoded(text);
  if (!URL.canParse(text)) throw wrong(where, `"${text}" is neither a path nor a URL`);
  const { pathname, search } = new URL(text);
  return pathname + search;
}

/** What cannot stand in a request line (a space, a letter with an accent) as a browser would write it; all else as it is. */
const encoded = (path: string): string =>
  path.replace(/[^\x21-\x7e]+/g, (odd) =>
    [...Buffer.from(odd)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

/** What no client could send is the log's mistake, and no failure of an arm. */
function sendableAs(headers: Headers, where: string): Headers {
  for (const [name, value] of headers)
    if (
      !name.startsWith(':') &&
      (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    )
      throw wrong(where, `the header ${JSON.stringify(name)} cannot be sent`);
  return headers;
}

const ACCESS = /^\S+ \S+ .*?\[([^\]]+)\] "([A-Z]+) (\/\S*)(?: HTTP\/[\d.]+)?" \d{3} /;
const TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

function fromAccessLog(line: string): LoggedRequest | null {
  const match = ACCESS.exec(line);
  if (match === null) return null;
  const [, time, method, path] = match;
  return { method, path: encoded(path), headers: [], body: null, at: accessTime(time) };
}

function accessTime(text: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, day, month, year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const at = Date.UTC(+year, MONTHS.indexOf(month) / 3, +day, +hour, +minute, +second);
  return at - zone;
}

interface HarEntry {
  readonly startedDateTime?: string;
  readonly request?: {
    readonly method?: string;
    readonly url?: string;
    readonly headers?: readonly { readonly name: string; readonly value: string }[];
    readonly postData?: { readonly text?: string; readonly encoding?: string };
  };
}

async function readHar(file: string): Promise<readonly LoggedRequest[]> {
  const { size } = await stat(file);
  if (size > HAR_BYTES)
    throw new KnownError('bad-request-log', `${file} is larger than ${HAR_BYTES / 2 ** 20} MiB`, {
      hint: 'A HAR is read whole; write its requests as NDJSON, which is read as a stream.',
    });
  const entries = entriesOf(await readFile(file, 'utf8'));
  if (entries === null)
    throw new KnownError('bad-request-log', `${file} is not a HAR: it has no log.entries`);
  return entries.map(({ request, startedDateTime }, i) => {
    const where = `${file}: entry ${i + 1}`;
    if (request?.url === undefined) throw wrong(where, 'there is no request.url');
    const { text, encoding } = request.postData ?? {};
    const at = startedDateTime === undefined ? null : Date.parse(startedDateTime);
    return {
      method: (request.method ?? 'GET').toUpperCase(),
      path: pathOf(request.url, where),
      headers: sendableAs(
        (request.headers ?? []).map(({ name, value }) => [name, value] as const),
        where,
      ),
      body: text === undefined ? null : Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'),
      at: Number.isFinite(at) ? at : null,
    };
  });
}

function entriesOf(text: string): readonly HarEntry[] | null {
  try {
    const { log } = JSON.parse(text) as { log?: { entries?: HarEntry[] } };
    return Array.isArray(log?.entries) ? log.entries : null;
  } catch {
    return null; // said by the caller
  }
}

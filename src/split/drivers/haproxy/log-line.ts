/**
 * A line of HAProxy's log → a request. Two forms: JSON, one object a line (what `log-format` should write stands in the
 * README), and HAProxy's own `option httplog`, with or without a syslog header.
 */
import type { Request } from '../../../model/evidence.js';
import type { ArmName } from '../../../model/experiment.js';
import { type HaproxyOptions, serversOf } from './options.js';

/** What both forms say, as HAProxy writes it: −1 for what did not happen. */
interface Said {
  readonly at: number;
  readonly backend: string;
  readonly server: string;
  /** By key: the backend that the map gave; null: none. Weights: not said. */
  readonly arm: string | null;
  readonly key: string | null;
  readonly queue: number;
  readonly connect: number;
  readonly response: number;
  readonly total: number;
  readonly status: number;
  /** `+1`: sent to another server after a failure. */
  readonly retries: string;
  readonly covariates: Readonly<Record<string, number>>;
}

/** What a line tells. */
export interface Told {
  /** null: the line is not about a request of the experiment. */
  readonly request: Request | null;
  /** Whose counter of answered requests the proxy has raised, whether the request takes part or not; null: no arm's. */
  readonly answeredBy: ArmName | null;
}

/** What the proxy tells of itself in the same log: a server that drains, a proxy that has started. */
const PROXY_EVENT =
  /(^|[\s\]:])((Server|Proxy) \S+ (is|enters|leaves|started|stopped|changed)\b|[Bb]ackend \S+ has no server)/;
const NOTHING: Told = { request: null, answeredBy: null };

/** Twice what the proxy is told to write at most (README); whoever sends more wants something else. */
const LONGEST_LINE = 8 << 10;

/** undefined: it cannot be understood. Whoever reaches the port may send one: time grows with its length, no faster. */
export function readLine(line: string, options: HaproxyOptions): Told | undefined {
  if (line.length > LONGEST_LINE) return undefined;
  const brace = line.indexOf('{"');
  const said = brace >= 0 ? fromJson(line.slice(brace)) : fromHttpLog(line);
  if (said === undefined) return PROXY_EVENT.test(line) ? NOTHING : undefined;
  return options.map === undefined
    ? { request: byWeights(said, options), answeredBy: answeredServer(said, options) }
    : { request: byMap(said, options), answeredBy: isCounted(said) ? armOf(options, said.backend) : null };
}

/** Interim answers (1xx) are counted beside the final one. */
const isCounted = ({ status }: Said): boolean => status < 100 || status >= 200;

/** A server counts an answer when it begins; a backend also counts what it answered itself. */
function answeredServer(said: Said, options: HaproxyOptions): ArmName | null {
  if (said.backend !== options.backend || said.response < 0 || !isCounted(said)) return null;
  return armOf(options, said.server);
}

function byWeights(said: Said, options: HaproxyOptions): Request | null {
  if (said.backend !== options.backend) return null;
  const arm = armOf(options, said.server);
  // Another server of the backend: no arm of ours.
  if (arm === null && said.server !== NO_SERVER) return null;
  return request(said, arm, arm);
}

function byMap(said: Said, options: HaproxyOptions): Request | null {
  if (said.arm === null) return null;
  return request(said, armOf(options, said.arm), armOf(options, said.backend));
}

const NO_SERVER = '<NOSRV>';

const armOf = (options: HaproxyOptions, target: string): string | null =>
  Object.keys(options.arms).find((arm) => serversOf(options, arm).includes(target)) ?? null;

const request = (said: Said, assigned: string | null, target: string | null): Request => ({
  at: said.at,
  key: said.key,
  assigned,
  // Without a connection nobody served it, whatever stands in the line.
  served: said.connect < 0 || said.server === NO_SERVER ? null : target,
  redispatched: said.retries.startsWith('+'),
  status: said.status < 100 ? null : said.status,
  ms: {
    queue: happened(said.queue),
    connect: happened(said.connect),
    response: happened(said.response),
    total: happened(said.total),
  },
  covariates: said.covariates,
});

const happened = (ms: number): number | null => (ms < 0 ? null : ms);

const isText = (value: unknown): value is string => typeof value === 'string';

function fromJson(text: string): Said | undefined {
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const number = (name: string): number => Number(row[name] ?? -1);
  const words = [row.be, row.srv, row.rc ?? ''];
  const numbers = [number('t'), number('Tw'), number('Tc'), number('Tr'), number('Ta'), number('st')];
  if (!words.every(isText) || !numbers.every(Number.isFinite) || numbers[0] <= 0) return undefined;
  const [backend, server, retries] = words as string[];
  const [seconds, queue, connect, response, total, status] = numbers;
  const idle = 'Ti' in row ? number('Ti') : 0;
  if (!Number.isFinite(idle)) return undefined;
  const said = (name: string): string | null =>
    isText(row[name]) && row[name] !== '' && row[name] !== '-' ? row[name] : null;
  const cov = typeof row.cov === 'object' && row.cov !== null ? Object.entries(row.cov) : [];
  return {
    // `t` is when the proxy began to wait for it: on a connection that is kept alive, the end of the request before.
    at: Math.round(seconds * 1000) + Math.max(0, idle),
    backend,
    server,
    arm: said('arm'),
    key: said('key'),
    queue,
    connect,
    response,
    total,
    status,
    retries,
    covariates: Object.fromEntries(
      cov.flatMap(([name, value]) => (Number.isFinite(Number(value)) ? [[name, Number(value)]] : [])),
    ),
  };
}

/** `<134>1 2026-11-28T20:00:00.123456+00:00 host haproxy 7 - - client:port [date] frontend backend/server times …` */
const WRITTEN = /\d{4}-\d\d-\d\dT[\d:.]{1,32}(?:Z|[+-]\d\d:\d\d)/;

/** What follows it. No part can take what another part could, or one hostile line would hold up the watch for hours. */
const HTTP_LOG =
  /\[[^\][]{1,64}\] \S+ ([^\s/]+)\/([^\s/]+) (-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+)\/\+?(-?\d+) (-?\d+) \+?(\d+) \S+ \S+ \S{4} \d+\/\d+\/\d+\/\d+\/(\+?\d+) \d+\/\d+(?: \{([^|}]*)(?:\|[^}]*)?\})?/;

function fromHttpLog(line: string): Said | undefined {
  const dated = WRITTEN.exec(line);
  if (dated === null) return undefined;
  const [written] = dated;
  const found = HTTP_LOG.exec(line.slice(dated.index + written.length));
  if (found === null) return undefined;
  const [, backend, server, , queue, connect, response, total, status, , retries, key] = found;
  const ended = Date.parse(written);
  if (!Number.isFinite(ended)) return undefined;
  return {
    at: ended - Math.max(0, Number(total)),
    backend,
    server,
    arm: backend,
    key: key === undefined || key === '' || key === '-' ? null : key,
    queue: Number(queue),
    connect: Number(connect),
    response: Number(response),
    total: Number(total),
    status: Number(status),
    retries,
    covariates: {},
  };
}

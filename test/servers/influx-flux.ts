/**
 * A stand-in for InfluxDB 2.x, strict where a careless client would not notice: it answers POST /api/v2/query only,
 * to the token and the organisation it knows, refuses what the real Flux compiler refuses, and refuses any step that
 * it does not carry out. What it carries out, it carries out on points in memory, and answers annotated CSV as InfluxDB
 * writes it: CRLF, annotations before each table of another shape, a blank line after every result.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { is_valid_flux as isValidFlux } from '@influxdata/flux-lsp-node';
import { json, type Loopback, loopback } from './loopback.js';

export interface FluxPoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly field: string;
  readonly value: number | bigint | string;
  /** RFC 3339, up to nanoseconds. */
  readonly time: string;
}

type Value = string | number | bigint | null;
interface Record_ {
  [column: string]: Value;
}
interface Table {
  readonly key: readonly string[];
  readonly rows: Record_[];
}

class Refused extends Error {}

const LITERAL = String.raw`"((?:[^"\\]|\\.)*)"`;
const text = (literal: string): string =>
  literal.replace(
    /\\(n|r|t|\$\{|.)/gsu,
    (_whole, escaped: string) => ({ n: '\n', r: '\r', t: '\t' })[escaped] ?? escaped,
  );
const strings = (list: string): string[] =>
  [...list.matchAll(new RegExp(LITERAL, 'gsu'))].map(([, literal]) => text(literal));
const named = (call: string, name: string): string => {
  const found = new RegExp(`\\b${name}: (${LITERAL}|\\[[^\\]]*\\]|[^,)]+)`, 'su').exec(call);
  if (found === null) throw new Refused(`no ${name} in ${call}`);
  return found[1];
};

/** Order of times with up to nine digits of a second. */
const order = (time: Value): string =>
  String(time).replace(/(?:\.(\d+))?Z$/u, (_whole, digits = '') => `.${String(digits).padEnd(9, '0')}Z`);
const within = (time: Value, start: string, stop: string): boolean =>
  order(time) >= order(start) && order(time) < order(stop);

const grouped = (rows: readonly Record_[], columns: readonly string[]): Table[] => {
  const tables = new Map<string, Table>();
  for (const row of rows) {
    const key = columns.filter((column) => row[column] !== undefined);
    const id = JSON.stringify(key.map((column) => [column, String(row[column])]));
    if (!tables.has(id)) tables.set(id, { key, rows: [] });
    tables.get(id)?.rows.push(row);
  }
  return [...tables.values()];
};

const isAbove = (a: Value, b: Value): boolean => Number(a) > Number(b);

const folds: Record<string, (values: Value[]) => Value> = {
  sum: (values) =>
    typeof values[0] === 'bigint'
      ? values.reduce((a, b) => (a as bigint) + (b as bigint))
      : values.reduce((a, b) => Number(a) + Number(b), 0),
  mean: (values) => values.reduce<number>((a, b) => a + Number(b), 0) / values.length,
  count: (values) => BigInt(values.length),
  max: (values) => values.reduce((a, b) => (isAbove(b, a) ? b : a)),
  min: (values) => values.reduce((a, b) => (isAbove(a, b) ? b : a)),
  last: (values) => values[values.length - 1],
};

const windows = (table: Table, call: string): Table => {
  const every = /^(\d+)(ms|s)$/u.exec(named(call, 'every'));
  const fold = folds[named(call, 'fn')];
  if (every === null || fold === undefined) throw new Refused(call);
  // What the defaults would do is not what is wanted, and not carried out here.
  if (named(call, 'createEmpty') !== 'false' || named(call, 'timeSrc') !== '"_start"')
    throw new Refused(`defaults of ${call}`);
  const width = Number(every[1]) * (every[2] === 's' ? 1000 : 1);
  const byStart = new Map<number, Record_[]>();
  for (const row of [...table.rows].sort((a, b) => (order(a._time) < order(b._time) ? -1 : 1))) {
    const start = Math.floor(Date.parse(String(row._time)) / width) * width;
    byStart.set(start, [...(byStart.get(start) ?? []), row]);
  }
  const rows = [...byStart].map(([start, members]) => ({
    ...Object.fromEntries(table.key.map((column) => [column, members[0][column]])),
    _time: new Date(start).toISOString(),
    _value: fold(members.map(({ _value }) => _value)),
  }));
  return { key: table.key, rows };
};

/** Tables that differ in their field only become one, a column for each field. */
const pivoted = (tables: readonly Table[]): Table[] => {
  const rows = tables.flatMap((table) => table.rows);
  const left = [...new Set(tables.flatMap(({ key }) => key))].filter((column) => column !== '_field');
  const wide = new Map<string, Record_>();
  for (const { _field, _value, ...row } of rows) {
    const id = JSON.stringify([row._time, ...left.map((column) => row[column])]);
    wide.set(id, { ...row, ...wide.get(id), [String(_field)]: _value });
  }
  return grouped([...wide.values()], left);
};

const isEqual = (row: Record_, condition: string): boolean => {
  const found = new RegExp(`^r\\[${LITERAL}\\] == ${LITERAL}$`, 'su').exec(condition.trim());
  if (found === null) throw new Refused(`condition ${condition}`);
  return row[text(found[1])] === text(found[2]);
};

/** `a and (b or c)`, `(a and b) or (c and d)`, `a or b`: what is written has no deeper parentheses. */
const holds = (row: Record_, condition: string): boolean => {
  const literals: string[] = [];
  const flat = condition.replace(new RegExp(LITERAL, 'gsu'), (literal) => `§${literals.push(literal) - 1}§`);
  const whole = (part: string): string =>
    part.replace(/§(\d+)§/gu, (_whole, index) => literals[Number(index)]);
  const inside: string[] = [];
  const outer = flat.replace(/\(([^()]*)\)/gu, (_whole, part: string) => `#${inside.push(part) - 1}#`);
  const all = (part: string): boolean =>
    part.split(' or ').some((one) =>
      one.split(' and ').every((leaf) => {
        const nested = /^\s*#(\d+)#\s*$/u.exec(leaf);
        return nested === null ? isEqual(row, whole(leaf)) : all(inside[Number(nested[1])]);
      }),
    );
  return all(outer);
};

type Step = (tables: Table[], call: string) => Table[];
const each =
  (change: (table: Table, call: string) => Table): Step =>
  (tables, call) =>
    tables.map((table) => change(table, call));
const regrouped = (tables: Table[]): Table[] =>
  grouped(
    tables.flatMap(({ rows }) => rows),
    [...new Set(tables.flatMap(({ key }) => key))],
  );
const selected = (call: string) => call.slice(0, call.indexOf('('));

const steps: Record<string, Step> = {
  range: (tables, call) =>
    tables.map(({ key, rows }) => ({
      key,
      rows: rows.filter((row) => within(row._time, named(call, 'start'), named(call, 'stop'))),
    })),
  filter: (tables, call) =>
    tables.map(({ key, rows }) => ({
      key,
      rows: rows.filter((row) => holds(row, call.slice('filter(fn: (r) => '.length, -1))),
    })),
  group: (tables, call) =>
    grouped(
      tables.flatMap(({ rows }) => rows),
      call === 'group()' ? [] : strings(named(call, 'columns')),
    ),
  keep: (tables, call) => {
    const kept = strings(named(call, 'columns'));
    const only = (row: Record_): Record_ =>
      Object.fromEntries(kept.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));
    return regrouped(
      tables.map(({ key, rows }) => ({
        key: key.filter((name) => kept.includes(name)),
        rows: rows.map(only),
      })),
    );
  },
  aggregateWindow: each(windows),
  pivot: pivoted,
  limit: each(({ key, rows }, call) => ({ key, rows: rows.slice(0, Number(named(call, 'n'))) })),
  distinct: each(({ key, rows }, call) => {
    const column = call === 'distinct()' ? '_value' : strings(named(call, 'column'))[0];
    const values = new Set(rows.map((row) => row[column]).filter((value) => value !== undefined));
    return { key, rows: [...values].map((_value) => ({ _value })) };
  }),
  keys: each(({ key, rows }) => ({
    key: [],
    rows: rows.length === 0 ? [] : key.map((_value) => ({ _value })),
  })),
  first: each(({ key, rows }) => ({ key, rows: rows.slice(0, 1) })),
  last: each(({ key, rows }) => ({ key, rows: rows.slice(-1) })),
  min: each(({ key, rows }) => ({
    key,
    rows: [...rows].sort((a, b) => (order(a._time) < order(b._time) ? -1 : 1)).slice(0, 1),
  })),
  max: each(({ key, rows }) => ({
    key,
    rows: [...rows].sort((a, b) => (order(a._time) < order(b._time) ? 1 : -1)).slice(0, 1),
  })),
  rename: each(({ key, rows }) => ({
    key,
    rows: rows.map(({ name, ...row }) => ({ ...row, _value: name })),
  })),
};

const quoted = (cell: string): string => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const typeOf = (column: string, rows: readonly Record_[]): string => {
  if (column === '_time') return 'dateTime:RFC3339';
  const value = rows.map((row) => row[column]).find((cell) => cell !== undefined && cell !== null);
  return typeof value === 'number' ? 'double' : typeof value === 'bigint' ? 'long' : 'string';
};

/** One result with its tables, as InfluxDB writes it; the blank line after it included. */
export const annotated = (result: string, tables: readonly Table[]): string => {
  const parts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ key, rows }, index) => {
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const lines = [
        ['#datatype', 'string', 'long', ...columns.map((column) => typeOf(column, rows))],
        ['#group', 'false', 'false', ...columns.map((column) => String(key.includes(column)))],
        ['#default', result, '', ...columns.map(() => '')],
        ['', 'result', 'table', ...columns],
        ...rows.map((row) => [
          '',
          '',
          String(index),
          ...columns.map((column) => quoted(String(row[column] ?? ''))),
        ]),
      ];
      return lines.map((line) => `${line.join(',')}\r\n`).join('');
    });
  return `${parts.join('\r\n')}\r\n`;
};

const SPLIT = /\n\s*\|> /u;

/** Carries the query out. @throws Refused */
const carryOut = (flux: string, buckets: Record<string, readonly FluxPoint[]>): string => {
  const variables = new Map<string, Table[]>();
  const begun = (step: string): Table[] => {
    if (step === 'buckets()') return [{ key: [], rows: Object.keys(buckets).map((name) => ({ name })) }];
    if (variables.has(step)) return variables.get(step) as Table[];
    const bucket = step.startsWith('from(bucket: ') ? strings(named(step, 'bucket'))[0] : undefined;
    if (bucket === undefined) throw new Refused(step);
    const points = buckets[bucket];
    if (points === undefined)
      throw new Refused(`failed to initialize execute state: could not find bucket "${bucket}"`);
    const rows = points.map(
      ({ measurement, tags, field, value, time }): Record_ => ({
        _time: time,
        _value: value,
        _field: field,
        _measurement: measurement,
        ...tags,
      }),
    );
    return regrouped(
      grouped(rows, [
        ...new Set(
          rows.flatMap((row) => Object.keys(row).filter((name) => name !== '_time' && name !== '_value')),
        ),
      ]),
    );
  };
  let answer = '';
  for (const statement of flux.trim().split(/\n\n+/u)) {
    const assigned = /^(\w+) = /u.exec(statement);
    const [first, ...calls] = statement
      .slice(assigned?.[0].length ?? 0)
      .trim()
      .split(SPLIT);
    let tables = begun(first);
    let result = '_result';
    for (const call of calls) {
      const name = selected(call);
      if (name === 'yield') result = strings(call)[0];
      else if (steps[name] === undefined) throw new Refused(`undefined identifier ${name}`);
      else tables = steps[name](tables, call);
    }
    if (assigned !== null) variables.set(assigned[1], tables);
    else answer += annotated(result, tables);
  }
  return answer;
};

export interface FluxServer extends Loopback {
  /** Every query in Flux that was asked, in order. */
  readonly queries: string[];
}

export interface FluxSettings {
  readonly token: string;
  readonly org: string;
  readonly buckets: Record<string, readonly FluxPoint[]>;
  readonly version?: string;
  /** Answers instead; false: the stand-in answers itself. */
  readonly instead?: (
    response: ServerResponse,
    count: number,
    request: IncomingMessage,
    flux: string,
  ) => boolean | Promise<boolean>;
}

export const startInfluxFlux = async ({
  token,
  org,
  buckets,
  version = 'v2.7.12',
  instead,
}: FluxSettings): Promise<FluxServer> => {
  const queries: string[] = [];
  const server = await loopback(async (request, response, body) => {
    response.setHeader('X-Influxdb-Version', version);
    response.setHeader('X-Influxdb-Build', 'OSS');
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const fail = (status: number, code: string, message: string): void =>
      json(response, { code, message }, status);
    if (url.pathname === '/ping') return void response.writeHead(204).end();
    if (request.method !== 'POST' || url.pathname !== '/api/v2/query')
      return fail(404, 'not found', 'path not found');
    if (request.headers.authorization !== `Token ${token}`)
      return fail(401, 'unauthorized', 'unauthorized access');
    if (url.searchParams.get('org') !== org)
      return fail(404, 'not found', `organization name "${url.searchParams.get('org')}" not found`);
    if (request.headers['accept-encoding'] !== 'identity')
      return fail(406, 'invalid', 'a compressed answer was asked for');
    if (!/^application\/json\b/u.test(request.headers['content-type'] ?? ''))
      return fail(400, 'invalid', 'not JSON');
    const asked = JSON.parse(body) as {
      query: string;
      type: string;
      dialect: { header: boolean; annotations: string[] };
    };
    queries.push(asked.query);
    const annotations = ['datatype', 'group', 'default'];
    if (
      asked.type !== 'flux' ||
      !asked.dialect.header ||
      annotations.some((one) => !asked.dialect.annotations.includes(one))
    )
      return fail(400, 'invalid', 'annotations and header are wanted');
    if (instead !== undefined && (await instead(response, queries.length, request, asked.query))) return;
    if (!isValidFlux(asked.query)) return fail(400, 'invalid', 'compilation failed');
    try {
      const csv = carryOut(asked.query, buckets);
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
      response.end(csv);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const isMissing = error.message.includes('could not find bucket');
      fail(isMissing ? 404 : 400, isMissing ? 'not found' : 'invalid', error.message);
    }
  });
  return Object.assign(server, { queries });
};

/** Names, values and times as they stand in Flux, InfluxQL and SQL. */
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { Dialect } from './options.js';

/** Content of a Flux string: quotes, backslashes and the `${` of an interpolation lose their meaning. */
export const fluxEscaped = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\\"]/gu, '\\$&')
    .replaceAll('${', '\\${')
    .replace(/\n/gu, '\\n')
    .replace(/\r/gu, '\\r')
    .replace(/\t/gu, '\\t');

export const fluxString = (value: string): string => `"${fluxEscaped(value)}"`;

/** A name in double quotes. 1.x ends a name at a line break whatever stands before it, so there is no way to write one. */
export const quotedName = (dialect: Dialect, name: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u001f]/u.test(name))
    throw new SourceProblem(reason('influxdb-name-unusable', { name: JSON.stringify(name) }));
  const text = name.toWellFormed();
  return dialect === 'sql' ? `"${text.replaceAll('"', '""')}"` : `"${text.replace(/[\\"]/gu, '\\$&')}"`;
};

/** 60,000 → `60s`; 1,500 → `1500ms`. Only units of fixed length: a day or a week would follow the calendar. */
export const durationText = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

export const timeText = (ms: number): string => new Date(ms).toISOString();

/** A time that we computed: never text of somebody else. */
export const timeLiteral = (dialect: Dialect, ms: number): string => {
  if (dialect === 'flux') return timeText(ms);
  return dialect === 'sql' ? `TIMESTAMP '${timeText(ms)}'` : `'${timeText(ms)}'`;
};

export const durationLiteral = (dialect: Dialect, ms: number): string =>
  dialect === 'sql' ? `INTERVAL '${ms} milliseconds'` : durationText(ms);

/** Values of a query in InfluxQL or SQL: they go beside its text, under a name, and are never a part of it. */
export class Bound {
  readonly values: Record<string, string> = {};

  add(value: string): string {
    const known = Object.entries(this.values).find(([, bound]) => bound === value);
    if (known !== undefined) return `$${known[0]}`;
    const name = `p${Object.keys(this.values).length}`;
    this.values[name] = value.toWellFormed();
    return `$${name}`;
  }
}

/**
 * A raw query is sent as it was written, and InfluxDB does what it says: a DROP, a DELETE, a SELECT … INTO or a to()
 * would change what is measured. The token may allow it, so that only what reads is sent.
 */
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { Dialect } from './options.js';

const FLUX = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*/gu;
const SQL = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|--[^\n]*/gu;

/** Without text between quotes, and without comments. */
const bare = (dialect: Dialect, text: string): string =>
  text.replace(dialect === 'flux' ? FLUX : SQL, (part) => (/^['"]/u.test(part) ? ' x ' : ' '));

const writing = (dialect: Dialect, text: string): string | null => {
  if (dialect === 'flux') return /\|>\s*(?:[A-Za-z_]\w*\.)?(?:to|wideTo)\s*\(/u.test(text) ? 'to()' : null;
  for (const statement of text.split(';')) {
    const first = /^\s*\(*\s*(\w+)/u.exec(statement)?.[1]?.toUpperCase();
    if (first === undefined) continue;
    if (!['SELECT', 'SHOW', 'WITH', 'EXPLAIN'].includes(first)) return first;
    if (/\bINTO\b/iu.test(statement)) return 'INTO';
  }
  return null;
};

/** @throws SourceProblem `influxdb-not-read-only` */
export const refuseWrites = (metric: string, dialect: Dialect, text: string): void => {
  const found = writing(dialect, bare(dialect, text));
  if (found !== null) throw new SourceProblem(reason('influxdb-not-read-only', { metric, found }));
};

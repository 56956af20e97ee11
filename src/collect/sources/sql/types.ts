/** Types of PostgreSQL by their number (pg_type.oid), which is the same in every database. */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);
const FLOATS: ReadonlySet<number> = new Set([700, 701]);
export const TIMESTAMPTZ = 1184;
const ZONELESS: ReadonlySet<number> = new Set([1114, 1082]);

const NAMES: ReadonlyMap<number, string> = new Map([
  [16, 'boolean'],
  [20, 'bigint'],
  [21, 'smallint'],
  [23, 'integer'],
  [25, 'text'],
  [114, 'json'],
  [700, 'real'],
  [701, 'double precision'],
  [790, 'money'],
  [1042, 'char'],
  [1043, 'varchar'],
  [1082, 'date'],
  [1083, 'time'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [1186, 'interval'],
  [1700, 'numeric'],
  [2950, 'uuid'],
  [3802, 'jsonb'],
]);

export const typeName = (type: number): string => NAMES.get(type) ?? `the type ${type}`;
export const isNumeric = (type: number): boolean => NUMBERS.has(type);
export const isFloat = (type: number): boolean => FLOATS.has(type);
/** Without a zone it is no instant: the same text is another one in Berlin and in UTC. */
export const isZoneless = (type: number): boolean => ZONELESS.has(type);

/** How a value of this type becomes a number; null: it cannot. */
export const asNumber = (type: number, column: string): string | null => {
  if (type === 1186) return `extract(epoch FROM ${column})`;
  if (type === 790) return `${column}::numeric`;
  if (type === 16) return `${column}::int`;
  return [25, 1042, 1043].includes(type) ? `${column}::numeric` : null;
};

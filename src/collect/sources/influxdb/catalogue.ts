/** What a server has: its buckets or databases, measurements, fields, tags and their values, asked in its own language. */
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { fluxCatalogue } from './flux-catalogue.js';
import type { Catalogue } from './has.js';
import { influxqlCatalogue } from './influxql-catalogue.js';
import type { Asked, Declared } from './question.js';
import { sqlCatalogue } from './sql-catalogue.js';

export const catalogueOf = (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  { dialect, database }: Asked,
  declared: Declared,
): Catalogue => {
  // A declared question always knows where it asks.
  const at = database as string;
  if (dialect === 'flux') return fluxCatalogue(io, endpoint, org, at, declared);
  return (dialect === 'sql' ? sqlCatalogue : influxqlCatalogue)(io, endpoint, at, declared);
};

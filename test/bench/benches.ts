/** Every bench that runs inside one process; `run.mjs` adds what needs fresh ones. */
import { influxdb } from '../../src/collect/sources/influxdb.js';
import { testContext } from '../servers/context.js';
import { benchInfluxdb } from './influxdb.js';
import type { Line } from './line.js';
import { statistics } from './statistics.js';

export { kept, table } from './line.js';
export { stages } from './stages.js';

export async function points(): Promise<readonly Line[]> {
  const [ours, client] = await benchInfluxdb(() => Promise.resolve({ influxdb }), testContext());
  const memory = `${ours.points.toLocaleString('en')} points of InfluxDB, peak ${ours.peakMb.toFixed(0)} MB`;
  return [
    { what: memory, ms: ours.ms, beside: { what: 'the client’s collectRows', ms: client.ms }, owed: null },
  ];
}

export async function mathematics(hasScipy: boolean): Promise<readonly Line[]> {
  const found = await statistics(hasScipy);
  return found.map(({ name, ms, scipyMs, owed }) => ({
    what: name,
    ms,
    beside: scipyMs === null ? null : { what: 'SciPy', ms: scipyMs },
    owed: scipyMs === null && 'ratio' in owed ? null : owed,
  }));
}

/**
 * 500,000 points through the source `influxdb` in Flux, beside the client's own collectRows on the same answer.
 * The server is another process, so that what it takes is not counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { SourceContext } from '../../src/model/ports.js';

export interface Measured {
  readonly name: string;
  readonly points: number;
  readonly ms: number;
  /** Of all threads of this process. */
  readonly cpuMs: number;
  /** Largest resident memory of the process until then. */
  readonly peakMb: number;
}

const STACKS = ['fn-orders', 'emr-prod-3'];
const FROM = Date.UTC(2026, 9, 1);

/** One answer of `points` rows, as InfluxDB writes it. */
const serve = async (points: number): Promise<void> => {
  const head =
    '#datatype,string,long,dateTime:RFC3339,double,string,string\r\n#group,false,false,false,false,true,false\r\n#default,_result,,,,,\r\n,result,table,_time,_value,stack,batch_id\r\n';
  const rows = (from: number, to: number): string => {
    let text = '';
    for (let i = from; i < to; i++)
      text += `,,${i % 2},${new Date(FROM + i).toISOString()},${(i % 1000) + 0.125},${STACKS[i % 2]},b${i >> 1}\r\n`;
    return text;
  };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
    response.write(head);
    let sent = 0;
    const more = (): void => {
      while (sent < points) {
        const next = Math.min(points, sent + 2_000);
        const goesOn = response.write(rows(sent, next));
        sent = next;
        if (!goesOn) return;
      }
      response.end('\r\n');
    };
    response.on('drain', () => {
      if (!response.writableEnded) more();
    });
    more();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  process.once('disconnect', () => process.exit());
};

/** `load`: the compiled source and client, so that neither is charged for a compiler. */
export const benchInfluxdb = async (
  load: () => Promise<{ influxdb: typeof import('../../src/collect/sources/influxdb.js').influxdb }>,
  io: SourceContext,
  points = 500_000,
): Promise<readonly Measured[]> => {
  const child = fork(fileURLToPath(import.meta.url), ['serve', String(points)], {
    execArgv: process.execArgv,
  });
  const [url] = (await once(child, 'message')) as [string];
  const measured: Measured[] = [];
  const timed = async (name: string, run: () => Promise<number>): Promise<void> => {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const count = await run();
    const { user, system } = process.cpuUsage(cpu);
    measured.push({
      name,
      points: count,
      ms: performance.now() - began,
      cpuMs: (user + system) / 1000,
      peakMb: process.resourceUsage().maxRSS / 1024,
    });
  };
  try {
    const { influxdb } = await load();
    const { InfluxDB } = await import('@influxdata/influxdb-client');
    const window = { fromMs: FROM, toMs: FROM + points, warmupMs: 0, settleMs: 0 };
    const arms = STACKS.map((stack) => ({ name: stack, title: stack, match: { stack } }));
    const query = { bucket: 'b', measurement: 'batch', field: 'seconds', unit: 'batch_id' };
    const want = {
      metric: 'seconds',
      arms,
      window,
      byMs: null,
      fold: { kind: 'only' } as const,
      unit: null,
      query,
    };
    await timed('source influxdb', async () => {
      let count = 0;
      for (const question of influxdb.ask({ url }, want))
        for await (const _one of influxdb.fetch({ url }, question, io)) count += 1;
      return count;
    });
    await timed(
      'client, collectRows',
      async () => (await new InfluxDB({ url }).getQueryApi('o').collectRows('x')).length,
    );
  } finally {
    child.disconnect();
  }
  return measured;
};

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]));

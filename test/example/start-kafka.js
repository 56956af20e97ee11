/**
 * npm run example:kafka [-- --world slower|equal|failing] [-- --by-key] — runs experiments/kafka-batch-vs-record.yaml three times: the
 * micro-batches are 20 % slower, as fast, and faster but failing 2 % of the orders. Each has a test broker of its own
 * (Debian's kcat), or that of KAFKA_BROKERS, which then needs the topics orders, orders-batch and orders-record.
 * --by-key: experiments/kafka-split-by-key.yaml, once; micro-batches take twice as long (topics orders-for-batch and
 * orders-for-record, too).
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, transpile } from '../transpile.mjs';

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
    'by-key': { type: 'boolean', default: false },
    reports: { type: 'string', default: 'reports' } },
});
const compiled = transpile('test/example/kafka.ts');
try {
  const { runWorld, WORLDS } = await import(compiled.file);
  const byKey = values['by-key'];
  const all = byKey ? ['twice'] : ['slower', 'equal', 'failing'];
  const worlds = values.world === undefined ? all : [values.world];
  for (const world of worlds) {
    if (!Object.hasOwn(WORLDS, world)) throw new Error(`no world ${world}: ${Object.keys(WORLDS).join(', ')}`);
    process.stderr.write(`\n== ${world}\n`);
    const brokers = process.env.KAFKA_BROKERS;
    const { code } = await runWorld({
      project: root,
      world,
      byKey,
      reports: resolve(values.reports),
      shown: true,
      ...(brokers === undefined ? {} : { brokers }),
    });
    process.stderr.write(`exit code ${code}\n`);
    if (code !== 0 && code !== 12) process.exitCode = 1;
  }
} finally {
  compiled.remove();
}

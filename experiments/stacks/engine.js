/**
 * The resident stack: one process that stays up, with DuckDB warm inside, fed batch after batch.
 *
 *   in   {"unit":"batches/orders-01.csv","trial":"…","arm":"engine"}       one line per trial
 *   out  {"records":…,"failed":…,"groups":…,"checksum":"…"}                one line per line in
 *        {"error":"…"}                                                     when that trial failed
 *
 * It ends, with exit code 0, at the end of its input.
 */
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

// Two threads on every machine, because a machine of two vCPU is what the rate card charges.
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const db = await instance.connect();

// Quotes are off: an order has none. A quantity that is missing is NULL: left out of the sums, counted as
// failed. A line that is not an order is an error of the whole batch.
const AGGREGATE = `
  SELECT region, category,
         count(quantity)              AS records,
         sum(quantity)                AS quantity,
         sum(quantity * price_cents)  AS revenue,
         count(*) - count(quantity)   AS failed
  FROM read_csv($1, auto_detect = false, header = true, delim = ',', quote = '', escape = '',
    columns = {order_id: 'VARCHAR', customer: 'VARCHAR', region: 'VARCHAR', category: 'VARCHAR',
               quantity: 'BIGINT', price_cents: 'BIGINT'})
  GROUP BY region, category`;

async function aggregate(path) {
  const rows = (await db.runAndReadAll(AGGREGATE, [path])).getRows();
  let records = 0;
  let failed = 0;
  const groups = [];
  for (const [region, category, good, quantity, revenue, bad] of rows) {
    records += Number(good + bad);
    failed += Number(bad);
    if (good > 0n) groups.push(`${region},${category},${good},${quantity},${revenue}\n`);
  }
  const checksum = createHash('sha256').update(groups.sort().join('')).digest('hex');
  return { records, failed, groups: groups.length, checksum };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await aggregate(JSON.parse(line).unit);
  } catch (error) {
    answer = { error: error.message.split('\n', 1)[0] };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

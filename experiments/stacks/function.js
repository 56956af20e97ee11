/**
 * The functions stack: a fresh process per batch, as a function platform starts one on a cold call.
 * It reads the batch as a stream and aggregates as it goes, without any library.
 *
 *   node stacks/function.js batches/orders-01.csv
 *   out  {"records":…,"failed":…,"groups":…,"checksum":"…"}       exit code 1 and a message on failure
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const HEADER = 'order_id,customer,region,category,quantity,price_cents';

async function handler(path) {
  /** region,category → sums. Cents and quantities stay far below 2^53: exact as numbers. */
  const groups = new Map();
  let records = 0;
  let failed = 0;

  function add(line) {
    records++;
    // order_id,customer,region,category,quantity,price_cents: an order has no quotes, so its commas
    // are where its fields begin, and "region,category" is one piece of the line.
    const region = line.indexOf(',', line.indexOf(',') + 1) + 1;
    const quantity = line.indexOf(',', line.indexOf(',', region) + 1) + 1;
    const price = line.indexOf(',', quantity) + 1;
    const cents = Number(line.slice(price));
    const pieces = Number(line.slice(quantity, price - 1));
    const whole = 0 < region && region < quantity && quantity < price;
    if (!whole || !Number.isInteger(cents) || !Number.isInteger(pieces)) {
      throw new Error(`${path}: record ${records} is not an order: ${line}`);
    }
    // No quantity: counted as failed. (A line that is not an order, above, fails the whole batch.)
    if (price === quantity + 1) {
      failed++;
      return;
    }
    const key = line.slice(region, quantity - 1);
    let group = groups.get(key);
    if (group === undefined) {
      group = { records: 0, quantity: 0, revenue: 0 };
      groups.set(key, group);
    }
    group.records++;
    group.quantity += pieces;
    group.revenue += pieces * cents;
  }

  let header = null;
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop(); // the last line may go on in the next chunk
    if (header === null && lines.length > 0) {
      header = lines.shift();
      if (header !== HEADER) throw new Error(`${path}: expected the columns ${HEADER}`);
    }
    for (const line of lines) add(line);
  }
  if (header === null) throw new Error(`${path}: no header, no orders`);
  if (rest !== '') add(rest);

  const rows = [...groups].map(([key, g]) => `${key},${g.records},${g.quantity},${g.revenue}\n`);
  const checksum = createHash('sha256').update(rows.sort().join('')).digest('hex');
  return { records, failed, groups: rows.length, checksum };
}

try {
  process.stdout.write(`${JSON.stringify(await handler(process.argv[2]))}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

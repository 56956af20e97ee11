/**
 * The workload of kafka-batch-vs-record.yaml: eight files of 300 orders, a JSON object a line. The same bytes on every
 * machine; what is there already is written again, which takes a moment.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

const FILES = 8;
const ORDERS = 300;

mkdirSync('batches', { recursive: true });
for (let file = 1; file <= FILES; file++) {
  let text = '';
  for (let i = 1; i <= ORDERS; i++) {
    const order = file * 10_000 + i;
    text += `${JSON.stringify({ order, customer: `C${(order * 7919) % 997}`, pieces: 1 + (order % 9), cents: 99 + ((order * 31) % 4_000) })}\n`;
  }
  const path = `batches/kafka-orders-${String(file).padStart(2, '0')}.ndjson`;
  writeFileSync(`${path}.${process.pid}.tmp`, text);
  renameSync(`${path}.${process.pid}.tmp`, path);
}

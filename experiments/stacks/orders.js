/**
 * The workload of engine-vs-functions.yaml: batches of order records, as CSV with a header.
 *
 *   node stacks/orders.js [--folder batches] [--seed 20191104] [--sizes 50000,…,500000]
 *
 * The same seed gives the same bytes on every machine and every Node: the generator uses 32-bit
 * integers, multiplication and division only, which are exact everywhere.
 *
 * Nothing is generated twice. `orders.json`, written last, lists the sha256 of every batch; when it
 * answers to the seed and sizes asked for and each file still has its sha256, there is nothing to do.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Raise it when the bytes change: batches of an older version are then generated again. */
const VERSION = 1;
const HEADER = 'order_id,customer,region,category,quantity,price_cents\n';
/**
 * One record in so many has no quantity: the 5,000th, the 15,000th … of a batch. A correct stack counts
 * it as failed and goes on, so that the share of failed records has something to count.
 */
const BROKEN_EVERY = 10_000;
/** Fifteen sizes from 50,000 to 500,000 records, each about 18 % larger than the one before. */
const SIZES = [
  50_000, 58_900, 69_500, 81_900, 96_500, 113_800, 134_100, 158_100, 186_400, 219_700, 259_000, 305_300,
  359_800, 424_200, 500_000,
];
const CUSTOMERS = 40_000;

// [name, share of all orders in percent]
const REGIONS = [
  ['us-east', 31],
  ['us-west', 22],
  ['eu-central', 18],
  ['eu-west', 14],
  ['ap-south', 10],
  ['sa-east', 5],
];
// [name, share in percent, lowest price in cents, highest price in cents]
const CATEGORIES = [
  ['grocery', 26, 99, 1_499],
  ['books', 15, 499, 4_999],
  ['clothing', 13, 999, 14_999],
  ['household', 11, 299, 7_999],
  ['toys', 8, 599, 8_999],
  ['electronics', 7, 1_999, 149_999],
  ['sports', 6, 999, 29_999],
  ['garden', 5, 499, 19_999],
  ['beauty', 4, 399, 8_999],
  ['music', 2, 699, 3_999],
  ['furniture', 2, 4_999, 249_999],
  ['jewellery', 1, 2_999, 499_999],
];

/** mulberry32: a uniform number in [0, 1) from 32-bit integer arithmetic. */
function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A table of 100 places, so that a draw by shares is one look-up. */
const places = (table) => table.flatMap((row) => Array.from({ length: row[1] }, () => row));

function batch(seed, number, records) {
  const next = random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const regions = places(REGIONS);
  const categories = places(CATEGORIES);
  const bytes = Buffer.allocUnsafe(HEADER.length + records * 64); // no row is longer than 64 bytes
  let length = 0;
  let text = HEADER;
  for (let n = 1; n <= records; n++) {
    const region = regions[Math.floor(next() * 100)];
    const category = categories[Math.floor(next() * 100)];
    // Cubes and squares make the draws lopsided: few customers order often, most orders are small.
    const a = next();
    const b = next();
    const c = next();
    const customer = 1 + Math.floor(a * a * a * CUSTOMERS);
    const quantity = n % BROKEN_EVERY === BROKEN_EVERY / 2 ? '' : 1 + Math.floor(b * b * b * 12);
    const price = category[2] + Math.floor(c * c * (category[3] - category[2] + 1));
    text += `${number * 1_000_000 + n},C${customer},${region[0]},${category[0]},${quantity},${price}\n`;
    if (n % 256 === 0 || n === records) {
      length += bytes.latin1Write(text, length);
      text = '';
    }
  }
  return bytes.subarray(0, length);
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Whole or not at all: a reader never sees half a file under its final name. */
function writeAtomically(path, bytes) {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, bytes);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Is every batch there, whole, and of this version, seed and sizes? */
function complete(folder, seed, sizes) {
  try {
    const list = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8'));
    return (
      list.version === VERSION &&
      list.seed === seed &&
      list.batches.map((b) => b.records).join() === sizes.join() &&
      list.batches.every((b) => sha256(readFileSync(join(folder, b.file))) === b.sha256)
    );
  } catch {
    return false; // missing, cut off or not ours: generate
  }
}

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'batches' },
    seed: { type: 'string', default: '20191104' },
    sizes: { type: 'string', default: SIZES.join() },
  },
});
const { folder } = values;
const seed = Number(values.seed);
const sizes = values.sizes.split(',').map(Number);
if (
  !Number.isSafeInteger(seed) ||
  sizes.some((size) => !(Number.isInteger(size) && size > 0 && size < 1e6))
) {
  console.error('orders: --seed wants an integer, --sizes wants record counts from 1 to 999,999');
  process.exit(64);
}

const started = Date.now();
const total = `${sizes.length} batches, ${sizes.reduce((a, b) => a + b, 0).toLocaleString('en-US')} records`;
if (complete(folder, seed, sizes)) {
  console.error(`orders: ${total} already in ${folder}`);
} else {
  mkdirSync(folder, { recursive: true });
  const batches = sizes.map((records, i) => {
    const file = `orders-${String(i + 1).padStart(2, '0')}.csv`;
    const bytes = batch(seed, i + 1, records);
    writeAtomically(join(folder, file), bytes);
    return { file, records, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const list = { version: VERSION, seed, batches };
  writeAtomically(join(folder, 'orders.json'), `${JSON.stringify(list, null, 2)}\n`);
  console.error(`orders: ${total} written to ${folder} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

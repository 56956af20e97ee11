import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('../../experiments', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stacktrial-stacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly records: number;
  readonly failed: number;
  readonly groups: number;
  readonly checksum: string;
  readonly error?: string;
}

function node(script: string, args: readonly string[], input = '') {
  return spawnSync(process.execPath, [join('stacks', script), ...args], {
    cwd: home,
    input,
    encoding: 'utf8',
  });
}

/** Lines as a driver sends them, answers as it gets them: as many as there were lines. */
function engine(lines: readonly string[]): Answer[] {
  const ended = node('engine.js', [], lines.map((line) => `${line}\n`).join(''));
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  expect(ended.stdout.endsWith('\n')).toBe(true);
  return ended.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

const ask = (unit: string) => JSON.stringify({ unit, trial: 't1', arm: 'engine' });

function run(unit: string): Answer {
  const ended = node('function.js', [unit]);
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  return JSON.parse(ended.stdout) as Answer;
}

function generate(name: string, sizes: readonly number[], seed = '7') {
  const into = join(folder, name);
  const ended = node('orders.js', ['--folder', into, '--seed', seed, '--sizes', sizes.join()]);
  expect(ended.status).toBe(0);
  expect(ended.stdout).toBe('');
  return { into, said: ended.stderr };
}

function handmade(name: string, rows: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, ['order_id,customer,region,category,quantity,price_cents', ...rows, ''].join('\n'));
  return path;
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('orders.js', () => {
  it('gives the same bytes for the same seed, on every machine', () => {
    const one = generate('one', [300, 6_000]).into;
    const two = generate('two', [300, 6_000]).into;
    const other = generate('other', [300, 6_000], '8').into;
    const bytes = (into: string) => readFileSync(join(into, 'orders-02.csv'));
    expect(bytes(two).equals(bytes(one))).toBe(true);
    expect(bytes(other).equals(bytes(one))).toBe(false);
    // Noted on Node 20.20: another value elsewhere means that the generator is not as exact as it says.
    expect(sha256(bytes(one))).toBe('f191da2489ef4dadff9b27b5415fe4bd0981af9d29e26244f17e0aa159913e55');
  });

  it('leaves whole batches alone, and generates again what is cut off, changed or of another seed', () => {
    const { into, said } = generate('again', [200, 400]);
    const path = join(into, 'orders-01.csv');
    const whole = readFileSync(path);
    expect(said).toMatch(/^orders: 2 batches, 600 records written .*\n$/);
    expect(readdirSync(into).sort()).toEqual(['orders-01.csv', 'orders-02.csv', 'orders.json']);
    const before = statSync(path, { bigint: true }).mtimeNs;
    expect(generate('again', [200, 400]).said).toMatch(/^orders: 2 batches, 600 records already in .*\n$/);
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);

    writeFileSync(path, whole.subarray(0, whole.length - 9));
    expect(generate('again', [200, 400]).said).toContain('written');
    expect(readFileSync(path).equals(whole)).toBe(true);

    expect(generate('again', [200, 400], '9').said).toContain('written');
    expect(readFileSync(path).equals(whole)).toBe(false);
  });

  it('refuses sizes and seeds that are not numbers', () => {
    for (const args of [
      ['--sizes', '100,many'],
      ['--sizes', '0'],
      ['--seed', 'x'],
    ]) {
      const ended = node('orders.js', ['--folder', join(folder, 'none'), ...args]);
      expect(ended.status).toBe(64);
      expect(ended.stderr).toContain('orders: --seed wants');
    }
  });
});

describe('both stacks', () => {
  let units: string[];
  let engines: Answer[];
  beforeAll(() => {
    const sizes = Array.from({ length: 15 }, (_, i) => 1 + i * 2_000);
    const { into } = generate('batches', sizes);
    units = sizes.map((_, i) => join(into, `orders-${String(i + 1).padStart(2, '0')}.csv`));
    engines = engine(units.map(ask));
  });

  it('give the same answer for fifteen batches, to the byte', () => {
    expect(engines).toHaveLength(15);
    expect(units.map(run)).toEqual(engines);
  }, 60_000);

  it('count every record, and as failed each that has no quantity', () => {
    expect(engines.map((a) => a.records)).toEqual(units.map((_, i) => 1 + i * 2_000));
    expect(engines.map((a) => a.failed)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]);
    expect(engines[14].groups).toBe(72);
  });

  it('answer with sums that were added up by hand', () => {
    const path = handmade('hand.csv', [
      '1,C1,eu-west,toys,2,150',
      '2,C2,eu-west,toys,3,99',
      '3,C1,eu-west,toys,,500',
      '4,C3,ap-south,books,1,9007199254',
      '5,C3,ap-south,garden,,10',
    ]);
    const answer = {
      records: 5,
      failed: 2,
      groups: 2,
      checksum: sha256('ap-south,books,1,1,9007199254\neu-west,toys,2,5,597\n'),
    };
    expect(run(path)).toEqual(answer);
    expect(engine([ask(path)])).toEqual([answer]);
  });

  it('answer with another checksum when one record was dropped', () => {
    const rows = readFileSync(units[3], 'utf8').trimEnd().split('\n').slice(1);
    const whole = handmade('whole.csv', rows);
    const dropped = handmade('dropped.csv', rows.toSpliced(1_234, 1));
    const [a, b] = engine([ask(whole), ask(dropped)]);
    expect(a.checksum).toBe(engines[3].checksum);
    expect(b.checksum).not.toBe(a.checksum);
    expect(b.records).toBe(a.records - 1);
    expect(run(dropped)).toEqual(b);
  });

  it('refuse a batch with a record that is not an order', () => {
    const good = '1,C1,eu-west,toys,2,150';
    const bad = [
      '2,C2,eu-west,toys,many,99',
      '2,C2,eu-west,toys,2,cheap',
      '2,C2,eu-west,toys,2',
      '2,C2',
      '2,C2,eu-west,toys,2,99,more',
    ];
    const paths = bad.map((row, i) => handmade(`bad-${i}.csv`, [good, row, good]));
    for (const answer of engine(paths.map(ask))) expect(Object.keys(answer)).toEqual(['error']);
    for (const path of paths) {
      const ended = node('function.js', [path]);
      expect(ended.status).toBe(1);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).toContain('record 2 is not an order');
    }
  });
});

describe('engine.js', () => {
  it('answers an error for a batch that is not there, or a line it cannot read, and goes on', () => {
    const path = handmade('goes-on.csv', ['1,C1,eu-west,toys,2,150']);
    const missing = join(folder, 'missing.csv');
    const [first, second, third, fourth] = engine([ask(path), ask(missing), 'not json', ask(path)]);
    expect(first.records).toBe(1);
    expect(Object.keys(second)).toEqual(['error']);
    expect(second.error).toContain(missing);
    expect(Object.keys(third)).toEqual(['error']);
    expect(fourth).toEqual(first);
  });

  it('ends quietly when its input ends before the first trial', () => {
    const ended = node('engine.js', []);
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([0, '', '']);
  });
});

describe('function.js', () => {
  it('ends with exit code 1 and a message when it cannot read the batch', () => {
    const empty = join(folder, 'empty.csv');
    const foreign = join(folder, 'foreign.csv');
    writeFileSync(empty, '');
    writeFileSync(foreign, 'a,b\n1,2\n');
    const cases = [
      [[join(folder, 'missing.csv')], 'missing.csv'],
      [[empty], 'no header'],
      [[foreign], 'expected the columns'],
      [[], 'path'],
    ] as const;
    for (const [args, message] of cases) {
      const ended = node('function.js', args);
      expect(ended.status).toBe(1);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).toContain(message);
      expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

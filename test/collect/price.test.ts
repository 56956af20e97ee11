/** What providers charge, by hand, from the shipped cards: the prices are read from the files that users copy. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  averagePrice,
  chargeBetween,
  fixedByTime,
  fixedByVolume,
  fixedPerMonth,
  priceOf,
} from '../../src/collect/derive/price.js';
import { declare } from '../../src/declare/index.js';
import type { Rate, RateCard } from '../../src/model/experiment.js';
import { COMMANDS, edited, plugins } from '../declare/fixtures.js';
import { rate } from './fixtures.js';

const cardOf = async (path: string): Promise<RateCard> => {
  const text = edited(COMMANDS, 'card: cards/aws.yaml', `card: ${path}`);
  const { metrics } = await declare({ text, file: 'experiments/exp.yaml' }, plugins, (name) =>
    readFile(`experiments/${name}`),
  );
  const input = metrics.find(({ name }) => name === 'cost')?.input;
  if (input?.kind !== 'rate') throw new Error('no rate');
  return input.card;
};
const aws = await cardOf('cards/aws-us-east-1.yaml');
const of = (name: string): Rate => {
  if (!Object.hasOwn(aws.rates, name)) throw new Error(`the card has no ${name}`);
  return aws.rates[name];
};
const plain = { utilisation: null };

describe('what a provider charges, by hand', () => {
  test('Lambda rounds the billed duration of a call up to the millisecond and adds the request', () => {
    // 349.3 ms at 1,769 MB → 350 ms × 1769/1024 GB = 0.604638671875 GB·s × 0.0000166667 + 0.0000002
    expect(priceOf(0.3493, 1, of('lambda'), plain)).toBeCloseTo(
      0.604638671875 * 0.0000166667 + 0.0000002,
      18,
    );
  });

  test('the INIT phase of a cold start is part of what Lambda bills: Billed Duration, not Duration', () => {
    // REPORT Duration: 81.20 ms  Billed Duration: 513 ms  Memory Size: 512 MB  Init Duration: 431.05 ms
    const [billedMs, durationMs, memoryMb] = [513, 81.2, 512];
    expect(Math.ceil(431.05 + durationMs)).toBe(billedMs);
    // 0.513 s × 0.5 GB = 0.2565 GB·s; at 3 billion GB·s a month all of it is in the first step
    const gbSeconds = (billedMs / 1000) * (memoryMb / 1024);
    const charged = priceOf(gbSeconds, 1, of('lambda-gb-s'), { utilisation: null, monthly: 3e9 });
    expect(charged).toBeCloseTo(0.00000427500855, 17);
  });

  test('a machine that is started for 12.3 s of work is paid for 60 s, for 3,600.5 s by the second', () => {
    const machine = of('m5-xlarge-per-start');
    expect(priceOf(12.3, 1, machine, plain)).toBeCloseTo(0.0032, 15);
    expect(priceOf(3600.5, 1, machine, plain)).toBeCloseTo((0.192 * 3601) / 3600, 15);
    expect(priceOf(60, 1, machine, { utilisation: null, count: 4 })).toBeCloseTo(0.0128, 15);
  });

  test('EMR adds its uplift to each machine, with the minimum of the machine', () => {
    const emr = rate({ usage: 's', roundUpTo: 1, minimum: 60, per: 3600, price: 0.192 + 0.048 });
    // 4 nodes for 9 min 20.2 s: 561 s × 4 ÷ 3600 × 0.24
    expect(priceOf(560.2, 1, emr, { utilisation: null, count: 4 })).toBeCloseTo(0.1496, 14);
    expect(priceOf(5, 1, emr, { utilisation: null, count: 4 })).toBeCloseTo(0.016, 15);
  });

  test('Fargate: 2 vCPU and 4 GB for 90 s, and for 10 s at the minimum of a minute', () => {
    const cost = (seconds: number): number =>
      priceOf(seconds, 1, of('fargate-vcpu'), { utilisation: null, count: 2 }) +
      priceOf(seconds, 1, of('fargate-gb'), { utilisation: null, count: 4 });
    // an hour: 2 × 0.04048 + 4 × 0.004445 = 0.09874
    expect(cost(3600)).toBeCloseTo(0.09874, 14);
    expect(cost(90)).toBeCloseTo(0.09874 / 40, 15);
    expect(cost(10)).toBeCloseTo(0.09874 / 60, 15);
  });

  test('Glue: 10 DPU for 12 s cost a minute, for 61.2 s 62 seconds', () => {
    expect(priceOf(12, 1, of('glue-dpu'), { utilisation: null, count: 10 })).toBeCloseTo(0.44 / 6, 14);
    expect(priceOf(61.2, 1, of('glue-dpu'), { utilisation: null, count: 10 })).toBeCloseTo(
      (4.4 * 62) / 3600,
      14,
    );
  });

  test('a machine that is up day and night and works 60 % of it charges the work with the rest', () => {
    expect(priceOf(3600, 1, of('m5-xlarge'), { utilisation: 0.6 })).toBeCloseTo(0.32, 14);
  });
});

describe('price steps', () => {
  const lambda = of('lambda-gb-s');
  const at = (monthly: number): number => averagePrice(lambda, { utilisation: null, monthly });

  test('up to the seam the first price, above it each part at its own', () => {
    expect(at(6e9)).toBe(0.0000166667);
    // 6 billion at the first price and 1 billion at the second, ÷ 7 billion
    expect(at(7e9)).toBeCloseTo((6e9 * 0.0000166667 + 1e9 * 0.000015) / 7e9, 18);
    // one GB·s over the seam is charged 0.000015, not everything
    expect(chargeBetween(0, 6e9 + 1, lambda) - chargeBetween(0, 6e9, lambda)).toBeCloseTo(0.000015, 9);
    expect(at(20e9)).toBeCloseTo((6e9 * 0.0000166667 + 9e9 * 0.000015 + 5e9 * 0.0000133334) / 20e9, 18);
  });

  test('the free tier is not deducted unless it is asked for', () => {
    const requests = of('lambda-requests');
    expect(averagePrice(requests, { utilisation: null, monthly: 4e6 })).toBe(0.2);
    expect(averagePrice(requests, { utilisation: null, monthly: 4e6, freeTier: true })).toBeCloseTo(0.15, 15);
    expect(averagePrice(requests, { utilisation: null, monthly: 5e5, freeTier: true })).toBe(0);
    expect(averagePrice(lambda, { utilisation: null, monthly: 4e6, freeTier: true })).toBeCloseTo(
      0.9 * 0.0000166667,
      18,
    );
  });

  test('without a volume there is no price, rather than that of a step', () => {
    expect(averagePrice(lambda, { utilisation: null })).toBeNaN();
  });

  test('what a month costs never falls when more is used, and has no jump at a seam', () => {
    const volume = fc.double({ min: 1, max: 4e10, noNaN: true });
    fc.assert(
      fc.property(volume, volume, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const added = chargeBetween(0, more, lambda) - chargeBetween(0, less, lambda);
        expect(added).toBeGreaterThanOrEqual(-1e-9);
        expect(added).toBeLessThanOrEqual((more - less) * 0.0000166667 * (1 + 1e-9) + 1e-9);
      }),
    );
  });
});

describe('fixed costs', () => {
  test('a cluster fee is 73 USD a month, spread over the declared volume', () => {
    const fee = of('eks-cluster');
    expect(fixedPerMonth(fee, plain)).toBeCloseTo(73, 12);
    expect(fixedByVolume(2500, fee, { utilisation: null, monthly: 1e6 })).toBeCloseTo(0.1825, 14);
  });

  test('three shared brokers: each of two arms bears half of 0.63 an hour, bucket by bucket', () => {
    const broker = of('msk-m5-large');
    const terms = { utilisation: null, count: 3, share: 0.5 };
    expect(fixedByTime(300_000, broker, terms)).toBeCloseTo(0.315 / 12, 15);
    expect(fixedPerMonth(of('msk-storage-gb'), { utilisation: null, count: 200 })).toBeCloseTo(20, 14);
    expect(fixedByTime(730 * 3_600_000, of('msk-storage-gb'), { utilisation: null, count: 200 })).toBeCloseTo(
      20,
      12,
    );
  });

  test('the parts of a month add up to the month', () => {
    const fee = of('nat-gateway');
    const buckets = Array.from({ length: 730 * 12 }, () => fixedByTime(300_000, fee, plain));
    expect(buckets.reduce((sum, part) => sum + part, 0)).toBeCloseTo(fixedPerMonth(fee, plain), 9);
  });
});

describe('the shipped cards', () => {
  test('every rate names the page to check it against', () => {
    const unsourced = Object.entries(aws.rates).filter(([, { source }]) => source === null);
    expect(unsourced.map(([name]) => name)).toEqual([]);
    expect(Object.keys(aws.rates).length).toBeGreaterThan(30);
  });

  // sources.md §3.4, "computed": price for one of the named unit
  test.each([
    ['m5-large', 0.096],
    ['m5-xlarge', 0.192],
    ['m5-2xlarge', 0.384],
    ['m5-4xlarge', 0.768],
    ['fargate-vcpu', 0.04048],
    ['fargate-gb', 0.004445],
    ['glue-dpu', 0.44],
  ])('an hour of %s is %d USD', (name, usd) => {
    expect(priceOf(3600, 1, { ...of(name), resident: false }, plain)).toBeCloseTo(usd, 12);
  });

  test.each([
    ['lambda-requests', 0.2],
    ['dynamodb-write', 0.625],
    ['dynamodb-read', 0.125],
    ['sqs-standard', 0.4],
    ['sqs-fifo', 0.5],
    ['s3-put', 5],
    ['s3-get', 0.4],
    ['step-functions', 25],
  ])('a million of %s is %d USD', (name, usd) => {
    expect(priceOf(1e6, 1, of(name), plain)).toBeCloseTo(usd, 10);
  });
});

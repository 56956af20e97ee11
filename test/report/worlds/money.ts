/** Cost against time, over volume and by month, and how estimates settled: hand-made, for pictures. */
import type { RunningEstimate, SeriesShape, ServiceCosts, Timeline } from '../../../src/model/pictures.js';
import type { BreakEvenReport, MonthlyCost, TradeOff } from '../../../src/model/trade-off.js';
import { estimateData, interval, noise, START } from './build.js';

/** Two uncorrelated numbers that look normal. */
const pairOfNoise = (i: number): readonly [number, number] => {
  const sum = (from: number): number =>
    [0, 1, 2, 3].reduce((total, k) => total + noise(from + i * 7 + k * 131), 0) / 4 - 0.5;
  return [sum(0), sum(977)];
};

export const tradeOff: TradeOff = {
  treatment: 'engine',
  baseline: 'functions',
  costMetric: 'cost_per_million',
  timeMetric: 'seconds',
  currency: 'USD',
  work: { per: 'ratio', text: '1M records' },
  n: 45,
  method: 'paired-ratio-stratified',
  confidence: 0.95,
  extraCost: estimateData(0.0034, interval(0.0025, 0.0042)),
  hoursSaved: estimateData(0.00041, interval(0.00038, 0.00044)),
  priceOfAnHour: { estimate: 8.29, set: [{ low: 6.02, high: 10.6 }] },
  hourValue: null,
  netBenefit: null,
  p: null,
  curve: Array.from({ length: 21 }, (_, i) => {
    const estimate = i * 0.00041 - 0.0034;
    const half = 0.00085 + i * 0.00002;
    return { hourValue: i, estimate, interval: interval(estimate - half, estimate + half) };
  }),
  cloud: {
    points: Array.from({ length: 300 }, (_, i) => {
      const [x, y] = pairOfNoise(i);
      return { extraCost: 0.0034 + x * 0.0016, hoursSaved: 0.00041 + y * 0.00006 };
    }),
    shares: { fasterCheaper: 0, fasterDearer: 1, slowerCheaper: 0, slowerDearer: 0 },
    resamples: 2000,
    blockLength: 1,
  },
  noCloud: null,
};

const volumes = [10, 10, 10, 30, 30, 30, 60, 60, 60];
export const breakEven: BreakEvenReport = {
  treatment: 'engine',
  baseline: 'functions',
  costMetric: 'cost_per_million',
  currency: 'USD',
  confidence: 0.95,
  volumeUnit: '1M records',
  monthly: true,
  decidedAt: 30,
  kind: 'interval',
  low: 35.2,
  high: 48.1,
  estimate: 41.3,
  cheaperBelow: 'functions',
  why: null,
  from: 10,
  to: 60,
  lines: [
    { arm: 'functions', atFrom: 12, atTo: 72 },
    { arm: 'engine', atFrom: 43.5, atTo: 53.1 },
  ],
  differences: [],
  bracket: null,
  runs: ['functions', 'engine'].flatMap((arm, a) =>
    volumes.map((volume, i) => ({
      arm,
      volume,
      cost: (a === 0 ? 1.2 * volume : 41.6 + 0.192 * volume) * (0.95 + 0.1 * noise(i + 40 * a)),
    })),
  ),
};

export const monthly: MonthlyCost = {
  costMetric: 'cost_per_million',
  currency: 'USD',
  volume: 30,
  volumeUnit: '1M records',
  confidence: 0.95,
  arms: [
    { arm: 'functions', estimate: 36, interval: interval(35.1, 36.9) },
    { arm: 'engine', estimate: 47.4, interval: interval(46.3, 48.4) },
  ],
  differences: [
    { treatment: 'engine', baseline: 'functions', difference: estimateData(11.4, interval(10.1, 12.6)) },
  ],
};

/** An estimate that settles on `r`; `looks` of 24 places may decide. */
export const running = (
  comparison: string,
  r: number,
  half: number,
  looks: readonly number[],
): RunningEstimate => ({
  comparison,
  scale: 'ratio',
  points: Array.from({ length: 20 }, (_, i) => {
    const width = half * Math.sqrt(20 / (i + 1));
    const estimate = r + (noise(i) - 0.5) * width;
    const at = i === 19 ? r : estimate;
    return {
      units: Math.round(((i + 1) * 45) / 20),
      estimate: at,
      interval: interval(at - width, at + width),
      confidence: 0.95,
      look: looks.includes(i) ? looks.indexOf(i) + 1 : null,
    };
  }),
});

export const timeline: Timeline = {
  warmupUntilMs: START + 16_000,
  slots: [],
};

export const series: SeriesShape = {
  bucketMs: 4_000,
  fromMs: START,
  toMs: START + 180_000,
  gaps: [
    { arm: 'functions', startMs: START + 60_000, endMs: START + 68_000 },
    { arm: 'engine', startMs: START + 124_000, endMs: START + 128_000 },
  ],
  memory: [
    {
      treatment: 'engine',
      buckets: 45,
      lags: [1, 0.62, 0.41, 0.22, 0.16, 0.02, -0.08, -0.02, 0.05, -0.04, 0.01],
    },
  ],
};

export const services: ServiceCosts = {
  metric: 'cost_per_million',
  unit: 'USD',
  services: [
    {
      service: 'Amazon Elastic MapReduce',
      costs: [
        { arm: 'functions', cost: 0 },
        { arm: 'engine', cost: 812.4 },
      ],
    },
    {
      service: 'AWS Lambda',
      costs: [
        { arm: 'functions', cost: 640.1 },
        { arm: 'engine', cost: 0 },
      ],
    },
    {
      service: 'Amazon Managed Streaming for Apache Kafka',
      costs: [
        { arm: 'functions', cost: 210 },
        { arm: 'engine', cost: 210 },
      ],
    },
    {
      service: '',
      costs: [
        { arm: 'functions', cost: 12.2 },
        { arm: 'engine', cost: 31.9 },
      ],
    },
  ],
};

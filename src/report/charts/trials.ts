/** Every trial in the order of the blocks: what an arm took, and what does not count. Pairs of a block are joined. */
import type { TrialPoint } from '../../model/report.js';
import { scaleOf } from '../format.js';
import { armItem, type LegendItem, legend } from './legend.js';
import { armClass, cross, marker } from './marker.js';
import { axisOf } from './scale.js';
import { at, element, line, svg, text } from './svg.js';

export interface TrialsInOrder {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly arms: readonly { readonly name: string; readonly title: string }[];
  readonly trials: readonly TrialPoint[];
}

interface Layout {
  readonly width: number;
  readonly plot: number;
  readonly ticks: number;
}

const LEFT = 52;
/** Trials that gave no time are marked in a lane of their own. */
const LOST_LANE = 18;

const legendItems = (arms: TrialsInOrder['arms'], lost: boolean): readonly LegendItem[] => [
  ...arms.map(({ title }, i) => armItem(i, title)),
  {
    text: 'does not count',
    mark: (x, y) => element('path', { d: marker(0, x, y, 4), class: 'left-out' }),
  },
  ...(lost
    ? [
        {
          text: 'failed',
          mark: (x: number, y: number) => element('path', { d: cross(x, y, 4), class: 'lost' }),
        },
      ]
    : []),
];

const isCounted = (trial: TrialPoint): boolean => trial.block >= 0 && !trial.excluded && !trial.superseded;

/** Warm-up trials stand left of block 0, a column for each round. */
const columnsOf = (trials: readonly TrialPoint[], arms: number): Map<TrialPoint, number> => {
  const warm = trials.filter(({ block }) => block < 0);
  const rounds = Math.ceil(warm.length / Math.max(1, arms));
  return new Map(
    trials.map((trial) => [
      trial,
      trial.block >= 0 ? trial.block : Math.floor(warm.indexOf(trial) / Math.max(1, arms)) - rounds,
    ]),
  );
};

const draw = (chart: TrialsInOrder, layout: Layout, suffix: string): string => {
  const { trials, arms } = chart;
  const measured = trials.filter(({ wallSeconds }) => wallSeconds !== null);
  const lost = trials.some(({ outcome }) => outcome !== 'ok');
  const head = legend(legendItems(arms, lost), layout.width);
  const top = head.height + (lost ? LOST_LANE : 0) + 20;
  const foot = top + layout.plot;
  const right = layout.width - 8;
  const seconds = measured.map(({ wallSeconds }) => wallSeconds as number);
  const scale = scaleOf('s', Math.max(0, ...seconds));
  const y = axisOf(seconds, [foot, top], 6, scale);
  const columns = columnsOf(trials, arms.length);
  const places = [...columns.values()];
  const x = axisOf(
    places.length === 0 ? [0, 1] : [Math.min(...places) + 0.5, Math.max(...places) + 1.5],
    [LEFT, right],
    layout.ticks,
    { factor: 1 },
    'linear',
  );
  const xOf = (trial: TrialPoint): number => x.place((columns.get(trial) ?? 0) + 1);
  const yOf = (trial: TrialPoint): number =>
    trial.wallSeconds === null ? head.height + LOST_LANE / 2 : y.place(trial.wallSeconds);
  const radius = trials.length > 400 ? 2 : 3.5;
  const armOf = (trial: TrialPoint): number =>
    Math.max(
      0,
      arms.findIndex(({ name }) => name === trial.arm),
    );
  const marks = (chosen: readonly TrialPoint[], className: string): string => {
    const d = chosen.map((trial) => marker(armOf(trial), xOf(trial), yOf(trial), radius)).join('');
    return d === '' ? '' : element('path', { d, class: className });
  };
  const blocks = new Map<number, TrialPoint[]>();
  for (const trial of measured.filter(isCounted))
    blocks.set(trial.block, [...(blocks.get(trial.block) ?? []), trial]);
  const joined = [...blocks.values()]
    .filter((block) => block.length > 1)
    .map((block) => {
      const ends = block.map(yOf);
      return `M${at(xOf(block[0]))} ${at(Math.min(...ends))}V${at(Math.max(...ends))}`;
    })
    .join('');
  const warmEnd = places.some((place) => place < 0) ? x.place(0.5) : null;
  const shade =
    warmEnd === null
      ? ''
      : element('rect', { x: LEFT, y: top, width: warmEnd - LEFT, height: layout.plot, class: 'warm-up' }) +
        text('warm-up', { x: LEFT + 4, y: top + 12, class: 'tick' });
  const failed = trials.filter(({ outcome }) => outcome !== 'ok');
  return svg(
    { ...chart, id: `${chart.id}-${suffix}`, width: layout.width, height: foot + 38 },
    head.body,
    shade,
    ...y.ticks.map(
      ({ value, text: label }) =>
        line(LEFT, y.place(value), right, y.place(value), 'grid') +
        text(label, { x: LEFT - 6, y: y.place(value) + 4, class: 'tick', 'text-anchor': 'end' }),
    ),
    line(LEFT, foot, right, foot, 'axis'),
    joined === '' ? '' : element('path', { d: joined, class: 'pair' }),
    marks(
      measured.filter((trial) => !isCounted(trial)),
      'left-out',
    ),
    ...arms.map((_, i) =>
      marks(
        measured.filter((trial) => isCounted(trial) && armOf(trial) === i),
        armClass(i),
      ),
    ),
    failed.length === 0
      ? ''
      : element('path', {
          d: failed.map((trial) => cross(xOf(trial), yOf(trial), 4)).join(''),
          class: 'lost',
        }),
    ...x.ticks
      .filter(({ value }) => Number.isInteger(value) && value >= 1)
      .map(({ value }) =>
        text(String(value), { x: x.place(value), y: foot + 16, class: 'tick', 'text-anchor': 'middle' }),
      ),
    text('block', { x: right, y: foot + 32, class: 'tick', 'text-anchor': 'end' }),
    text(`${scale.name}${y.logarithmic ? ', logarithmic' : ''}`, { x: 0, y: top - 8, class: 'tick' }),
  );
};

export const trialsChart = (chart: TrialsInOrder): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, { width: 880, plot: 240, ticks: 12 }, 'w'),
  narrow: draw(chart, { width: 340, plot: 220, ticks: 5 }, 'n'),
});

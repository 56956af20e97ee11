/** What an hour saved is worth, and why a net benefit, a break-even or a cost–time cloud is not there. */
import {
  count,
  estimateWithInterval,
  list,
  number,
  plural,
  pValue,
  quantity,
  workAmount,
} from '../format.js';
import type { Values, Words } from './types.js';

const money = (x: unknown, v: Values): string => quantity(x, v.currency);
const perWork = (v: Values): string => (v.per === '' ? 'per unit' : `per ${v.per}`);
const benefit = (v: Values): string =>
  estimateWithInterval(
    v.estimate as number,
    { kind: 'interval', low: v.low as number | null, high: v.high as number | null },
    { unit: v.currency as string },
  );
const atValue = (v: Values): string =>
  `At ${money(v.hourValue, v)} for an hour saved, the net benefit is ${benefit(v)} ${perWork(v)}`;

const volume = (x: unknown, v: Values): string =>
  `${workAmount(x as number, v.unit)}${v.monthly === true ? ' a month' : ' a run'}`;

export const tradeOffWords = {
  'change-volume': (v) =>
    v.low === null
      ? `The volume: ${v.other} is cheaper above ${volume(v.high, v)}; where ${v.cheaper} becomes cheaper lies below what was measured.`
      : v.high === null
        ? `The volume: ${v.cheaper} is cheaper below ${volume(v.low, v)}; where ${v.other} becomes cheaper lies beyond what was measured.`
        : `The volume: ${v.cheaper} is cheaper below ${volume(v.low, v)}, ${v.other} above ${volume(v.high, v)}.`,
  'change-volume-bracket': (v) =>
    `The volume: ${v.cheaper} is cheaper at ${volume(v.low, v)}, ${v.other} at ${volume(v.high, v)}.`,
  'net-benefit-pays': (v) => `${atValue(v)}: it pays.`,
  'net-benefit-costs': (v) => `${atValue(v)}: it does not pay.`,
  'net-benefit-against-adoption': (v) =>
    `${atValue(v)}: it does not pay. ${v.treatment} is adopted all the same, because its sentence asks for one or the other.`,
  'net-benefit-open': (v) => `${atValue(v)}: whether it pays is not settled.`,
  'net-benefit-weighs-less': (v) =>
    `The value of an hour weighs cost against time; it says nothing about ${list(v.metrics)}.`,
  'net-benefit-not-recorded': () =>
    'What the hours saved are worth was not recorded here, so that it decides nothing.',
  'trade-off-not-measured': () =>
    'The value of an hour decides nothing: there is no metric with role: cost and one with role: time.',
  'trade-off-other-currency': (v) =>
    `The value of an hour is in ${v.declared}, the cost in ${v.measured}: nobody declared a rate between them.`,
  'trade-off-constant': (v) => `${v.cost} and ${v.time} do not vary, so no net benefit can be tested.`,

  'too-few-volumes': (v) =>
    `A break-even needs ${count(v.needVolumes)} volumes with ${count(v.needRuns)} runs each in both arms; there are ${plural(v.volumes, 'volume')}, one with only ${plural(v.runs, 'run')}.`,
  'volumes-do-not-overlap': () =>
    'The arms were measured at different volumes, so no volume shows both. Run both arms at the same volumes.',
  'costs-not-positive': (v) =>
    `The fitted cost is not above zero at some volume (${plural(v.runs, 'run')}), so it cannot be said how its scatter grows.`,
  'break-even-stepped': () =>
    'The rate card has steps, so costs do not follow a line: the difference at each volume is shown instead.',
  'break-even-no-line': (v) =>
    `Costs do not follow a line (lack of fit, ${pValue(v.p)}): the difference at each volume is shown instead.`,
  'break-even-cheaper-throughout': (v) =>
    `No crossing: the ${v.arm} is cheaper at every volume from ${number(v.low)} to ${number(v.high)}.`,
  'break-even-not-shown': (v) =>
    `No crossing shown: between ${number(v.low)} and ${number(v.high)} the costs of the arms are too close to say where they meet. Measure more runs, or volumes further apart.`,
  'too-few-for-cloud': (v) =>
    `A cost–time cloud of ${plural(v.have, 'unit')} would show the shape of chance: ${count(v.need)} are needed.`,
} satisfies Words;

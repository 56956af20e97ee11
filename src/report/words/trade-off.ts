/** Why a break-even or a cost–time cloud is not drawn. */
import { count, number, plural, pValue } from '../format.js';
import type { Words } from './types.js';

export const tradeOffWords = {
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

/** Value of an hour and volume: what each would make of cost against time. They move no verdict. */
import { atHourValue, atVolume } from '../../decide/what-pays.js';
import type { Report } from '../../model/report.js';
import type { BreakEvenReport, TradeOff } from '../../model/trade-off.js';
import { number } from '../format/number.js';
import { element, isolated } from './dom.js';

const hourText = (tradeOff: TradeOff, value: number): string => {
  const { treatment, baseline, currency, work } = tradeOff;
  const { netBenefit, says } = atHourValue(tradeOff, value);
  const per = work.text === '' ? 'unit of work' : work.text;
  const sum = `${number(Math.abs(netBenefit), 3)} ${currency} per ${per}`;
  if (says === 'open') return `whether ${treatment} pays cannot be said at this value of an hour`;
  return says === 'pays'
    ? `${treatment} pays: about ${sum} better than ${baseline}`
    : `${treatment} does not pay: about ${sum} worse than ${baseline}`;
};

const volumeText = (crossing: BreakEvenReport, volume: number): string => {
  const at = atVolume(crossing, volume);
  if (at.says === 'cheaper') return `${at.arm} is cheaper at this volume`;
  return at.says === 'open'
    ? 'which is cheaper at this volume cannot be said'
    : `this volume was not measured (${number(crossing.from ?? 0, 3)} to ${number(crossing.to ?? 0, 3)} ${crossing.volumeUnit} were)`;
};

const asked = (
  id: string,
  label: string,
  start: number | null,
  unit: string,
  say: (value: number) => readonly string[],
): HTMLElement => {
  const input = element('input', { type: 'number', min: '0', step: 'any', inputmode: 'decimal', id });
  if (start !== null) input.value = String(start);
  const status = element('p', { role: 'status' });
  const update = () => {
    const value = input.valueAsNumber;
    const usable = Number.isFinite(value) && input.validity.valid;
    status.replaceChildren(isolated(usable ? `${say(value).join('; ')}.` : ''));
  };
  input.addEventListener('input', update);
  update();
  return element(
    'div',
    { class: 'assume' },
    element('label', { for: id }, label),
    element('span', { class: 'value' }, input, ' ', isolated(unit)),
    status,
  );
};

/** What the field does not do, where it is moved. */
const moves = (declared: number | null): string =>
  declared === null
    ? 'No value of an hour was declared, so that it decides nothing: this says whether it would pay at the typical prices and the declared confidence.'
    : 'The decision that is assumed keeps the declared value of an hour: this says whether it would pay at another, at the typical prices and the declared confidence.';

/** Nothing where the report holds neither cost against time nor a break-even. */
export function pays({ tradeOffs = [], breakEvens = [] }: Report): readonly HTMLElement[] {
  const crossings = breakEvens.filter(({ kind }) => kind === 'interval' || kind === 'half-line');
  const [first] = tradeOffs;
  const [crossing] = crossings;
  return [
    ...(first === undefined
      ? []
      : [
          asked('assume-hour', 'Value of an hour', first.hourValue, `${first.currency} an hour`, (value) =>
            tradeOffs.map((one) => hourText(one, value)),
          ),
          element('p', { class: 'small' }, moves(first.hourValue)),
        ]),
    ...(crossing === undefined
      ? []
      : [
          asked(
            'assume-volume',
            'Volume',
            crossing.decidedAt ?? crossing.estimate,
            `${crossing.volumeUnit}${crossing.monthly ? ' a month' : ''}`,
            (volume) =>
              crossings.map((one) => `${one.treatment} and ${one.baseline}: ${volumeText(one, volume)}`),
          ),
        ]),
  ];
}

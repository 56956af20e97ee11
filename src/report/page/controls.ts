/** What can be assumed: one labelled control each, at its declared value until it is moved. */
import type { Assumed, Judgeable } from '../../decide/what-if.js';
import type { ClaimResult } from '../../model/decision.js';
import type { PriceRange } from '../../model/what-if.js';
import { number, percent } from '../format/number.js';
import { element, isolated } from './dom.js';

export interface Controls {
  readonly form: HTMLFormElement;
  /** What is assumed now; null while a field holds no number. */
  read(): Assumed | null;
  reset(): void;
}

interface Control {
  readonly field: HTMLElement;
  reset(): void;
}

let made = 0;

const labelled = (label: string, input: HTMLElement, after: readonly (Node | string)[] = []): HTMLElement => {
  made += 1;
  const id = `assume-${made}`;
  input.id = id;
  return element(
    'div',
    { class: 'assume' },
    element('label', { for: id }, isolated(label)),
    element('span', { class: 'value' }, input, ...after),
  );
};

interface Confidence extends Control {
  read(): number;
}

const confidenceControl = (confidences: readonly number[], declared: number): Confidence => {
  const select = element('select');
  confidences.forEach((confidence, i) => {
    const text = `${percent(confidence)}${i === declared ? ' (declared)' : ''}`;
    select.append(element('option', { value: String(i) }, text));
  });
  const reset = () => {
    select.selectedIndex = declared;
  };
  reset();
  return { field: labelled('Confidence', select), read: () => select.selectedIndex, reset };
};

interface AmountControl extends Control {
  readonly id: string;
  /** In the claim's own scale; null while the field holds no number. */
  read(): number | null;
}

const unitText = { relative: '%', points: 'points' } as const;

const amountControl = ({ claim }: ClaimResult, unit: string): AmountControl => {
  const { kind, value } = claim.amount;
  const factor = kind === 'absolute' && unit !== 'fraction' ? 1 : 100;
  const shown = String(Number((value * factor).toPrecision(12)));
  const input = element('input', { type: 'number', step: 'any', inputmode: 'decimal', value: shown });
  if (claim.kind !== 'bound') input.min = '0';
  const after = kind === 'absolute' ? (factor === 100 ? '%' : unit) : unitText[kind];
  return {
    id: claim.id,
    field: labelled(claim.text, input, [' ', isolated(after)]),
    read: () => {
      const typed = input.valueAsNumber;
      const usable = Number.isFinite(typed) && input.validity.valid;
      input.setAttribute('aria-invalid', String(!usable));
      // The declared value itself, not what is left of it after × 100.
      return usable ? (input.value === shown ? value : typed / factor) : null;
    },
    reset: () => {
      input.value = shown;
    },
  };
};

interface PriceControl extends Control {
  readonly input: HTMLInputElement;
  isTypical(): boolean;
  read(): number;
}

const priceControl = ({ title, currency, typical, stops }: PriceRange): PriceControl => {
  const start = stops.findIndex(({ price }) => price === typical);
  const input = element('input', { type: 'range', min: '0', max: String(stops.length - 1), step: '1' });
  const output = element('output');
  const show = () => {
    const { price } = stops[input.valueAsNumber];
    const place = price === typical ? ' (typical)' : '';
    output.value = `${number(price, 4)} ${currency}${place}`;
    input.setAttribute('aria-valuetext', output.value);
  };
  const reset = () => {
    input.value = String(start);
    show();
  };
  reset();
  input.addEventListener('input', show);
  const field = labelled(`Price: ${title}`, input, [' ', output]);
  output.htmlFor.add(input.id);
  return {
    field,
    input,
    reset,
    isTypical: () => input.valueAsNumber === start,
    read: () => input.valueAsNumber,
  };
};

/** Prices were analysed one at a time, so moving one puts the others back. */
const oneAtATime = (prices: readonly PriceControl[]): void => {
  for (const moved of prices)
    moved.input.addEventListener('input', () => {
      for (const other of prices) if (other !== moved) other.reset();
    });
};

export function controls(report: Judgeable, declaredConfidence: number): Controls {
  const confidence = confidenceControl(report.confidences, declaredConfidence);
  const measured = new Set(report.recorded.map(({ id }) => id));
  const unitOf = (metric: string) =>
    report.experiment.metrics.find(({ name }) => name === metric)?.unit ?? '';
  const amounts = report.claims
    .filter(({ claim }) => measured.has(claim.id))
    .map((result) => amountControl(result, unitOf(result.claim.metric)));
  const prices = report.prices.map(priceControl);
  oneAtATime(prices);
  const all: readonly Control[] = [confidence, ...amounts, ...prices];
  const alone = `Prices were analysed one at a time: moving one puts the ${prices.length === 2 ? 'other' : 'others'} back.`;
  const note = prices.length > 1 ? [element('p', { class: 'small' }, alone)] : [];
  const form = element('form', { class: 'assumptions' }, ...all.map(({ field }) => field), ...note);
  // Nothing is sent anywhere; the policy of the page would not allow it either.
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    form,
    read: () => {
      const read = amounts.map(({ id, read }) => [id, read()] as const);
      if (read.some(([, amount]) => amount === null)) return null;
      const range = prices.findIndex((price) => !price.isTypical());
      return {
        confidence: confidence.read(),
        amounts: Object.fromEntries(read.map(([id, amount]) => [id, amount ?? 0])),
        price: range < 0 ? null : { range, stop: prices[range].read() },
      };
    },
    reset: () => {
      for (const control of all) control.reset();
    },
  };
}

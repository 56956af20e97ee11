/** The options of `stacktrial plan`, read from text. */
import { KnownError } from '../errors.js';
import type { Amount, Experiment, MetricName } from '../model/experiment.js';

const usage = (message: string, hint: string): KnownError => new KnownError('usage', message, { hint });

const INTO_WORDS = { relative: 'percent', points: 'points', absolute: 'the unit of the metric' } as const;

const AMOUNT = /^(-?\d+(?:\.\d+)?)\s*(%|points?)?$/;

/** `seconds=20%`, `error_rate=0.1 points`, `seconds=1.5` in the unit of the metric; negative is worse. */
export function parseExpect(
  texts: readonly string[],
  { metrics, hypotheses, guardrails }: Experiment,
): ReadonlyMap<MetricName, Amount> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      const name = text.slice(0, Math.max(0, at)).trim();
      const match = AMOUNT.exec(text.slice(at + 1).trim());
      if (at < 1 || match === null)
        throw usage(
          `--expect ${text} is not METRIC=AMOUNT`,
          'Write --expect seconds=20%, or seconds=1.5 in the unit of the metric.',
        );
      if (!metrics.some((metric) => metric.name === name))
        throw usage(
          `--expect ${text}: there is no metric ${name}`,
          `One of: ${metrics.map((metric) => metric.name).join(', ')}`,
        );
      const value = Number(match[1]);
      const kind = match[2] === undefined ? 'absolute' : match[2] === '%' ? 'relative' : 'points';
      const claimed = [...hypotheses, ...guardrails].filter(({ metric }) => metric === name);
      if (!claimed.some(({ amount }) => amount.kind === kind))
        throw usage(
          `--expect ${text}: no claim on ${name} is made in ${INTO_WORDS[kind]}`,
          claimed.length === 0
            ? 'Only what a sentence claims can be planned for.'
            : `Its claims are made in ${[...new Set(claimed.map(({ amount }) => INTO_WORDS[amount.kind]))].join(' and ')}.`,
        );
      return [name, { kind, value: kind === 'absolute' ? value : value / 100 } as Amount] as const;
    }),
  );
}

export function parseAutocorrelation(text: string | undefined): number | null {
  if (text === undefined) return null;
  const rho = Number(text);
  if (text.trim() === '' || !(rho >= 0 && rho < 1))
    throw usage(`--autocorrelation ${text} is not a correlation`, 'A number from 0 to below 1, such as 0.5.');
  return rho;
}

/** Looks that were asked for take the place of those that the file declares, of `looks: anytime` as well. */
export function askedLooks(
  experiment: Experiment,
  text: string | undefined,
): { readonly experiment: Experiment; readonly looks: readonly number[] } {
  const looks = parseLooks(text);
  if (looks === null) return { experiment, looks: experiment.decide.looks ?? [1] };
  const { anytime: _, ...decide } = experiment.decide;
  return { experiment: { ...experiment, decide }, looks };
}

/** `50%,100%` → [0.5, 1] */
function parseLooks(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  const times = text.split(',').map((part) => {
    const match = /^\s*(\d+(?:\.\d+)?)%\s*$/.exec(part);
    return match === null ? Number.NaN : Number(match[1]) / 100;
  });
  const increasing = times.every((time, k) => time > (k === 0 ? 0 : times[k - 1]));
  if (!increasing || times[times.length - 1] !== 1)
    throw usage(`--looks ${text} are not looks`, 'Increasing shares that end with 100%: --looks 50%,100%');
  return times;
}

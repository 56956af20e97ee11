/** All metrics of the file, completed: units, inputs, estimands, margins, words. */
import type { ArmName, Metric } from '../../model/experiment.js';
import type { Plugins } from '../../model/ports.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import type { SpokenMetric } from '../sentence/vocabulary.js';
import { readAgreement } from './agreement.js';
import { type CardDraft, readCard } from './card.js';
import { checkReferences, readRatio } from './derived.js';
import { checkWords, readMargin } from './margin.js';
import {
  checkEstimand,
  checkExact,
  checkOutage,
  estimandOf,
  isCost,
  type MetricDraft,
  readMetrics,
} from './metric.js';
import type { Read } from './named-file.js';
import { foldOf, readObserved } from './observed.js';
import type { SourcesDraft } from './plugged.js';
import { readRate } from './rate.js';
import { checkSharedBy } from './shared-by.js';

export interface MetricsDraft {
  /** Metrics that could be completed. */
  readonly metrics: readonly Metric[];
  /** All metrics, as far as sentences need them. */
  readonly spoken: readonly SpokenMetric[];
  readonly wordsIncomplete: boolean;
  /** Rate cards by path. */
  readonly attachments: Readonly<Record<string, string>>;
}

interface Context {
  readonly root: Located;
  readonly arms: readonly ArmName[];
  readonly sources: SourcesDraft;
  readonly registry: Plugins['sources'];
  /** The driver hears requests without being told where. */
  readonly hears: boolean;
  /** A unit is a key, which comes with many requests. */
  readonly hasKeys: boolean;
  readonly read: Read;
  readonly problems: Problems;
}

const cardAt = ({ at }: MetricDraft): Located | null => child(child(at, 'rate'), 'card');

async function readCards(drafts: readonly MetricDraft[], { read, problems }: Context) {
  const cards = new Map<string, CardDraft | null>();
  for (const draft of drafts) {
    const at = cardAt(draft);
    if (typeof at?.value === 'string' && at.value !== '' && !cards.has(at.value))
      cards.set(at.value, await readCard(at, read, problems));
  }
  return cards;
}

/** As declared, or what follows from how it is computed; null where neither is known. */
function unitOf(
  { name, at, parts, form, proportion }: MetricDraft,
  card: CardDraft | null,
  problems: Problems,
): string | null {
  const declared = child(at, 'in');
  const { in: unit } = parts;
  if (declared !== null && unit === undefined) return null;
  if (proportion) {
    if (declared !== null && unit !== 'fraction')
      problems.atValue(declared, 'a proportion is a fraction', 'Write "in: fraction", or leave it out.');
    return 'fraction';
  }
  if (form === 'rate') {
    if (declared !== null && card?.currency != null && unit !== card.currency)
      problems.atValue(
        declared,
        `the rate card is in ${card.currency}`,
        `Write "in: ${card.currency}", or leave it out.`,
      );
    return unit ?? card?.currency ?? null;
  }
  if (unit === undefined && at.map !== null && form !== null)
    problems.atKey(at, `key "in" is missing in metrics.${name}`, 'Unit: s, USD, records.');
  return unit ?? null;
}

export async function completeMetrics(context: Context): Promise<MetricsDraft> {
  const { root, arms, problems } = context;
  const drafts = readMetrics(root, problems);
  const cards = await readCards(drafts, context);
  const cardOf = (draft: MetricDraft): CardDraft | null => cards.get(String(cardAt(draft)?.value)) ?? null;
  const units = new Map(drafts.map((draft) => [draft.name, unitOf(draft, cardOf(draft), problems)]));
  const bucketed = new Set(drafts.flatMap(({ name, parts }) => (parts.by === undefined ? [] : [name])));
  checkReferences(drafts, problems);
  checkSharedBy(root, drafts, problems);
  checkWords(drafts, arms, problems);

  const inputOf = (draft: MetricDraft): Metric['input'] | null => {
    if (draft.form === 'observed') return readObserved(draft, context);
    if (draft.form === 'ratio') return readRatio(draft, problems);
    const card = cardOf(draft);
    return draft.form === 'rate' && card !== null
      ? readRate(draft, { arms, card, units, bucketed, problems })
      : null;
  };
  const metrics: Metric[] = [];
  const spoken: SpokenMetric[] = [];
  for (const draft of drafts) {
    const { name, at, parts, form } = draft;
    const unit = units.get(name) ?? null;
    const margin = readMargin(draft, unit, problems);
    checkEstimand(draft, problems);
    checkExact(draft, problems);
    checkOutage(draft, problems);
    const input = inputOf(draft);
    const agreesWith = readAgreement(draft, { drafts, units, problems });
    const estimand = estimandOf(draft, unit);
    const declaresBetter = at.map?.has('better') === true;
    spoken.push({
      name,
      unit,
      better: declaresBetter ? parts.better : null,
      words: items(child(at, 'words')).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
      estimand,
      cost: isCost(draft),
    });
    if (input === null || unit === null) continue;
    metrics.push({
      name,
      title: parts.title ?? name,
      unit,
      better: parts.better ?? null,
      role: parts.role ?? null,
      words: parts.words ?? [],
      margin,
      ...(parts.variation === undefined ? {} : { variation: parts.variation }),
      estimand,
      exact: parts.exact ?? false,
      fold: form === 'observed' ? foldOf(parts) : { kind: 'only' },
      byMs: form === 'observed' ? (parts.by ?? null) : null,
      input,
      ...(parts.outage === undefined ? {} : { outageMs: parts.outage }),
      ...(parts.balance === true ? { balance: true } : {}),
      ...(parts.adjust === undefined ? {} : { adjust: parts.adjust }),
      ...(parts.before === undefined ? {} : { beforeMs: parts.before }),
      ...(agreesWith === undefined ? {} : { agreesWith }),
    });
  }
  const attachments = [...cards].flatMap(([path, card]) =>
    card === null ? [] : [[path, card.text] as const],
  );
  return {
    metrics,
    spoken,
    wordsIncomplete: drafts.some(
      ({ at, parts }) => (at.map?.has('words') && parts.words === undefined) || at.map === null,
    ),
    attachments: Object.fromEntries(attachments),
  };
}

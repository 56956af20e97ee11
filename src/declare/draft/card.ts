/** Rate cards: data files beside the experiment, read with the same care. */
import type { RateCard } from '../../model/experiment.js';
import { addIssues } from '../issues.js';
import type { Problems } from '../problems.js';
import { readYaml } from '../read/document.js';
import { child, entries, type Located } from '../read/located.js';
import { readText } from '../read/text.js';
import { type CardEntry, cardShape } from '../shape/card.js';
import { rightParts } from '../shape/walk.js';
import { checkEntry, toRate } from './card-entry.js';
import { type Read, readNamed } from './named-file.js';
import { checkNames } from './names.js';

export interface CardDraft {
  readonly path: string;
  readonly text: string;
  /** null where the card has problems. */
  readonly card: RateCard | null;
  readonly currency: string | null;
  /** What is known of each rate, right or not. */
  readonly rates: ReadonlyMap<string, Partial<CardEntry>>;
}

/** null: it cannot be read at all; the problem has been added. */
export async function readCard(at: Located, read: Read, problems: Problems): Promise<CardDraft | null> {
  const file = await readNamed(at, 'rate card', read, problems);
  if (file === null) return null;
  const source = readText(file.bytes, file.shown, problems);
  const root =
    source && readYaml(source, problems, 'A rate card has card, currency, date, source and rates.');
  if (source === null || root === null) return null;
  const result = cardShape.safeParse(root.value);
  if (!result.success) addIssues(result.error.issues, { root, schema: cardShape, problems, inside: '' });
  const map = child(root, 'rates');
  checkNames(map, 'a rate', false, problems);
  const reserved = child(map, 'utilisation');
  if (reserved !== null)
    problems.atKey(reserved, '"utilisation" cannot be the name of a rate', 'Choose another name.');
  for (const [name, one] of entries(map)) checkEntry(name, one, problems);
  const entryShape = cardShape.shape.rates.valueType;
  return {
    path: file.path,
    text: source.text,
    currency: rightParts(cardShape, root.value).currency ?? null,
    rates: new Map(entries(map).map(([name, one]) => [name, rightParts(entryShape, one.value)])),
    card: result.success
      ? {
          card: result.data.card,
          currency: result.data.currency,
          date: result.data.date,
          region: result.data.region ?? null,
          source: result.data.source,
          rates: Object.fromEntries(
            Object.entries(result.data.rates).map(([name, one]) => [name, toRate(one)]),
          ),
        }
      : null,
  };
}

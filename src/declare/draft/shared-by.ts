/** `shared: [{ where: …, by: records }]` of a bill names a metric: one that is measured and adds up. */
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, items, type Located } from '../read/located.js';
import type { MetricDraft } from './metric.js';

export function checkSharedBy(root: Located, drafts: readonly MetricDraft[], problems: Problems): void {
  const measured = drafts.filter(({ form }) => form === 'observed').map(({ name }) => name);
  for (const [, source] of entries(child(root, 'sources')))
    for (const rule of items(child(source, 'shared'))) {
      const by = child(rule, 'by');
      if (by === null || typeof by.value !== 'string') continue;
      const target = drafts.find(({ name }) => name === by.value);
      if (target === undefined)
        problems.atValue(by, `there is no metric "${by.value}"`, suggestion(by.value, measured, 'metrics'));
      else if (target.form !== null && target.form !== 'observed')
        problems.atValue(
          by,
          `${by.value} is computed; costs are divided by what is measured`,
          suggestion('', measured, 'metrics'),
        );
    }
}

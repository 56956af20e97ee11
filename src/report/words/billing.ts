/** Sentences of what bills say: Cost Explorer, FOCUS and CUR exports. */
import { count, duration, list, number, plural, quantity, timestamp } from '../format.js';
import type { Values, Words } from './types.js';

const instead = (names: unknown): string =>
  Array.isArray(names) && names.length > 0 ? ` There is ${list(names.slice(0, 8))}.` : '';
const money = (v: Values, amount: unknown): string =>
  v.currency === null ? number(amount) : quantity(amount, v.currency);
const has = (v: Values): string => `${v.metric}: ${v.who} should have the tag ${v.tag} = ${v.value}`;

const askedWords = {
  'billing-needs-by': (v) =>
    `${v.metric}: a bill knows days, not units of work. Declare by: 1d and fold: sum.`,
  'billing-needs-window': (v) => `${v.metric}: a bill is asked for a time; declare window:.`,
  'billing-no-whole-bucket': (v) =>
    `${v.metric}: no whole bucket of ${duration(v.byMs)} (UTC) lies between ${timestamp(v.from)} and ${timestamp(v.to)}.`,
  'billing-needs-sum': (v) =>
    `${v.metric} comes in parts that add up, but is folded with ${v.fold}. Declare fold: sum.`,
  'billing-arm-value': (v) =>
    `${v.metric}: which value of ${v.key} is ${v.who}? Its match names ${list(v.match)}; add ${v.key}.`,
  'billing-arms-share-value': (v) =>
    `${v.metric}: ${list(v.who)} both have ${v.key} = ${v.value}, so the bill cannot tell them apart.`,
  'billing-shared-key': (v) => `${v.metric}: shared costs cannot be told by ${v.key}.${instead(v.exist)}`,
  'cost-by-too-fine': (v) =>
    `${v.metric}: Cost Explorer knows days and hours, and by is ${duration(v.byMs)}. Declare by: 1d, with the window's days in UTC, or by: 1h.`,
} satisfies Words;

const moneyWords = {
  'billing-currencies-mixed': (v) =>
    `${v.metric}: the bill is in ${list(v.currencies)}. Nothing is converted; choose the lines of one currency with where:.`,
  'billing-currency-other': (v) =>
    `${v.metric} is declared in ${v.declared}, but the bill is in ${v.billed}. Declare in: ${v.billed}; nothing is converted.`,
  'billing-untagged': (v) =>
    `${v.metric}: ${money(v, v.amount)} of the bill has no value of ${v.tag} and belongs to no arm. If a stack of the experiment causes part of it, tag it or declare it under \`shared\`.`,
  'billing-shared': (v) =>
    `${v.metric}: ${money(v, v.amount)} of shared costs (${v.title}) ${v.how === 'none' ? 'are left out' : v.how === 'equal' ? 'are divided equally between the arms' : `are divided ${v.how}`}, as declared.`,
  'billing-estimated': (v) =>
    `${v.metric}: ${count(v.periods)} of ${plural(v.of, 'period')} are still estimated by the provider and may change until the bill is closed.`,
  'billing-held-back': (v) =>
    `${v.metric}: ${plural(v.buckets, 'bucket')} at the end of the window ${v.buckets === 1 ? 'is' : 'are'} not settled and held back; the next is complete at ${timestamp(v.nextAt)}.`,
  'billing-nothing-settled': (v) =>
    `${v.metric}: no part of the window is settled yet; the first is at ${timestamp(v.nextAt)}. Look again then.`,
} satisfies Words;

const costExplorerWords = {
  'cost-left-out': (v) => `${v.metric} leaves out charges of the type ${list(v.types)}.`,
  'cost-answer-unexpected': (v) =>
    `${v.metric}: Cost Explorer answered with something else than expected: ${v.what}. No number is taken from it.`,
  'cost-hourly-gone': (v) =>
    `${v.metric}: Cost Explorer keeps hourly costs for 14 days. Those of ${timestamp(v.from)} could be fetched until ${timestamp(v.until)}; now there are only those from ${timestamp(v.by)} on. Use by: 1d, or let a schedule look while the hours are there: what was fetched is kept in .stacktrial-cache.`,
  'cost-hourly-lost': (v) =>
    `${v.metric}: ${plural(v.hours, 'hour')} from ${timestamp(v.from)} on were not fetched within the 14 days for which Cost Explorer keeps them, and are missing.`,
  'cost-tag-unknown': (v) =>
    `${has(v)}, but the account has no cost allocation tag ${v.tag}. It appears up to 24 hours after a resource has it.${instead(v.exist)}`,
  'cost-tag-inactive': (v) =>
    `${has(v)}, but ${v.tag} is not activated as a cost allocation tag, so that Cost Explorer shows every stack as free. Activate it in the management account (Billing, Cost allocation tags); costs carry it about 24 hours later, and earlier ones after a backfill.`,
  'cost-tag-activated-late': (v) =>
    `${has(v)}, but ${v.tag} was activated only at ${timestamp(v.activated)}. Request a backfill of cost allocation tags, or move the window.`,
  'cost-tag-no-values': (v) =>
    `${has(v)}, but no cost of that time has the tag ${v.tag}: the resources were not tagged then.${instead(v.exist)}`,
  'cost-tag-value-absent': (v) => `${has(v)}, but no cost of that time has that value.${instead(v.exist)}`,
  'cost-arm-zero': (v) =>
    `${has(v)}, and no cost of the window has it. A stack that ran is not free: check that it ran, and that its resources were tagged before it did.`,
} satisfies Words;

const exportWords = {
  'billing-no-files': (v) =>
    `There is no CSV or Parquet file in ${v.file}${v.others > 0 ? `, only ${plural(v.others, 'other file')}` : ''}.`,
  'billing-not-time': (v) => `${v.file}: the ${v.column} is ${v.found ?? 'missing'}, which is not a time.`,
  'billing-run-chosen': (v) =>
    `${v.metric}: of billing period ${v.period} there are ${plural(v.others + 1, 'delivery', 'deliveries')}; only the newest, ${v.run}, is read.`,
  'billing-duplicates': (v) =>
    `${v.metric}: ${plural(v.rows, 'line')} of the bill ${v.rows === 1 ? 'stands' : 'stand'} more than once in ${plural(v.files, 'file')}, as when an older delivery lies beside the newest. Read only one.`,
  'billing-tags-malformed': (v) =>
    `${v.metric}: the tags of ${count(v.rows)} of ${plural(v.of, 'line')} are not JSON, so that ${v.tag} cannot be read in them.`,
  'billing-no-cost': (v) =>
    `${v.metric}: ${count(v.rows)} of ${plural(v.of, 'line')} (${list(v.kinds)}) have no such cost. Choose another cost:, or export the column that is missing.`,
  'billing-left-out': (v) =>
    `${v.metric} leaves out, of the arms' lines, ${list(v.kinds.map((kind: string, i: number) => `${plural(v.rows[i], 'line')} of ${kind} (${money(v, v.amounts[i])})`))}. Where they belong to the cost of a stack, name them under include:.`,
  'billing-long-lines': (v) =>
    `${v.metric}: ${plural(v.rows, 'line')} that ${v.rows === 1 ? 'does' : 'do'} not lie within one bucket of ${duration(v.byMs)} in UTC (${money(v, v.amount)}), such as monthly fees or days of another time zone, ${v.rows === 1 ? 'takes' : 'take'} no part.`,
  'billing-value-absent': (v) =>
    `${v.metric}: ${v.who} should have ${v.key} = ${v.value}, but no line of the export has it.${instead(v.exist)}`,
  'billing-key-absent': (v) =>
    `${v.metric}: ${v.who} should have ${v.key} = ${v.value}, but no line of the export has ${v.key}: the tag is not activated, not exported, or spelt otherwise.${instead(v.exist)}`,
  'billing-arm-zero': (v) =>
    `${v.metric}: ${v.who} (${v.key} = ${v.value}) costs nothing between ${timestamp(v.from)} and ${timestamp(v.to)}; the export has lines of it from ${timestamp(v.first)} to ${timestamp(v.last)}. A stack that ran is not free.`,
  'billing-arm-left-out': (v) =>
    `${v.metric}: all lines of ${v.who} (${v.key} = ${v.value}) are of the kind ${list(v.kinds)}, which is no usage and does not count. Name under include: what belongs to the cost of a stack.`,
  'billing-ends-early': (v) =>
    `${v.file}: a charge period begins at ${timestamp(v.startMs)} and ends before that, at ${timestamp(v.endMs)} (${plural(v.rows, 'line')}). Nothing of it is used.`,
  'billing-zero-filled': (v) =>
    `${v.metric}: the bill has no line of ${v.who} in ${count(v.buckets)} of ${plural(v.of, 'bucket')}, which ${v.buckets === 1 ? 'counts' : 'count'} as 0. Look whether it ran then, and was tagged.`,
  'focus-effective-zero': (v) =>
    `${v.metric}: on ${count(v.rows)} of ${plural(v.of, 'line')} that were billed, the chosen cost is 0. Some exporters leave EffectiveCost empty; compare with cost: billed before you believe it.`,
  'cur-unblended-commitments': (v) =>
    `${v.metric}: ${count(v.rows)} of ${plural(v.of, 'line')} are usage under a reservation or savings plan, whose unblended cost is not what it cost. Use cost: amortized.`,
} satisfies Words;

export const billingWords = {
  ...askedWords,
  ...moneyWords,
  ...costExplorerWords,
  ...exportWords,
} satisfies Words;

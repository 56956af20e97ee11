/** Sentences of what sources, exclusions and derived tables say. */
import { count, duration, list, number, plural, timestamp } from '../format.js';
import { computedWords } from './computed.js';
import type { Values, Words } from './types.js';

/** "Perhaps a, b or c." or nothing. */
const instead = (names: unknown): string =>
  Array.isArray(names) && names.length > 0 ? ` There is ${list(names.slice(0, 8))}.` : '';

const place = (v: Values): string => `row ${count(v.row)} of ${v.file}`;
const asked = (v: Values): string => (v.metric === undefined ? '' : `${v.metric} of ${v.arm}: `);

const exclusionWords = {
  'exclude-harness': () => 'A block is left out whole when our own measurement failed in it.',
  'exclude-environment': () => 'A block is left out whole when the machine was disturbed while it ran.',
  'exclude-aborted': () => 'A block is left out whole when a trial of it was stopped from outside.',
} satisfies Words;

const sourceWords = {
  'source-failed': (v) =>
    `${asked(v)}source ${v.source ?? ''} failed: ${v.message}${v.hint === null || v.hint === undefined ? '' : `${/[.!?)]$/u.test(String(v.message)) ? '' : '.'} ${v.hint}`}`,
  'source-unknown': (v) => `${asked(v)}there is no source of type ${v.type}.${instead(v.exist)}`,
  'no-data': (v) => `${asked(v)}source ${v.source} answered with nothing. It was asked: ${v.query}`,
  'no-values': (v) =>
    `${asked(v)}source ${v.source} has ${plural(v.points, 'point')}, ${v.points === 1 ? 'without a value' : 'none with a value'}.`,
  'arms-nested': (v) =>
    `${asked(v)}whatever belongs to ${v.narrow} belongs to ${v.wide} as well, since ${v.same ? 'both have the same match' : `all of the match of ${v.wide} is in that of ${v.narrow}`}. Say under match: what each arm has and the other has not.`,
  'trials-no-covariate': (v) =>
    `${asked(v)}unit ${v.unit} has no covariate ${v.covariate}.${instead(v.exist)}`,
  'trials-no-timeout': (v) =>
    `${asked(v)}trial ${v.trial} failed (${v.outcome}) and no timeout is declared, so its time is unknown. Declare a timeout for the command.`,
  'trials-none-worked': (v) =>
    `${asked(v)}none of ${plural(v.trials, 'trial')} of ${v.arm} went well (${v.outcome}), so there is nothing to measure it by. ${v.problem == null ? 'See evidence/trials.ndjson.' : `The first: ${String(v.problem).replace(/\s+/g, ' ').slice(0, 400)}`}`,
  'trials-no-answer': (v) =>
    `${asked(v)}none of ${plural(v.trials, 'answer')} has a value at ${v.path}.${instead(v.exist)}`,
  'trials-answer-not-number': (v) =>
    `${asked(v)}trial ${v.trial} answered ${v.found} at ${v.path}, which is not a number.`,
} satisfies Words;

const fileWords = {
  'file-no-duckdb': (v) =>
    `${asked(v)}files are read with DuckDB, which could not be loaded: ${v.message}. Install @duckdb/node-api.`,
  'file-remote': (v) => `${asked(v)}${v.file} is not on this machine. Copy it into a local folder first.`,
  'file-missing': (v) => `${asked(v)}no file matches ${v.file} in ${v.folder}.${instead(v.exist)}`,
  'file-format-unknown': (v) =>
    `${asked(v)}the name of ${v.file} does not tell its format. Give format: csv, ndjson, json or parquet.`,
  'file-unreadable': (v) =>
    `${asked(v)}${v.file} could not be read: ${v.message}${/utf-8/iu.test(String(v.message)) ? ' Save it as UTF-8.' : ''}`,
  'file-not-objects': (v) =>
    `${asked(v)}${v.file} holds no list of JSON objects, nor one object per line. Something before the list, such as a byte order mark, is enough for that.`,
  'file-cut-short': (v) =>
    `${asked(v)}only ${count(v.seen)} of ${plural(v.rows, 'row')} of ${v.file} could be read; nothing of it is used.`,
  'file-empty': (v) => `${asked(v)}${v.file} holds no rows.`,
  'file-no-column': (v) => `${asked(v)}${v.file} has no column “${v.column}”.${instead(v.exist)}`,
  'file-value-absent': (v) =>
    `${asked(v)}no row of ${v.file} has “${v.wanted}” in column “${v.column}”.${instead(v.exist)}`,
  'file-no-row': (v) => `${asked(v)}no row of ${v.file} has ${list(v.conditions)} together.`,
  'file-outside-window': (v) =>
    `${asked(v)}${v.file} has ${plural(v.rows, 'row')} of this arm from ${timestamp(v.first)} to ${timestamp(v.last)}, none in the window from ${timestamp(v.from)} to ${timestamp(v.to)}.`,
  'file-arms-share-rows': (v) =>
    `${asked(v)}“arm: false” says that ${v.file} holds one arm only, but several arms read it. Name the column that tells them apart.`,
  'file-arm-ambiguous': (v) =>
    `${asked(v)}“arm: ${v.column}” does not say which of ${list(v.match)} it holds. Leave it out, or name one of them.`,
  'file-arms-overlap': (v) =>
    `${asked(v)}${plural(v.rows, 'row')} of ${v.file} ${v.rows === 1 ? 'belongs' : 'belong'} to ${v.other} as well. Say under match: what each arm has and the others have not.`,
  'file-damaged': (v) =>
    `${asked(v)}${v.file} was cut off or is damaged (${v.message}); nothing of it is used. Copy it again.`,
  'file-no-values': (v) =>
    `${asked(v)}none of ${plural(v.rows, 'row')} of this arm in ${v.file} has a value in column “${v.column}”.`,
  'file-null-values': (v) =>
    `${asked(v)}${count(v.missing)} of ${plural(v.rows, 'row')} in ${v.file} ${v.missing === 1 ? 'has' : 'have'} no value in column “${v.column}” and ${v.missing === 1 ? 'counts' : 'count'} as missing.`,
  'file-needs-time': (v) =>
    `${asked(v)}${v.bucketed ? 'time buckets need' : `the fold ${v.fold} needs`} a time column in ${v.file}. Give time: and the name of the column.`,
  'file-needs-unit': (v) =>
    `${asked(v)}nothing says which rows of ${v.file} are one unit. Give unit: a column, or by: the width of time buckets.`,
  'file-not-number': (v) =>
    `${asked(v)}${place(v)} has ${v.found ?? 'nothing'} in column “${v.column}”, which is not a finite number.${/^[+-]?\d[\d.' ]*,\d[\d,]*(?:\.\d+)?$/u.test(String(v.found)) ? ' Write numbers with a decimal point, and nothing between thousands.' : ''}`,
  'file-not-time': (v) =>
    `${asked(v)}${place(v)} has ${v.found ?? 'nothing'} in column “${v.column}”, which is not a time (ISO 8601 or an epoch number).`,
  'file-no-unit': (v) =>
    `${asked(v)}${place(v)} has no unit in column “${v.column}”. Leave such rows out with where:, or fill them in.`,
  'file-ends-before-start': (v) => `${asked(v)}${place(v)} ends (${v.found}) before it starts.`,
} satisfies Words;

const foldWords = {
  'fold-not-one': (v) =>
    `${v.metric} of ${v.arm}: unit ${v.unit} has ${plural(v.count, 'value')} where one was expected. Declare how they become one with fold:, or a finer unit.`,
  'fold-infinite': (v) => `${v.metric} of ${v.arm}: unit ${v.unit} has an infinite value.`,
  'fold-quantile-of-aggregates': (v) =>
    `${v.metric} of ${v.arm}: unit ${v.unit} has points that stand for ${number(v.n)} each, of which no quantile can be taken.`,
  'point-longer-than-bucket': (v) =>
    `${v.metric} of ${v.arm} has values over ${duration(v.pointMs)}, longer than its buckets of ${duration(v.bucketMs)}. Declare by: at least as wide.`,
  'points-outside-window': (v) =>
    `${v.metric} of ${v.arm}: ${plural(v.count, 'point')} outside the window, or in its warm-up, took no part.`,
  'buckets-without-window': (v) =>
    `${v.metric} is taken in time buckets but no window is declared, so that its first and last bucket may hold less than the others.`,
  'part-not-summable': (v) =>
    `${v.metric} (fold ${v.fold}) cannot be added up over longer times to meet another metric. Declare the same by: for both, or fold: sum.`,
  'buckets-do-not-nest': (v) =>
    `${v.metric} has buckets of ${duration(v.fineMs)}, which do not fill buckets of ${duration(v.coarseMs)}.`,
} satisfies Words;

const tableWords = {
  'not-collected': (v) => `${v.metric} of ${v.arm} was never collected.`,
  'not-observed-on-arm': (v) => `${v.metric} is not declared for ${v.arm}, so it compares nothing.`,
  'empty-arm': (v) =>
    v.seen > 0
      ? `${v.arm} has no complete value of ${v.metric}: each of its ${plural(v.seen, 'unit')} lacks a part.`
      : `${v.arm} has no value of ${v.metric}.`,
  'no-common-unit': (v) =>
    `${v.metric}: no unit is complete in all arms. Their units look like ${list(v.examples)}; the arms must name the same work alike.`,
  'failed-trials-counted': (v) => {
    const censored = v.censored > 0 ? ` ${count(v.censored)} count with their timeout or longer.` : '';
    const open =
      v.incomplete > 0 ? ` ${count(v.incomplete)} have no value, so their units are incomplete.` : '';
    return `${v.metric} of ${v.arm}: ${count(v.failed)} of ${plural(v.of, 'trial')} failed and are kept.${censored}${open}`;
  },
  'ratio-part-not-usable': (v) => `${v.metric}: ${v.part} is not a metric that a ratio can be made of.`,
  'ratio-parts-share-no-unit': (v) =>
    `${v.metric} of ${v.arm}: ${v.of} and ${v.per} have no unit in common (${v.ofUnit}, ${v.perUnit}).`,
  'ratio-not-proportion': (v) =>
    `${v.metric} of ${v.arm}: unit ${v.unit} has ${number(v.events)} of ${v.of} among ${number(v.attempts)} of ${v.per}, which is no proportion.`,
  'ratio-nothing-to-divide-by': (v) =>
    `${v.metric} of ${v.arm}: ${v.per} adds up to ${number(v.total)}, so there is nothing to divide by.`,
  'rate-usage-not-observed': (v) =>
    `${v.metric} of ${v.arm}: ${v.usage}, which rate ${v.rate} prices, is not measured.`,
  'rate-unit-mismatch': (v) =>
    `${v.metric} of ${v.arm}: rate ${v.rate} prices ${v.priced}, but ${v.usage} is in ${v.measured}.`,
  'rate-without-utilisation': (v) =>
    `${v.metric} of ${v.arm}: rate ${v.rate} is paid whether it works or not, so its cost needs a declared utilisation.`,
  'rate-without-volume': (v) =>
    `${v.metric} of ${v.arm}: the price of rate ${v.rate} depends on the volume of a month. Declare monthly: the usage of ${v.usage} in a month.`,
  'rate-fixed-over-nothing': (v) =>
    `${v.metric} of ${v.arm}: rate ${v.rate} is paid by the hour, and nothing says what part of it a unit of ${v.usage} bears. Declare monthly: how much of ${v.usage} there is in a month, or take ${v.usage} in time buckets.`,
  'shared-by-not-usable': (v) =>
    `${v.metric}: ${v.shared} is to be divided by ${v.by}, which is no measured metric that adds up.`,
  'shared-by-nothing': (v) =>
    `${v.metric}: ${v.shared} is to be divided by ${v.by}, which adds up to ${number(v.total)}.`,
  'unsettled-held-back': (v) =>
    `${v.metric} of ${v.arm}: ${plural(v.count, 'bucket')} from ${timestamp(v.from)} on are not settled and took no part.`,
  'rate-negative-usage': (v) =>
    `${v.metric} of ${v.arm}: unit ${v.unit} has a usage of ${number(v.value)} ${v.usage}.`,
  'rate-without-usage': (v) => `${v.metric}: nothing is priced for ${v.arm}.`,
  'rate-unknown': (v) => `${v.metric} of ${v.arm}: card ${v.card} has no rate ${v.rate}.${instead(v.exist)}`,
  'rate-on-aggregates': (v) =>
    `${v.metric} of ${v.arm}: ${v.usage} comes in sums over several units of work, so the rounding, minimum and charge per unit of rate ${v.rate} are applied to the sums and the cost may be too low.`,
} satisfies Words;

export const collectWords = {
  ...computedWords,
  ...exclusionWords,
  ...sourceWords,
  ...fileWords,
  ...foldWords,
  ...tableWords,
} satisfies Words;

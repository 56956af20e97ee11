/** Sentences of what is asked of a database. */
import { count, duration, list, plural, timestamp } from '../../format.js';
import type { Values, Words } from '../types.js';
import { asked, instead } from './asked.js';

const row = (v: Values): string => (v.row > 0 ? `row ${count(v.row)}` : 'the answer');
const of = (v: Values): string => (v.table === undefined ? v.column : `${v.column} of ${v.table}`);

const questionWords = {
  'sql-name-unusable': (v) => `${asked(v)}the name ${v.name} holds a character that PostgreSQL cannot hold.`,
  'sql-needs-window': (v) =>
    `${asked(v)}${v.placeholder === null ? 'a table is asked for a stretch of time' : `the query holds ${v.placeholder}`}. Declare window: with from: and to:${v.placeholder === null ? ', or say time: false' : ''}.`,
  'sql-needs-by': (v) =>
    `${asked(v)}the query holds ${v.placeholder}. Declare by:, the width of time buckets.`,
  'sql-needs-unit': (v) =>
    `${asked(v)}nothing says which unit a row belongs to. Give unit: the column that names it, or by: for time buckets.`,
  'sql-needs-time': (v) =>
    `${asked(v)}time buckets and the fold ${v.fold} need the time of a row, and the query says time: false.`,
  'sql-no-whole-bucket': (v) =>
    `${asked(v)}no whole time bucket of ${v.byMs === null ? 'any width' : duration(v.byMs)} lies in the window from ${timestamp(v.from)} to ${timestamp(v.to)} after its warm-up.`,
  'sql-counter': (v) =>
    `${asked(v)}a table does not say which of its rows belong to one counter. Write text: with a SELECT that keeps every column which tells counters apart, or fold another way.`,
  'sql-placeholder-quoted': (v) =>
    `${asked(v)}${v.placeholder} stands in quotes, where nothing can be bound. Write it without quotes: it is sent as a parameter with its type.`,
  'sql-placeholder-arm': (v) =>
    `${asked(v)}the query holds ${v.placeholder}, but one SELECT is sent for all arms. Select the column that tells them apart; match says which of its values is which arm.`,
  'sql-arm-without-match': (v) =>
    `${asked(v)}the arm has no match, so its rows cannot be told from those of the others. Give it match: { column: value }.`,
  'sql-arm-ambiguous-column': (v) =>
    `${asked(v)}arm: ${v.column} is none of the names in match (${list(v.exist)}), so it is unclear which value is meant. Name one of them.`,
  'sql-arms-alike': (v) =>
    `${asked(v)}${list(v.arms)} are told apart by nothing: match is the same. Give them different values.`,
} satisfies Words;

const tableWords = {
  'sql-no-table': (v) => `${asked(v)}there is no table or view ${v.table}.${instead(v.exist)}`,
  'sql-no-column': (v) => `${asked(v)}${v.table} has no column ${v.column}.${instead(v.exist)}`,
  'sql-no-arm-column': (v) =>
    `${asked(v)}${v.table} has no column ${v.column}, which match names to tell the arms apart.${instead(v.exist)} Correct match, or name the column with arm:.`,
  'sql-not-number': (v) =>
    `${asked(v)}${of(v)} is of type ${v.type} and not a number.${v.instead === null ? ' Choose another column.' : ` Convert it in text: SELECT ${v.instead} AS value.`}`,
  'sql-not-time': (v) =>
    `${asked(v)}${of(v)} is of type ${v.type} and not a time. Choose a column of type timestamptz, or convert it in text: to_timestamp(seconds) AS time.`,
  'sql-time-without-zone': (v) =>
    `${asked(v)}${of(v)} is of type ${v.type}, a time without a zone, which is another instant in every zone. ${v.isTable ? 'Declare zone: UTC, or the zone in which it was written' : `Write ${v.column} AT TIME ZONE 'UTC', or the zone in which it was written`}.`,
  'sql-zone-needless': (v) =>
    `${asked(v)}${of(v)} is of type timestamptz, which is an instant already: zone: ${v.zone} would move it. Leave zone out.`,
  'sql-zone-unknown': (v) =>
    `${asked(v)}the database knows no zone ${v.zone}. Write it like Europe/Berlin or UTC.`,
} satisfies Words;

const rowWords = {
  'sql-answer-without-column': (v) =>
    `${asked(v)}the answer has no column ${v.column}.${instead(v.exist)} Name the columns with value:, time: and unit:, or give them these names with AS.`,
  'sql-number-lost': (v) =>
    `${asked(v)}${row(v)} has ${v.digits} (${v.type}) in ${v.column}, which a double cannot hold: it would become its neighbour. Round or divide it in text: round(${v.column}, 6) AS value.`,
  'sql-infinite': (v) => `${asked(v)}${row(v)} has an infinite value in ${v.column}.`,
  'sql-no-time': (v) =>
    `${asked(v)}${row(v)} has ${v.found} in ${v.column}, which is no time. Leave such rows out with a SELECT of your own.`,
  'sql-no-unit': (v) =>
    `${asked(v)}${row(v)} has nothing in ${v.column}, which should name its unit. Leave such rows out with where: or a SELECT of your own.`,
  'sql-arms-merged': (v) =>
    `${asked(v)}the answer does not hold ${v.column}, so the arms ${list(v.arms)} are merged into one.${instead(v.exist)} Select ${v.column}, and group by it.`,
  'sql-arm-null': (v) =>
    `${asked(v)}${row(v)} has null in ${v.column}, so nothing says which arm it belongs to. Leave such rows out in the SELECT.`,
  'sql-arm-ambiguous': (v) =>
    `${asked(v)}${row(v)} belongs to ${list(v.found)} alike. Give the arms columns under match that tell them apart.`,
  'sql-null-values': (v) =>
    `${asked(v)}${count(v.points)} of ${plural(v.of, 'value')} ${v.points === 1 ? 'is' : 'are'} null or NaN, or hold one, and are not data: their units are incomplete. If such rows say nothing about this metric, leave them out in a SELECT of your own.`,
  'sql-no-values': (v) =>
    `${asked(v)}every value is null or NaN. Choose another column, or correct the query.`,
} satisfies Words;

const emptyWords = {
  'sql-no-rows': (v) =>
    `${asked(v)}the database answered without a row of this arm. It was asked: ${v.query}`,
  'sql-nothing-yet': (v) =>
    `${asked(v)}all ${plural(v.points, 'value')} lie in time buckets that are not complete yet. Look again later.`,
  'sql-arm-missing': (v) =>
    `${asked(v)}no row has ${v.column} = “${v.value}”.${instead(v.exist)} Correct match of the arm, or the query.`,
  'sql-table-empty': (v) => `${asked(v)}${v.table} is empty, or row security hides its rows from this user.`,
  'sql-no-value': (v) =>
    `${asked(v)}no row of ${v.table} has ${v.column} = “${v.value}”.${instead(v.exist)} Correct match of the arm, or where:.`,
  'sql-no-combination': (v) => `${asked(v)}no row of ${v.table} has ${list(v.conditions)} together.`,
  'sql-outside-window': (v) =>
    `${asked(v)}${v.table} has rows of this arm from ${timestamp(v.first)} to ${timestamp(v.last)}, none in the window from ${timestamp(v.from)} to ${timestamp(v.to)}.`,
  'sql-rows-outside-window': (v) =>
    `${asked(v)}the rows that came are from ${timestamp(v.first)} to ${timestamp(v.last)}, none in the window from ${timestamp(v.from)} to ${timestamp(v.to)}. Write {from} and {to} into the query.`,
} satisfies Words;

export const sqlWords = { ...questionWords, ...tableWords, ...rowWords, ...emptyWords } satisfies Words;

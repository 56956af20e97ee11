/** Sentences of what is asked over HTTP. */
import { count, list, plural, timestamp } from '../../format.js';
import type { Words } from '../types.js';
import { asked, instead } from './asked.js';

/** Rows that say nothing there come as ''. */
const named = (exist: unknown): unknown => (Array.isArray(exist) ? exist.filter((one) => one !== '') : exist);

export const httpWords = {
  'source-clock-skew': (v) =>
    `${asked(v)}the clock of ${v.host} is ${plural(Math.abs(v.seconds), 'second')} ${v.seconds > 0 ? 'ahead of' : 'behind'} the clock of this machine, so times may lie in the wrong bucket. Set both clocks by NTP.`,
  'source-held-back': (v) =>
    `${asked(v)}${plural(v.points, 'value')} at the end of the window ${v.points === 1 ? 'was' : 'were'} left out because ${v.points === 1 ? 'its' : 'their'} time bucket was not complete when the source was asked. Look again later.`,
  'http-all-held-back': (v) =>
    `${asked(v)}all ${plural(v.rows, 'row')} lie in time buckets that are not complete yet. Look again later.`,
  'http-arm-ambiguous': (v) =>
    `${asked(v)}a row with ${v.found} fits ${list(v.arms)} alike. Give the arms labels under match that tell them apart.`,
  'http-arm-missing': (v) =>
    `${asked(v)}no row has ${list(v.wanted, 'or')} at ${v.at}.${instead(named(v.exist)) || ' The rows have nothing there.'} Correct match of the arm, or the query.`,
  'http-arm-twice': (v) =>
    `${asked(v)}the path ${v.path} names one arm and arm: tells rows apart. Leave one of the two out.`,
  'http-arms-share-rows': (v) =>
    `${asked(v)}the answer of ${v.path} would be taken for every arm. Put {arm} or {match.<label>} into the path, or say with arm: where a row names its arm.`,
  'http-needs-time': (v) =>
    `${asked(v)}time buckets and the fold ${v.fold} need to know when a row was. Say with time: where a row of ${v.path} holds it.`,
  'http-needs-unit': (v) =>
    `${asked(v)}nothing says which unit a row of ${v.path} belongs to. Give unit:, or by: for time buckets.`,
  'http-next-elsewhere': (v) =>
    `${asked(v)}the next page is said to be at ${v.found}, which is not on ${v.host}; it was not asked, because the credentials are for ${v.host} only.`,
  'http-no-rows': (v) =>
    `${asked(v)}the answer has no rows at ${v.rows}. It was asked: ${v.query}. Check the query and the window on the server itself.`,
  'http-no-rows-there': (v) =>
    `${asked(v)}the answer has nothing at ${v.missing === '' ? v.rows : `${v.missing} of ${v.rows}`}.${instead(v.exist)}`,
  'http-no-values': (v) =>
    `${asked(v)}none of ${plural(v.rows, 'row')} has a value at ${v.at}.${instead(v.exist)}`,
  'http-no-variable': (v) =>
    `${asked(v)}there is no {${v.variable}}.${instead(v.exist)} Write {{${v.variable}}} to send the braces as they are.`,
  'http-outside-window': (v) =>
    `${asked(v)}all ${plural(v.rows, 'row')} lie outside of the window from ${timestamp(v.from)} to ${timestamp(v.to)}: the first is of ${timestamp(v.first)}, the last of ${timestamp(v.last)}. Check timeUnit and the window.`,
  'http-page-repeated': (v) =>
    `${asked(v)}page ${count(v.page)} is one that was read before, so the pages have no end. Check paging.`,
  'http-path-elsewhere': (v) =>
    `${asked(v)}${v.path} is not on ${v.host}, and the credentials are for ${v.host} only. Declare a source for the other host.`,
  'http-path-invalid': (v) => `${asked(v)}${v.path} is not a path.`,
  'http-row-ends-early': (v) => `${asked(v)}row ${count(v.row)} ends (${v.at}) before it begins.`,
  'http-row-no-time': (v) =>
    `${asked(v)}row ${count(v.row)} has ${v.found} at ${v.at}, which is not a time. Check timeUnit.`,
  'http-row-no-unit': (v) => `${asked(v)}row ${count(v.row)} has ${v.found} at ${v.at} and so no unit.`,
  'http-row-not-number': (v) =>
    `${asked(v)}row ${count(v.row)} has ${v.found} at ${v.at}, which is not a finite number.`,
  'http-too-many-pages': (v) =>
    `${asked(v)}there are more than ${count(v.pages)} pages. Ask for longer pages, or for a shorter window.`,
  'http-unit-not-exact': (v) =>
    `${asked(v)}row ${count(v.row)} names its unit ${v.found} as a number too long for JSON, so two units could become one. Have the server send it as text.`,
  'http-where-none': (v) =>
    `${asked(v)}none of ${plural(v.rows, 'row')} fits where ${v.where}. A row has ${list(v.exist)}.`,
} satisfies Words;

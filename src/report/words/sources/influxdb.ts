/** Sentences of what is asked of InfluxDB. */
import { count, duration, list, plural, timestamp } from '../../format.js';
import type { Values, Words } from '../types.js';
import { asked, instead } from './asked.js';

const row = (v: Values): string => `row ${count(v.row)}`;

const questionWords = {
  'influxdb-other-dialect': (v) =>
    `${asked(v)}the query is in ${v.query}, but the source declares dialect: ${v.source}. Leave dialect out, or write the query in ${v.source}.`,
  'influxdb-name-unusable': (v) =>
    `${asked(v)}the name ${v.name} holds a line break or another control character, which no query can name.`,
  'influxdb-needs-window': (v) =>
    `${asked(v)}InfluxDB is asked for a stretch of time. Declare window: with from: and to:.`,
  'influxdb-needs-by': (v) => `${asked(v)}the query holds {every}. Declare by:, the width of time buckets.`,
  'influxdb-needs-unit': (v) =>
    `${asked(v)}nothing says which unit a point belongs to. Give unit: the tag that names it, or by: for time buckets.`,
  'influxdb-needs-time': (v) =>
    `${asked(v)}time buckets and the fold ${v.fold} need the time of a row, and the query says time: false.`,
  'influxdb-needs-database': (v) =>
    `${asked(v)}nothing says where to look. Give ${v.dialect === 'flux' ? 'bucket:' : 'database:'} in the query${v.dialect === 'flux' ? '' : ' or the source'}.`,
  'influxdb-no-whole-bucket': (v) =>
    `${asked(v)}no whole time bucket of ${v.byMs === null ? 'any width' : duration(v.byMs)} lies in the window from ${timestamp(v.from)} to ${timestamp(v.to)} after its warm-up.`,
  'influxdb-counter-in-sql': (v) =>
    `${asked(v)}SQL cannot tell by itself which rows belong to one counter. Write sql: that selects every tag which tells counters apart, or fold another way.`,
  'influxdb-no-match': (v) =>
    `${asked(v)}the query holds {match.${v.label}}, and match of ${v.arm} has no ${v.label}.${instead(v.exist)}`,
  'influxdb-placeholder-in-name': (v) =>
    `${asked(v)}a value cannot be bound inside the name ${v.text}. Use placeholders where values stand.`,
} satisfies Words;

const serverWords = {
  'influxdb-error-row': (v) =>
    `${asked(v)}InfluxDB failed in the middle of its answer, after ${plural(v.rows, 'row')}: ${v.error}${v.reference === '' ? '' : ` (reference ${v.reference})`}. Nothing of the answer is used. Correct the query, or ask for a shorter window.`,
  'influxdb-refused': (v) =>
    `${asked(v)}InfluxDB refuses the query: ${v.error}. Check it on the server itself.`,
  'influxdb-not-its-api': (v) =>
    `${asked(v)}${v.address} does not answer as InfluxDB does. Check that url is that of the server.`,
  'influxdb-is-victoriametrics': (v) =>
    `${asked(v)}this is VictoriaMetrics, which takes InfluxDB’s data but does not answer its queries (${v.dialect}). Use a source of type: prometheus; its metrics are called measurement_field.`,
  'influxdb-wrong-dialect': (v) =>
    `${asked(v)}the server is InfluxDB ${v.version} and does not answer ${v.dialect} (${v.said}). Declare dialect: ${v.use} for the source${v.use === 'flux' ? ', with a bucket' : ', with a database'}.`,
  'influxdb-not-annotated': (v) =>
    `${asked(v)}the answer of ${v.address} comes without its annotations (#datatype), so numbers cannot be told from text. Something between here and InfluxDB changes it. Its columns are ${list(v.columns)}.`,
  'influxdb-row-misshapen': (v) =>
    `${asked(v)}a row${v.row > 0 ? ` (${count(v.row)})` : ''} of the answer has ${plural(v.cells, 'cell')} where its table has ${plural(v.columns, 'column')}. Something between here and InfluxDB damages it.`,
  'influxdb-several-statements': (v) =>
    `${asked(v)}the query holds several statements, whose rows would be mixed. Write one SELECT.`,
  'influxdb-half-answer': (v) =>
    `${asked(v)}the time bucket at ${timestamp(v.atMs)} has a value but no number of points, so half of the answer is missing. Ask again.`,
} satisfies Words;

const rowWords = {
  'influxdb-no-column': (v) =>
    `${asked(v)}the answer has no column ${v.column}.${instead(v.exist)} Name the column with value: or time:, or correct the query.`,
  'influxdb-no-unit-column': (v) =>
    `${asked(v)}the answer has no ${v.column}, which should name the unit.${instead(v.exist)} If it is a field and not a tag, write unit: { field: ${v.column} }; in a raw query, keep the column.`,
  'influxdb-no-unit': (v) =>
    `${asked(v)}${row(v)} has nothing in ${v.column}, which should name its unit.${v.dialect === 'flux' && !v.isField ? ' It must be a tag of every point; if it is a field, write unit: { field: … }.' : ' Every point must have it.'} Leave other points out with where:.`,
  'influxdb-no-time': (v) =>
    `${asked(v)}${row(v)} has ${v.found} in ${v.column}, which is not a time. In Flux, a fold over the whole range leaves null there; declare time: false if units are named and their time does not matter.`,
  'influxdb-not-number': (v) =>
    `${asked(v)}${row(v)} has ${v.found} in ${v.column}, which is not a number. Choose a field of type float or integer, or convert it in a raw query.`,
  'influxdb-not-count': (v) => `${asked(v)}${row(v)} says that ${v.found} points are behind its value.`,
  'influxdb-infinite': (v) => `${asked(v)}${row(v)} has an infinite value in ${v.column}.`,
  'influxdb-integer-lost': (v) =>
    `${asked(v)}${row(v)} has the whole number ${v.digits} in ${v.column}, which a double cannot hold: it would become its neighbour. Divide it in a raw query, or store it in a larger unit.`,
  'influxdb-arms-merged': (v) =>
    `${asked(v)}the answer does not hold ${v.label}, so the arms ${list(v.arms)} are merged into one.${instead(v.exist)} Group by ${v.label} and keep it.`,
  'influxdb-arm-empty': (v) =>
    `${asked(v)}${row(v)} has no ${v.label}, so the arms ${list(v.arms)} are merged into one. ${v.label} must be a tag of every point (a field cannot group), and the query must keep it.`,
  'influxdb-not-read-only': (v) =>
    `${asked(v)}the raw query holds ${v.found}, which may change what is in the database or is misspelt; only what is known to read is sent. Nothing was asked.`,
  'influxdb-arm-ambiguous': (v) =>
    `${asked(v)}${row(v)} belongs to ${list(v.found)} alike. Give the arms labels under match that tell them apart.`,
  'influxdb-bucket-twice': (v) =>
    `${asked(v)}the time bucket at ${timestamp(v.atMs)} comes twice for ${v.arm}, so its series were not folded into one.`,
  'influxdb-null-values': (v) =>
    `${asked(v)}${count(v.points)} of ${plural(v.of, 'value')} ${v.points === 1 ? 'is' : 'are'} null or NaN, so their units are incomplete. In aggregateWindow, createEmpty: false leaves empty windows out.`,
  'influxdb-no-values': (v) =>
    `${asked(v)}no row has a value in ${v.column}.${instead(v.exist)} Name the column with value:, or correct the query.`,
} satisfies Words;

const where = (v: Values): string => `${v.measurement} in ${v.database}`;

const emptyWords = {
  'influxdb-no-points': (v) =>
    `${asked(v)}InfluxDB answered without a point of this arm. It was asked: ${v.query}`,
  'influxdb-nothing-yet': (v) =>
    `${asked(v)}all ${plural(v.points, 'value')} lie in time buckets that are not complete yet. Look again later.`,
  'influxdb-arm-missing': (v) =>
    `${asked(v)}no row has ${v.label} = “${v.value}”.${instead(v.exist)} Correct match of the arm, or the query.`,
  'influxdb-nothing-there': (v) =>
    `${asked(v)}InfluxDB answered with nothing and shows no bucket or database at all. The token or user may lack the right to read ${v.database}.`,
  'influxdb-no-database': (v) =>
    `${asked(v)}there is no bucket or database ${v.database}.${instead(v.exist)}`,
  'influxdb-no-measurement': (v) =>
    `${asked(v)}${v.database} has no measurement ${v.measurement}.${instead(v.exist)}`,
  'influxdb-no-field': (v) => `${asked(v)}${where(v)} has no field ${v.field}.${instead(v.exist)}`,
  'influxdb-no-label': (v) =>
    `${asked(v)}${where(v)} has no tag ${v.label}.${instead(v.exist)} Correct match of the arm, or where:.`,
  'influxdb-label-is-field': (v) =>
    `${asked(v)}${v.label} is a field of ${where(v)} and not a tag, so it can neither select nor group.${instead(v.exist)} Write it as a tag.`,
  'influxdb-no-value': (v) =>
    `${asked(v)}${where(v)} has the tag ${v.label}, but never with the value “${v.value}”.${instead(v.exist)}`,
  'influxdb-no-combination': (v) =>
    `${asked(v)}${where(v)} has no point of ${v.field} with ${list(v.labels)} together.`,
  'influxdb-outside-window': (v) =>
    `${asked(v)}${where(v)} has points of this arm from ${timestamp(v.first)} to ${timestamp(v.last)}, none in the window from ${timestamp(v.from)} to ${timestamp(v.to)}.`,
} satisfies Words;

export const influxdbWords = { ...questionWords, ...serverWords, ...rowWords, ...emptyWords } satisfies Words;

/**
 * The library door: read an experiment, analyse evidence, or use the statistics alone.
 *
 *   import { analyze, declare, plugins, studentTQuantile } from 'stacktrial';
 */
export { declare, experimentSchema, explain } from './declare/index.js';
export { FileProblems, KnownError, type Problem } from './errors.js';
export type * from './model/decision.js';
export type * from './model/effect.js';
// Also the names of the same shapes in stats/.
export type { Estimate, Interval, OneSided } from './model/effect.js';
export type * from './model/evidence.js';
export type * from './model/experiment.js';
export type * from './model/ports.js';
export type { Random } from './model/random.js';
export { type Reason, reason } from './model/reason.js';
export type * from './model/report.js';
export type { Notice, Notification, Timetable } from './model/timetable.js';
export { type AnalyzeOptions, analyze, type RawEvidence } from './pipeline.js';
export { plugins } from './plugins.js';
export * from './stats/index.js';

/** What is asked of a JSON API: one request for all arms, or one an arm where the address or the body names it. */
import type { Arm } from '../../../model/experiment.js';
import type { Query, Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { shownUrl } from '../../http/endpoint.js';
import { SourceProblem } from '../../source-problem.js';
import { type HttpOptions, type HttpQuery, httpQuery } from './options.js';
import { filledAddress, filledBody, namesArm, variablesOf } from './template.js';

export interface Request extends Readonly<Record<string, unknown>> {
  readonly query: HttpQuery;
  readonly path: string;
  readonly body: unknown;
}

export const refuse = (code: string, values: Parameters<typeof reason>[1] = {}): never => {
  throw new SourceProblem(reason(code, values));
};

const checkQuestion = (query: HttpQuery, want: Want, perArm: boolean): void => {
  const { path } = query;
  if (perArm && query.arm !== undefined) refuse('http-arm-twice', { path });
  if (!perArm && query.arm === undefined && want.arms.length > 1) refuse('http-arms-share-rows', { path });
  const timed = query.time !== undefined || (query.end !== undefined && want.byMs !== null);
  const needsTime = want.byMs !== null || want.fold.kind === 'last' || want.fold.kind === 'increase';
  if (needsTime && !timed) refuse('http-needs-time', { path, fold: want.fold.kind });
  if (want.byMs === null && query.unit === undefined && want.unit === null)
    refuse('http-needs-unit', { path });
};

const askOne = (
  options: HttpOptions,
  query: HttpQuery,
  want: Want,
  arms: readonly Arm[],
  arm: Arm | null,
): Query => {
  const variables = variablesOf(want.metric, want.window, want.byMs, arm);
  const path = filledAddress(query.path, variables);
  const body = query.body === undefined ? null : filledBody(query.body, variables);
  const request: Request = { query, path, body };
  const method = query.method ?? (body === null ? 'GET' : 'POST');
  const address = /^https?:\/\//iu.test(path) ? shownUrl(path) : `${shownUrl(options.url)}${path}`;
  const text = `${method} ${address}${body === null ? '' : ` ${JSON.stringify(body)}`}`;
  return { want: { ...want, arms }, text, request };
};

export const ask = (options: HttpOptions, want: Want): readonly Query[] => {
  const query = httpQuery.parse(want.query);
  const perArm = namesArm(query.path) || namesArm(JSON.stringify(query.body ?? null));
  checkQuestion(query, want, perArm);
  if (!perArm) return [askOne(options, query, want, want.arms, want.arms.length === 1 ? want.arms[0] : null)];
  return want.arms.map((arm) => askOne(options, query, want, [arm], arm));
};

/** One question asked in as many parts as the server takes, and what is to be said of the answer. */
import type { Arm } from '../../../model/experiment.js';
import type { Query, Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { wholeBuckets } from '../../derive/bucket.js';
import { durationMs } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { extraParameters, get, mostPoints, type Server } from './api.js';
import { Gathered, noArm, seriesOf } from './matrix.js';
import type { PrometheusOptions, PrometheusQuery } from './options.js';
import type { Expression } from './question.js';
import { chunksOf, stepsOf } from './steps.js';

export interface Request extends Readonly<Record<string, unknown>> {
  readonly query: PrometheusQuery;
  readonly expression: Expression;
}

/** What a server says beside its answer makes the evidence worth less, and is not lost. */
class Said {
  readonly #warnings = new Set<string>();

  add(warnings: readonly string[] | undefined): void {
    for (const warning of warnings ?? []) this.#warnings.add(warning.slice(0, 300));
  }

  get warnings(): readonly string[] {
    return [...this.#warnings].slice(0, 10);
  }
}

export interface Answered {
  readonly gathered: Gathered;
  readonly said: Said;
  readonly heldBack: number;
}

export const answered = async (
  io: GuardedContext,
  server: Server,
  options: PrometheusOptions,
  asked: Query,
): Promise<Answered> => {
  const { metric } = asked.want;
  const [window, byMs] = [asked.want.window as NonNullable<Want['window']>, asked.want.byMs as number];
  const { expression } = asked.request as Request;
  const gathered = new Gathered(expression, metric);
  const said = new Said();
  const steps = stepsOf(window, byMs, io.now() - durationMs(options.delay ?? '1m'));
  if (steps === null) return { gathered, said, heldBack: wholeBuckets(window, byMs).count };
  const chunks = chunksOf(steps, byMs, mostPoints(server.flavour));
  for (const [done, { fromMs, toMs }] of chunks.entries()) {
    const parameters = [
      ['query', expression.promql],
      ['start', String(fromMs / 1000)],
      ['end', String(toMs / 1000)],
      ['step', String(byMs / 1000)],
      ...extraParameters(server.flavour),
    ] as const;
    const { data, warnings, infos } = await get(
      io,
      server.endpoint,
      'query_range',
      parameters as readonly (readonly [string, string])[],
    );
    said.add(warnings);
    for (const info of infos ?? []) io.log.detail(`${metric}: ${info}`);
    gathered.add(seriesOf(data, metric));
    if (chunks.length > 1) io.log.detail(`${metric}: part ${done + 1} of ${chunks.length}`);
  }
  return { gathered, said, heldBack: steps.heldBack };
};

/** What is to be said of an answer that is there, for the evidence. */
export const warn = (io: GuardedContext, asked: Query, { said, heldBack }: Answered): void => {
  const { metric, arms } = asked.want;
  const names = arms.map(({ name }) => name);
  for (const why of (asked.request as Request).expression.warnings) io.warn(why, names);
  if (said.warnings.length > 0)
    io.warn(reason('prometheus-warnings', { metric, warnings: said.warnings }), names);
  if (heldBack > 0) io.warn(reason('source-held-back', { metric, points: heldBack }), names);
};

export const whyNone = (asked: Query, arm: Arm, { gathered, heldBack }: Answered): Reason => {
  const about = { metric: asked.want.metric, arm: arm.name, byMs: asked.want.byMs };
  if (gathered.others.length > 0) return noArm(about.metric, arm, gathered.others);
  return heldBack > 0 ? reason('prometheus-nothing-yet', about) : reason('prometheus-no-points', about);
};

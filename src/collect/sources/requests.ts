/**
 * What a tap saw of the requests that it divided: times, failures, what was known beforehand. The arm is the one a
 * request was assigned to, whoever served it. A failed request has no time of its own that could flatter its arm: it
 * counts with the longest of all requests, whichever arm that was, unless the file says with what.
 */
import { z } from 'zod';
import type { Observation, Request } from '../../model/evidence.js';
import type { Query, Source, SourceContext, Want } from '../../model/ports.js';

const options = z.strictObject({});

const TIMES = ['total', 'response', 'connect', 'queue'] as const;

const query = z
  .strictObject({
    field: z
      .enum([...TIMES, 'failed', 'count', 'lag'])
      .optional()
      .meta({
        description:
          'total, response, connect, queue: seconds; failed: 1 or 0; count: 1; lag: how many of its arm were not done when it was sent.',
      }),
    covariate: z.string().optional().meta({
      description: 'What the log says was known before any arm saw the request: bytes, …',
    }),
    unit: z.enum(['key', 'request']).optional().meta({
      description: 'What a unit is; by default the key where requests have one.',
    }),
    whenFailed: z.number().positive().optional().meta({
      description: 'Seconds with which a failed request counts; by default the longest of all.',
    }),
  })
  .refine(
    (given) => (given.field === undefined) !== (given.covariate === undefined),
    'needs field or covariate',
  );

type RequestsQuery = z.infer<typeof query>;

/** No answer, or one that says that the server is at fault. */
const isFailed = ({ status }: Request): boolean => status === null || status >= 500;

const isTime = (field: string | undefined): field is (typeof TIMES)[number] =>
  (TIMES as readonly string[]).includes(field ?? '');

/** null: there is no such value; undefined: it counts with the longest. */
function measured(
  request: Request,
  { field, covariate, whenFailed }: RequestsQuery,
): number | null | undefined {
  if (covariate !== undefined) return request.covariates[covariate] ?? null;
  if (field === 'count') return 1;
  if (field === 'lag') return request.ahead ?? null;
  if (field === 'failed') return isFailed(request) ? 1 : 0;
  if (isFailed(request)) return whenFailed;
  const ms = isTime(field) ? request.ms[field] : null;
  return ms === null ? null : ms / 1000;
}

const labels = (failed: boolean): Observation['labels'] => (failed ? FAILED : NONE);
const NONE = Object.freeze({});
const FAILED = Object.freeze({ failed: 'request' });

async function* fetchRequests(asked: Query, io: SourceContext): AsyncGenerator<Observation> {
  const { metric, arms, window } = asked.want;
  const arm = arms[0].name;
  const given = asked.request.query as RequestsQuery;
  const waiting: Observation[] = [];
  let longest = 0;
  let n = 0;
  for await (const request of io.requests?.() ?? []) {
    n += 1;
    const total = request.ms.total ?? 0;
    if (isTime(given.field) && total / 1000 > longest) longest = total / 1000;
    if (request.assigned !== arm) continue;
    if (window !== null && (request.at < window.fromMs || request.at >= window.toMs)) continue;
    const named =
      given.unit === 'request' || request.key === null ? `r${String(n).padStart(9, '0')}` : request.key;
    const value = measured(request, given);
    // In one piece: an object that is spread into another takes three times the memory.
    const observation: Observation = {
      metric,
      arm,
      unit: asked.want.byMs === null ? named : '',
      start: request.at,
      end: request.at,
      n: 1,
      estimated: false,
      labels: labels(isTime(given.field) && isFailed(request)),
      value: value ?? null,
    };
    if (value === undefined) waiting.push(observation);
    else yield observation;
  }
  for (const one of waiting) yield { ...one, value: longest };
}

export const requests: Source<z.infer<typeof options>, RequestsQuery> = {
  title: 'Requests that a tap divided: times, failures, what was known beforehand',
  options,
  query,
  ask: (_options, want: Want): readonly Query[] => {
    const asked = query.parse(want.query);
    return want.arms.map((arm) => ({
      want: { ...want, arms: [arm] },
      text: `requests ${JSON.stringify({ assigned: arm.name, ...asked, fold: want.fold.kind })}`,
      request: { arm: arm.name, query: asked },
    }));
  },
  async preflight(_given, asked, io) {
    let points = 0;
    for await (const _ of fetchRequests(asked, io)) points += 1;
    return [
      {
        metric: asked.want.metric,
        arm: asked.want.arms[0].name,
        points,
        fromMs: null,
        toMs: null,
        problem: null,
      },
    ];
  },
  fetch: (_options, asked, io) => fetchRequests(asked, io),
};

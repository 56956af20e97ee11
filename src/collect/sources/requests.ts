/**
 * What a tap saw of the requests that it divided: times, failures, what was known beforehand. The arm is the one a
 * request was assigned to, whoever served it. A failed request has no time of its own that could flatter its arm: it
 * counts with the longest of all requests, whichever arm that was, unless the file says with what.
 */
import { z } from 'zod';
import type { Observation } from '../../model/evidence.js';
import type { Query, Source, SourceContext, Want } from '../../model/ports.js';

import { isFailed, isTime, measured, query, type RequestsQuery, unitOf } from './requests/measured.js';

const options = z.strictObject({});

const labels = (failed: boolean): Observation['labels'] => (failed ? FAILED : NONE);
const NONE = Object.freeze({});
const FAILED = Object.freeze({ failed: 'request' });

async function* fetchRequests(asked: Query, io: SourceContext): AsyncGenerator<Observation> {
  const folded = io.foldedRequests?.(asked) ?? null;
  if (folded !== null) {
    yield* folded;
    return;
  }
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
    const named = unitOf(request, given, n);
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

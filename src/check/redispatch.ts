/**
 * Did a proxy send requests on to another server after one had failed? Fatal: the arm that failed looks well, because the
 * other one answered for it. (An arm that was killed: 400 of 400 requests came back well, 341 of them redispatched.)
 * Source: reference/splitting.md §0.3, measured with HAProxy.
 */
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { trafficOf } from './exposure.js';
import { answering, fail, pass, skip } from './result.js';

export const redispatch: Check = {
  title: 'No request was sent on to another server after a failure',
  severity: 'fatal',
  run({ exposure, experiment }) {
    const result = answering('redispatch', 'fatal', reason('redispatch-need'));
    const traffic = trafficOf(exposure);
    if (traffic.length === 0) return [result('experiment', skip(reason('exposure-not-seen')))];
    const arms = experiment.arms.map(({ name }) => name);
    const counts = arms.map((arm) =>
      traffic.reduce((sum, row) => sum + (row.assigned === arm ? row.redispatched : 0), 0),
    );
    const total = traffic.reduce((sum, { count }) => sum + count, 0);
    const redispatched = traffic.reduce((sum, row) => sum + row.redispatched, 0);
    const saw = reason('redispatch-saw', { arms, counts, redispatched, total });
    return [result('experiment', redispatched > 0 ? fail(saw) : pass(saw))];
  },
};

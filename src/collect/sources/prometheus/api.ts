/** The HTTP API of Prometheus and of those who speak it. */
import { z } from 'zod';
import { reason } from '../../../model/reason.js';
import { type Endpoint, endpointOf } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { readJson } from '../../http/json.js';
import { type Answer, type Call, request } from '../../http/request.js';
import { SourceProblem } from '../../source-problem.js';
import type { Flavour, PrometheusOptions } from './options.js';

export interface Server {
  readonly endpoint: Endpoint;
  readonly flavour: Flavour;
  readonly version: string | null;
}

const envelope = z.looseObject({
  status: z.enum(['success', 'error']),
  data: z.unknown().optional(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
});
export type Envelope = z.infer<typeof envelope>;

/** Longer addresses are cut by proxies; then the same goes as a form. */
const LONGEST_ADDRESS = 2_000;

const callOf = (
  endpoint: Endpoint,
  path: string,
  parameters: readonly (readonly [string, string])[],
): Call => {
  const url = new URL(`${endpoint.base.href.replace(/\/$/u, '')}/api/v1/${path}`);
  const form = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  if (form.length > LONGEST_ADDRESS && !path.startsWith('label/'))
    return { url, method: 'POST', body: { type: 'application/x-www-form-urlencoded', text: form } };
  url.search = form;
  return { url };
};

/** @throws HttpFailure; SourceProblem where the answer is no answer of this API */
export const get = async (
  io: GuardedContext,
  endpoint: Endpoint,
  path: string,
  parameters: readonly (readonly [string, string])[],
): Promise<Envelope> => {
  const call = callOf(endpoint, path, parameters);
  const found = await request(io, endpoint, call, readJson);
  const parsed = envelope.safeParse(found);
  const shown = `${call.url.host}${call.url.pathname}`;
  if (!parsed.success) throw new SourceProblem(reason('prometheus-not-its-api', { address: shown }));
  const { status, errorType, error } = parsed.data;
  if (status === 'error')
    throw new SourceProblem(
      reason('prometheus-refused', { errorType: errorType ?? '', error: (error ?? '').slice(0, 300) }),
    );
  return parsed.data;
};

const build = z.looseObject({
  data: z.looseObject({ version: z.string().optional(), application: z.string().optional() }).optional(),
});

const identified = (answer: Answer, found: unknown): { flavour: Flavour; version: string | null } => {
  const parsed = build.safeParse(found);
  const { version = null, application = '' } = parsed.success ? (parsed.data.data ?? {}) : {};
  // VictoriaMetrics says nothing of itself in 1.79 and a Prometheus version later; this header it always sends.
  if (answer.headers['x-server-hostname'] !== undefined || /victoria/iu.test(application))
    return { flavour: 'victoriametrics', version };
  if (/mimir|cortex/iu.test(application)) return { flavour: 'mimir', version };
  // Prometheus tells its build since 2.14; what is 0.x and speaks its API is Thanos.
  if (/thanos/iu.test(application) || version?.startsWith('0.') === true)
    return { flavour: 'thanos', version };
  return { flavour: 'prometheus', version };
};

/** Who is there. A server (or a proxy) that does not tell is taken for Prometheus, whose limits are the strictest. */
export const serverOf = async (io: GuardedContext, options: PrometheusOptions): Promise<Server> => {
  const own = endpointOf(io, options);
  const tenant: Record<string, string> =
    options.tenant === undefined ? {} : { 'x-scope-orgid': io.valueOf(options.tenant) };
  const endpoint = { ...own, headers: { ...own.headers, ...tenant } };
  const url = new URL(`${endpoint.base.href.replace(/\/$/u, '')}/api/v1/status/buildinfo`);
  const statuses = [400, 403, 404, 405, 501];
  const found = await request(io, endpoint, { url, statuses }, async (answer) =>
    answer.status === 200 ? identified(answer, await readJson(answer)) : null,
  );
  if (found === null) io.log.detail(`${url.host} does not tell what it is`);
  const { flavour, version } = found ?? { flavour: 'prometheus' as const, version: null };
  return { endpoint, flavour: options.flavour ?? flavour, version };
};

/** Points of one range query that the server allows; both stay under the documented limit. */
export const mostPoints = (flavour: Flavour): number => (flavour === 'victoriametrics' ? 30_000 : 11_000);

/** What must be said for the answer to be exact and whole. */
export const extraParameters = (flavour: Flavour): readonly (readonly [string, string])[] => {
  // Above 50 points it would move both ends of the range to what its cache holds.
  if (flavour === 'victoriametrics') return [['nocache', '1']];
  if (flavour === 'thanos')
    return [
      ['partial_response', 'false'],
      ['dedup', 'true'],
      ['max_source_resolution', '0s'],
    ];
  return [];
};

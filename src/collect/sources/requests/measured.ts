/** What is asked of a request, and what it says. Pure. */
import { z } from 'zod';
import type { Request } from '../../../model/evidence.js';

const TIMES = ['total', 'response', 'connect', 'queue'] as const;

export const query = z
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

export type RequestsQuery = z.infer<typeof query>;

/** No answer, or one that says that the server is at fault. */
export const isFailed = ({ status }: Request): boolean => status === null || status >= 500;

export const isTime = (field: string | undefined): field is (typeof TIMES)[number] =>
  (TIMES as readonly string[]).includes(field ?? '');

/** null: there is no such value; undefined: it counts with the longest. */
export function measured(
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

/** @param n which one it is of all that count, from 1 */
export const unitOf = ({ key }: Request, { unit }: RequestsQuery, n: number): string =>
  unit === 'request' || key === null ? `r${String(n).padStart(9, '0')}` : key;

/**
 * A stand-in for AWS Cost Explorer on a loopback socket. It speaks the service's JSON 1.1 protocol and is as strict:
 * signature checked, one root in a filter, at most two groups, hours only of the last 14 days, pages bound to their
 * request, a rate limit, groups that cost nothing left out, the last two days estimated.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Bill, DAY, getCostAndUsage, getTags, listCostAllocationTags } from './cost-explorer/answer.js';
import type { Line } from './cost-explorer/expression.js';
import { Refused } from './cost-explorer/refused.js';
import { signatureProblem } from './cost-explorer/signature.js';
import { type Loopback, loopback } from './loopback.js';

export { DAY, type Line };

export interface CostExplorerOptions extends Partial<Bill> {
  readonly lines: readonly Line[];
  now(): number;
  /** Secret access key by access key id. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Requests that may be answered within a second by `now`. */
  readonly perSecond?: number;
  /** First refusal: what to answer instead, by number of the request from 1; undefined: nothing in particular. */
  readonly instead?: (
    count: number,
    operation: string,
    response: ServerResponse,
    request: IncomingMessage,
  ) => boolean | Promise<boolean>;
}

export interface CostExplorerStandIn extends Loopback {
  /** Operation of every request that was answered, and so billed. */
  readonly billed: string[];
  /** Bodies of the GetCostAndUsage requests. */
  readonly questions: Record<string, unknown>[];
}

export const refuse = (response: ServerResponse, type: string, message: string, status = 400): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': '0-0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.costexplorer#${type}`, Message: message, message }));
};

export const STAND_IN_KEYS = { AKIDSTANDIN: 'stand-in-secret' };
const TARGET = /^AWSInsightsIndexService\.(\w+)$/u;

export async function costExplorer(options: CostExplorerOptions): Promise<CostExplorerStandIn> {
  const billed: string[] = [];
  const questions: Record<string, unknown>[] = [];
  const times: number[] = [];
  const { lines, keys = STAND_IN_KEYS, perSecond = 5 } = options;
  const bill = (): Bill => ({
    lines,
    tags: options.tags ?? { stack: { active: true } },
    currency: options.currency ?? 'USD',
    finalUntilMs: options.finalUntilMs ?? options.now() - 2 * DAY,
    groupsPerPage: options.groupsPerPage ?? 1_000,
  });
  const answer = (operation: string, input: Record<string, unknown>): unknown => {
    if (operation === 'GetCostAndUsage') {
      questions.push(input);
      return getCostAndUsage(bill(), input, options.now());
    }
    if (operation === 'GetTags') return getTags(bill(), input);
    if (operation === 'ListCostAllocationTags') return listCostAllocationTags(bill(), input);
    throw new Refused('UnknownOperationException', `no operation ${operation}`);
  };
  const server = await loopback(async (request, response, body, count) => {
    const operation = TARGET.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
    if (await options.instead?.(count, operation, response, request)) return;
    const unsigned = signatureProblem(request, body, keys);
    if (unsigned !== null) return refuse(response, unsigned.type, unsigned.message);
    if (
      request.method !== 'POST' ||
      request.url !== '/' ||
      request.headers['content-type'] !== 'application/x-amz-json-1.1'
    )
      return refuse(response, 'UnknownOperationException', '');
    const now = options.now();
    times.push(now);
    if (times.filter((at) => at > now - 1_000).length > perSecond)
      return refuse(response, 'LimitExceededException', 'Rate limit exceeded');
    try {
      const found = answer(operation, JSON.parse(body));
      billed.push(operation);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(found));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuse(response, error.type, error.message);
    }
  });
  return Object.assign(server, { billed, questions });
}

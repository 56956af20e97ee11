/** Asking Cost Explorer: one request at a time, at least a second apart, tried again while it is throttled. */
import { setTimeout as realSleep } from 'node:timers/promises';
import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { durationMs } from '../../http/endpoint.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { withinHostLimit } from '../../http/host-limit.js';
import { retrying } from '../../http/retry.js';
import { requestHandler } from './connection.js';
import { awsFailure } from './failure.js';
import type { CostExplorerOptions } from './options.js';

type Sdk = typeof import('@aws-sdk/client-cost-explorer');
type Command = object;

export interface CostExplorer {
  readonly sdk: Sdk;
  /** Pages that were answered, and so billed. */
  readonly pages: number;
  /** @throws HttpFailure with what AWS refused with and what to do; the reason of `io.signal` */
  ask<T>(operation: string, command: Command): Promise<T>;
  close(): void;
}

const LEAST_APART_MS = 1_000;
const RETRIES = 8;
const HOST = 'aws-cost-explorer';
/** io.now() at which the last request of this process ended. */
let lastAtMs = Number.NEGATIVE_INFINITY;

/** A minute for the slowest of them, a role of a role: without a limit a missing metadata service is waited for. */
const CREDENTIALS_MS = 60_000;

const load = async (): Promise<Sdk> => {
  // The SDK reads it when it is imported, and else prints a warning about Node 20 into every report of a run;
  // the environment is otherwise read and written in cli.ts only.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return import('@aws-sdk/client-cost-explorer');
};

const declaredCredentials = (io: GuardedContext, { credentials }: CostExplorerOptions) => {
  if (credentials === undefined) return {};
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    credentials: {
      accessKeyId: io.valueOf(accessKeyId),
      secretAccessKey: io.valueOf(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: io.valueOf(sessionToken) }),
    },
  };
};

/** AWS repeats the canonical request, session token included, when it does not accept a signature. */
const rememberCredentials = async (io: GuardedContext, client: CostExplorerClient): Promise<void> => {
  const limit = new AbortController();
  const late = realSleep(CREDENTIALS_MS, undefined, { signal: limit.signal }).then(() => {
    throw new HttpFailure('aws-credentials', `no AWS credentials came within ${CREDENTIALS_MS / 1000} s`, {
      hint: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  });
  try {
    const identity = await Promise.race([client.config.credentials(), late]);
    io.secrets.remember(identity.secretAccessKey, '***');
    io.secrets.remember(identity.accessKeyId, '***');
    if (identity.sessionToken !== undefined) io.secrets.remember(identity.sessionToken, '***');
  } catch (error) {
    throw awsFailure(error, 'AWS', (text) => io.secrets.text(text));
  } finally {
    limit.abort();
    late.catch(() => {});
  }
};

const pause = async (io: GuardedContext): Promise<void> => {
  const waitMs = Math.min(LEAST_APART_MS, lastAtMs + LEAST_APART_MS - io.now());
  if (!(waitMs > 0)) return;
  await (io.sleep?.(waitMs, io.signal) ?? realSleep(waitMs, undefined, { signal: io.signal }));
};

export async function connect(options: CostExplorerOptions, io: GuardedContext): Promise<CostExplorer> {
  const sdk = await load();
  const timeoutMs = durationMs(options.timeout ?? '30s');
  const deadlineMs = durationMs(options.deadline ?? '5m');
  const client = new sdk.CostExplorerClient({
    // Whatever it is, AWS is asked in us-east-1; but without one the SDK refuses.
    region: options.region ?? 'us-east-1',
    maxAttempts: 1,
    requestHandler: requestHandler(io, timeoutMs) as never,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...declaredCredentials(io, options),
  });
  let pages = 0;
  let identified = false;
  const attempt = async <T>(operation: string, command: Command, leftMs: number): Promise<T> => {
    await pause(io);
    const deadline = new AbortController();
    const late = `${operation}: no whole answer within the deadline of ${deadlineMs / 1000} s`;
    const timer = setTimeout(
      () =>
        deadline.abort(
          new HttpFailure('http-deadline', late, { hint: 'Raise `deadline`, or run again later.' }),
        ),
      leftMs,
    );
    const signal = AbortSignal.any([io.signal, deadline.signal]);
    try {
      const answer = await client.send(command as never, { abortSignal: signal });
      pages += 1;
      return answer as T;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw awsFailure(error, operation, (text) => io.secrets.text(text));
    } finally {
      clearTimeout(timer);
      lastAtMs = io.now();
    }
  };
  return {
    sdk,
    get pages() {
      return pages;
    },
    async ask(operation, command) {
      if (!identified) await rememberCredentials(io, client);
      identified = true;
      return withinHostLimit(HOST, 1, io.signal, () =>
        retrying(io, { retries: RETRIES, deadlineMs }, (leftMs) => attempt(operation, command, leftMs)),
      );
    },
    close: () => client.destroy(),
  };
}

/** One question to a loopback server, with a token that must not be seen anywhere afterwards. */
import { expect } from 'vitest';
import { type EndpointOptions, endpointOf } from '../../../src/collect/http/endpoint.js';
import { guardedContext } from '../../../src/collect/http/guarded.js';
import { readJson } from '../../../src/collect/http/json.js';
import { type Answer, type Call, request } from '../../../src/collect/http/request.js';
import { KnownError } from '../../../src/errors.js';
import { Secret } from '../../../src/model/secret.js';
import { everythingOf, type TestContext, testContext } from '../../servers/context.js';

export const CANARY = 'c4n&ry"/+ token-5f3a9e';
/** What stands in its place. */
export const SHOWN = String(new Secret('TOKEN'));

export interface Asked {
  readonly value?: unknown;
  readonly error?: KnownError;
  readonly io: TestContext;
}

export const expectNoCanary = (...texts: readonly string[]): void => {
  const forms = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64'), 'token-5f3a9e'];
  for (const text of texts) for (const form of forms) expect(text).not.toContain(form);
};

export const ask = async (
  url: string,
  {
    options = {},
    call = {},
    io = testContext({ TOKEN: CANARY }),
    read = readJson as (answer: Answer) => Promise<unknown>,
  }: {
    options?: Partial<EndpointOptions>;
    call?: Omit<Partial<Call>, 'url'>;
    io?: TestContext;
    read?: (answer: Answer) => Promise<unknown>;
  } = {},
): Promise<Asked> => {
  const guarded = guardedContext(io);
  let asked: Asked;
  try {
    const endpoint = endpointOf(guarded, { url, auth: { bearer: new Secret('TOKEN') }, ...options });
    const value = await request(guarded, endpoint, { url: new URL(`${url}/data?q=1`), ...call }, read);
    asked = { value, io };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    asked = { error, io };
  }
  const { error } = asked;
  expectNoCanary(everythingOf(error), io.said.join('\n'), JSON.stringify(io.warnings));
  return asked;
};

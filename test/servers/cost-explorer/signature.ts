/** Signature Version 4 as the service checks it: over what arrived, with the secret that belongs to the key. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface Refusal {
  readonly type: string;
  readonly message: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/u;

/** null where the request is signed for `ce` in us-east-1 with one of the keys. */
export const signatureProblem = (
  request: IncomingMessage,
  body: string,
  keys: Readonly<Record<string, string>>,
): Refusal | null => {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (match === null)
    return { type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
  const [, key, date, region, service, signed, signature] = match;
  if (!Object.hasOwn(keys, key))
    return {
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    };
  if (region !== 'us-east-1' || service !== 'ce')
    return {
      type: 'InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${region}'.`,
    };
  const headers = signed.split(';');
  for (const needed of ['host', 'x-amz-date', 'x-amz-target'])
    if (!headers.includes(needed))
      return { type: 'InvalidSignatureException', message: `'${needed}' must be signed.` };
  const [path, query = ''] = (request.url ?? '/').split('?');
  const canonical = [
    request.method,
    path,
    query,
    ...headers.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/\s+/gu, ' ')}`,
    ),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const derived = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${keys[key]}`, date));
  const expected = hmac(derived, toSign);
  if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return null;
  // The service really repeats what it has seen, session token included.
  const message = `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. The Canonical String for this request should have been\n'${canonical}'`;
  return { type: 'InvalidSignatureException', message };
};

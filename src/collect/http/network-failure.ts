/** What Node says about a connection that failed, as what it means and what to do. */
import { type FailureDetail, HttpFailure } from './failure.js';

type Meaning = readonly [code: string, what: string, detail: FailureDetail];

const again = (what: string, hint: string): Meaning => ['http-unreachable', what, { hint, retryable: true }];
const tls = (what: string, hint: string): Meaning => ['http-tls', what, { hint }];
const OWN_CA =
  'If it is signed by your own authority, set NODE_EXTRA_CA_CERTS to its PEM file before the start.';
const LISTENS = 'Check host and port, and that the server listens there.';
const NETWORK = 'Check the network between here and there, VPN and firewall.';
const SCHEME = 'Check whether the address begins with http:// or https:// as the server expects.';

const MEANING: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: again('refused the connection', LISTENS),
  ECONNRESET: again('cut the connection', NETWORK),
  EPIPE: again('cut the connection', NETWORK),
  ERR_STREAM_PREMATURE_CLOSE: again('cut the connection', NETWORK),
  ETIMEDOUT: again('could not be reached in time', NETWORK),
  EHOSTUNREACH: again('could not be reached', NETWORK),
  ENETUNREACH: again('could not be reached', NETWORK),
  EAI_AGAIN: again('has a name that could not be looked up just now', 'Check the name server.'),
  ENOTFOUND: [
    'http-unreachable',
    'has a name that does not exist',
    { hint: 'Check the host in the address.' },
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('has a self-signed certificate', OWN_CA),
  SELF_SIGNED_CERT_IN_CHAIN: tls('has a certificate of an unknown authority', OWN_CA),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('has a certificate of an unknown authority', OWN_CA),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: tls('has a certificate of an unknown authority', OWN_CA),
  CERT_HAS_EXPIRED: tls(
    'has a certificate that has expired',
    'Have it renewed; check the clock of this machine.',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: tls(
    'has a certificate for another name',
    'Use the name that the certificate is for.',
  ),
  EPROTO: tls('does not speak TLS as expected', SCHEME),
  ERR_SSL_WRONG_VERSION_NUMBER: tls('does not speak TLS as expected', SCHEME),
};

const codeOf = (error: unknown): string => {
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
};

/** `what` is the request as `GET http://host/path`; `begun`: part of the answer had arrived. */
export const networkFailure = (error: unknown, what: string, begun: boolean): HttpFailure => {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const cause = [code, message].filter((part) => part !== '').join(': ');
  if (/^Z_|^ERR_.*BROTLI/u.test(code) || /brotli|unexpected end of file/iu.test(message))
    return new HttpFailure('http-truncated', `${what}: the compressed answer is cut short or damaged`, {
      hint: 'A proxy may cut long answers; ask for a shorter window.',
      retryable: true,
      cause,
    });
  if (code.startsWith('HPE_'))
    return new HttpFailure('http-protocol', `${what}: the server does not answer in HTTP`, {
      hint: SCHEME,
      cause,
    });
  const meaning = Object.hasOwn(MEANING, code) ? MEANING[code] : undefined;
  if (meaning !== undefined && begun && meaning[2].retryable === true)
    return new HttpFailure('http-truncated', `${what}: the connection was cut in the middle of the answer`, {
      hint: 'The server or a proxy gave up; ask for a shorter window.',
      retryable: true,
      cause,
    });
  if (meaning !== undefined)
    return new HttpFailure(meaning[0], `${what}: the server ${meaning[1]}`, { ...meaning[2], cause });
  return new HttpFailure('http-failed', `${what}: ${cause}`, { cause });
};

/** What Cost Explorer and its SDK refuse with, as what it means and what to do. */
import { HttpFailure } from '../../http/failure.js';
import { saidOf } from '../../http/status-failure.js';

const ACTIONS = 'ce:GetCostAndUsage, ce:GetTags and ce:ListCostAllocationTags';

interface Meaning {
  readonly what: string;
  readonly hint: string;
  readonly retryable?: boolean;
}

const AGAIN = 'The rate limit of Cost Explorer is low; raise `deadline`, or run again later.';
const throttled: Meaning = { what: 'asked too often', hint: AGAIN, retryable: true };
const credentials = (what: string): Meaning => ({
  what,
  hint: 'Renew it: aws sso login, or new keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
});
const signature: Meaning = {
  what: 'the signature is not accepted',
  hint: 'Check the secret access key, and the clock of this machine.',
};

const MEANING: Readonly<Record<string, Meaning>> = {
  LimitExceededException: throttled,
  ThrottlingException: throttled,
  Throttling: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  AccessDeniedException: {
    what: 'access denied',
    hint: `The identity needs ${ACTIONS}, and Cost Explorer must be open to IAM users; tags are seen in the management account only.`,
  },
  UnrecognizedClientException: credentials('the credentials are not known to AWS'),
  InvalidClientTokenId: credentials('the credentials are not known to AWS'),
  InvalidSignatureException: signature,
  SignatureDoesNotMatch: signature,
  RequestExpired: signature,
  ExpiredTokenException: credentials('the session has expired'),
  ExpiredToken: credentials('the session has expired'),
  DataUnavailableException: {
    what: 'the data is not available',
    hint: 'Cost Explorer must be enabled; after that it takes a day, at times four, until there is data. It reaches back 13 months.',
  },
  BillExpirationException: {
    what: 'the bill of that time is not kept any more',
    hint: 'Cost Explorer reaches back 13 months; older costs are in exports (source cur or focus).',
  },
  BillingViewHealthStatusException: {
    what: 'the billing view is not healthy',
    hint: 'Look at the billing view in the Billing console.',
  },
  ResourceNotFoundException: {
    what: 'the billing view does not exist',
    hint: 'Check the account and the profile.',
  },
  InvalidNextTokenException: { what: 'the token of the next page is not valid', hint: 'Run again.' },
  RequestChangedException: { what: 'the request changed between two pages', hint: 'Run again.' },
  ValidationException: {
    what: 'the request is not valid',
    hint: 'What AWS says tells why; `validate` prints the request.',
  },
  OptInRequired: {
    what: 'the account is not signed up for this',
    hint: 'Enable Cost Explorer, and hourly granularity where `by` is hours, in its preferences.',
  },
  CredentialsProviderError: {
    what: 'no AWS credentials were found',
    hint: 'Set AWS_PROFILE (and aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` of the source.',
  },
};

const HOURLY = /more than 14 days ago|only 14 days|hourly/iu;

/** Names of the AWS errors after which the same question may be asked from its first page. */
export const isStalePage = (error: unknown): boolean =>
  error instanceof HttpFailure && /InvalidNextToken|RequestChanged/u.test(error.code);

const nameOf = (error: object): string => {
  const { name } = error as { name?: unknown };
  return typeof name === 'string' ? name : 'Unknown';
};

/** @param operation such as GetCostAndUsage. An error of the transfer stays what it is. */
export const awsFailure = (error: unknown, operation: string, redact: (text: string) => string): unknown => {
  if (error instanceof HttpFailure || typeof error !== 'object' || error === null) return error;
  const { $metadata, message } = error as { $metadata?: { httpStatusCode?: number }; message?: unknown };
  const name = nameOf(error);
  const status = $metadata?.httpStatusCode ?? null;
  const said = saidOf(redact(typeof message === 'string' ? message : ''));
  const server = status !== null && status >= 500;
  const meaning = Object.hasOwn(MEANING, name) ? MEANING[name] : undefined;
  if (meaning === undefined && status === null && name !== 'SyntaxError') return error;
  const hourly = name === 'ValidationException' && HOURLY.test(said);
  const hint = hourly
    ? 'Hourly costs are kept for 14 days and must be enabled in the preferences of Cost Explorer; else use by: 1d.'
    : (meaning?.hint ?? (server ? 'AWS is in trouble; run again later.' : 'What AWS says tells why.'));
  const what =
    meaning?.what ?? (name === 'SyntaxError' ? 'the answer is not JSON' : `answered ${status ?? 'nothing'}`);
  return new HttpFailure(`aws-${name}`, `${operation}: ${what}${said === '' ? '' : ` (${name}: ${said})`}`, {
    hint,
    status,
    retryable: meaning?.retryable ?? server,
  });
};

/** Whether an answer is what was asked for, and not the page of a login or a proxy with status 200. */
import { HttpFailure } from './failure.js';
import { saidOf } from './status-failure.js';

const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0].trim().toLowerCase();

const isAccepted = (type: string, accepts: readonly string[]): boolean =>
  accepts.some(
    (wanted) =>
      type === wanted || (wanted === 'application/json' && /^application\/[\w.-]+\+json$/u.test(type)),
  );

const LOGIN = /type=["']?password|<form|log ?in\b|sign ?in\b|single sign|saml|oauth|openid/iu;
const LOGIN_ADDRESS =
  /(^|[./_-])(login|logon|signin|sign-in|sso|saml2?|oauth2?|oidc|adfs|okta|auth)([./_?-]|$)/iu;

export const isLoginAddress = ({ host, pathname }: URL): boolean =>
  LOGIN_ADDRESS.test(host) || LOGIN_ADDRESS.test(pathname);

export const loginFailure = (what: string, credentials: readonly string[]): HttpFailure => {
  const sent =
    credentials.length === 0
      ? 'No credentials were sent: give `auth`.'
      : `Sent was ${credentials.join(', ')}.`;
  return new HttpFailure('http-login', `${what}: a login page came instead of data`, {
    hint: `Something before the server asks for a login in a browser. ${sent} Use an address meant for programs.`,
  });
};

/** An answer without a content type passes: its reader finds out. */
export const isExpectedType = (header: string | undefined, accepts: readonly string[]): boolean =>
  accepts.length === 0 || mediaType(header) === '' || isAccepted(mediaType(header), accepts);

export const contentFailure = (
  what: string,
  header: string | undefined,
  accepts: readonly string[],
  redacted: string,
  credentials: readonly string[],
): HttpFailure => {
  if (mediaType(header) === 'text/html' && LOGIN.test(redacted)) return loginFailure(what, credentials);
  const said = saidOf(redacted);
  return new HttpFailure(
    'http-content-type',
    `${what} answered with ${mediaType(header)} instead of ${accepts.join(' or ')}${said === '' ? '' : `: ${said}`}`,
    {
      hint: 'Check that `url` is that of the API and not of its web page; a proxy may have answered instead.',
    },
  );
};

/** Which headers of a recorded request are sent again. */

/** RFC 9110 §7.6.1, and what the client computes itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
]);

/** Recorded ones are somebody's, and are not sent; those of the experiment come from the environment. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'x-api-key', 'x-auth-token', 'x-csrf-token']);

export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name.toLowerCase());
export const isCredential = (name: string): boolean => CREDENTIALS.has(name.toLowerCase());

export type Headers = readonly (readonly [name: string, value: string])[];

/** Recorded headers without those of the connection, credentials and HTTP/2's pseudo headers; `own` take their place. */
export function sendable(recorded: Headers, own: Readonly<Record<string, string>>): Record<string, string> {
  const named = recorded
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim().toLowerCase()));
  const kept: Record<string, string> = {};
  for (const [name, value] of recorded) {
    const lower = name.toLowerCase();
    if (lower.startsWith(':') || isHopByHop(lower) || isCredential(lower) || named.includes(lower)) continue;
    kept[lower] = Object.hasOwn(kept, lower) ? `${kept[lower]}, ${value}` : value;
  }
  for (const [name, value] of Object.entries(own)) kept[name.toLowerCase()] = value;
  return kept;
}

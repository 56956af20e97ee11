/**
 * Passwords and tokens that stand in the file itself: it is copied into every run, so they are told where they stand, and not
 * printed. What is `${NAME}` is none.
 */
import type { Problems } from '../problems.js';
import type { Located } from '../read/located.js';
import { WHOLE } from './secrets.js';

const PLACES = ['sources', 'notify', 'driver'];
const KEYS: ReadonlySet<string> = new Set(['password', 'token', 'bearer', 'authorization']);
/** `scheme://user:password@host`; a port is no password. */
const IN_ADDRESS = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#:@]*:[^\s/?#]+@/iu;

export function writtenSecrets(root: Located, problems: Problems): void {
  for (const [key, top] of root.map ?? []) if (PLACES.includes(key)) walk(top, null, problems);
}

function walk(at: Located, parent: string | null, problems: Problems): void {
  const name = at.key?.name ?? null;
  const { value } = at;
  const isText = typeof value === 'string' || typeof value === 'number';
  if (isText && !WHOLE.test(`${value}`) && value !== '') {
    const isSecret =
      name !== null && (KEYS.has(name.toLowerCase()) || (name === 'value' && parent === 'auth'));
    if (isSecret) refuse(at, name, problems);
    else if (IN_ADDRESS.test(`${value}`)) refuse(at, 'password of an address', problems);
  }
  for (const one of [...(at.map?.values() ?? []), ...(at.list ?? [])]) walk(one, name ?? parent, problems);
}

const refuse = (at: Located, what: string, problems: Problems): void =>
  problems.atSecret(
    at,
    `a ${what} is written in the file, which is copied into every run`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the user writes
    'Put the whole value into a variable of the environment and write "${NAME}".',
  );

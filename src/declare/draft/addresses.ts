/** Addresses that can be none: said where they stand, before anybody is asked. What is `${NAME}` is known only then. */
import type { Problems } from '../problems.js';
import type { Located } from '../read/located.js';
import { WHOLE, walk } from './secrets.js';

const PLACES = ['sources', 'driver'];
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:\/\//iu;

export function checkAddresses(root: Located, problems: Problems): void {
  for (const [key, top] of root.map ?? [])
    if (PLACES.includes(key))
      walk(top, (at) => {
        const text = String(at.value);
        if (at.key?.name === 'url' && !WHOLE.test(text)) check(at, text, problems);
      });
}

function check(at: Located, text: string, problems: Problems): void {
  const said = (what: string, hint: string) =>
    // What stands before an @ may be a password.
    text.includes('@') ? problems.atSecret(at, what, hint) : problems.atValue(at, what, hint);
  if (text.includes('$' + '{'))
    said(
      'this is neither an address nor a variable',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the user writes
      'A variable of the environment is the whole value: "${NAME}".',
    );
  else if (!HAS_SCHEME.test(text))
    said('an address needs its scheme', 'Write http://… or https://… before the host.');
  else if (!URL.canParse(text)) said('this is not an address', 'Write scheme://host:port/path.');
}

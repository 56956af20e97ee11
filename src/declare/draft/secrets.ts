/**
 * `${NAME}` stands for a value of the environment. It is allowed in sources, notify and the drivers that connect to
 * something (`Driver.secrets`) only and is always a whole value
 * ("${URL}", not "https://${HOST}/x"), so that a secret is one thing that is resolved and redacted as one.
 */
import type { Plugins } from '../../model/ports.js';
import { Secret } from '../../model/secret.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';

const ANYWHERE = /\$\{[A-Za-z_]\w*\}/;
/** A value that is one variable of the environment. */
export const WHOLE = /^\$\{([A-Za-z_]\w*)\}$/;

export function walk(at: Located, seen: (text: Located) => void): void {
  if (typeof at.value === 'string') seen(at);
  for (const one of [...(at.map?.values() ?? []), ...(at.list ?? [])]) walk(one, seen);
}

function checkKeys(at: Located, problems: Problems): void {
  for (const [name, one] of at.map ?? []) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the user may have written
    if (ANYWHERE.test(name)) problems.atKey(one, 'a key cannot be a ${NAME}', 'Write the key itself.');
    checkKeys(one, problems);
  }
  for (const one of at.list ?? []) checkKeys(one, problems);
}

/** The secrets that the file names, in order of appearance. */
export function readSecrets(
  root: Located,
  drivers: Plugins['drivers'],
  problems: Problems,
): readonly Secret[] {
  const names = new Set<string>();
  const driver = child(child(root, 'driver'), 'type')?.value;
  const driverMay =
    typeof driver === 'string' && Object.hasOwn(drivers, driver) && drivers[driver]?.secrets === true;
  const may = ['sources', 'notify', ...(driverMay ? ['driver'] : [])];
  checkKeys(root, problems);
  for (const [key, top] of root.map ?? []) {
    walk(top, (at) => {
      const text = String(at.value);
      const found = ANYWHERE.exec(text)?.[0];
      if (found === undefined) return;
      const name = WHOLE.exec(text)?.[1];
      if (!may.includes(key))
        problems.atValue(
          at,
          `${found} is allowed in sources and notify only`,
          key === 'driver' || key === 'rollback'
            ? `Programs inherit the environment: leave it out, and read ${name ?? found} there; a line for the shell has it as $NAME.`
            : 'Write the value itself; in a line for the shell write $NAME without braces.',
        );
      else if (name === undefined)
        problems.atValue(
          at,
          `${found} must be the whole value`,
          `Put all of it into one variable and write "${found}".`,
        );
      else names.add(name);
    });
  }
  return [...names].map((name) => new Secret(name));
}

/** A value with its `${NAME}` texts replaced by Secret objects. */
export function withSecrets(value: unknown): unknown {
  if (typeof value === 'string') {
    const name = WHOLE.exec(value)?.[1];
    return name === undefined ? value : new Secret(name);
  }
  if (Array.isArray(value)) return value.map(withSecrets);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withSecrets(one)]));
}

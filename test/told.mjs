/** What a tool under test/ was told on its command line. --help prints the comment at the tool's head. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The values of `options` (as `parseArgs` takes them); what is not among them ends the tool with a sentence. */
export function told(tool, options) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (values.help !== true) return values;
  } catch (error) {
    refuse(error.message);
  }
  const [, head] = /\/\*\*([\s\S]*?)\*\//u.exec(readFileSync(fileURLToPath(tool), 'utf8'));
  process.stdout.write(`${head.replace(/^ \* ?/gmu, '').trim()}\n`);
  process.exit(0);
}

/** Nothing was done: what was asked for is wrong. */
export function refuse(message) {
  process.stderr.write(`${message}\n--help says what there is.\n`);
  process.exit(64);
}

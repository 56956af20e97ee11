/** What the docstrings of the library door say: summary, tags and example of every function. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

export interface Documented {
  readonly name: string;
  readonly file: string;
  readonly summary: string;
  /** What follows the summary, example included. */
  readonly tags: string;
  readonly example: string | null;
  /** The file says where its mathematics comes from. */
  readonly hasSource: boolean;
}

const declaration = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:async )?(?:function|const|class) (\w+)\b/gm;

/** The statistics: the files of src/stats. */
export async function documented(names: ReadonlySet<string>): Promise<readonly Documented[]> {
  const files = await readdir(`${SRC}stats`);
  const own = files.filter((file) => file.endsWith('.ts') && file !== 'index.ts').sort();
  return documentedIn(
    own.map((file) => `stats/${file}`),
    names,
  );
}

/** What else goes through the door. */
export const documentedElsewhere = (names: ReadonlySet<string>): Promise<readonly Documented[]> =>
  documentedIn(
    [
      ...['declare/index.ts', 'declare/json-schema.ts', 'declare/explain.ts'],
      ...['errors.ts', 'model/reason.ts', 'pipeline.ts', 'plugins.ts'],
    ],
    names,
  );

async function documentedIn(
  files: readonly string[],
  names: ReadonlySet<string>,
): Promise<readonly Documented[]> {
  const found: Documented[] = [];
  for (const file of files) {
    const text = await readFile(`${SRC}${file}`, 'utf8');
    for (const [, comment = '', name] of text.matchAll(declaration)) {
      if (!names.has(name)) continue;
      const said = comment.replace(/^\s*(?:\/\*\*| \*\/| \*) ?/gm, '').trim();
      const [summary] = said.split(/\n\s*\n|\n@/);
      found.push({
        name,
        file,
        summary: summary.replace(/\s+/g, ' '),
        tags: said.slice(summary.length),
        example: /@example\s+```ts\n([\s\S]*?)```/.exec(said)?.[1] ?? null,
        hasSource: /Source:|DLMF|[A-Z][a-z]+ (?:18|19|20)\d\d/.test(text),
      });
    }
  }
  return found;
}

/** One line a function for the README. */
export const table = (functions: readonly Documented[]): string =>
  ['| function | answers |', '|--|--|', ...functions.map(row)].join('\n');

const row = ({ name, file, summary }: Documented): string =>
  `| [\`${name}\`](src/${file}) | ${summary.replaceAll('|', '\\|')} |`;

/** Compiles examples against the types of the built package and runs them on it, as a user's own file would be. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

export interface Example {
  readonly name: string;
  readonly code: string;
}

/** What a line `expression; // → value` was, beside what it says. */
export interface Shown {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

/** Throws with the compiler's words where an example does not compile. */
export async function runExamples(
  examples: readonly Example[],
  exported: readonly string[],
): Promise<readonly Shown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stacktrial-examples-'));
  try {
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules/stacktrial'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const options = { module: 'NodeNext', target: 'ES2023', strict: true, skipLibCheck: true, types: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    for (const { name, code } of examples)
      await writeFile(join(folder, `${name}.ts`), moduleOf(code, exported));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, '-p', folder]).catch((error) =>
      Promise.reject(new Error(error.stdout)),
    );
    const all = examples.map(
      ({ name }) => `for (const [expected, got] of (await import('./${name}.js')).shown)
        console.log(JSON.stringify({ name: '${name}', expected, got }));`,
    );
    await writeFile(join(folder, 'all.mjs'), all.join('\n'));
    const { stdout } = await run(process.execPath, [join(folder, 'all.mjs')]);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Shown);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function moduleOf(code: string, exported: readonly string[]): string {
  const used = exported.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const shown = code.replace(
    /^(.*); \/\/ → (.*)$/gm,
    (_, expression: string, value: string) =>
      `shown.push([${JSON.stringify(value)}, JSON.stringify(plain(${expression}))]);`,
  );
  return `import { ${used.join(', ')} } from 'stacktrial';
export const shown: [string, string][] = [];
const plain = (value: unknown): unknown => ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
${shown}`;
}

/** Numbers to as many digits as are shown. */
export function agrees(expected: string, got: string): boolean {
  const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
  const shape = (text: string) => text.replace(number, '#').replace(/\s/g, '');
  if (shape(expected) !== shape(got)) return false;
  const values = got.match(number) ?? [];
  return (expected.match(number) ?? []).every((digits, i) => {
    const significant = digits.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').length || 1;
    return Number(Number(values[i]).toPrecision(significant)) === Number(digits);
  });
}

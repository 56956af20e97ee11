/** Same report, same bytes, wherever the machine stands and whatever language it speaks. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const script = `
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { indexPage, renderers, runsIndex } from '${root}dist/report/index.js';
const folder = '${root}reports/spark-vs-faas/20261129T005014Z-88ff8d';
const report = JSON.parse(readFileSync(folder + '/report.json', 'utf8'));
const sha = (text) => createHash('sha256').update(text).digest('hex');
const run = { experiment: 'e', run: 'r', folders: ['e', 'r'], startedAt: Date.parse(report.run.startedAt), state: 'complete', problem: null, report };
const forms = Object.entries(renderers).map(([name, form]) => [name, sha(form.render(report))]);
const here = new Date(0).toString() + (12345.6).toLocaleString();
console.log(JSON.stringify({ forms: Object.fromEntries([...forms, ['index', sha(indexPage(runsIndex([run])))]]), here }));
`;

interface Rendered {
  readonly forms: Readonly<Record<string, string>>;
  readonly here: string;
}

const at = (env: Readonly<Record<string, string>>): Rendered =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
    }),
  );

test('every form has the same bytes in every zone and language', () => {
  const plain = at({ LANG: 'C', LC_ALL: 'C', TZ: 'UTC' });
  expect(Object.keys(plain.forms)).toEqual(
    expect.arrayContaining(['html', 'junit', 'markdown', 'adr', 'json', 'index']),
  );
  const elsewhere = [
    { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Kathmandu' },
    { LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8', TZ: 'Pacific/Chatham' },
  ].map(at);
  for (const { forms, here } of elsewhere) {
    expect(here).not.toBe(plain.here); // the machine does speak otherwise
    expect(forms).toEqual(plain.forms);
  }
});

/** Reports as they were stored. One that is not as stacktrial wrote it is refused. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import type { Report } from '../model/report.js';
import { FORM_HASHES, formFile, formHash } from '../pipeline.js';

const REPORT = formFile('json', 'json');

/** @param before `look-1.` for the report of an earlier look */
export async function storedReport(folder: string, shown: string, before = ''): Promise<Report> {
  const name = `${before}${REPORT}`;
  let text: string;
  try {
    text = await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    throw new KnownError('no-report', `${shown} holds no ${name}`, {
      hint: `Name a run folder (reports/<experiment>/<run>); \`stacktrial analyze ${shown}\` makes its report anew.`,
      cause,
    });
  }
  if ((await storedHashes(folder, before))[REPORT] !== formHash(text))
    throw new KnownError('report-changed', `${join(shown, name)} is not as stacktrial wrote it`, {
      hint: `\`stacktrial analyze ${shown}\` makes it anew from the evidence.`,
    });
  try {
    return JSON.parse(text) as Report;
  } catch (cause) {
    throw new KnownError('no-report', `${join(shown, name)} is not JSON`, { cause });
  }
}

/** Of all looks that have a report, in order; the newest report stands last. */
export async function storedReports(folder: string, shown: string): Promise<readonly Report[]> {
  const names = await readdir(folder);
  const looks = names
    .flatMap((name) => /^look-(\d+)\.report\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const reports: Report[] = [];
  for (const look of looks) reports.push(await storedReport(folder, shown, `look-${look}.`));
  if (names.includes(REPORT)) {
    const last = await storedReport(folder, shown);
    // A run that ended at a look before its last has the report of that look twice.
    if (reports.at(-1)?.look.index === last.look.index) reports.pop();
    reports.push(last);
  }
  return reports;
}

/** None of a folder without them: what nobody vouches for is not shown. */
async function storedHashes(folder: string, before: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(folder, `${before}${FORM_HASHES}`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new KnownError('report-changed', `${path} is not JSON`, {
      hint: '`stacktrial analyze` makes the report anew from the evidence.',
      cause,
    });
  }
}

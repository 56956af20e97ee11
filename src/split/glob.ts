/**
 * Files by pattern: `*` and `?` inside a name, `**` for any number of folders; everything else is literal.
 * As in a shell, a wildcard does not match a leading dot. (node:fs has a stable glob only from Node 24 on.)
 */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

export interface Matches {
  /** As the pattern writes them: relative where it is relative, with `/`; sorted by code unit. */
  readonly paths: readonly string[];
  /** The folder in which the first wildcard was looked for. */
  readonly searched: string;
}

export async function matchFiles(pattern: string, folder: string): Promise<Matches> {
  const parts = pattern.split('/').filter((part, i) => part !== '' || i === 0);
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  const literal = wild === -1 ? parts.length - 1 : wild;
  const prefix = parts.slice(0, literal);
  const written = prefix.length === 0 ? '' : `${prefix.join('/')}/`;
  const searched = resolve(folder, prefix.length === 1 && prefix[0] === '' ? sep : written);
  const found = new Set<string>();
  await walk(searched, written, parts.slice(literal), found);
  return { paths: [...found].sort((a, b) => (a < b ? -1 : 1)), searched };
}

async function walk(
  folder: string,
  written: string,
  parts: readonly string[],
  found: Set<string>,
): Promise<void> {
  const [part, ...rest] = parts;
  const anyDepth = part === '**';
  // `**` alone stands for every file below; followed by a name it may also stand for no folder at all.
  if (anyDepth && rest.length > 0) await walk(folder, written, rest, found);
  const matches = anyDepth ? /^[^.]/ : toRegExp(part);
  for (const entry of await entries(folder)) {
    if (!matches.test(entry.name)) continue;
    const path = join(folder, entry.name);
    const link = entry.isSymbolicLink();
    const target = link ? await stat(path).catch(missingAsNull) : entry;
    if (target?.isDirectory()) {
      // A link to a folder is entered where it is named, not under `**`, where it could lead in circles.
      if (anyDepth && !link) await walk(path, `${written}${entry.name}/`, parts, found);
      else if (!anyDepth && rest.length > 0) await walk(path, `${written}${entry.name}/`, rest, found);
    } else if (target?.isFile() && rest.length === 0) found.add(written + entry.name);
  }
}

async function entries(folder: string) {
  return (await readdir(folder, { withFileTypes: true }).catch(missingAsNull)) ?? [];
}

/** What is not there does not match; any other failure is one. */
function missingAsNull(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

function toRegExp(part: string): RegExp {
  const body = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${/^[*?]/.test(part) ? '(?!\\.)' : ''}${body}$`, 'su');
}

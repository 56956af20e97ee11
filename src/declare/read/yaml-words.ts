/** What the YAML parser objects to, said so that a person can mend it. */
import type { YAMLParseError } from 'yaml';

interface Said {
  readonly message: string;
  readonly hint: string | null;
}

const WORDS: Readonly<Record<string, Said>> = {
  TAB_AS_INDENT: {
    message: 'a tab is used as indentation',
    hint: 'YAML indents with spaces only: replace the tab by spaces.',
  },
  BAD_INDENT: {
    message: 'the indentation does not fit',
    hint: 'Keys of one map start in the same column; close every [ and {.',
  },
  MULTIPLE_DOCS: {
    message: 'a second YAML document starts here',
    hint: 'One file holds one experiment: remove everything from this "---" on, or make it a file of its own.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a key cannot start here',
    hint: 'Check the indentation of this line and the next; put text that contains ": " in quotes.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key must stand on one line',
    hint: 'Is a ":" missing, or a quote or bracket left open?',
  },
  BAD_SCALAR_START: {
    message: 'text cannot start with this character',
    hint: 'Put the text in quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'unknown escape in double quotes',
    hint: 'Write \\\\ for a backslash, or use single quotes.',
  },
  BAD_ALIAS: { message: 'this alias is not usable', hint: null },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply', hint: null },
};

export function sayYamlError(error: YAMLParseError, line: string): Said {
  const variable = /\$\{[A-Za-z_]\w*\}/.exec(line)?.[0];
  if (variable !== undefined && error.code === 'UNEXPECTED_TOKEN')
    return { message: `${variable} must stand in quotes here`, hint: `Write "${variable}".` };
  const said = WORDS[error.code];
  if (said !== undefined) return said;
  if (/call stack/i.test(error.message)) return { message: 'nested too deeply', hint: null };
  const text = error.message.replace(/\s+/g, ' ').trim();
  return { message: `not valid YAML: ${text.charAt(0).toLowerCase()}${text.slice(1)}`, hint: null };
}

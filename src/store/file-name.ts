/** Names that users chose, as parts of file names: everything but letters, digits, _ and - is written as %XX (UTF-8). */
export function fileName(name: string): string {
  let result = '';
  for (const byte of Buffer.from(name, 'utf8')) {
    const character = String.fromCharCode(byte);
    result += /[A-Za-z0-9_-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

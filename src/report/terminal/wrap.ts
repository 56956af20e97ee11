/** Lines of at most so many columns; words that are longer are cut. */

/** East Asian wide characters and emoji take two columns; combining marks none. */
const NO_COLUMN = /^(?:\p{Mn}|\p{Me}|\u200d|\ufe0f)$/u;
const TWO_COLUMNS =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u;

const columnsOf = (character: string): number => {
  if (NO_COLUMN.test(character)) return 0;
  return TWO_COLUMNS.test(character) ? 2 : 1;
};

export const columns = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + columnsOf(character), 0);

/** Pieces of one word, each no wider than `width`. */
const cut = (word: string, width: number): readonly string[] => {
  const pieces = [''];
  for (const character of Array.from(word)) {
    if (columns(pieces[pieces.length - 1] + character) > width) pieces.push('');
    pieces[pieces.length - 1] += character;
  }
  return pieces;
};

export const wrapped = (text: string, width: number): readonly string[] => {
  const most = Math.max(10, width);
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(' ').flatMap((word) => cut(word, most))) {
    const longer = line === '' ? piece : `${line} ${piece}`;
    if (line !== '' && columns(longer) > most) {
      lines.push(line);
      line = piece;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
};

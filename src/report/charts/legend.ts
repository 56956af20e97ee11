/** Marks with their words, in lines that wrap; above a picture. */
import { armClass, marker } from './marker.js';
import { element, fitted, text } from './svg.js';

export interface LegendItem {
  readonly text: string;
  readonly mark: (x: number, y: number) => string;
}

export const armItem = (index: number, title: string): LegendItem => ({
  text: title,
  mark: (x, y) => element('path', { d: marker(index, x, y, 4.5), class: armClass(index) }),
});

/** `height`: where the picture may begin. */
export const legend = (
  items: readonly LegendItem[],
  width: number,
): { readonly body: string; readonly height: number } => {
  let [x, y] = [6, 12];
  const drawn = items.map((item) => {
    const words = fitted(item.text, 200);
    const length = 22 + words.length * 7.7;
    if (x > 6 && x + length > width) [x, y] = [6, y + 20];
    const body = item.mark(x, y - 4) + text(words, { x: x + 11, y, class: 'label' });
    x += length + 14;
    return body;
  });
  return { body: drawn.join(''), height: y + 14 };
};

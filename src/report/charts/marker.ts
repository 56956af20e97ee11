/** Arms are told apart by colour and by shape: circle, square, triangle, diamond. As pieces of one path. */
import { at } from './svg.js';

const shapes: readonly ((x: number, y: number, r: number) => string)[] = [
  (x, y, r) =>
    `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0z`,
  (x, y, r) => `M${at(x - 0.9 * r)} ${at(y - 0.9 * r)}h${at(1.8 * r)}v${at(1.8 * r)}h${at(-1.8 * r)}z`,
  (x, y, r) => `M${at(x)} ${at(y - 1.1 * r)}l${at(1.1 * r)} ${at(2 * r)}h${at(-2.2 * r)}z`,
  (x, y, r) =>
    `M${at(x)} ${at(y - 1.2 * r)}l${at(1.2 * r)} ${at(1.2 * r)}l${at(-1.2 * r)} ${at(1.2 * r)}l${at(-1.2 * r)} ${at(-1.2 * r)}z`,
];

/** `arm` counts from 0, the baseline. */
export const marker = (arm: number, x: number, y: number, radius: number): string =>
  shapes[arm % shapes.length](x, y, radius);

export const cross = (x: number, y: number, r: number): string =>
  `M${at(x - r)} ${at(y - r)}l${at(2 * r)} ${at(2 * r)}m0 ${at(-2 * r)}l${at(-2 * r)} ${at(2 * r)}`;

export const armClass = (arm: number): string => `a${arm % shapes.length}`;

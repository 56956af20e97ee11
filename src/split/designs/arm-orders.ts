/**
 * In which order do the arms of each block run?
 *
 * Over n blocks every order of K arms comes up equally often (±1) and so does every arm in every
 * position (±1), and the sequence is shuffled whole, so that the next order cannot be told from the last.
 *
 * The K! orders fall into (K−1)! Latin squares: the K rotations of one order, in which each arm stands
 * once in each position. Whole squares are taken, drawn at random without replacement until all have
 * been used; the remainder are rows of one more square. (Latin squares against order effects:
 * Fisher 1935; restricted randomisation by shuffling a balanced list.)
 */
import type { Random } from '../../model/random.js';

export function armOrders(arms: readonly string[], blocks: number, random: Random): readonly string[][] {
  const [first, ...others] = arms;
  const squares = factorial(others.length);
  const used = new Set<string>();
  const orders: string[][] = [];
  while (orders.length < blocks) {
    if (used.size === squares) used.clear();
    const rest = [...others];
    random.shuffle(rest);
    const key = JSON.stringify(rest);
    if (used.has(key)) continue;
    used.add(key);
    const square = rotations([first, ...rest]);
    random.shuffle(square);
    orders.push(...square.slice(0, blocks - orders.length));
  }
  random.shuffle(orders);
  return orders;
}

function rotations(order: readonly string[]): string[][] {
  return order.map((_, shift) => [...order.slice(shift), ...order.slice(0, shift)]);
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

/** A way to a server that can be cut: what goes through it is broken off, and nobody gets through until it is mended. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Cuttable {
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startCuttable({
  port,
  target,
}: {
  readonly port: number;
  readonly target: number;
}): Promise<Cuttable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((incoming) => {
    if (isCut) {
      incoming.destroy();
      return;
    }
    const onward = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [incoming, onward],
      [onward, incoming],
    ]) {
      sockets.add(one);
      one.on('error', () => undefined); // `close` follows
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const breakOff = () => {
    for (const each of sockets) each.destroy();
  };
  return {
    cut() {
      isCut = true;
      breakOff();
    },
    mend() {
      isCut = false;
    },
    async close() {
      breakOff();
      server.close();
      await once(server, 'close');
    },
  };
}

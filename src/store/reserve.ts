/**
 * Room on the disk that is kept free while a tap is turned: where the disk runs full, it is given up, and what has to be
 * written of giving the tap back finds room.
 */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';

const BYTES = 64 << 10;

export interface Reserve {
  take(): Promise<void>;
  /** true: there is room again. */
  giveUp(): Promise<boolean>;
}

export function reserveAt(path: string): Reserve {
  return {
    async take() {
      const file = await open(path, 'w');
      try {
        await file.writeFile(randomBytes(BYTES)); // a file system that compresses keeps no room for blanks
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async giveUp() {
      return rm(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      );
    },
  };
}

/** Pressure stall information: how long did some process wait for a processor? Microseconds since boot; null where unknown. */
import { hasProcfs, readProc } from '../process/identity.js';

export function cpuStallMicroseconds(): number | null {
  const text = hasProcfs ? readProc('/proc/pressure/cpu') : null;
  const total = /^some .*total=(\d+)$/m.exec(text ?? '')?.[1];
  return total === undefined ? null : Number(total);
}

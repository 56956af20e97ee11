/** Where the leases of taps lie: one place for all users of the machine, which outlasts a restart of it. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context.js';

export const leasesFolder = ({ variables }: Pick<Context, 'variables'>): string =>
  variables.STACKTRIAL_LEASES ??
  join(process.platform === 'win32' ? tmpdir() : '/var/tmp', 'stacktrial-taps');

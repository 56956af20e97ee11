/** Composition root: what is plugged in. Each registry lives in its stage's index.ts. */
import { checks } from './check/index.js';
import { sources } from './collect/index.js';
import { methods } from './compare/index.js';
import type { Plugins } from './model/ports.js';
import { renderers } from './report/index.js';
import { designs, drivers } from './split/index.js';

/**
 * Everything that is plugged in: sources, drivers, designs, methods, checks and renderers, by name.
 *
 * @example
 * ```ts
 * plugins.methods.welch.title; // → "Welch t test"
 * Object.keys(plugins.checks)[0]; // → "sample-ratio"
 * ```
 */
export const plugins: Plugins = { sources, drivers, designs, methods, checks, renderers };

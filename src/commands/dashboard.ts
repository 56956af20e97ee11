/** `stacktrial dashboard`: a Grafana dashboard for an experiment, as JSON on standard output. */
import type { ExitCode } from '../errors.js';
import { dashboard as build } from '../pipeline/dashboard.js';
import { plugins } from '../plugins.js';
import type { Context } from './context.js';
import { loadExperiment } from './load.js';

export async function dashboard(file: string, context: Context): Promise<ExitCode> {
  const { experiment } = await loadExperiment(file, context);
  context.out(`${JSON.stringify(build(experiment, plugins), null, 2)}\n`);
  return 0;
}

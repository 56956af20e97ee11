/** Debian's real Prometheus with a history of known values, and real VictoriaMetrics with the same. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Running, start, temporaryFolder } from './start.js';

/** One sample in the exposition format, time in seconds. */
export const sample = (
  name: string,
  labels: Record<string, string>,
  value: number | string,
  seconds: number,
): string =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    .join(',')}} ${value} ${seconds}`;

/** `families`: per metric its type and samples. */
export const openMetrics = (families: Record<string, { type: string; samples: readonly string[] }>): string =>
  `${Object.entries(families)
    .map(
      ([name, { type, samples }]) => `# TYPE ${name.replace(/_total$/u, '')} ${type}\n${samples.join('\n')}`,
    )
    .join('\n')}\n# EOF\n`;

export const startPrometheus = async (binary: string, history: string): Promise<Running> => {
  const folder = await temporaryFolder('prometheus');
  const data = join(folder, 'data');
  await mkdir(data);
  await writeFile(join(folder, 'history.txt'), history);
  await writeFile(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 1h }\n');
  const promtool = join(dirname(binary), 'promtool');
  const blocks = [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--max-block-duration=744h',
    'history.txt',
    'data',
  ];
  await promisify(execFile)(promtool, blocks, { cwd: folder }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return start(
    binary,
    (port) => [
      '--config.file=prometheus.yml',
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    '/-/ready',
    folder,
  );
};

export const startVictoriaMetrics = async (binary: string, history: string): Promise<Running> => {
  const folder = await temporaryFolder('victoria-metrics');
  const running = await start(
    binary,
    (port) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'data')}`,
      '-retentionPeriod=100y',
      '-search.latencyOffset=0s',
      '-loggerLevel=ERROR',
    ],
    '/health',
    folder,
  );
  // Its import takes milliseconds where OpenMetrics has seconds.
  const body = history.replace(
    / (\d+(?:\.\d+)?)$/gmu,
    (_whole, seconds: string) => ` ${Math.round(Number(seconds) * 1000)}`,
  );
  const written = await fetch(`${running.url}/api/v1/import/prometheus`, { method: 'POST', body });
  if (!written.ok) throw new Error(`the history was not taken: ${written.status} ${await written.text()}`);
  await fetch(`${running.url}/internal/force_flush`);
  return running;
};

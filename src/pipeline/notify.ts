/**
 * Telling: webhooks, commands, Grafana. Nothing that goes wrong here changes a run, its report or its exit code; it is
 * said on standard error, without secrets.
 */
import { guardedContext } from '../collect/http/guarded.js';
import type { Experiment } from '../model/experiment.js';
import type { Io } from '../model/ports.js';
import type { Report } from '../model/report.js';
import type { Notification } from '../model/timetable.js';
import { failureNotice, harmNotice, type NoticeText, noticeBody, noticeOf } from '../report/index.js';
import type { RunFolder } from '../store/index.js';
import { annotationsOf } from './notify/annotations.js';
import { post } from './notify/post.js';
import { runCommand } from './notify/run-command.js';
import type { Watched } from './on-window.js';

type To<K extends Notification['kind']> = Extract<Notification, { kind: K }>;

/** Does it, or says why not. */
async function carefully(
  what: string,
  io: Io,
  work: (io: ReturnType<typeof guardedContext>) => Promise<void>,
) {
  // Its log hides what the experiment names (a command may print any of it), this one what the address is made of.
  const guarded = guardedContext({ ...io, trials: [] });
  try {
    await work(guarded);
  } catch (error) {
    io.log.warn(guarded.secrets.text(`${what}: nobody was told: ${whyOf(error)}`));
  }
}

async function deliver(notice: NoticeText, experiment: Experiment, io: Io): Promise<void> {
  for (const to of experiment.notifications ?? []) {
    if (to.kind === 'grafana' || !to.on.some((one) => notice.notices.includes(one))) continue;
    await carefully(to.kind === 'webhook' ? `webhook (${to.format})` : to.command[0], io, (guarded) =>
      to.kind === 'webhook'
        ? post(guarded, {
            url: to.url,
            path: '',
            headers: to.headers,
            token: null,
            body: noticeBody(to.format, notice),
          })
        : runCommand(to.command, `${noticeBody('json', notice)}\n`, {
            timeoutMs: to.timeoutMs,
            folder: io.folder,
            signal: io.signal,
          }),
    );
  }
}

const SENT = 'annotations.json';

/** Each once: what was sent is kept beside the run, so that a firing later sends only what is new. */
async function annotate(
  to: To<'grafana'>,
  experiment: string,
  report: Report | null,
  folder: Pick<RunFolder, 'saveReport' | 'loadReport' | 'loadSchedule' | 'loadSlots'>,
  io: Io,
): Promise<void> {
  const sent = await toldBefore(folder, SENT, io);
  await carefully('grafana', io, async (guarded) => {
    const [schedule, executed] = [await folder.loadSchedule(), await folder.loadSlots()];
    for (const { key, tags, ...annotation } of annotationsOf(report, schedule, executed, io.now())) {
      if (sent.has(key)) continue;
      const body = {
        ...annotation,
        tags: ['stacktrial', `experiment:${experiment}`, ...tags],
        ...(to.dashboard === null ? {} : { dashboardUID: to.dashboard }),
      };
      await post(guarded, {
        url: to.url,
        path: `${to.path}/annotations`,
        headers: {},
        token: to.token,
        body: JSON.stringify(body),
      });
      sent.add(key);
      await folder.saveReport(SENT, textOf(sent));
    }
  });
}

export interface Told {
  readonly experiment: Experiment;
  /** The newest report before this one. */
  readonly before: Report | null;
  /** null: there is none yet; only slots are marked. */
  readonly report: Report | null;
  /** Between looks: what was seen without looking. */
  readonly watched: Watched | null;
  readonly folder: RunFolder;
  readonly io: Io;
}

/** After each execution of a run that is not a rehearsal. */
export async function tell({ experiment, before, report, watched, folder, io }: Told): Promise<void> {
  if (experiment.notifications === undefined) return;
  if (watched !== null) await tellHarm(watched, experiment, folder, io);
  if (report !== null) {
    const notice = noticeOf(before, report, folder.path);
    if (notice.notices.length > 0) await deliver(notice, experiment, io);
  }
  for (const to of experiment.notifications)
    if (to.kind === 'grafana') await annotate(to, experiment.name, report, folder, io);
}

const HARM_TOLD = 'harm-told.json';

/** A guardrail that breaks between looks is told once in a run, however often it is seen again. */
async function tellHarm(watched: Watched, experiment: Experiment, folder: RunFolder, io: Io): Promise<void> {
  const told = await toldBefore(folder, HARM_TOLD, io);
  const broken = watched.harm
    .filter(({ verdict, claim }) => verdict === 'harm' && !told.has(claim.id))
    .map(({ claim }) => claim);
  if (broken.length === 0) return;
  await deliver(
    harmNotice(
      experiment,
      broken.map(({ text }) => text),
      folder.path,
    ),
    experiment,
    io,
  );
  const all = new Set([...told, ...broken.map(({ id }) => id)]);
  try {
    await folder.saveReport(HARM_TOLD, textOf(all));
  } catch (error) {
    io.log.warn(`${HARM_TOLD} could not be written, and the same may be told again: ${whyOf(error)}`);
  }
}

/** A damaged list tells nothing: better twice than never. */
async function toldBefore(folder: Pick<RunFolder, 'loadReport'>, file: string, io: Io): Promise<Set<string>> {
  try {
    const stored = await folder.loadReport(file);
    return new Set(stored === null ? [] : (JSON.parse(stored) as string[]));
  } catch (error) {
    io.log.warn(`${file} cannot be read, and what was told is told again: ${whyOf(error)}`);
    return new Set();
  }
}

const textOf = (told: ReadonlySet<string>): string => `${JSON.stringify([...told])}\n`;

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A run ended without a report. */
export async function tellFailure(
  { experiment, before, folder, io }: Omit<Told, 'report' | 'watched'>,
  error: unknown,
): Promise<void> {
  await deliver(failureNotice(experiment, before, whyOf(error), folder.path), experiment, io);
}

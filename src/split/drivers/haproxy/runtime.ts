/**
 * HAProxy's Runtime API: a line in, text out, over a unix or TCP socket. There is no status: an error is a sentence, and
 * success is silence, so that anything but silence is an error where nothing was asked.
 */
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { KnownError } from '../../../errors.js';

export interface Runtime {
  /** What the proxy answered. @throws KnownError where it cannot be reached */
  ask(command: string): Promise<string>;
  /** A command that answers nothing when it is done. @throws KnownError with the proxy's own sentence */
  tell(command: string): Promise<void>;
}

const ANSWER_MS = 10_000;
/** A reload closes the socket for a moment. */
const COMES_BACK_MS = 5_000;
const TRY_EVERY_MS = 200;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/permission denied/i, 'The socket needs level admin: stats socket PATH mode 600 level admin'],
  [/static LB algorithm/i, 'Use balance roundrobin, random(1) or leastconn, or hash-type consistent.'],
  [
    /no such (server|backend)|can't find backend/i,
    'Name backend and servers as the configuration of HAProxy does.',
  ],
  [/unknown map/i, 'Name the map exactly as the configuration does: `show map` lists them.'],
  [/unknown command/i, 'This HAProxy is too old: 2.4 or later is needed for maps that change at once.'],
];

export function runtime(socket: string, folder: string): Runtime {
  const ask = async (command: string): Promise<string> => {
    const until = performance.now() + COMES_BACK_MS;
    for (;;) {
      try {
        return await askOnce(socket, folder, command);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const isAway =
          code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET' || code === 'EPIPE';
        if (!isAway || performance.now() > until) throw unreachable(socket, error as Error);
        await new Promise((done) => setTimeout(done, TRY_EVERY_MS));
      }
    }
  };
  return {
    ask,
    async tell(command) {
      const answer = (await ask(command)).trim();
      if (answer !== '') throw refused(command, answer);
    },
  };
}

export function refused(command: string, answer: string): KnownError {
  const hint = HINTS.find(([pattern]) => pattern.test(answer))?.[1];
  const shown = command.length > 120 ? `${command.slice(0, 117)}…` : command;
  return new KnownError(
    'haproxy-refused',
    `HAProxy refused \`${shown.replaceAll('\n', ' ')}\`: ${answer.slice(0, 300)}`,
    {
      ...(hint === undefined ? {} : { hint }),
      exit: 69,
    },
  );
}

const unreachable = (socket: string, cause: Error): KnownError =>
  new KnownError('haproxy-unreachable', `HAProxy cannot be asked at ${socket}: ${cause.message}`, {
    hint: 'Does it run, with `stats socket` in its global section, and may you write to it?',
    cause,
    exit: 69,
  });

function askOnce(socket: string, folder: string, command: string): Promise<string> {
  const tcp = /^\[?([^\s/\]]+)\]?:(\d+)$/.exec(socket);
  return new Promise((done, fail) => {
    const connection =
      tcp === null ? connect(resolve(folder, socket)) : connect({ host: tcp[1], port: Number(tcp[2]) });
    const chunks: Buffer[] = [];
    connection.setTimeout(ANSWER_MS, () =>
      connection.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)),
    );
    connection.on('data', (chunk) => chunks.push(chunk));
    connection.on('error', fail);
    connection.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
    connection.end(`${command}\n`);
  });
}

/** Which process answers: pid and start, so that a reload shows even where every process has pid 1. */
export async function instanceOf(proxy: Runtime): Promise<string> {
  const info = await proxy.ask('show info');
  const value = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(info)?.[1] ?? '';
  if (value('Pid') === '') throw refused('show info', info.trim() || '(nothing)');
  return `${value('Pid')}@${value('Start_time_sec')}`;
}

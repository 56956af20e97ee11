/** What the file says under `driver: { type: haproxy }`. */
import { z } from 'zod';
import { DURATION } from '../duration.js';

/** Words of a command to the proxy: nothing that could begin another one. */
const word = z.string().regex(/^[\w.:/@#-]+$/, 'expected a name as in the configuration of HAProxy');
const duration = z.union([
  z.string().regex(DURATION, 'expected a duration such as 30s or 5m'),
  z.number().positive(),
]);

export const haproxyOptions = z
  .strictObject({
    socket: z
      .string()
      .regex(/^(\S+|[^\s:]+:\d+)$/, 'expected a path, or host:port')
      .describe('Where HAProxy listens for commands (stats socket, level admin): a path, or host:port.'),
    backend: word.optional().describe('Weights: the backend whose servers are the arms.'),
    map: z
      .string()
      .regex(/^[^\s;]+$/, 'expected the name of the map as the configuration writes it')
      .optional()
      .describe('By key: the map from bucket to backend, as the configuration writes it.'),
    arms: z
      .record(z.string(), z.union([word, z.array(word).min(1)]))
      .describe('weights: the server, or servers, of each arm; by key: its backend.'),
    log: z
      .string()
      .regex(/^\[?[^\s\]]+\]?:\d{1,5}$/, 'expected host:port, such as 127.0.0.1:15140')
      .optional()
      .describe('Where HAProxy sends a line about each request (UDP): JSON, or its own HTTP format.'),
    drain: duration.default('30s').describe('Longest wait for requests under way when an arm is taken back.'),
  })
  .superRefine((options, context) => {
    if ((options.backend === undefined) === (options.map === undefined))
      context.addIssue('either `backend` (weights) or `map` (by key)');
    if (options.map !== undefined)
      for (const [arm, target] of Object.entries(options.arms))
        if (typeof target !== 'string')
          context.addIssue({ code: 'custom', path: ['arms', arm], message: 'by key an arm is one backend' });
    const targets = Object.values(options.arms).flat();
    if (new Set(targets).size < targets.length)
      context.addIssue({ code: 'custom', path: ['arms'], message: 'two arms share a server or backend' });
  });

export type HaproxyOptions = z.infer<typeof haproxyOptions>;

export const serversOf = ({ arms }: HaproxyOptions, arm: string): readonly string[] =>
  [arms[arm] ?? []].flat();

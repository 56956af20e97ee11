/** `notify:`: who is told. Nothing is resolved here, so that no secret is needed to read a file. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
import { NOTICES, type Notification, type SecretText } from '../../model/timetable.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { notifyShape } from '../shape/timetable.js';
import { withSecrets } from './secrets.js';

const COMMAND_TIMEOUT_MS = 30_000;

const secret = (text: string): SecretText => withSecrets(text) as SecretText;

export function readNotifications(
  root: Located,
  problems: Problems,
): { readonly notifications?: readonly Notification[] } {
  const list = items(child(root, 'notify'));
  const notifications = list.flatMap((at): readonly Notification[] => {
    const read = notifyShape.safeParse(at.value);
    if (!read.success) return []; // said by the shape of the file
    const one = read.data;
    if ('command' in one)
      return [
        {
          kind: 'command',
          command: one.command,
          timeoutMs: one.timeout ?? COMMAND_TIMEOUT_MS,
          on: one.on ?? NOTICES,
        },
      ];
    if ('webhook' in one) {
      checkAddress(child(at, 'webhook'), one.webhook, problems);
      return [
        {
          kind: 'webhook',
          url: secret(one.webhook),
          format: one.format ?? 'json',
          headers: withSecrets(one.headers ?? {}) as Readonly<Record<string, SecretText>>,
          on: one.on ?? NOTICES,
        },
      ];
    }
    checkAddress(child(at, 'grafana'), one.grafana, problems);
    return [
      {
        kind: 'grafana',
        url: secret(one.grafana),
        token: one.token === undefined ? null : secret(one.token),
        path: `/${(one.path ?? 'api').replace(/^\/+|\/+$/g, '')}`,
        dashboard: one.dashboard ?? null,
      },
    ];
  });
  return notifications.length === 0 ? {} : { notifications };
}

function checkAddress(at: Located | null, text: string, problems: Problems): void {
  if (at === null || typeof secret(text) !== 'string' || /^https?:\/\/[^/]/.test(text)) return;
  problems.atValue(
    at,
    `"${text}" is not an address`,
    'Write https://host/path, or ${NAME} for a secret one.',
  );
}

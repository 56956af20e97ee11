/** Why no broker could be talked to: who was asked, and what to look at, by what the client heard. */
import { KnownError } from '../../../errors.js';
import type { Connection } from './connection.js';

/** Somebody answers, and refuses; or nobody does. */
export function unreachable(cause: Error, { brokers, ssl, sasl }: Connection): KnownError {
  const asked = `Asked ${brokers.map(String).join(', ')}`;
  const { message } = cause;
  if (cause.name === 'KafkaJSSASLAuthenticationError')
    return new KnownError('kafka-refused', `the Kafka broker does not let us in: ${message}`, {
      hint: `${asked} as ${String(sasl?.username)}, mechanism ${sasl?.mechanism}. Are user and password (\`sasl:\`) those of this cluster, and is that the mechanism it offers?`,
      exit: 69,
      cause,
    });
  if (ssl && /certificate|self.signed|altnames|ssl|tls/iu.test(message))
    return new KnownError('kafka-refused', `the Kafka broker cannot be trusted: ${message}`, {
      hint: `${asked} over TLS. Where its certificate is signed by an authority of your own, name that authority's file in NODE_EXTRA_CA_CERTS; a listener without TLS needs \`ssl: false\`.`,
      exit: 69,
      cause,
    });
  const demands =
    sasl === undefined
      ? ' A listener that demands TLS (`ssl: true`) or a user (`sasl:`) hangs up without a word.'
      : '';
  return new KnownError('kafka-unreachable', `no Kafka broker answers: ${message}`, {
    hint: `${asked}. Is it running, and is this the address it advertises?${demands}`,
    exit: 69,
    cause,
  });
}

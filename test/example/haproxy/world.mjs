/**
 * A small world to divide traffic in: two real backends (processes), Debian's real HAProxy in front of them, and a load
 * that never stops. Prints where everything is as one line of JSON; ends when its standard input does.
 *
 *   node world.mjs [--slower 20] [--failing 2] [--silent 10] [--rate 250] [--mode keys|requests] [--balance random(1)|roundrobin] [--alternating]
 *
 * `silent`: percent of the requests of the new backend of which the proxy writes no line.
 * Commands on standard input, a line each: `kill new` ends a backend by force, `reload` reloads the proxy.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    backend: { type: 'string' },
    slower: { type: 'string', default: '0' },
    failing: { type: 'string', default: '0' },
    silent: { type: 'string', default: '0' },
    rate: { type: 'string', default: '250' },
    mode: { type: 'string', default: 'keys' },
    balance: { type: 'string', default: 'random(1)' },
    seed: { type: 'string', default: '20261128' },
    alternating: { type: 'boolean', default: false },
  },
});

if (values.backend !== undefined) await backend();
else await world();

/** Answers after a while of its own: 12 to 28 ms, three times that for heavy work; `slower` and `failing` in percent. */
async function backend() {
  const { slower, failing } = JSON.parse(values.backend);
  const server = createServer((incoming, response) => {
    const heavy = incoming.headers['x-work'] === 'heavy' ? 3 : 1;
    const delayMs = (12 + 16 * Math.random()) * heavy * (1 + slower / 100);
    const status = Math.random() * 100 < failing ? 500 : 200;
    incoming.resume();
    setTimeout(() => response.writeHead(status, { 'content-length': 2 }).end('ok'), delayMs);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
}

async function freePort() {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function config({ folder, port, log, ports }) {
  const keyed = values.mode === 'keys';
  return `global
  stats socket ${folder}/admin.sock mode 600 level admin
  stats socket ${folder}/user.sock mode 600 level user
  log 127.0.0.1:${log} len 4096 format raw local0
  hard-stop-after 2s
defaults
  mode http
  log global
  option redispatch
  retries 1
  timeout connect 1s
  timeout client 30s
  timeout server 10s
frontend fe
  bind 127.0.0.1:${port}
  http-request capture req.hdr(x-key) len 64
${keyed ? `  http-request set-var(txn.arm) req.hdr(x-key),xxh32(${values.seed}),mod(10000),map_int(${folder}/arms.map) if { req.hdr(x-key) -m len gt 0 }\n` : ''}  log-format '{"t":%Ts.%ms,"be":"%b","srv":"%s","arm":"%[var(txn.arm)]","key":"${keyed ? '%[capture.req.hdr(0),json(utf8s)]' : ''}","Ti":%Ti,"Tw":%Tw,"Tc":%Tc,"Tr":%Tr,"Ta":%Ta,"st":%ST,"ts":"%tsc","rc":"%rc","cov":{"bytes":%U}}'
  use_backend %[var(txn.arm)] if { var(txn.arm) -m found }
  default_backend ${keyed ? 'old' : 'both'}
backend both
  balance ${values.balance}
  server old 127.0.0.1:${ports.old} weight 100
  server new 127.0.0.1:${ports.new} weight 0
backend old
  server old 127.0.0.1:${ports.old}
backend new
  http-request set-log-level silent if { rand(100) lt ${Number(values.silent)} }
  server new 127.0.0.1:${ports.new}
`;
}

async function world() {
  const folder = mkdtempSync(join(tmpdir(), 'stx-'));
  const self = fileURLToPath(import.meta.url);
  const start = (options) => fork(self, ['--backend', JSON.stringify(options)], { stdio: 'inherit' });
  const backends = {
    old: start({ slower: 0, failing: 0 }),
    new: start({ slower: Number(values.slower), failing: Number(values.failing) }),
  };
  const ports = {};
  for (const [name, child] of Object.entries(backends)) [ports[name]] = await once(child, 'message');
  const [port, log] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'arms.map'), '');
  writeFileSync(join(folder, 'haproxy.cfg'), config({ folder, port, log, ports }));
  // Master-worker: a reload is a new process behind the same socket, as on a real machine.
  const proxy = spawn('haproxy', ['-W', '-db', '-f', join(folder, 'haproxy.cfg')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  proxy.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  proxy.on('exit', (code) => {
    if (!ending) process.stderr.write(`haproxy ended with ${code}: ${said}\n`);
  });
  let ending = false;
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const counts = { sent: 0, ok: 0, failed: 0, broken: 0 };
  const send = () =>
    new Promise((done) => {
      const i = counts.sent++;
      const heavy = values.alternating ? i % 2 === 1 : Math.random() < 0.5;
      const body = 'x'.repeat(heavy ? 600 : 100);
      // A quotation mark in a key must not end the line of JSON that tells of it.
      const key = `k"${Math.floor(Math.random() * 3_000)}`;
      const headers = { 'x-key': key, 'x-work': values.alternating && heavy ? 'heavy' : 'light', 'content-length': body.length };
      const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/', agent, headers }, (response) => {
        counts[response.statusCode < 500 ? 'ok' : 'failed'] += 1;
        response.resume();
        response.on('close', done);
      });
      asked.on('error', () => {
        counts.broken += 1;
        done();
      });
      asked.end(body);
    });
  for (let tries = 0; ; tries++) {
    const before = counts.ok;
    await send();
    if (counts.ok > before) break;
    if (tries > 100) throw new Error(`haproxy does not answer: ${said}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  counts.broken = 0;
  const load = setInterval(() => void send(), 1000 / Number(values.rate));
  process.stdout.write(
    `${JSON.stringify({ folder, port, socket: join(folder, 'admin.sock'), map: join(folder, 'arms.map'), log: `127.0.0.1:${log}` })}\n`,
  );
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line.startsWith('kill ')) backends[line.slice(5)]?.kill('SIGKILL');
    if (line === 'reload') proxy.kill('SIGUSR2');
    if (line === 'counts') process.stdout.write(`${JSON.stringify(counts)}\n`);
  });
  const end = async () => {
    ending = true;
    clearInterval(load);
    for (const child of Object.values(backends)) child.kill('SIGKILL');
    const gone = proxy.exitCode === null ? once(proxy, 'exit') : null;
    proxy.kill('SIGTERM');
    setTimeout(() => proxy.kill('SIGKILL'), 3_000).unref();
    await gone;
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  lines.on('close', () => void end());
}

// The service with a clock that a test sets, behind a connection that a test cuts. It is the integration tests' own
// binary: `tests/it/offline.rs` says which commands it takes.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { here } from './support.mjs';

const root = join(here, '..', '..');

/** The test binary beside the program under test: the newest that cargo has built, or the one that HEADROOM_IT names. */
function testBinary() {
  if (process.env.HEADROOM_IT) return process.env.HEADROOM_IT;
  const program = process.env.HEADROOM_BIN ?? join(root, 'target', 'debug', 'headroom');
  const folder = join(dirname(program), 'deps');
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => /^it-[0-9a-f]{16}$/.test(name)).map((name) => join(folder, name)) : [];
  found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const knows = (path) => execFileSync(path, ['--list', '--ignored', 'offline::child'], { encoding: 'utf8' }).includes('offline::child: test');
  if (found.length && knows(found[0])) return found[0];
  throw new Error('the integration tests are not built: cargo test --no-run, or name their binary in HEADROOM_IT');
}

/** Starts it on `sqlite` or `postgres`. `url` leads through a connection of its own that `cut` and `mend` act upon. */
export async function startChild(database) {
  const child = spawn(testBinary(), ['--ignored', '--exact', 'offline::child', '--nocapture', '--test-threads=1'], {
    env: { ...process.env, HEADROOM_OFFLINE_CHILD: database },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = [];
  const wanted = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('child: ')) return;
    const answer = JSON.parse(line.slice(7));
    const next = wanted.shift();
    if (next) next.resolve(answer);
    else answers.push(answer);
  });
  const ended = once(child, 'exit');
  ended.then(([code]) => wanted.splice(0).forEach(({ reject }) => reject(new Error(`the server ended with ${code}`))));
  const answer = () => (answers.length ? Promise.resolve(answers.shift()) : new Promise((resolve, reject) => wanted.push({ resolve, reject })));
  const { port } = await answer();
  const line = await cable(port);
  return {
    ...line,
    /** Sends one command and answers what it says. */
    tell: (command) => {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    stop: async () => {
      await line.cut();
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * A port that leads to another while it is not cut: open connections break, new ones are refused. With a key and a
 * certificate it speaks TLS to whoever calls.
 */
export async function cable(target, secure) {
  const open = new Set();
  const make = (each) => (secure ? createTls(secure, each).on('tlsClientError', () => {}) : createServer(each));
  const raw = new Set(); // below the TLS: what is yet to be greeted breaks as well
  const server = make((from) => {
    const to = connect(target, '127.0.0.1');
    for (const [one, other] of [[from, to], [to, from]]) {
      open.add(one);
      one.on('error', () => {}).on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const listen = async (port) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  };
  if (secure) server.on('connection', (socket) => { raw.add(socket); socket.on('close', () => raw.delete(socket)); });
  const port = await listen(0);
  return {
    url: `${secure ? 'https' : 'http'}://localhost:${port}`,
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of [...open, ...raw]) socket.destroy();
      await closed;
    },
    mend: async () => (server.listening ? port : listen(port)),
  };
}

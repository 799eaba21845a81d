// One demo for all files, one file after the other: they share its county, and two cores.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { here, startDemo } from './support.mjs';

const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort();
const demo = await startDemo();
console.log(`the demo was ready after ${demo.seconds.toFixed(1)} s`);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
try {
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
    cwd: here,
    env: { ...process.env, HEADROOM_URL: demo.url },
    stdio: 'inherit',
    signal: stop.signal,
  });
  const [code] = await once(tests, 'exit');
  process.exitCode = code ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await demo.stop();
}

// The same pages on PostgreSQL: a tap is counted, shown to the manager at once, and an LMC and an ICB have their pages.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { morning } from './morning.mjs';
import { PHONE, counted, enrol, enrolmentLink, freshDatabase, launch, migrate, open, signIn, startDemo, until } from './support.mjs';

let database;
let keys;
let demo;
let browser;
before(async () => {
  assert.ok(process.env.HEADROOM_TEST_POSTGRES, 'HEADROOM_TEST_POSTGRES names no server: tests/browser/run starts one');
  database = freshDatabase();
  keys = suppliedKeys();
  const settings = { DATABASE_URL: database.url, HEADROOM_TOKEN_KEY: join(keys, 'token.key'), HEADROOM_NOISE_KEY: join(keys, 'noise.key') };
  migrate(settings);
  demo = await startDemo(settings);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  database?.drop();
  if (keys) rmSync(keys, { recursive: true, force: true });
});

// On PostgreSQL no node makes its own keys.
function suppliedKeys() {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-keys-'));
  for (const name of ['token', 'noise']) {
    writeFileSync(join(folder, `${name}.key`), randomBytes(32), { mode: 0o600 });
  }
  return folder;
}

test('the four roles on PostgreSQL', async (t) => {
  t.diagnostic(`the demo was ready after ${demo.seconds.toFixed(1)} s`);
  const ready = await (await fetch(`${demo.url}/health/ready`)).json();
  assert.equal(ready.database, 'postgresql');
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const { home, link } = await enrolmentLink(manager.page, 'Dr Post');
  await manager.page.goto(`${home}/capacity`);
  const clinician = await open(browser, demo.url, { viewport: PHONE });
  await enrol(clinician.page, link);
  for (let n = 0; n < 10; n++) await clinician.page.getByRole('button', { name: '+1' }).click();
  await counted(clinician.page, 10);
  await until('the manager sees it', () => manager.page.getByRole('row', { name: /Dr Post/ }).textContent(), (text) => /10 of 25/.test(text), 5000);
  await clinician.page.getByRole('button', { name: 'Undo' }).click();
  await counted(clinician.page, 9);
  await clinician.page.reload();
  await counted(clinician.page, 9);
  await manager.page.goto(home);
  await manager.page.getByRole('button', { name: /^Nothing (else )?changed$/ }).click();
  await manager.page.getByText(/^Sent on /).waitFor();
  for (const [role, heading] of [['lmc', /^Heard from \d+ of \d+ practices/], ['icb', /^Release \d+, /]]) {
    const reader = await open(browser, demo.url);
    await signIn(reader.page, role);
    await reader.page.getByRole('heading', { name: heading }).waitFor();
    assert.deepEqual(reader.clean(), []);
  }
  assert.deepEqual([...manager.clean(), ...clinician.clean()], []);
});

test('a GP’s morning on PostgreSQL: enrol, 14 contacts, one correction and one catch-up with 20 touches', async (t) => {
  const { touches, keys } = await morning(browser, demo.url);
  t.diagnostic(`enrol, 14 contacts, one correction, one catch-up: ${touches} touches, ${keys} keys`);
  assert.deepEqual({ touches, keys }, { touches: 20, keys: 2 });
});

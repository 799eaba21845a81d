// Signing in by an organisation in a real browser, with a real OpenID provider: by invitation, out and in again; with a second
// factor that it vouches for; somebody who is not known here; and while it is down.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { axe, freePort, here, launch, open, startService } from './support.mjs';

let provider;
let service;
let browser;

/** The provider, which is not there before the first test has seen what that is like. */
async function startProvider({ issuer, port }) {
  const back = `${service.url}/sign-in/organisation/back`;
  const child = spawn(process.execPath, ['provider.mjs', back, String(port)], { cwd: here, stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  assert.equal(JSON.parse(line).issuer, issuer);
  return async () => {
    child.kill();
    await once(child, 'exit');
  };
}

before(async () => {
  const port = await freePort();
  provider = { port, issuer: `http://127.0.0.1:${port}`, stop: async () => {} };
  service = await startService({
    HEADROOM_SIGN_IN_ISSUER: provider.issuer,
    HEADROOM_SIGN_IN_CLIENT: 'headroom',
    HEADROOM_SIGN_IN_SECRET: 'three loud: red & blue chairs',
    HEADROOM_SIGN_IN_WORDS: 'Sign in with Invented Trust',
    HEADROOM_SIGN_IN_SECOND_FACTOR: 'card',
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
  await provider?.stop();
});

/** Adds a person; the path of the invitation that the command prints. */
function invite(email, role, organisation) {
  const said = service.run('user', 'add', '--email', email, '--role', role, '--organisation', organisation);
  return said.match(/\/password\/[\w-]+/)[0];
}

/** A browser that was never here; its pages may lead to the provider. */
const fresh = () => open(browser, service.url, { elsewhere: provider.issuer });
const press = (page) => page.getByRole('button', { name: 'Sign in with Invented Trust' }).click();

/** At the provider, in its own words. */
async function there(page, name, withCard = false) {
  await page.waitForURL((address) => address.origin === provider.issuer);
  await page.getByLabel('Name').fill(name);
  if (withCard) await page.getByLabel('With my card').check();
  await page.getByRole('button', { name: 'Sign in here' }).click();
  await page.waitForURL((address) => address.origin === service.url, { waitUntil: 'commit' });
}

async function signOut(page) {
  await page.goto('/sign-out');
  await page.locator('main').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${service.url}/`);
}

test('while the provider is down a page says so, and passwords work', async () => {
  const { page, context, expect } = await fresh();
  expect(/status of 502/);
  await page.goto('/sign-in');
  await press(page);
  await page.getByRole('heading', { name: 'sign-in does not answer' }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill('admin@demo.invalid');
  await page.getByLabel('Password').fill('demo-demo-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((address) => address.pathname !== '/sign-in');
  await context.close();
  provider.stop = await startProvider(provider);
  // Nobody asks it again for five seconds after it did not answer.
  await sleep(5_100);
});

test('a manager comes in by their invitation, signs out, and in again by their organisation', async () => {
  const { page, context, clean } = await fresh();
  await page.goto(invite('kim@example.invalid', 'practice-manager', 'Z90001'));
  assert.deepEqual(await axe(page), []);
  await press(page);
  await there(page, 'kim');
  assert.match(page.url(), /\/practices\/Z90001$/);
  await page.goto('/account');
  await page.locator('.nhsuk-summary-list').getByText('Added').waitFor();
  await page.goto('/account/organisation');
  assert.deepEqual(await axe(page), []);
  await signOut(page);
  await page.goto('/practices/Z90001/people');
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  assert.deepEqual(await axe(page), []);
  await press(page);
  // The provider knows them still, and on to where they wanted to go.
  await page.waitForURL(`${service.url}/practices/Z90001/people`);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('an LMC officer is let in by a card, and asked for an app without one', async () => {
  const { page, context, clean } = await fresh();
  await page.goto(invite('lee@example.invalid', 'lmc-officer', 'wyrevale'));
  await press(page);
  await there(page, 'lee', true);
  assert.match(page.url(), /\/lmc\/wyrevale$/);
  assert.deepEqual(clean(), []);
  await context.close();
  const other = await fresh();
  await other.page.goto('/sign-in');
  await press(other.page);
  await there(other.page, 'lee');
  await other.page.getByRole('link', { name: 'Set up an authenticator app' }).waitFor();
  assert.equal(new URL(other.page.url()).pathname, '/roles');
  assert.deepEqual(other.clean(), []);
  await other.context.close();
});

test('who is not known here, stops on the way or comes back twice is told what to do', async () => {
  const { page, context, expect } = await fresh();
  expect(/status of 40[03]/);
  await page.goto('/sign-in');
  await press(page);
  await there(page, 'nobody');
  await page.getByRole('heading', { name: 'This sign-in is not known here' }).waitFor();
  assert.deepEqual(await axe(page), []);
  const used = page.url();
  const other = await fresh();
  other.expect(/status of 40[03]/);
  await other.page.goto('/sign-in');
  await press(other.page);
  await other.page.waitForURL((address) => address.origin === provider.issuer);
  await other.page.getByRole('button', { name: 'Stop' }).click();
  await other.page.getByText('did not let you in').waitFor();
  await other.context.close();
  await page.goto(used);
  await page.getByText('Begin again').waitFor();
  await page.goto('/account');
  assert.equal(new URL(page.url()).pathname, '/sign-in', 'none of it opened anything');
  await context.close();
});

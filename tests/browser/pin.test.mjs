// A phone with a PIN, without a connection: while it is unlocked it counts as any other; once its browser was closed it
// shows nothing of the day, keeps what was tapped, and sends that after the PIN.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cable } from './child.mjs';
import { PHONE, counted, enrolmentLink, launch, launchProfile, open, server, signIn, stored, unsent, until } from './support.mjs';

const LONG = 30000;
let demo;
let browser;
let line;
before(async () => {
  demo = await server();
  browser = await launch();
  line = await cable(Number(new URL(demo.url).port));
});
after(async () => {
  await line?.cut();
  await browser?.close();
  await demo?.stop();
});

const plus = (page) => page.locator('.hr-plus');
const field = (page) => page.getByLabel('PIN of this device');

test('a locked phone without a connection shows no count and keeps its taps', async () => {
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const { link } = await enrolmentLink(manager.page, `Dr Pin ${process.pid}`);
  await manager.context.close();
  const folder = mkdtempSync(join(tmpdir(), 'headroom-profile-'));
  const options = { viewport: PHONE, locale: 'en-GB', timezoneId: 'Europe/London' };
  let context = await launchProfile(folder, options);
  context.setDefaultTimeout(15000);
  let page = context.pages()[0] ?? (await context.newPage());
  await page.goto(`${line.url}${link}`);
  await page.locator('input[name=pin]').fill('2468');
  await page.locator('input[name=pin_again]').fill('2468');
  await page.getByRole('button', { name: 'Enrol this device' }).click();
  await page.waitForURL(/\/(clinicians|unlock)/);
  if (/unlock/.test(page.url())) await unlock(page);
  const path = new URL(page.url()).pathname;
  await until('the frame is kept', () => stored(page), ({ cached }) => cached.includes('/offline') && cached.length > 5, LONG);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  for (let n = 0; n < 13; n++) await plus(page).click();
  await until('sent', () => unsent(page), (n) => n === 0);
  await until('noted', () => stored(page), ({ days }) => days[0]?.base === 13 && days[0].pin === true);

  // Unlocked: the open page counts on, and so does another one.
  await line.cut();
  await plus(page).click();
  await counted(page, 14);
  const second = await context.newPage();
  await second.goto(`${line.url}${path}`);
  await counted(second, 14);
  await plus(second).click();
  await counted(second, 15);
  await until('stored', () => stored(second), ({ ops }) => ops.length === 2);

  // The browser is closed: what said that the PIN was given is gone with its session.
  await context.close();
  context = await launchProfile(folder, options);
  context.setDefaultTimeout(15000);
  page = context.pages()[0] ?? (await context.newPage());
  for (const address of [path, '/']) {
    await page.goto(`${line.url}${address}`);
    await page.getByText('This device asks for its PIN then').waitFor();
    const shown = await page.locator('main').innerText();
    assert.doesNotMatch(shown, /\d/, shown);
    assert.equal(await plus(page).isVisible(), false);
  }
  const kept = await stored(page);
  assert.equal(kept.ops.length, 2, 'what was tapped is kept');
  assert.deepEqual(kept.days.map(({ base, limit, recent }) => [base, limit, recent]), [[undefined, undefined, undefined]], 'the figures are not');

  // The connection is back: the PIN first, then everything is sent and counted once.
  await line.mend();
  await page.goto(`${line.url}${path}`);
  await unlock(page);
  await until('sent', () => unsent(page).catch(() => -1), (n) => n === 0, LONG);
  await page.reload();
  await counted(page, 15);
  await until('noted', () => stored(page), ({ days }) => days[0]?.base === 15);
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

async function unlock(page) {
  await field(page).fill('2468');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.waitForURL(/\/clinicians\//);
}

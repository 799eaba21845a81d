// Beside a clinical system: single keys, the small window by both ways a browser may open it, and a secret address that
// counts a press.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, axe, counted, day, freshClinician, launch, open, server, shape, stored, unsent, until } from './support.mjs';

let demo;
let browser;
before(async () => {
  demo = await server();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const atDesk = (options = {}) => freshClinician(browser, demo.url, { viewport: DESK, isMobile: false, hasTouch: false, ...options });
const said = (page) => page.locator('[data-say]').first().textContent();
const link = (page) => page.locator('a[data-small-window]');
const settled = (page) => until('the outbox is empty', () => unsent(page), (n) => n === 0);

/** The small window, opened as a browser without windows that stay on top opens it. */
async function popup(page) {
  await page.evaluate(() => { delete self.documentPictureInPicture; Object.defineProperty(self, 'documentPictureInPicture', { value: undefined }); });
  const [small] = await Promise.all([page.waitForEvent('popup'), link(page).click()]);
  await small.waitForLoadState();
  await small.locator('.hr-plus').waitFor();
  return small;
}

/** The same in a window that stays on top: it holds a frame with the small page. */
async function onTop(page, context) {
  const [window] = await Promise.all([context.waitForEvent('page'), link(page).click()]);
  const frame = await until('the frame', () => window.frames()[1], Boolean);
  await frame.locator('.hr-plus').waitFor();
  return { window, frame };
}

test('keys count, undo and say the kind; not in a field, not with another key, not held down', async () => {
  const { page, context, clean } = await atDesk();
  for (let n = 0; n < 3; n++) await page.keyboard.press('+');
  await counted(page, 3);
  await page.keyboard.press('u');
  await counted(page, 2);
  assert.match(await said(page), /^\d\d:\d\d in person taken back\. Put it back$/);
  await settled(page); // then the page knows the kind of the one before
  await until('it can be changed', () => page.locator('#kind-telephone').isEnabled(), Boolean);
  await page.keyboard.press('2');
  await until('the kind', () => page.locator('#kind-telephone').getAttribute('aria-pressed'), (is) => is === 'true');
  assert.equal(await said(page), 'The last one: telephone.', 'said in the live region that is there anyway');
  assert.equal(await page.locator('#day').getAttribute('aria-live'), 'polite');
  await page.keyboard.press('5');
  await until('complex', () => page.locator('#kind-complex').getAttribute('aria-pressed'), (is) => is === 'true');
  for (const chord of ['Control++', 'Alt++', 'Meta++', 'Control+u', 'Alt+1', 'Meta+2']) {
    await page.evaluate((keys) => {
      const [, modifier, key] = keys.match(/^(\w+)\+(.)$/);
      const pressed = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ctrlKey: modifier === 'Control', altKey: modifier === 'Alt', metaKey: modifier === 'Meta' });
      document.body.dispatchEvent(pressed);
    }, chord);
  }
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '+', repeat: true, bubbles: true })));
  assert.equal((await day(page)).counted, 2);
  await settled(page);
  // In a field a key is a letter.
  await page.evaluate(() => document.querySelector('main').append(Object.assign(document.createElement('textarea'), { id: 'typed' })));
  await page.locator('#typed').focus();
  for (const key of ['+', 'u', '1', '?']) await page.keyboard.press(key);
  assert.equal(await page.locator('#typed').inputValue(), '+u1?');
  assert.ok(!(await page.locator('#keys').isVisible()));
  assert.equal((await day(page)).counted, 2);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('the list of keys opens with ? and with its button, and can be used without a mouse', async () => {
  const { page, context, clean } = await atDesk();
  await page.keyboard.press('?');
  const sheet = page.locator('#keys');
  assert.ok(await sheet.isVisible());
  await page.keyboard.press('+');
  assert.equal((await day(page)).counted, 0, 'what is under the list is not pressed');
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  assert.ok(!(await sheet.isVisible()));
  await page.locator('[data-keys]').press('Enter');
  assert.ok(await sheet.isVisible());
  await sheet.getByRole('button', { name: 'Close' }).click();
  assert.ok(!(await sheet.isVisible()));
  assert.deepEqual(clean(), []);
  await context.close();
});

test('keys can be switched off, and stay so', async () => {
  const { page, context, clean } = await atDesk();
  const home = page.url();
  await page.goto('/account/desk');
  assert.deepEqual([...(await axe(page)), ...(await shape(page))], []);
  await page.getByLabel('Single keys count on My day and in the small window').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved in this browser.').waitFor();
  for (let visit = 0; visit < 2; visit++) {
    await page.goto(home);
    for (const key of ['+', 'u', '1', '?']) await page.keyboard.press(key);
    assert.equal((await day(page)).counted, 0);
    assert.ok(!(await page.locator('#keys').isVisible()));
  }
  await page.locator('[data-keys]').click();
  assert.ok(await page.getByText('They are switched off in this browser.').isVisible());
  await page.keyboard.press('Escape');
  await page.locator('.hr-plus').click();
  await counted(page, 1);
  await settled(page);
  await page.goto('/account/desk');
  await page.getByLabel('Single keys count on My day and in the small window').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.goto(home);
  await page.keyboard.press('+');
  await counted(page, 2);
  await settled(page);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a small window that is opened as one: keys in it, one sum in both, and no connection', async () => {
  const { page, context, clean, expect } = await atDesk();
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i);
  const small = await popup(page);
  await small.setViewportSize({ width: 240, height: 440 });
  assert.deepEqual([...(await axe(small)), ...(await shape(small))], []);
  await small.keyboard.press('+');
  await counted(small, 1);
  await counted(page, 1);
  await page.bringToFront();
  await page.locator('.hr-plus').click();
  await counted(page, 2);
  await counted(small, 2);
  await small.bringToFront();
  await small.keyboard.press('3');
  await until('the kind', () => small.locator('#kind-online').getAttribute('aria-pressed'), (is) => is === 'true');
  await settled(small);
  await context.setOffline(true);
  for (let n = 0; n < 4; n++) await small.keyboard.press('+');
  await small.keyboard.press('u');
  await counted(small, 5);
  await until('it says so', () => small.locator('[data-waiting]').textContent(), (text) => /3 waiting to send/.test(text));
  assert.deepEqual(await axe(small), []);
  await page.bringToFront();
  await counted(page, 5);
  await small.close();
  await context.setOffline(false);
  await until('all is sent from the page that is left', () => unsent(page), (n) => n === 0, 90000);
  await page.reload();
  assert.equal((await day(page)).counted, 5);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('the small window stays on top where the browser can, counts the same, and closes with its page without losing a tap', async () => {
  const { page, context, clean, expect } = await atDesk();
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i);
  assert.ok(await page.evaluate(() => 'documentPictureInPicture' in self), 'this Chromium has it');
  const { window, frame } = await onTop(page, context);
  assert.equal(new URL(frame.url()).pathname, `${new URL(page.url()).pathname}/small`);
  await frame.locator('.hr-plus').click();
  await until('counted on both', async () => [await day(frame), await day(page)].map((one) => one.counted), ([a, b]) => a === 1 && b === 1);
  // The window has the focus, and so have its keys.
  await window.keyboard.press('+');
  await until('by key', () => day(frame), (seen) => seen.counted === 2);
  await until('on the page', () => day(page), (seen) => seen.counted === 2);
  await until('sent', () => frame.evaluate(() => self.headroomOutbox.ops.length), (n) => n === 0);
  // A second press of the link brings it to the front and opens no other.
  await link(page).click();
  assert.equal(context.pages().length, 2);
  // Three taps without a connection, and the page that opened it goes at once.
  await context.setOffline(true);
  await frame.evaluate(() => { for (let n = 0; n < 3; n++) document.querySelector('.hr-plus').click(); });
  const home = page.url();
  await page.goto('about:blank');
  await until('the window is gone', () => window.isClosed(), Boolean);
  await context.setOffline(false);
  await page.goto(home);
  await counted(page, 5);
  await until('the disk is empty', () => stored(page), ({ ops }) => ops.length === 0);
  await page.reload();
  assert.equal((await day(page)).counted, 5);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a window on top that must ask for a PIN or to sign in gives way to the page', async () => {
  const { page, context, expect } = await atDesk();
  expect(/./);
  const { window, frame } = await onTop(page, context);
  await context.clearCookies();
  await frame.evaluate(() => location.reload()).catch(() => {});
  await until('the window is gone', () => window.isClosed(), Boolean);
  await context.close();
});

test('a database that is held up: taps of the small window are counted all the same', async () => {
  const { page, context, clean } = await atDesk();
  const small = await popup(page);
  // A page of ours that never lets go, as a frozen one does.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('headroom');
        request.onsuccess = () => {
          const tx = request.result.transaction(['ops'], 'readwrite');
          const spin = () => { tx.objectStore('ops').count().onsuccess = spin; };
          spin();
          resolve();
        };
      }),
  );
  await small.bringToFront();
  await small.keyboard.press('+');
  await small.keyboard.press('+');
  await counted(small, 2);
  await until('they reach the server', async () => (await (await context.request.get(`/api/v1${new URL(page.url()).pathname}/days/${await small.locator('#day').getAttribute('data-date')}`)).json()).counted, (n) => n === 2);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a secret address counts ten presses in two seconds, and a browser that looks counts none', async () => {
  const { page, context, clean } = await atDesk();
  const home = page.url();
  await page.getByRole('link', { name: 'one-tap addresses' }).click();
  assert.deepEqual([...(await axe(page)), ...(await shape(page))], []);
  await page.getByLabel('What it is for').fill('Stream Deck');
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = (await page.locator('#new-address').textContent()).trim();
  assert.deepEqual([...(await axe(page)), ...(await shape(page))], []);
  const began = performance.now();
  const answers = [];
  for (let n = 0; n < 10; n++) answers.push(await fetch(address, { method: 'POST' }).then((reply) => reply.text()));
  const took = performance.now() - began;
  assert.ok(took < 2000, `${took} ms`);
  assert.equal(answers.at(-1), '15 left of 25\n');
  const tag = await open(browser, demo.url);
  for (const viewport of [{ width: 240, height: 440 }, { width: 390, height: 844 }]) {
    await tag.page.setViewportSize(viewport);
    await tag.page.goto(address);
    assert.deepEqual([...(await axe(tag.page)), ...(await shape(tag.page))], []);
  }
  await tag.page.getByRole('button', { name: '+1' }).click();
  await tag.page.getByText('14 left of 25').waitFor();
  assert.deepEqual([...(await axe(tag.page)), ...(await shape(tag.page))], []);
  await tag.page.getByRole('button', { name: 'Undo' }).click();
  await tag.page.getByText('15 left of 25').waitFor();
  assert.deepEqual(tag.clean(), []);
  await tag.context.close();
  await page.goto(home);
  assert.equal((await day(page)).counted, 10);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('without JavaScript the small page counts by forms and stays small', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url, { javaScriptEnabled: false, viewport: { width: 240, height: 440 }, isMobile: false });
  await page.goto(`${page.url()}/small`);
  await page.getByRole('button', { name: '+1' }).click();
  assert.match(page.url(), /\/small$/);
  assert.equal((await day(page)).counted, 1);
  await page.getByRole('button', { name: 'Telephone' }).click();
  assert.match(page.url(), /\/small$/);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.match(page.url(), /\/small$/);
  assert.equal((await day(page)).counted, 0);
  assert.ok(!(await page.getByText('Set to…').isVisible()), 'what has no room is not shown');
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a tap that nears the limit or reaches it is felt once, and shown on the icon, unless that is switched off', async () => {
  const { page, context, clean } = await atDesk();
  await context.addInitScript(() => {
    self.felt = [];
    self.badges = [];
    navigator.vibrate = (pattern) => self.felt.push(pattern);
    navigator.setAppBadge = async (n) => { self.badges.push(n); };
    navigator.clearAppBadge = async () => { self.badges.push(0); };
  });
  const home = page.url();
  await page.reload();
  for (let n = 1; n <= 26; n++) {
    await page.keyboard.press('+');
    await counted(page, n);
  }
  await until('felt', () => page.evaluate(() => self.felt.length), (n) => n === 2);
  assert.deepEqual(await page.evaluate(() => self.felt), [200, [200, 100, 200]]);
  assert.deepEqual(await page.evaluate(() => self.badges), [22, 23, 24, 25, 26]);
  await settled(page);
  await page.goto('/account/desk');
  await page.getByLabel('A short vibration and a badge').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.goto(home);
  for (let n = 25; n >= 24; n--) {
    await page.keyboard.press('u');
    await counted(page, n);
    await settled(page); // then the page knows the one before
  }
  await page.keyboard.press('+');
  await counted(page, 25);
  await settled(page);
  assert.deepEqual(await page.evaluate(() => [self.felt, self.badges.filter(Boolean)]), [[], []]);
  assert.deepEqual(clean(), []);
  await context.close();
});

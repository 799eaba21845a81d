// The edges of a phone: a database that is closed under the page or does not answer, a browser that writes dates in its
// own way, pages that are left, the focus of whoever has no pointer, and signing out with taps that wait.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PHONE, counted, day, freshClinician, launch, open, practiceOf, server, signIn, stored, unsent, until } from './support.mjs';

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

const NETWORK = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i;
const plus = (page) => page.getByRole('button', { name: '+1' });
const waiting = (page) => page.locator('[data-waiting]').textContent();
const empty = (page) => until('the outbox is empty', () => unsent(page), (n) => n === 0);
const ready = (page) => until('the frame is kept', () => stored(page), ({ cached }) => cached.includes('/offline') && cached.length > 5).then(() => page.evaluate(() => navigator.serviceWorker.ready.then(() => true)));

test('a database that the system closed under the page is opened once more, and nothing is lost', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url);
  expect(NETWORK);
  await ready(page);
  await context.setOffline(true);
  // As iOS does with a page in the background: the connection is closed, and only the next transaction says so.
  await page.evaluate(() => {
    const begin = IDBDatabase.prototype.transaction;
    window.thrown = 0;
    IDBDatabase.prototype.transaction = function transaction(...args) {
      if (window.thrown++ % 2 === 0) throw new DOMException('The database connection is closing.', 'InvalidStateError');
      return begin.apply(this, args);
    };
  });
  for (let n = 0; n < 3; n++) await plus(page).click();
  await until('kept', () => page.evaluate(() => self.headroomOutbox.ops.map((op) => op.state).join()), (states) => states === 'kept,kept,kept');
  assert.ok((await page.evaluate(() => window.thrown)) >= 6, 'it was closed each time');
  await page.reload();
  await counted(page, 3);
  assert.equal((await stored(page)).ops.length, 3);
  await context.setOffline(false);
  await empty(page);
  await counted(page, 3);
  await context.close();
});

test('a write that neither ends nor fails is sent from memory, and said', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  expect(NETWORK);
  expect(/Service Worker registration blocked/);
  // The answer waits until the words were read, however slow the machine is.
  let read;
  const said = new Promise((go) => { read = go; });
  await page.route('**/contacts', async (route) => { await said; await route.continue(); });
  // A transaction that another page holds open: it never completes and never fails.
  await page.evaluate(() => {
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function held(...args) {
      const request = add.apply(this, args);
      const store = this;
      const on = () => { store.get(0).onsuccess = on; };
      on();
      return request;
    };
  });
  await plus(page).click();
  await counted(page, 1);
  await until('it says so', () => waiting(page), (text) => /1 waiting to send This browser does not keep it: leave this page open/.test(text), 15000);
  read();
  await empty(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await counted(other, 1);
  await context.close();
});

test('a page that comes after its taps were counted, and before it heard so, does not count them twice', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  expect(NETWORK);
  expect(/Service Worker registration blocked/);
  // They reach the server, and every answer is lost.
  await page.route('**/contacts', async (route) => { await route.fetch(); await route.abort(); });
  for (let n = 0; n < 3; n++) await plus(page).click();
  const { url, date } = await page.locator('#day').evaluate(({ dataset }) => ({ url: dataset.day, date: dataset.date }));
  const there = async () => (await (await context.request.get(`/api/v1${url.replace(/contacts$/, 'days')}/${date}`)).json()).counted;
  await until('all three are there', there, (n) => n === 3, 15000);
  // The next page is told of three, and three still wait on its disk. A fourth is not there.
  await page.unroute('**/contacts');
  await page.route('**/contacts', (route) => route.abort());
  await page.reload();
  await until('the disk was read', () => unsent(page), (n) => n === 3);
  await page.evaluate(() => self.headroom.paint());
  assert.equal((await day(page)).counted, 3);
  await plus(page).click();
  await counted(page, 4);
  await page.unroute('**/contacts');
  await page.reload();
  await until('all four are there', there, (n) => n === 4, 15000);
  await counted(page, 4);
  await context.close();
});

test('a tap while an answer is being put in its place is painted with those that were answered', async () => {
  const { page, context } = await freshClinician(browser, demo.url);
  await page.evaluate(() => {
    const swap = htmx.swap.bind(htmx);
    self.held = 0;
    const held = new Promise((go) => { self.letGo = go; });
    htmx.swap = async (...args) => {
      self.held++;
      await held;
      return swap(...args);
    };
  });
  await plus(page).click();
  await until('an answer is here', () => page.evaluate(() => self.held), (n) => n > 0);
  await plus(page).click();
  assert.equal((await day(page)).counted, 2);
  await page.evaluate(() => self.letGo());
  await empty(page);
  await counted(page, 2);
  await context.close();
});

test('no transaction begins on a page that is not looked at', async () => {
  const { page, context } = await freshClinician(browser, demo.url);
  await empty(page);
  const begun = await page.evaluate(async () => {
    const begin = IDBDatabase.prototype.transaction;
    let n = 0;
    IDBDatabase.prototype.transaction = function transaction(...args) { n++; return begin.apply(this, args); };
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    document.dispatchEvent(new Event('visibilitychange'));
    self.headroomOutbox.load();
    await new Promise((go) => setTimeout(go, 500));
    const hidden = n;
    delete document.visibilityState;
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((go) => setTimeout(go, 500));
    return [hidden, n > 0];
  });
  assert.deepEqual(begun, [0, true]);
  await plus(page).click();
  await empty(page);
  await context.close();
});

test('a browser that writes dates in its own way counts on the right day', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url, { timezoneId: 'America/New_York' });
  expect(NETWORK);
  // As engines with the locale data of 2022 do: the text of a date is not what it was elsewhere.
  await page.addInitScript(() => {
    Intl.DateTimeFormat.prototype.constructor = Intl.DateTimeFormat;
    Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get: () => () => '11/28/2026' });
    for (const name of ['toLocaleDateString', 'toLocaleTimeString', 'toLocaleString']) Date.prototype[name] = () => '11/28/2026';
  });
  await page.reload();
  await ready(page);
  await plus(page).click();
  await empty(page);
  await context.setOffline(true);
  for (let n = 0; n < 3; n++) await plus(page).click();
  await counted(page, 4);
  await page.getByRole('button', { name: 'Undo' }).click();
  await counted(page, 3);
  await page.reload();
  await counted(page, 3);
  assert.match(await page.locator('#day-heading').textContent(), /^\w+day \d+ \w+$/);
  assert.match(await page.locator('[data-last-time]').textContent(), /^\d\d:\d\d$/);
  await context.setOffline(false);
  await empty(page);
  await context.close();
});

test('the browser is asked once to keep what it holds, after the first tap', async () => {
  const { page, context } = await freshClinician(browser, demo.url);
  await page.addInitScript(() => {
    window.asked = 0;
    navigator.storage.persisted = async () => false;
    navigator.storage.persist = async () => { window.asked++; return false; };
  });
  await page.reload();
  const asked = () => page.evaluate(() => window.asked);
  assert.equal(await asked(), 0);
  for (let n = 0; n < 3; n++) await plus(page).click();
  await until('asked', asked, (n) => n === 1);
  await empty(page);
  await page.reload();
  await plus(page).click();
  await empty(page);
  assert.equal(await asked(), 0);
  await context.close();
});

test('what waits is counted as a person counts', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url);
  expect(NETWORK);
  await plus(page).click();
  await empty(page);
  await until('its kind may be changed', () => page.locator('#kind-visit').isVisible(), Boolean);
  await context.setOffline(true);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const says = (pattern) => until(`${pattern}`, () => waiting(page), (text) => pattern.test(text));
  for (let n = 0; n < 3; n++) await plus(page).click();
  await press('Undo');
  await says(/^2 waiting to send /);
  await press('Telephone'); // of one that waits: nothing more
  await says(/^2 waiting to send /);
  for (let n = 0; n < 2; n++) await press('Undo');
  await until('nothing of it waits', () => waiting(page), (text) => !/waiting to send/.test(text));
  await press('Home visit'); // of one that was sent
  await press('Complex');
  await says(/^1 waiting to send /);
  await context.setOffline(false);
  await empty(page);
  await page.reload();
  await counted(page, 1);
  const pressed = () => page.locator('[data-last] [aria-pressed=true]').evaluateAll((chips) => chips.map((chip) => chip.value));
  assert.deepEqual(await pressed(), ['visit', 'complex']);
  await context.close();
});

test('kinds chosen without a connection are sent with their taps, and undone with them', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url);
  expect(NETWORK);
  await ready(page);
  await context.setOffline(true);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await plus(page).click();
  await press('Telephone');
  await plus(page).click();
  await press('Online');
  await press('Complex');
  await plus(page).click();
  await press('Home visit');
  await press('Undo'); // the visit goes
  await until('the one before is named', () => page.locator('#kind-online').getAttribute('aria-pressed'), (pressed) => pressed === 'true');
  await page.reload();
  await counted(page, 2);
  assert.equal(await page.locator('#kind-complex').getAttribute('aria-pressed'), 'true');
  await context.setOffline(false);
  await until('the page is back', () => page.locator('[data-shell]').count().catch(() => 1), (n) => n === 0);
  await empty(page);
  await counted(page, 2);
  await page.getByRole('link', { name: 'The day in full' }).click();
  const rows = await page.locator('table').filter({ hasText: 'Contacts of the day' }).getByRole('row').allTextContents();
  const count = (pattern) => rows.filter((row) => pattern.test(row) && !/Does not count/.test(row)).length;
  assert.deepEqual([count(/Telephone/), count(/Online, complex/), count(/visit/i), count(/In person/)], [1, 1, 0, 0], rows.join('\n'));
  await context.close();
});

test('leaving a page is not a lost connection', async () => {
  const { page, context } = await open(browser, demo.url, { serviceWorkers: 'block' });
  await signIn(page, 'manager');
  const home = await practiceOf(page);
  await page.goto(`${home}/capacity`);
  await page.waitForTimeout(500);
  await page.route('**/divert', async (route) => { await sleep(4500); await route.continue(); });
  // What engines other than Chromium do when a navigation begins: they end what runs.
  await page.evaluate(() => {
    const note = () => { for (const line of document.querySelectorAll('[data-live-state], [data-notice]')) if (!line.hidden) sessionStorage.shown = line.textContent; };
    new MutationObserver(note).observe(document.body, { subtree: true, attributes: true, childList: true });
    addEventListener('beforeunload', () => setTimeout(() => {
      document.getElementById('live').dispatchEvent(new CustomEvent('htmx:sse:error', { bubbles: true, detail: {} }));
      document.body.dispatchEvent(new CustomEvent('htmx:error', { bubbles: true, detail: {} }));
    }, 20));
  });
  await page.getByRole('link', { name: 'Divert', exact: true }).click();
  await page.waitForURL(/divert/);
  assert.equal(await page.evaluate(() => sessionStorage.shown), undefined);
  // A stream that is gone while nobody leaves is said, after a while.
  await page.goto(`${home}/capacity`);
  await page.waitForTimeout(500);
  await page.evaluate(() => document.getElementById('live').dispatchEvent(new CustomEvent('htmx:sse:error', { bubbles: true, detail: {} })));
  assert.equal(await page.locator('[data-live-state]').isVisible(), false);
  await until('it is said', () => page.locator('[data-live-state]').textContent(), (text) => /^Not live since/.test(text), 6000);
  await context.close();
});

test('a page asks again when its stream begins: what happened on the way is shown', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  const address = page.url();
  const second = await context.newPage();
  // The stream begins late, and the change comes before it does.
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await second.route('**/live/**', async (route) => { await held; await route.continue(); });
  await second.goto(address);
  await plus(page).click();
  await empty(page);
  await sleep(300);
  await second.evaluate(() => { self.headroomOutbox.onchange = () => {}; }); // another browser would hear nothing
  go();
  await counted(second, 1);
  await context.close();
});

test('whoever has no pointer keeps their place', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
  for (let n = 0; n < 3; n++) await plus(page).press('Enter');
  await empty(page);
  for (const id of ['kind-telephone', 'kind-complex', 'undo']) {
    await page.locator(`#${id}`).focus();
    await page.keyboard.press('Enter');
    await empty(page);
    await page.waitForTimeout(300); // the stream's own refresh
    assert.equal(await focused(), id);
  }
  await page.keyboard.press('Enter');
  await empty(page);
  await counted(page, 1);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('no sentence moves +1', async () => {
  const { page, context } = await freshClinician(browser, demo.url);
  const longest = [
    '',
    'At this pace you pass 25 at about 15:40; your book still holds 12.',
    '4 taps kept; today’s figure comes from your practice’s appointments.',
    'The day sheet says 112. Your own count is the one that is used.',
    'Until now the figure was 112. Your own count is the one that is used.',
    'Recommended maximum 25. Your practice has not set a limit.',
    'A new day, counted on this device until the connection returns.',
    '“Sign out this device” needs a connection. Here is your day meanwhile.',
    'No connection. The count is that of 12:53 and what was tapped here since.',
    'No connection. The count is that of 12:53, from your practice’s appointments.',
  ];
  for (const width of [430, 390, 375, 360, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const places = await page.evaluate((sentences) => sentences.map((sentence) => {
      document.querySelector('[data-say]').textContent = sentence;
      for (const place of document.querySelectorAll('[data-notice], [data-refused]')) {
        place.hidden = !sentence;
        place.textContent = sentence;
      }
      return document.querySelector('.hr-plus').getBoundingClientRect().y;
    }), longest);
    assert.deepEqual([...new Set(places)], [places[0]], `${width} px: ${places}`);
  }
  await context.close();
});

test('signing out sends what waits, asks, and says what could not be sent', async () => {
  // Without a service worker, whose requests nobody can hold up here.
  const { page, context, expect } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  expect(NETWORK);
  expect(/status of 503/);
  assert.equal(await page.locator('header').getByText('Sign out').count(), 0, 'not beside the clinician’s own name');
  // The server takes nothing for a while.
  let broken = true;
  await context.route('**/contacts', (route) => (broken ? route.fulfill({ status: 503 }) : route.continue()));
  for (let n = 0; n < 2; n++) await plus(page).click();
  await page.getByRole('link', { name: 'Sign out this device' }).click();
  await page.getByText('You need a new link from your practice to use this device again').waitFor();
  await until('the number', () => page.locator('[data-leaving]').textContent(), (text) => text === '2 contacts wait to be sent. They are sent first.');
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.getByText('2 contacts could not be sent. They stay on this device and are not counted').waitFor();
  await page.getByRole('link', { name: 'Stay signed in' }).click();
  await counted(page, 2);
  await page.getByRole('link', { name: 'Sign out this device' }).click();
  broken = false;
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.waitForURL(`${demo.url}/`);
  await until('nothing is kept', () => stored(page), ({ ops, days }) => ops.length + days.length === 0);
  await context.close();
});

test('a device cannot be signed out before the script knows what waits', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  expect(NETWORK);
  let offline = true;
  await context.route('**/contacts', (route) => (offline ? route.abort() : route.continue()));
  await plus(page).click();
  await until('one waits', () => stored(page), ({ ops }) => ops.length === 1);
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await context.route('**/headroom*.js', async (route) => { await held; await route.continue(); });
  await page.goto(`${demo.url}/sign-out`, { waitUntil: 'commit' });
  await page.getByRole('link', { name: 'Stay signed in' }).waitFor();
  assert.equal(await page.locator('form[data-sign-out] button').isVisible(), false);
  offline = false;
  go();
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.waitForURL(`${demo.url}/`);
  await until('nothing is left behind', () => stored(page), ({ ops, days }) => ops.length + days.length === 0);
  await context.close();
});

test('without JavaScript signing out is a page that asks', async () => {
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const { page, context } = await freshClinician(browser, demo.url, { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'Sign out this device' }).click();
  await page.getByText('You need a new link from your practice').waitFor();
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.waitForURL(`${demo.url}/`);
  await Promise.all([context.close(), manager.context.close()]);
});

test('an error page keeps the header and the navigation of who is signed in', async () => {
  const manager = await open(browser, demo.url);
  manager.expect(/status of 404/);
  await signIn(manager.page, 'manager');
  const home = await practiceOf(manager.page);
  for (const path of ['/nowhere', '/lmc/wyrevale', `${home}/clinicians/00000000-0000-4000-8000-000000000000`]) {
    await manager.page.goto(path);
    await manager.page.getByRole('link', { name: 'This week' }).waitFor();
    assert.equal(await manager.page.getByRole('link', { name: 'Sign in' }).count(), 0);
  }
  const device = await freshClinician(browser, demo.url, { viewport: PHONE });
  device.expect(/status of 404/);
  await device.page.goto('/nowhere');
  await device.page.getByRole('link', { name: 'My day' }).click();
  await counted(device.page, 0);
  await Promise.all([manager.context.close(), device.context.close()]);
});

test('a time in “Several at once” is taken as people write it, and one that lies ahead is an error at its field', async () => {
  const { page, context, expect } = await freshClinician(browser, demo.url);
  expect(/status of 422/);
  await page.getByRole('link', { name: 'The day in full' }).click();
  const fill = async (n, time) => {
    await page.getByLabel('How many').fill(n);
    await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Telephone' });
    await page.getByLabel('About when').fill(time);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
  };
  await fill('3', '11.59pm');
  const past = page.url(); // refused, unless this is the last minute of the day
  await page.locator('.nhsuk-error-summary').getByRole('link', { name: 'Enter a time that is not in the future' }).waitFor();
  assert.match(past, /\/days\//);
  assert.equal(await page.getByLabel('How many').inputValue(), '3');
  assert.equal(await page.getByLabel('About when').inputValue(), '11.59pm');
  assert.equal(await page.getByLabel('Kind', { exact: true }).inputValue(), 'telephone');
  await page.getByRole('link', { name: 'My day' }).first().waitFor();
  await fill('2', '0.00');
  await page.getByRole('row', { name: /00:00.*Telephone/ }).first().waitFor();
  await fill('1', '12.00am');
  await until('three', () => page.getByRole('row', { name: /00:00.*Telephone/ }).count(), (n) => n === 3);
  await context.close();
});

test('an empty day says that it was not given', async () => {
  const { page, context } = await open(browser, demo.url);
  await signIn(page, 'manager');
  await page.goto(`${await practiceOf(page)}/notices/new`);
  const beside = page.locator('[data-not-given=decided_on]');
  await beside.waitFor();
  await page.locator('#decided_on').fill('2026-11-20');
  await beside.waitFor({ state: 'hidden' });
  await page.locator('#decided_on').fill('');
  await page.locator('#decided_on').blur();
  await beside.waitFor();
  await context.close();
});

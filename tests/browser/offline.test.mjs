// Show 1: taps without a network, pages that are killed, two tabs, midnight and both changes of the clock; and what
// becomes of taps when a device is revoked, signed out, six days late or three hours fast. On SQLite and on PostgreSQL.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startChild } from './child.mjs';
import { PHONE, counted, day, launch, stored, unsent, until } from './support.mjs';

const LONG = 30000;
const plus = (page) => page.locator('.hr-plus');
const undo = (page) => page.getByRole('button', { name: 'Undo' });
const ready = (page) =>
  until('the frame is kept', () => stored(page), ({ cached }) => cached.includes('/offline') && cached.length > 5, LONG).then(() =>
    page.evaluate(() => navigator.serviceWorker.ready.then(() => true)),
  );

/** A phone whose clock the test sets, enrolled at a practice of its own. */
async function phone(browser, child, practice, now) {
  await child.tell(`clock ${now}`);
  const { path, cookie } = await child.tell(`clinician ${practice}`);
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-GB', timezoneId: 'Europe/London', baseURL: child.url, hasTouch: true, isMobile: true, acceptDownloads: true });
  context.setDefaultTimeout(15000);
  await context.grantPermissions([]); // no Background Sync: its clock is not the test's
  const [name, value] = cookie.split('=');
  await context.addCookies([{ name, value, url: child.url }]);
  await context.clock.setFixedTime(now);
  const page = await context.newPage();
  await page.goto(path);
  await ready(page);
  return { context, page, path, practice };
}

async function openTab({ context, path }) {
  const page = await context.newPage();
  await page.goto(path);
  await page.locator('.hr-plus').waitFor();
  return page;
}

async function tap(page, times) {
  await page.bringToFront(); // a tab in the background is painted once a second
  for (let n = 0; n < times; n++) await plus(page).click();
}

/** The process of the page is gone at once, as when a phone is short of memory. */
async function kill(context, page) {
  const cdp = await context.newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  cdp.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

/** The network is back, and the browser notices. */
async function mend(child, page) {
  await child.mend();
  await page.evaluate(() => dispatchEvent(new Event('online')));
}

const perDay = (list) => Object.fromEntries(list.map((line) => line.split(' ')).map(([on, n]) => [on, Number(n)]));

const SPRING = [
  ['2026-03-28T23:50:00Z', 20, '2026-03-28'],
  ['2026-03-29T00:10:00Z', 20, '2026-03-29'], // past midnight, still winter time
  ['2026-03-29T00:59:30Z', 20, '2026-03-29'], // the last minute of winter time
  ['2026-03-29T01:00:30Z', 20, '2026-03-29'], // 02:00: an hour was skipped
  ['2026-03-29T22:59:00Z', 10, '2026-03-29'], // 23:59 in summer time
  ['2026-03-29T23:01:00Z', 10, '2026-03-30'], // midnight comes at 23:00 UTC
];
const AUTUMN = [
  ['2026-10-24T22:50:00Z', 20, '2026-10-24'], // 23:50 in summer time
  ['2026-10-24T23:10:00Z', 20, '2026-10-25'],
  ['2026-10-25T00:30:00Z', 20, '2026-10-25'], // 01:30 for the first time
  ['2026-10-25T01:30:00Z', 20, '2026-10-25'], // 01:30 for the second time
  ['2026-10-25T23:50:00Z', 10, '2026-10-25'], // 23:50 in winter time
  ['2026-10-26T00:10:00Z', 10, '2026-10-26'],
];

/** A hundred taps without a network on two tabs, each killed once; answers what the database holds afterwards. */
async function season(browser, child, practice, moments) {
  const begins = new Date(Date.parse(moments[0][0]) - 600000).toISOString();
  const it = await phone(browser, child, practice, begins);
  await child.cut();
  const tabs = [it.page, await openTab(it)]; // the second one is the frame
  const expected = {};
  for (const [step, [now, taps, on]] of moments.entries()) {
    await it.context.clock.setFixedTime(now);
    for (const tab of tabs) await tap(tab, taps / 2);
    expected[on] = (expected[on] ?? 0) + taps;
    for (const tab of tabs) await counted(tab, expected[on]);
    await until('stored', () => stored(tabs[1]), ({ ops }) => ops.length === Object.values(expected).reduce((a, b) => a + b));
    if (step === 1) {
      await tabs[0].close();
      tabs[0] = await openTab(it);
      await counted(tabs[0], expected[on]);
    }
    if (step === 3) {
      await kill(it.context, tabs[1]);
      tabs[1] = await openTab(it);
      await counted(tabs[1], expected[on]);
    }
  }
  assert.deepEqual(Object.keys((await child.tell(`counts ${practice}`)).contacts), [], 'nothing has arrived yet');
  const ends = new Date(Date.parse(moments.at(-1)[0]) + 300000).toISOString();
  await child.tell(`clock ${ends}`);
  await it.context.clock.setFixedTime(ends);
  await child.mend();
  for (const tab of tabs) await until('all is sent', () => unsent(tab).catch(() => -1), (n) => n === 0, LONG);
  for (const tab of tabs) await until('the real page is back', () => tab.locator('[data-shell]').count().catch(() => 1), (n) => n === 0, LONG);
  for (const tab of tabs) await counted(tab, moments.at(-1)[1]);
  await it.context.close();
  return { expected, found: await child.tell(`counts ${practice}`) };
}

for (const database of ['sqlite', 'postgres']) {
  describe(`without a network, on ${database}`, () => {
    let child;
    let browser;
    before(async () => {
      child = await startChild(database);
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await child?.stop();
    });

    test('200 taps, the pages killed, two tabs, midnight and both changes of the clock: 200 contacts on the right days', async (t) => {
      let sum = 0;
      for (const [practice, moments] of [['Z90001', SPRING], ['Z90002', AUTUMN]]) {
        const { expected, found } = await season(browser, child, practice, moments);
        assert.deepEqual(perDay(found.contacts), expected);
        assert.deepEqual(perDay(found.tallies), expected);
        assert.equal(found.marked, 0);
        t.diagnostic(`${practice}: ${found.contacts.join(', ')}`);
        sum += Object.values(perDay(found.contacts)).reduce((a, b) => a + b);
      }
      assert.equal(sum, 200);
    });

    test('a tap is taken back without a network, whether it was sent or not', async () => {
      const it = await phone(browser, child, 'Z90003', '2026-11-20T10:00:00Z');
      await tap(it.page, 2);
      await counted(it.page, 2);
      await until('sent', () => unsent(it.page), (n) => n === 0);
      await child.cut();
      await tap(it.page, 3);
      await counted(it.page, 5);
      for (let left = 4; left >= 0; left--) {
        await undo(it.page).click();
        await counted(it.page, left);
      }
      assert.ok(await undo(it.page).isDisabled());
      await tap(it.page, 1);
      await counted(it.page, 1);
      await mend(child, it.page);
      await until('sent', () => unsent(it.page), (n) => n === 0, LONG);
      await it.page.reload();
      await counted(it.page, 1);
      const found = await child.tell('counts Z90003');
      assert.deepEqual([perDay(found.contacts), perDay(found.tallies)], [{ '2026-11-20': 1 }, { '2026-11-20': 1 }]);
      await it.context.close();
    });

    test('taps that are sent six days later keep their day, and after eight days they are refused and shown', async () => {
      for (const [practice, days] of [['Z90004', 6], ['Z90005', 8]]) {
        const it = await phone(browser, child, practice, '2026-11-02T23:30:00Z');
        await child.cut();
        await tap(it.page, 7);
        await until('stored', () => stored(it.page), ({ ops }) => ops.length === 7);
        await it.page.close();
        const later = new Date(Date.parse('2026-11-02T23:30:00Z') + days * 86400000).toISOString();
        await child.tell(`clock ${later}`);
        await it.context.clock.setFixedTime(later);
        await child.mend();
        const page = await openTab(it);
        if (days === 6) {
          await until('sent', () => unsent(page), (n) => n === 0, LONG);
          assert.deepEqual(perDay((await child.tell(`counts ${practice}`)).contacts), { '2026-11-02': 7 });
        } else {
          await page.getByText('7 contacts were not accepted').waitFor();
          assert.match(await page.locator('[data-refused] li').first().textContent(), /23:30, Monday 2 November: .*7 days/);
          await page.getByRole('button', { name: 'I have read this' }).click();
          await until('off the list', () => unsent(page), (n) => n === 0);
        }
        assert.equal((await day(page)).counted, 0);
        await it.context.close();
      }
    });

    test('a phone that is three hours wrong counts on the right day', async () => {
      for (const [practice, hours] of [['Z90006', 3], ['Z90007', -3]]) {
        const [now, phoneSays] = ['2026-11-19T23:30:00Z', new Date(Date.parse('2026-11-19T23:30:00Z') + hours * 3600000).toISOString()];
        const it = await phone(browser, child, practice, now);
        await it.context.clock.setFixedTime(phoneSays);
        await it.page.reload();
        await child.cut();
        await tap(it.page, 4);
        await counted(it.page, 4);
        await mend(child, it.page);
        await until('sent', () => unsent(it.page), (n) => n === 0, LONG);
        await counted(it.page, 4);
        const found = await child.tell(`counts ${practice}`);
        assert.deepEqual([perDay(found.contacts), found.marked], [{ '2026-11-19': 4 }, 4]);
        await it.context.close();
      }
    });

    test('a revoked device keeps its taps, says why, exports them, and keeps nothing once they are removed', async () => {
      const it = await phone(browser, child, 'Z90008', '2026-11-20T11:38:00Z');
      await child.cut();
      await tap(it.page, 3);
      await until('stored', () => stored(it.page), ({ ops }) => ops.length === 3);
      await child.tell('revoke Z90008');
      const { page } = it;
      await mend(child, page);
      await page.getByText('3 contacts were not accepted and are kept here').waitFor({ timeout: LONG });
      // The same on the page that a revoked device is led to.
      await page.goto(it.path);
      await page.waitForURL(/\/sign-in/);
      await page.getByText('3 contacts were not accepted and are kept here').waitFor();
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save them to a file' }).click()]);
      const text = readFileSync(await file.path(), 'utf8');
      const row = '"2026-11-20","11:38","contact","this device is no longer enrolled or signed in"';
      assert.equal(text, ['day,time,what,reason', row, row, row, ''].join('\r\n'));
      await page.getByRole('button', { name: 'Remove them' }).click();
      assert.equal((await stored(page)).ops.length, 3, 'asked once more');
      await page.getByRole('button', { name: 'Press again' }).click();
      await nothingIsLeft(page);
      await it.context.close();
      assert.deepEqual((await child.tell('counts Z90008')).contacts, []);
    });

    test('with no page open the browser itself sends what waits, where it can', async () => {
      const it = await phone(browser, child, 'Z90010', new Date().toISOString()); // a service worker has the real clock
      await child.cut();
      await tap(it.page, 4);
      await undo(it.page).click();
      await until('stored', () => stored(it.page), ({ ops }) => ops.length === 5);
      const elsewhere = await it.context.newPage();
      const cdp = await it.context.newCDPSession(elsewhere);
      const registration = new Promise((resolve) => {
        cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
          const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${child.url}/` && !isDeleted);
          if (own) resolve(own.registrationId);
        });
      });
      await cdp.send('ServiceWorker.enable');
      const registrationId = await registration;
      await it.page.close();
      await child.mend();
      await cdp.send('ServiceWorker.dispatchSyncEvent', { origin: child.url, registrationId, tag: 'headroom-outbox', lastChance: false });
      await until('counted', () => child.tell('counts Z90010'), ({ contacts }) => contacts.length > 0, LONG);
      const found = await child.tell('counts Z90010');
      assert.deepEqual([Object.values(perDay(found.contacts)), found.marked], [[3], 0]);
      const page = await openTab(it);
      await until('nothing waits', () => unsent(page), (n) => n === 0);
      await counted(page, 3);
      await it.context.close();
    });

    test('signing out leaves nothing about anybody in the browser', async () => {
      const it = await phone(browser, child, 'Z90009', '2026-11-20T11:38:00Z');
      await tap(it.page, 2);
      await until('sent', () => unsent(it.page), (n) => n === 0);
      await until('noted', () => stored(it.page), ({ days }) => days.length === 1 && days[0].base === 2);
      assert.doesNotMatch(JSON.stringify((await stored(it.page)).days), /Dr A|Invented/, 'no name is kept');
      await it.page.getByRole('link', { name: 'Sign out this device' }).click();
      await it.page.getByRole('button', { name: 'Sign out this device' }).click();
      await it.page.waitForURL(`${child.url}/`);
      await nothingIsLeft(it.page);
      await it.context.close();
    });
  });
}

/** The files that everybody gets may stay; nothing else may. */
async function nothingIsLeft(page) {
  const left = await until('nothing is kept', () => stored(page), ({ ops, days, items }) => ops.length + days.length + items.length === 0);
  assert.equal(left.local, 0);
  assert.deepEqual(left.cached.filter((path) => !['/offline', '/offline/log'].includes(path) && !path.startsWith('/assets/')), []);
  assert.doesNotMatch(left.texts, /Z9000|Dr A|Invented/);
}

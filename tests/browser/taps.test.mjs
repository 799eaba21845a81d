// Taps that are quick, taps without a connection, pages that follow, and pages without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PHONE, axe, counted, day, enrol, enrolmentLink, freshClinician, launch, open, practiceOf, server, signIn, unsent, until } from './support.mjs';

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

const plus = (page) => page.getByRole('button', { name: '+1' });

test('20 quick taps all arrive, and the picture is never behind them', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url);
  const painted = await page.evaluate(() => {
    const button = document.querySelector('.hr-plus');
    for (let n = 0; n < 20; n++) button.click();
    return document.querySelector('[data-counted]').textContent;
  });
  assert.equal(painted, '20', 'painted before any answer');
  await until('the outbox is empty', () => unsent(page), (n) => n === 0);
  await page.reload();
  assert.equal((await day(page)).counted, 20);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a tap is painted within 50 milliseconds, and stored without being waited for', async (t) => {
  const { page, context, clean } = await freshClinician(browser, demo.url);
  await page.evaluate(() => {
    window.taps = [];
    // From the event's own time to after the frame in which its count was painted.
    const begin = (event) => {
      if (!event.target.closest('.hr-plus')) return;
      const before = Number(document.querySelector('[data-counted]').textContent);
      performance.mark('tap', { startTime: event.timeStamp });
      requestAnimationFrame(() => {
        const painted = Number(document.querySelector('[data-counted]').textContent) - before;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.taps.push({ painted, took: performance.measure('tap to painted', 'tap').duration });
        port2.postMessage(0);
      });
    };
    document.addEventListener('click', begin, true);
  });
  for (let n = 1; n <= 40; n++) {
    await plus(page).click();
    await until('painted', () => page.evaluate(() => window.taps.length), (length) => length === n);
  }
  const taps = await page.evaluate(() => window.taps);
  assert.ok(taps.every(({ painted }) => painted >= 1), 'every tap was in the next frame');
  const times = taps.map(({ took }) => took).sort((a, b) => a - b);
  const [median, most] = [times[times.length / 2], times.at(-1)];
  t.diagnostic(`tap to painted: median ${median.toFixed(1)} ms, longest ${most.toFixed(1)} ms of ${times.length}`);
  assert.ok(median < 50, `median ${median} ms`);
  await until('the outbox is empty', () => unsent(page), (n) => n === 0);
  assert.deepEqual(clean(), []);
  await context.close();
});

test('5 taps without a connection wait, say so, and are counted once when it returns', async () => {
  const { page, context, clean, expect } = await freshClinician(browser, demo.url);
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i);
  await plus(page).click();
  await counted(page, 1);
  await until('it arrived', () => unsent(page), (n) => n === 0);
  await context.setOffline(true);
  for (let n = 0; n < 5; n++) await plus(page).click();
  await until('it says so', () => page.locator('[data-waiting]').textContent(), (text) => /5 waiting to send/.test(text));
  assert.deepEqual(await day(page), { left: 19, words: 'left of 25', counted: 6 });
  assert.equal(await unsent(page), 5);
  await context.setOffline(false);
  await until('the outbox is empty', () => unsent(page), (n) => n === 0, 20000);
  await until('nothing waits', () => page.locator('[data-waiting]').textContent(), (text) => text === '');
  await page.reload();
  assert.equal((await day(page)).counted, 6, 'all, and none twice');
  assert.deepEqual(clean(), []);
  await context.close();
});

test('an answer that is lost after it was recorded counts once', async () => {
  // Without a service worker, which would send it in place of the page.
  const { page, context, expect } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  expect(/ERR_FAILED|Failed to fetch|Service Worker registration blocked/);
  let lost = 0;
  await context.route('**/contacts', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch(); // it arrives, and its answer does not
    await route.abort();
  });
  await plus(page).click();
  await until('sent again', () => unsent(page), (n) => n === 0, 15000);
  assert.ok(lost > 1);
  await page.reload();
  assert.equal((await day(page)).counted, 1);
  await context.close();
});

test('what was taken back is named and can be put back: same moment, same kind, sent or not', async () => {
  const { page, context, clean, expect } = await freshClinician(browser, demo.url);
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i);
  const sent = () => until('the outbox is empty', () => unsent(page), (n) => n === 0);
  const of = async () => {
    const { path, date } = await page.locator('#day').evaluate(({ dataset }) => ({ path: dataset.day.replace(/contacts$/, 'days'), date: dataset.date }));
    return (await (await context.request.get(`/api/v1${path}/${date}`)).json());
  };
  const say = page.locator('#day [data-say]');
  await plus(page).click();
  await sent();
  await page.locator('#kind-telephone').click();
  await sent();
  const time = (await page.locator('[data-last-time]').textContent()).trim();
  const before = await page.locator('.hr-plus').boundingBox();
  for (const offline of [false, true]) {
    await context.setOffline(offline);
    await page.locator('#undo').click();
    await counted(page, 0);
    assert.equal(await say.textContent(), `${time} telephone taken back. Put it back`);
    assert.deepEqual(await page.locator('.hr-plus').boundingBox(), before, '+1 stays where it is');
    await say.getByRole('button', { name: 'Put it back' }).click();
    await counted(page, 1);
    assert.equal(await say.textContent(), 'It is back.');
    assert.equal((await page.locator('[data-last-time]').textContent()).trim(), time);
    assert.equal(await page.locator('#kind-telephone').getAttribute('aria-pressed'), 'true');
    await context.setOffline(false);
    await sent();
    assert.equal((await of()).counted, 1);
  }
  // The next tap says something else, and nothing can be put back twice.
  await page.locator('#undo').click();
  await plus(page).click();
  assert.equal(await page.locator('#put-back').count(), 0);
  await counted(page, 1);
  await sent();
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a phone held sideways shows what is left and the button at once, and the evening is dark', async () => {
  const { page, context } = await freshClinician(browser, demo.url);
  await plus(page).click();
  for (const size of [{ width: 844, height: 390 }, { width: 667, height: 375 }]) {
    await page.setViewportSize(size);
    for (const part of ['[data-left]', '[data-say]', '.hr-plus', '#undo']) {
      const box = await page.locator(part).first().boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= size.height, `${part} of ${size.width} × ${size.height}: ${JSON.stringify(box)}`);
    }
    assert.deepEqual(await axe(page), []);
  }
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(dark, 'rgb(13, 23, 30)');
  for (let n = 0; n < 2; n++) {
    assert.deepEqual(await axe(page), []);
    await page.evaluate(() => { for (let n = 0; n < 25; n++) document.querySelector('.hr-plus').click(); });
    await counted(page, 26 + 25 * n);
  }
  await until('the outbox is empty', () => unsent(page), (n) => n === 0);
  await page.locator('#undo').click();
  await page.locator('#put-back').waitFor();
  assert.deepEqual(await axe(page), []);
  await context.close();
});

test('the manager’s capacity page follows a tap within 3 seconds', async (t) => {
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const label = `Dr Live ${process.pid}`;
  const { home, link } = await enrolmentLink(manager.page, label);
  await manager.page.goto(`${home}/capacity`);
  const row = manager.page.getByRole('row', { name: new RegExp(label) });
  const silent = manager.page.locator('.hr-silent', { has: manager.page.getByRole('heading', { name: 'No count yet' }) });
  assert.match(await silent.textContent(), new RegExp(label));
  assert.equal(await row.count(), 0);
  await manager.page.evaluate(() => (window.never = 'reloaded'));
  const clinician = await open(browser, demo.url, { viewport: PHONE });
  await enrol(clinician.page, link);
  await manager.page.waitForTimeout(500);
  const began = performance.now();
  await plus(clinician.page).click();
  await until('the row', () => row.textContent(), (text) => /1 of 25/.test(text), 3000);
  t.diagnostic(`${Math.round(performance.now() - began)} ms from tap to the other screen`);
  assert.equal(await manager.page.evaluate(() => window.never), 'reloaded', 'without loading the page again');
  assert.deepEqual([...manager.clean(), ...clinician.clean()], []);
  await Promise.all([manager.context.close(), clinician.context.close()]);
});

test('a change that comes while a page is being refreshed is shown too', async () => {
  const { page, context, label } = await freshClinician(browser, demo.url);
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const home = await practiceOf(manager.page);
  await manager.page.goto(`${home}/capacity`);
  // A slow connection: what was asked for before the second tap arrives long after it.
  const path = await manager.page.locator('#capacity').evaluate((section) => section.closest('[hx-get]').getAttribute('hx-get'));
  let asked = 0;
  await manager.page.route(path, async (route) => {
    asked += 1;
    const answer = await route.fetch();
    await sleep(2500);
    await route.fulfill({ response: answer });
  });
  await manager.page.waitForTimeout(500);
  await plus(page).click();
  await until('the page asks', () => asked, (n) => n > 0);
  await sleep(1000); // its answer was made
  await plus(page).click();
  const row = manager.page.getByRole('row', { name: new RegExp(label) });
  await until('the row', async () => ((await row.count()) ? row.textContent() : ''), (text) => /2 of 25/.test(text), 15000);
  await Promise.all([manager.context.close(), context.close()]);
});

test('what is typed on the capacity page outlives a live change', async () => {
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const label = `Dr Typed ${process.pid}`;
  const { home, link } = await enrolmentLink(manager.page, label);
  const clinician = await open(browser, demo.url, { viewport: PHONE });
  await enrol(clinician.page, link);
  await manager.page.goto(`${home}/capacity`);
  await manager.page.getByLabel(label).fill('17');
  await manager.page.waitForTimeout(500);
  await plus(clinician.page).click();
  await until('the row', () => manager.page.getByRole('row', { name: new RegExp(label) }).textContent(), (text) => /1 of 25/.test(text));
  assert.equal(await manager.page.getByLabel(label).inputValue(), '17');
  await Promise.all([manager.context.close(), clinician.context.close()]);
});

test('taps go beside a figure of the day sheet, and are said where the practice chose the sheet', async () => {
  const { page, context, label, clean, expect } = await freshClinician(browser, demo.url);
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|htmx|network/i);
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const home = await practiceOf(manager.page);
  await manager.page.goto(`${home}/capacity`);
  await manager.page.getByLabel(label).fill('12');
  await manager.page.getByRole('button', { name: 'Save the day sheet' }).click();
  await manager.page.getByRole('row', { name: new RegExp(label) }).waitFor();
  await counted(page, 12);

  // Every figure that is painted is noted: what is painted must not be taken back.
  await page.evaluate(() => {
    window.painted = [];
    const note = () => {
      const now = parseInt(document.querySelector('[data-counted]').textContent, 10);
      if (window.painted.at(-1) !== now) window.painted.push(now);
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    note();
  });
  const painted = () => page.evaluate(() => window.painted);
  const sent = () => until('the outbox is empty', () => unsent(page), (n) => n === 0, 20000);

  // Nothing is chosen: the sheet counted while nobody tapped, and from the first tap on the taps do.
  await plus(page).click();
  await counted(page, 1);
  await sent();
  await page.waitForTimeout(500);
  assert.deepEqual(await painted(), [12, 1], 'no figure came back');
  assert.equal((await day(page)).counted, 1);

  await manager.page.goto(`${home}/sources`);
  await manager.page.getByLabel(label).selectOption({ label: 'Day sheet' });
  await manager.page.getByRole('button', { name: 'Save' }).click();
  await manager.page.waitForLoadState();
  await counted(page, 12);
  const says = (text) => until(text, () => page.locator('.hr-day__say').textContent(), (now) => now === text);
  await says('1 tap kept; today’s figure comes from the day sheet.');
  const before = (await painted()).length;
  for (let n = 0; n < 3; n++) await plus(page).click();
  await says('4 taps kept; today’s figure comes from the day sheet.');
  await sent();
  await says('4 taps kept; today’s figure comes from the day sheet.');
  await context.setOffline(true);
  await plus(page).click();
  await says('5 taps kept; today’s figure comes from the day sheet.');
  await until('it waits', () => page.locator('[data-waiting]').textContent(), (text) => /1 waiting to send/.test(text));
  await context.setOffline(false);
  await sent();
  assert.deepEqual([...new Set((await painted()).slice(before - 1))], [12], 'the figure of the sheet stood still');
  await page.reload();
  await says('5 taps kept; today’s figure comes from the day sheet.');
  assert.equal((await day(page)).counted, 12);
  assert.deepEqual([...clean(), ...manager.clean()], []);
  await Promise.all([context.close(), manager.context.close()]);
});

test('the first load of the clinician’s page is under 100 kB', async (t) => {
  // A service worker would have the files already.
  const { page, context } = await freshClinician(browser, demo.url, { serviceWorkers: 'block' });
  const address = page.url();
  const fresh = await context.newPage();
  const cdp = await context.newCDPSession(fresh);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  let requests = 0;
  cdp.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength;
    requests++;
  });
  await fresh.goto(address, { waitUntil: 'load' });
  await fresh.waitForTimeout(1000);
  t.diagnostic(`${(bytes / 1000).toFixed(1)} kB in ${requests} requests`);
  assert.ok(requests > 3 && bytes > 10_000, 'something was measured');
  assert.ok(bytes < 100_000, `${bytes} bytes`);
  await context.close();
});

test('without JavaScript a clinician counts and sets, and a manager records', async () => {
  const manager = await open(browser, demo.url, { javaScriptEnabled: false });
  await signIn(manager.page, 'manager');
  const { home, link } = await enrolmentLink(manager.page, `Dr Plain ${process.pid}`);
  const { page, context } = await open(browser, demo.url, { viewport: PHONE, javaScriptEnabled: false });
  await enrol(page, link);
  await plus(page).click();
  assert.equal((await counted(page, 1)).left, 24);
  await plus(page).click();
  await counted(page, 2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await counted(page, 1);
  await page.getByRole('button', { name: 'Home visit', exact: true }).click();
  await page.locator('button[value=visit][aria-pressed=true]').waitFor();
  await page.getByRole('link', { name: 'Set to…' }).click();
  await page.getByLabel('Contacts today').fill('26');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.equal((await counted(page, 26)).words, 'over 25');
  await page.getByRole('button', { name: 'Clinical judgement' }).click();
  await page.locator('button[value=clinical-judgement][aria-pressed=true]').waitFor();

  await manager.page.goto(`${home}/actions`);
  await manager.page.getByRole('link', { name: 'New agreements frozen' }).click();
  await manager.page.locator('input[name=status][value=paused-since]').check();
  await manager.page.locator('#effective_on').fill(new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10));
  await manager.page.getByRole('button', { name: 'Save' }).click();
  await manager.page.getByText('Your change is recorded').waitFor();
  await manager.page.goto(home);
  await manager.page.getByRole('link', { name: 'New agreements frozen' }).waitFor();
  assert.equal(await practiceOf(manager.page), home);
  await Promise.all([context.close(), manager.context.close()]);
});

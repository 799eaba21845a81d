// One phone, one person, two practices: enrolled by both links, counted at both, and a total that is the person's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startChild } from './child.mjs';
import { PHONE, axe, counted, launch, shape, stored, unsent, until } from './support.mjs';

const [HERE, THERE] = ['Z90011', 'Z90031'];
const LONG = 30000;
let child;
let browser;
before(async () => {
  child = await startChild('sqlite');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await child?.stop();
});

const plus = (page) => page.locator('.hr-plus');
const across = (page) => page.locator('[data-across]').textContent().then((text) => text.replace(/\s+/g, ' ').trim());
const says = (page, pattern) => until(`${pattern}`, () => across(page).catch(() => 'nothing'), (text) => pattern.test(text), LONG);

/** A phone that opens both links; answers its page and both days. */
async function enrolTwice(now) {
  await child.tell(`clock ${now}`);
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-GB', timezoneId: 'Europe/London', baseURL: child.url, hasTouch: true, isMobile: true });
  context.setDefaultTimeout(15000);
  await context.grantPermissions([]); // no Background Sync
  await context.clock.setFixedTime(now);
  const page = await context.newPage();
  const [one, two] = [await child.tell(`link ${HERE}`), await child.tell(`link ${THERE}`)];
  await page.goto(one.link);
  assert.equal(await page.getByText('This device counts already').count(), 0);
  await page.getByRole('button', { name: 'Enrol this device' }).click();
  await page.waitForURL(`**${one.path}`);
  await page.goto(two.link);
  await page.getByText('Dr A · Invented Surgery 11').waitFor();
  await page.getByRole('button', { name: 'Enrol this device' }).click();
  await page.getByRole('link', { name: /Choose whether/ }).waitFor();
  await looksRight(page, 'own-enrol');
  await page.getByLabel('I am the same person').check();
  await page.getByRole('button', { name: 'Enrol this device' }).click();
  await page.waitForURL(`**${two.path}`);
  return { context, page, here: one.path, there: two.path };
}

/** On a page, with what a person may look at. */
async function looksRight(page, picture) {
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    // This server is no demo: nothing else may be wrong.
    assert.deepEqual((await shape(page)).filter((wrong) => wrong !== 'no DEMO'), []);
  }
  await page.setViewportSize(PHONE);
  assert.deepEqual(await axe(page), []);
  if (process.env.HEADROOM_PICTURES) await page.screenshot({ path: `${process.env.HEADROOM_PICTURES}/${picture}.png`, fullPage: true });
}

test('one phone counts at two practices and shows its person the sum', async () => {
  const { context, page, here, there } = await enrolTwice('2026-11-20T11:38:00Z');
  for (let n = 0; n < 3; n++) await plus(page).click();
  await says(page, /^Today across your practices: 3 of 25 contacts \(3 here, 0 at Invented Surgery 11\)/);
  await until('sent', () => unsent(page), (n) => n === 0);
  await page.getByRole('link', { name: 'at Invented Surgery 11' }).click();
  await page.waitForURL(`**${here}`);
  for (let n = 0; n < 2; n++) await plus(page).click();
  await says(page, /5 of 25 contacts \(2 here, 3 at Invented Surgery 31\)\. Only you see this total/);
  await until('sent', () => unsent(page), (n) => n === 0);
  await page.reload();
  await says(page, /5 of 25 contacts \(2 here, 3 at/);
  assert.equal((await counted(page, 2)).left, 23, 'its own limit stands as it was');
  await looksRight(page, 'own-total');
  // Another tab at the other practice: what it counts is here when this page is shown again.
  const other = await context.newPage();
  await other.goto(there);
  await plus(other).click();
  await says(other, /6 of 25 contacts \(4 here, 2 at/);
  await until('sent', () => unsent(other), (n) => n === 0);
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await says(page, /6 of 25 contacts \(2 here, 4 at/);
  // Nothing of one practice's queue goes to the other.
  assert.deepEqual(Object.values(await counts()), [['2026-11-20 2'], ['2026-11-20 4']]);
  await page.goto('/device');
  await looksRight(page, 'own-device');
  await context.close();
});

const counts = async () => ({ here: (await child.tell(`counts ${HERE}`)).contacts, there: (await child.tell(`counts ${THERE}`)).contacts });

test('what waits for one practice outlives the end of the other, and what is over is shown', async () => {
  const before = await counts();
  const { context, page, here, there } = await enrolTwice('2026-11-21T11:38:00Z');
  await page.goto(here);
  await until('the frame is kept', () => stored(page), ({ cached }) => cached.includes('/offline') && cached.length > 5, LONG);
  await page.goto(there);
  await until('both are known', () => stored(page), ({ days }) => days.length === 2);
  await child.cut();
  for (let n = 0; n < 2; n++) await plus(page).click();
  await says(page, /2 of 25 contacts \(2 here, 0 at/);
  await page.goto(here); // the frame
  await page.locator('[data-shell]').waitFor();
  await plus(page).click();
  await counted(page, 1);
  await until('stored', () => stored(page), ({ ops }) => ops.length === 3);
  // One place ends while nothing could be sent.
  await child.tell(`revoke ${THERE}`);
  await child.mend();
  await until('the page is back', () => page.locator('[data-shell]').count().catch(() => 1), (n) => n === 0, LONG);
  await page.getByText('2 contacts were not accepted and are kept here').waitFor({ timeout: LONG });
  await until('sent here', () => unsent(page), (n) => n === 2, LONG);
  assert.equal(await page.locator('[data-across]').count(), 0);
  await until('the other day is forgotten', () => stored(page), ({ days }) => days.length === 1 && days[0].url === `${here}/contacts`);
  const after = await counts();
  assert.deepEqual(after, { here: [...before.here, '2026-11-21 1'], there: before.there });
  await looksRight(page, 'own-left');
  await page.getByRole('button', { name: 'Remove them' }).click();
  await page.getByRole('button', { name: 'Press again' }).click();
  await page.getByRole('link', { name: 'Sign out this device' }).click();
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.waitForURL(`${child.url}/`);
  await until('nothing is kept', () => stored(page), ({ ops, days }) => ops.length + days.length === 0);
  await context.close();
});

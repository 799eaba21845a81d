// A day at the limit, played by a script and seen on three pages at once: the clinician's phone, the manager's capacity
// page and the screen on the wall. None of them is loaded again by hand.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { axe, counted, freshClinician, launch, open, practiceOf, server, shape, signIn, until } from './support.mjs';

const WALL = { width: 1280, height: 720 };
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
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const text = (page, selector) => page.locator(selector).innerText();

/** A manager makes a display link; a screen opens it. */
async function screen(manager, home, label, desk) {
  await manager.goto(`${home}/displays`);
  await manager.getByLabel('Where it stands').fill(label);
  if (desk) await manager.getByLabel('At the reception desk').check();
  await press(manager, 'Make a display link');
  const link = new URL((await manager.locator('#display-link').textContent()).trim()).pathname;
  const shown = await open(browser, demo.url, { viewport: WALL });
  await shown.page.goto(link);
  await press(shown.page, 'Use this screen');
  await shown.page.waitForURL(desk ? /\/desk$/ : /\/display$/);
  return shown;
}

/** The words of a PDF. pdftotext is part of poppler-utils. */
function words(pdf) {
  return execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf }).toString();
}

test('a day at the limit is seen on three pages at once, diverted, counted and kept', async () => {
  const phone = await freshClinician(browser, demo.url);
  const { label } = phone;
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const home = await practiceOf(manager.page);
  const wall = await screen(manager.page, home, 'Waiting room', false);
  const desk = await screen(manager.page, home, 'Reception', true);
  const capacity = manager.page;
  await capacity.goto(`${home}/capacity`);
  const divert = await manager.context.newPage();
  await divert.goto(`${home}/divert`);

  const row = async () => (await capacity.locator('#capacity tr', { hasText: label }).innerText()).replace(/\s+/g, ' ');
  const tile = async () => {
    const mine = wall.page.locator('#board li', { hasText: label });
    return (await mine.count()) ? (await mine.innerText()).replace(/\s+/g, ' ') : '';
  };
  /** All three say it, each without being loaded again. */
  const seen = async (state, onCapacity, onWall) => {
    await until(`phone: ${state}`, () => phone.page.locator('#day').getAttribute('data-state'), (now) => now === state);
    await until(`capacity: ${onCapacity}`, row, (now) => now.includes(onCapacity));
    await until(`wall: ${onWall}`, tile, (now) => now === `${onWall} ${label}` || now === `${onWall.replace(' left', '')} left · ${label}`);
  };

  await phone.page.getByRole('link', { name: 'Set to…' }).click();
  await phone.page.getByLabel('Contacts today').fill('21');
  await press(phone.page, 'Save');
  await counted(phone.page, 21);
  await seen('available', 'Available', '4 left');
  await plus(phone.page).click();
  await seen('nearing', 'Nearing the limit', '3 left');
  for (let n = 23; n <= 25; n++) {
    await plus(phone.page).click();
    await counted(phone.page, n);
  }
  await seen('at-limit', 'At the limit', 'at limit');
  await phone.page.getByRole('link', { name: 'My day' }).click();
  await press(phone.page, 'Tell the practice I am at my limit');
  await phone.page.getByText('You told the practice at').waitFor();
  await until('capacity: told', row, (now) => now.includes('told the practice at'));
  await until('wall: told', () => text(wall.page, '.hr-wall__said'), (now) => now.includes(label));
  await desk.page.getByText(`${label} told the practice at`).waitFor();
  for (let n = 26; n <= 27; n++) {
    await plus(phone.page).click();
    await counted(phone.page, n);
  }
  await seen('over', 'Over the limit', '2 over');
  await press(phone.page, 'Urgent need');

  // The guard rail stands below the button; a person starts, and everybody sees it.
  const rail = await divert.locator('.hr-guard').textContent();
  for (const duty of ['08:00 to 18:30', 'same day', 'ICB to be told before', 'checked on']) assert.ok(rail.includes(duty), duty);
  assert.ok(!(await text(wall.page, '#board')).includes('Diverting'));
  const myDay = phone.page.url();
  const mine = await phone.context.newPage();
  await mine.goto(myDay);
  assert.equal((await mine.locator('#diverting').textContent()).trim(), '');
  await phone.page.getByRole('link', { name: 'Practice', exact: true }).click();
  await phone.page.getByText('Your practice is not diverting.').waitFor();
  await press(divert, 'Start diverting');
  await divert.getByRole('button', { name: 'End the divert' }).waitFor();
  await mine.locator('#diverting').getByText('Diverting since').waitFor();
  await wall.page.getByText(/^Diverting since \d\d:\d\d$/).waitFor();
  await capacity.getByText(/Diverting since \d\d:\d\d\./).waitFor();
  await phone.page.getByText(/Diverting since \d\d:\d\d\./).waitFor();
  await desk.page.getByRole('heading', { name: /Diverting since/ }).waitFor();

  // The ICB is told by the practice; Headroom keeps when and how, and what became of it.
  await divert.getByRole('link', { name: 'Message to the ICB' }).click();
  await divert.getByLabel('Email', { exact: true }).first().check();
  await press(divert, 'Record it as sent');
  await divert.getByRole('heading', { name: 'Sent today' }).waitFor();
  await divert.getByLabel('Agreed').check();
  await divert.getByLabel('Telephone', { exact: true }).last().check();
  await press(divert, 'Record the answer');
  await divert.getByText('Agreed, by telephone').waitFor();

  // One press for each patient sent, and one taken back.
  const sent = async (name) => Number(await desk.page.locator('.hr-sent li', { hasText: name }).locator('b').innerText());
  const all = async () => Number((await text(desk.page, '#sent [role=status]')).split(' ')[0]);
  const [pharmacy, nhs111, before] = [await sent('Pharmacy'), await sent('NHS 111'), await all()]; // the demo diverted this morning
  for (let n = 1; n <= 3; n++) {
    await desk.page.locator('.hr-sent .hr-soft', { hasText: 'Pharmacy' }).click();
    await until(`${n} sent to the pharmacy`, () => sent('Pharmacy'), (now) => now === pharmacy + n);
  }
  await desk.page.getByRole('button', { name: 'Undo one Pharmacy' }).click();
  await until('one taken back', () => sent('Pharmacy'), (now) => now === pharmacy + 2);
  await desk.page.locator('.hr-sent .hr-soft', { hasText: 'NHS 111' }).click();
  await until('one sent to 111', () => sent('NHS 111'), (now) => now === nhs111 + 1);

  for (const [name, page] of [['wall', wall.page], ['desk', desk.page], ['divert', divert]]) {
    assert.deepEqual(await axe(page), [], name);
    assert.deepEqual(await shape(page), [], name);
  }
  await divert.goto(`${home}/divert`);
  await divert.getByText(`${before + 3} patients in all.`).waitFor();
  await press(divert, 'End the divert');
  await until('my day says no more of it', () => mine.locator('#diverting').textContent(), (now) => now.trim() === '');
  await divert.getByRole('button', { name: 'Start diverting' }).waitFor();
  await until('wall: ended', () => text(wall.page, '#board'), (now) => !now.includes('Diverting'));
  await capacity.getByText('Your practice is not diverting.').waitFor();

  await divert.goto(`${home}/divert/history`);
  const today = await divert.getByRole('link', { name: 'Record of today (PDF)' }).getAttribute('href');
  const record = await manager.context.request.get(today);
  assert.equal(record.headers()['content-type'], 'application/pdf');
  const said = words(await record.body());
  for (const word of [label, '27', 'Over the limit', 'Urgent need', 'Practice manager', 'Pharmacy', 'NHS 111', 'Message to the ICB', 'Agreed, by telephone', '08:00 to 18:30', '2026-12', 'Read in:', 'BMA safe working guidance']) {
    assert.ok(said.includes(word), `${word} is not in the record:\n${said}`);
  }

  // What is switched off shows nothing more.
  await manager.page.goto(`${home}/displays`);
  wall.expect(/status (of )?401/);
  await manager.page.getByRole('button', { name: 'Switch off Waiting room' }).click();
  await wall.page.waitForURL(/\/display-ended$/);
  for (const { context, clean } of [phone, manager, desk, wall]) {
    assert.deepEqual(clean(), []);
    await context.close();
  }
});

test('what is counted at one desk appears at the other without loading the page again', async (t) => {
  const manager = await open(browser, demo.url);
  await signIn(manager.page, 'manager');
  const home = await practiceOf(manager.page);
  const first = await screen(manager.page, home, 'Front desk', true);
  const second = await screen(manager.page, home, 'Back desk', true);
  const sent = async ({ page }) => Number(await page.locator('.hr-sent li', { hasText: 'Pharmacy' }).locator('b').innerText());
  const press1 = ({ page }) => page.locator('.hr-sent .hr-soft', { hasText: 'Pharmacy' }).click();
  const before = await sent(first);
  for (const { page } of [first, second]) await page.evaluate(() => (window.never = 'reloaded'));
  await first.page.waitForTimeout(500); // both streams are open
  const began = performance.now();
  await press1(first);
  await until('the second desk', () => sent(second), (n) => n === before + 1);
  t.diagnostic(`${Math.round(performance.now() - began)} ms from one desk to the other`);
  // A desk that was refreshed counts on: each press has an id of its own.
  for (let n = 2; n <= 4; n++) {
    await press1(second);
    await until('counted', () => sent(second), (now) => now === before + n);
  }
  await until('the first desk', () => sent(first), (n) => n === before + 4);
  for (let n = 1; n <= 4; n++) {
    await first.page.getByRole('button', { name: 'Undo one Pharmacy' }).click();
    await until('taken back', () => sent(first), (now) => now === before + 4 - n);
  }
  await until('and there', () => sent(second), (n) => n === before);
  for (const desk of [first, second]) assert.equal(await desk.page.evaluate(() => window.never), 'reloaded', 'without loading the page again');
  for (const { context, clean } of [first, second, manager]) {
    assert.deepEqual(clean(), []);
    await context.close();
  }
});

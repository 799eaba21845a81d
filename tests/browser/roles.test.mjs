// Each of the four roles does its main job in a browser, on a phone and on a desk screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { morning } from './morning.mjs';
import { DESK, PHONE, counted, day, enrol, enrolmentLink, freshClinician, launch, open, server, signIn, until } from './support.mjs';

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
const daysAgo = (n) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);

for (const [screen, viewport] of [['phone', PHONE], ['desk', DESK]]) {
  test(`a clinician counts, corrects and goes over the limit on a ${screen}`, async () => {
    const { page, context, clean } = await freshClinician(browser, demo.url, { viewport, isMobile: screen === 'phone', hasTouch: screen === 'phone' });
    assert.deepEqual(await day(page), { left: 25, words: 'left of 25', counted: 0 });
    // On the page: what stands below the fold is scrolled to.
    const place = () => plus(page).evaluate((button) => { const box = button.getBoundingClientRect(); return [box.x + scrollX, box.y + scrollY]; });
    const where = await place();
    await plus(page).click();
    assert.deepEqual(await counted(page, 1), { left: 24, words: 'left of 25', counted: 1 });
    await page.getByRole('button', { name: 'Undo' }).click();
    await counted(page, 0);
    await plus(page).click();
    await counted(page, 1);
    await page.getByRole('button', { name: 'Telephone', exact: true }).click();
    await page.locator('button[value=telephone][aria-pressed=true]').waitFor();
    assert.equal((await day(page)).counted, 1, 'a change of kind is no contact more');
    await page.getByRole('link', { name: 'Set to…' }).click();
    await page.getByLabel('Contacts today').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    assert.equal((await counted(page, 20)).left, 5);
    for (let n = 21; n <= 26; n++) {
      await plus(page).click();
      await counted(page, n);
    }
    assert.deepEqual(await day(page), { left: 1, words: 'over 25', counted: 26 });
    await until('what it says', () => page.locator('.hr-day__say').textContent(), (text) => text === 'Recorded, as every contact is.');
    await page.getByRole('button', { name: 'Urgent need' }).click();
    await page.locator('button[value=urgent][aria-pressed=true]').waitFor();
    assert.deepEqual(await place(), where, '+1 never moves');
    await page.reload();
    assert.equal((await day(page)).counted, 26, 'contact 26 is recorded');
    assert.equal(await page.locator('button[value=urgent]').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(clean(), []);
    await context.close();
  });
}

test('a GP’s morning on SQLite: enrol, 14 contacts, one correction and one catch-up with 20 touches', async (t) => {
  const { touches, keys } = await morning(browser, demo.url);
  t.diagnostic(`enrol, 14 contacts, one correction, one catch-up: ${touches} touches, ${keys} keys`);
  assert.deepEqual({ touches, keys }, { touches: 20, keys: 2 });
});

for (const [screen, viewport] of [['phone', PHONE], ['desk', DESK]]) {
  test(`a practice manager enrols, records, answers the week and decides about sharing on a ${screen}`, async () => {
    const { page, context, clean } = await open(browser, demo.url, { viewport });
    await signIn(page, 'manager');
    const label = `Nurse ${screen} ${process.pid}`;
    const { home, link } = await enrolmentLink(page, label);
    const device = await open(browser, demo.url, { viewport: PHONE });
    await enrol(device.page, link);
    assert.match(await device.page.locator('.hr-where').textContent(), new RegExp(label));

    // A paused item with its date.
    const [item, title, on] = screen === 'phone' ? ['acute-prescribing', 'acute', 9] : ['referral', 'Referrals', 12];
    await page.goto(`${home}/actions`);
    await page.getByRole('link', { name: new RegExp(title) }).first().click();
    await page.waitForURL(new RegExp(`/actions/.*${item}`));
    const heading = (await page.locator('h1').textContent()).trim();
    await page.locator('input[name=status][value=paused-since]').check();
    await page.locator('#effective_on').fill(daysAgo(on));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your change is recorded').waitFor();
    await page.goto(home);
    const row = page.locator('section', { has: page.getByRole('heading', { name: 'What we have paused' }) }).getByRole('row', { name: new RegExp(heading) });
    const written = new Date(Date.parse(daysAgo(on))).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).replace('Sept', 'Sep');
    assert.match((await row.textContent()).replace(/\s+/g, ' '), new RegExp(written));

    // The week: one button.
    if (screen === 'phone') {
      await page.getByRole('button', { name: /^Nothing (else )?changed$/ }).click();
      await page.getByText(/^Sent on /).waitFor();
      assert.equal(await page.getByRole('button', { name: /Nothing/ }).count(), 0);
    }

    // The practice's own limit for a day of one session is kept, and shown where it can be changed.
    for (const n of ['12', '13']) {
      await page.goto(`${home}/limits`);
      await page.getByLabel('Contacts in one session').fill(n);
      const posted = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name: 'Set the limit' }).click();
      assert.equal((await posted).status(), 303);
      await page.goto(`${home}/limits`);
      assert.equal(await page.getByLabel('Contacts in one session').inputValue(), n);
    }

    // Consent is withdrawn and given again; the LMC loses the row and gets it back.
    const lmc = await open(browser, demo.url);
    await signIn(lmc.page, 'lmc');
    const row404 = async () => (await lmc.context.request.get(`${new URL(lmc.page.url()).pathname}${home}`)).status();
    assert.equal(await row404(), 200);
    await page.goto(`${home}/sharing`);
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByText('Not shared', { exact: true }).waitFor();
    assert.equal(await row404(), 404);
    await page.locator('input[name=days][value=all]').check();
    await page.getByRole('button', { name: /^Share with/ }).click();
    await page.getByText('Shared', { exact: true }).waitFor();
    assert.equal(await row404(), 200);
    assert.match(await page.locator('#receipts').textContent(), /LMC officer/);
    assert.deepEqual([...clean(), ...device.clean(), ...lmc.clean()], []);
    await Promise.all([context.close(), device.context.close(), lmc.context.close()]);
  });

  test(`an LMC officer sees the area and enters what a practice said on a ${screen}`, async () => {
    const { page, context, clean } = await open(browser, demo.url, { viewport });
    await signIn(page, 'lmc');
    const heard = (await page.getByRole('heading', { name: /^Heard from/ }).textContent()).replace(/\s+/g, ' ');
    const [, n, all] = heard.match(/Heard from (\d+) of (\d+) practices/).map(Number);
    assert.ok(n > 0 && n <= all, heard);
    const card = (await page.locator('.hr-card').first().textContent()).replace(/\s+/g, ' ');
    const [, share, acting, of] = card.match(/(\d+)%\s*(\d+) of the (\d+) heard from/).map(Number);
    assert.equal(of, n, 'every card counts those heard from');
    assert.equal(share, Math.round((100 * acting) / of), card);
    assert.match(card, new RegExp(`of all ${all}: between \\d+% and \\d+%`));
    assert.match(card, /ICB holds: (about|fewer than|\d+ or more)|ICB figure: not shown/);
    await page.getByRole('link', { name: 'Practices', exact: true }).click();
    const practice = page.getByRole('row').filter({ has: page.getByRole('link', { name: /^Enter/ }) }).filter({ hasNotText: 'told' }).first();
    const code = (await practice.textContent()).match(/Z[0-9A-Z]{5}|[A-Z]\d{5}/)[0];
    await practice.getByRole('link', { name: /^Enter/ }).click();
    await page.getByLabel('What was it about?').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('input[name=status][value=paused-since]').check();
    await page.locator('#effective_on').fill(daysAgo(5));
    await page.getByRole('button', { name: 'Save for the practice to confirm' }).click();
    const waiting = page.locator('section', { has: page.getByRole('heading', { name: 'Entered by you and not answered' }) });
    await until('the entry', () => waiting.textContent(), (text) => /not confirmed/i.test(text));
    await page.goto(page.url().replace(/\/[^/]+\/telephone.*$/, ''));
    assert.match(await page.getByRole('row').filter({ hasText: code }).textContent(), /told/);
    assert.deepEqual(clean(), []);
    await context.close();
  });

  test(`an ICB analyst reads the release, takes it away and finds no practice on a ${screen}`, async (t) => {
    const lmc = await open(browser, demo.url);
    await signIn(lmc.page, 'lmc');
    await lmc.page.goto(`${new URL(lmc.page.url()).pathname}/practices`);
    const practices = await lmc.page.locator('table tbody tr > :nth-child(-n+2)').evaluateAll((cells) =>
      cells.flatMap((cell) => [...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean)),
    );
    await lmc.context.close();
    assert.ok(practices.length > 100, `${practices.length} names and codes`);

    const { page, context, clean } = await open(browser, demo.url, { viewport, acceptDownloads: true });
    await signIn(page, 'icb');
    assert.match(await page.locator('h1').textContent(), /^Release \d+, /);
    const rows = await page.locator('section').filter({ has: page.getByRole('columnheader', { name: 'Likely' }) }).first().getByRole('row').allTextContents();
    const figures = rows.filter((row) => /about [\d,]+ of [\d,]+/.test(row));
    assert.ok(figures.length > 3, 'figures');
    for (const row of figures) assert.match(row, /\d+ to \d+/, `no figure without its range: ${row}`);
    const paths = new Set([new URL(page.url()).pathname, '/releases', '/releases/how-to-read', '/releases/latest', '/who-sees-what']);
    for (const href of await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
      if (href.startsWith('/')) paths.add(href);
    }
    await page.goto('/releases');
    for (const href of await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) paths.add(href);
    let text = '';
    for (const path of paths) {
      const answer = await context.request.get(path);
      assert.equal(answer.status(), 200, path);
      text += await answer.text();
    }
    const found = practices.filter((name) => text.includes(name));
    assert.deepEqual(found, [], 'no practice is named to an ICB');
    t.diagnostic(`${paths.size} pages and files of the ICB, ${practices.length} names and codes of practices, none found`);

    await page.goto('/releases/latest');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).first().click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.match(download.suggestedFilename(), /\.csv$/);
    assert.ok(csv.split('\n').length > 10, 'rows');
    // A practice and its LMC are nothing that an ICB can open.
    for (const path of ['/practices/Z90001', '/lmc/wyrevale', '/api/v1/areas/lmc/wyrevale/status']) {
      assert.equal((await context.request.get(path)).status(), 404, path);
    }
    assert.deepEqual(clean(), []);
    await context.close();
  });
}


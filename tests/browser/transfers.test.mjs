// Transferred work on a phone: who sent it, what kind, what was done, save. Counted in touches and seconds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, axe, freshClinician, launch, open, practiceOf, server, shape, signIn, stored, until } from './support.mjs';

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

/** Touches of a finger on the page, wherever it goes. */
async function touches(context) {
  await context.exposeFunction('touched', () => { count += 1; });
  await context.addInitScript(() => addEventListener('pointerdown', () => self.touched(), { capture: true }));
  let count = 0;
  return () => count;
}

const pill = (page, name) => page.locator('label', { hasText: name }).first();

const somebody = (page) => page.locator('#provider_name');

test('an item is logged in six touches and half a minute, whether the sender is known or new', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url, { viewport: PHONE });
  const count = await touches(context);
  await page.reload();
  const log = async (sender, kind, outcome) => {
    const [from, began] = [count(), Date.now()];
    await page.getByRole('link', { name: 'Transfers' }).click();
    await sender();
    await pill(page, kind).click();
    await pill(page, outcome).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Logged. You can log the next one.').waitFor();
    assert.ok(count() > from + 3 && count() - from <= 6, `${count() - from} touches`);
    assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
  };
  await log(async () => { await somebody(page).click(); await page.keyboard.type('Larkfield Hospice'); }, 'Clinic letter', 'Returned');
  await log(() => page.locator('label', { hasText: 'Wyrevale Infirmary' }).first().click(), 'Fit note', 'Declined');
  assert.deepEqual(clean(), []);
  await context.close();
});

test('what names a person is refused with what to write instead, and what was typed is kept', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await page.getByRole('link', { name: 'Transfers' }).click();
  await somebody(page).fill('Wyrevale Infirmary');
  await pill(page, 'Clinic letter').click();
  await pill(page, 'Returned').click();
  await page.getByLabel('What was asked?').fill('Chase Mr Harlow’s letter from the September clinic');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.nhsuk-error-summary').waitFor();
  assert.equal(await page.getByLabel('What was asked?').inputValue(), 'Chase Mr Harlow’s letter from the September clinic');
  assert.equal(await page.locator('input[name=category]:checked').inputValue(), 'clinic-letter');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(await shape(page), []);
  await context.close();
});

test('the manager reads the month, corrects an item and takes it away', async () => {
  const phone = await freshClinician(browser, demo.url, { viewport: PHONE });
  await phone.page.getByRole('link', { name: 'Transfers' }).click();
  await somebody(phone.page).fill('Quernholt Eye Clinic');
  await pill(phone.page, 'Fit note').click();
  await pill(phone.page, 'Returned').click();
  await phone.page.getByRole('button', { name: 'Save' }).click();
  await phone.page.getByText('Logged. You can log the next one.').waitFor();
  const { page, context } = await open(browser, demo.url);
  await signIn(page, 'manager');
  const home = await practiceOf(page);
  await page.goto(`${home}/transfers`);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(await shape(page), []);
  const row = page.locator('tr', { hasText: 'Quernholt Eye Clinic' }).first();
  await row.getByRole('link').click();
  await page.getByLabel('What was asked?').fill('Fit note for the whole of spring');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The item is logged.').waitFor();
  await page.getByRole('link', { name: 'Fit note for the whole of spring' }).click();
  await page.getByLabel('It was logged in error and counts for nothing').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The item is logged.').waitFor();
  assert.equal(await page.getByText('Fit note for the whole of spring').count(), 0);
  await phone.context.close();
  await context.close();
});

test('without a connection an item is logged in six touches, kept without words, and sent when the connection is back', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await until('the form is kept', () => stored(page), ({ cached }) => cached.includes('/offline/log'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const count = await touches(context);
  await page.getByRole('link', { name: 'Transfers' }).click();
  await pill(page, 'Wyrevale Infirmary').waitFor();
  await page.getByRole('link', { name: 'My day' }).click();
  await page.locator('.hr-plus').waitFor();
  await context.setOffline(true);
  const [from, began] = [count(), Date.now()];
  await page.getByRole('link', { name: 'Transfers' }).click();
  await pill(page, 'Wyrevale Infirmary').click();
  await pill(page, 'Clinic letter').click();
  await pill(page, 'Returned').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Kept on this device').waitFor();
  assert.ok(count() > from + 3 && count() - from <= 6, `${count() - from} touches`);
  assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
  await page.getByText('One item waits on this device').waitFor();
  assert.equal(await page.getByLabel('What was asked?').count(), 0, 'no words rest on a phone');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(await shape(page), []);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Say who sent it. Choose what kind it is. Choose what you did.').waitFor();
  await somebody(page).fill('Mr Harlow');
  await pill(page, 'Clinic letter').click();
  await pill(page, 'Returned').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('other names are not kept on a device').waitFor();
  await context.setOffline(false);
  await page.getByText('The item that was kept is sent.').waitFor();
  await context.close();
});

test('on the form itself a connection may go: what was chosen is kept, the words are not, and that is said', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await page.getByRole('link', { name: 'Transfers' }).click();
  await pill(page, 'Wyrevale Infirmary').click();
  await pill(page, 'Fit note').click();
  await pill(page, 'Declined').click();
  await page.getByLabel('What was asked?').fill('Fit note for the whole of autumn');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('What was asked is not kept: add it then.').waitFor();
  const kept = await page.evaluate(() => self.headroomOutbox.items());
  assert.equal(kept.length, 1);
  assert.equal(kept[0].body.provider_name, 'Wyrevale Infirmary');
  assert.ok(!JSON.stringify(kept).includes('autumn'), JSON.stringify(kept));
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.getByText('The item that was kept is sent.').waitFor();
  assert.equal((await page.evaluate(() => self.headroomOutbox.items())).length, 0);
  await context.close();
});

test('signing out says what of the log could not be sent, and asks once more', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await context.route('**/api/v1/practices/*/transfers', (route) => route.abort());
  const practice = await practiceOf(page);
  await page.evaluate((url) => {
    const id = self.headroomOutbox.uuid7();
    return self.headroomOutbox.keep({ id, url, body: { id, provider_name: 'Wyrevale Infirmary', category: 'fit-note', outcome: 'returned' }, at: Date.now() });
  }, `/api/v1${practice}/transfers`);
  await page.getByRole('link', { name: 'Sign out this device' }).click();
  await page.getByRole('button', { name: 'Sign out this device' }).click();
  await page.getByText('One logged item could not be sent.').waitFor();
  await page.getByRole('button', { name: 'Sign out, though not all is sent' }).click();
  await page.waitForURL((address) => address.pathname === '/');
  assert.equal((await page.evaluate(() => self.headroomOutbox.items())).length, 1, 'it is not lost');
  await context.close();
});

test('what somebody else logged here, or for another practice, is not sent in one\'s own name unasked', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  const practice = await practiceOf(page);
  await page.getByRole('link', { name: 'Transfers' }).click();
  const by = await page.evaluate(() => document.body.dataset.by);
  assert.match(by, /^[0-9a-f-]{36}$/);
  await page.evaluate(async (own) => {
    for (const [url, kept_by] of [[own, self.headroomOutbox.uuid7()], ['/api/v1/practices/Z99999/transfers', undefined]]) {
      const id = self.headroomOutbox.uuid7();
      const body = { id, provider_name: 'Wyrevale Infirmary', category: 'fit-note', outcome: 'returned', came_on: self.headroomOutbox.today(), kept_by };
      await self.headroomOutbox.keep({ id, url, body, at: Date.now() });
    }
  }, `/api/v1${practice}/transfers`);
  await page.reload();
  await page.getByText('was not taken: Somebody else was signed in when it was logged.').waitFor();
  const elsewhere = page.locator('[data-log-waiting] p', { hasText: 'logged for the practice Z99999' });
  await elsewhere.waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(await shape(page), []);
  await page.getByRole('button', { name: 'Send it in my name' }).click();
  await page.getByText('The item that was kept is sent.').waitFor();
  await elsewhere.getByRole('button', { name: 'Take it away' }).click();
  await until('nothing waits', () => page.evaluate(() => self.headroomOutbox.items()), (items) => items.length === 0);
  await context.close();
});

test('words are looked through as one types them', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await page.getByRole('link', { name: 'Transfers' }).click();
  const asked = page.getByLabel('What was asked?');
  await asked.pressSequentially('Bloods for 999 012 3454', { delay: 5 });
  await page.locator('#asked-said', { hasText: 'NHS number' }).waitFor();
  await asked.fill('Bloods before the clinic');
  await until('it is taken back', () => page.locator('#asked-said').textContent(), (text) => text.trim() === '');
  assert.deepEqual(clean(), []);
  await context.close();
});

test('a manager sends items back in one letter; the LMC writes about what repeats, and keeps what came', async () => {
  for (const viewport of [PHONE, DESK]) {
    const manager = await open(browser, demo.url, { viewport });
    await signIn(manager.page, 'manager');
    const home = await practiceOf(manager.page);
    await manager.page.goto(`${home}/transfers`);
    await manager.page.locator('a[href*="kind=transfer-return"]').first().click();
    assert.deepEqual(await axe(manager.page), []);
    assert.deepEqual(await shape(manager.page), []);
    await manager.page.getByRole('button', { name: 'See the letter' }).click();
    await manager.page.getByText('Patient, written in by the practice').waitFor();
    assert.deepEqual(await axe(manager.page), []);
    assert.deepEqual(await shape(manager.page), []);
    await manager.page.getByLabel('E-mail').check();
    await manager.page.getByRole('button', { name: 'Save as sent' }).click();
    await manager.page.getByText('The letter is kept in the register.').waitFor();
    assert.deepEqual(await axe(manager.page), []);
    assert.deepEqual(await shape(manager.page), []);
    await manager.context.close();
    const lmc = await open(browser, demo.url, { viewport });
    await signIn(lmc.page, 'lmc');
    await lmc.page.goto('/lmc/wyrevale/transfers');
    assert.deepEqual(await axe(lmc.page), []);
    assert.deepEqual(await shape(lmc.page), []);
    await lmc.page.getByRole('link', { name: 'Write a joint letter' }).first().click();
    assert.deepEqual(await axe(lmc.page), []);
    assert.deepEqual(await shape(lmc.page), []);
    const text = lmc.page.getByLabel('The letter', { exact: true });
    await text.fill((await text.inputValue()).replace(/\[to write: [^\]]*\]/g, 'Your clinics see our patients within two weeks.'));
    await lmc.page.getByLabel('E-mail').check();
    await lmc.page.getByRole('button', { name: 'Save as sent' }).click();
    await lmc.page.getByText('Saved. Every practice').waitFor();
    await lmc.page.getByLabel('They agreed').check();
    await lmc.page.getByLabel('What was agreed, or what they said').fill('The clinic requests its own bloods.');
    await lmc.page.getByRole('button', { name: 'Save what came' }).click();
    await lmc.page.getByText('They agreed').first().waitFor();
    assert.deepEqual(await axe(lmc.page), []);
    assert.deepEqual(await shape(lmc.page), []);
    for (const path of ['/provider?provider=own%3Awyrevale%20infirmary', '/rules']) {
      await lmc.page.goto(`/lmc/wyrevale/transfers${path}`);
      assert.deepEqual(await axe(lmc.page), []);
      assert.deepEqual(await shape(lmc.page), []);
    }
    await lmc.context.close();
  }
});

// Transferred work on a phone: who sent it, what kind, what was done, save. Counted in touches and seconds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, axe, freshClinician, launch, open, practiceOf, server, shape, signIn } from './support.mjs';

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
    await page.getByText('Logged. The next one can follow.').waitFor();
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
  await phone.page.getByText('Logged. The next one can follow.').waitFor();
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

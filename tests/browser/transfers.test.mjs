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

test('an item is logged in six touches and half a minute, and the second in five', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  const count = await touches(context);
  await page.reload();
  const began = Date.now();
  await page.getByRole('link', { name: 'Transfers' }).click();
  await page.getByRole('textbox', { name: 'Who sent it?' }).click();
  await page.keyboard.type('Wyrevale Infirmary');
  await pill(page, 'Clinic letter').click();
  await pill(page, 'Returned').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Logged. The next one can follow.').waitFor();
  assert.ok(count() <= 6, `${count()} touches`);
  assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
  const before = count();
  await pill(page, 'Wyrevale Infirmary').click();
  await pill(page, 'Fit note').click();
  await pill(page, 'Declined').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Logged. The next one can follow.').waitFor();
  assert.ok(count() - before <= 4, `${count() - before} touches where the sender is known`);
  await context.close();
});

test('what names a person is refused with what to write instead, and what was typed is kept', async () => {
  const { page, context } = await freshClinician(browser, demo.url, { viewport: PHONE });
  await page.getByRole('link', { name: 'Transfers' }).click();
  await page.getByRole('textbox', { name: /Who sent it|Somebody else/ }).fill('Wyrevale Infirmary');
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
  await phone.page.getByRole('textbox', { name: /Who sent it|Somebody else/ }).fill('Quernholt Eye Clinic');
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
  await page.getByLabel('What was asked?').fill('Fit note for six weeks');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The item is logged.').waitFor();
  await page.getByRole('link', { name: 'Fit note for six weeks' }).click();
  await page.getByLabel('It was logged in error and counts for nothing').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The item is logged.').waitFor();
  assert.equal(await page.getByText('Fit note for six weeks').count(), 0);
  await phone.context.close();
  await context.close();
});

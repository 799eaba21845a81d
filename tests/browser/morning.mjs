// A GP's morning, touch by touch: the link, enrolling, 14 contacts, one corrected, and three that were not tapped caught
// up with "Set to…". Every touch and every key is counted.
import assert from 'node:assert/strict';
import { PHONE, counted, day, enrolmentLink, open, signIn, unsent, until } from './support.mjs';

/** Plays it at the demo under `url`; says how many touches and keys it took. */
export async function morning(browser, url) {
  const manager = await open(browser, url);
  await signIn(manager.page, 'manager');
  const { link } = await enrolmentLink(manager.page, `Dr Touch ${process.pid}`);
  const { page, clean, context } = await open(browser, url, { viewport: PHONE, hasTouch: true, isMobile: true });
  let touches = 1; // the link itself, in a message or by the camera
  let keys = 0;
  const touch = async (locator) => {
    touches++;
    await locator.tap();
  };
  const type = async (...pressed) => {
    keys += pressed.length;
    for (const key of pressed) await page.keyboard.press(key);
  };
  await page.goto(link);
  await touch(page.getByRole('button', { name: 'Enrol this device' }));
  for (let n = 1; n <= 14; n++) await touch(page.getByRole('button', { name: '+1' }));
  await counted(page, 14);
  await until('every tap arrived', () => unsent(page), (n) => n === 0);
  await touch(page.getByRole('button', { name: 'Telephone', exact: true }));
  await page.locator('button[value=telephone][aria-pressed=true]').waitFor();
  assert.deepEqual(await day(page), { left: 11, words: 'left of 25', counted: 14 });
  await touch(page.getByRole('link', { name: 'Set to…' }));
  const field = page.getByLabel('Contacts today');
  assert.equal(await field.inputValue(), '14');
  await touch(field);
  await page.keyboard.press('End'); // a finger puts the caret behind the number
  await type('Backspace', '7');
  assert.equal(await field.inputValue(), '17');
  await touch(page.getByRole('button', { name: 'Save' }));
  assert.deepEqual(await counted(page, 17), { left: 8, words: 'left of 25', counted: 17 });
  // The link works once.
  const other = await open(browser, url);
  other.expect(/status of 410/);
  await other.page.goto(link);
  await other.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  assert.deepEqual([...clean(), ...manager.clean(), ...other.clean()], []);
  await Promise.all([context.close(), manager.context.close(), other.context.close()]);
  return { touches, keys };
}

// What the jobs of a week cost in touches, counted as a hand counts them: a click, a choice opened and a choice taken, a
// field typed into. The limits are those of the table of touches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, launch, open, practiceOf, server, signIn } from './support.mjs';

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

async function manager(options) {
  const opened = await open(browser, demo.url, options);
  await signIn(opened.page, 'manager');
  return { ...opened, home: await practiceOf(opened.page) };
}

test('the rota of seven clinicians is set with at most 20 touches, on a desk and on a phone', async () => {
  for (const viewport of [undefined, PHONE]) {
    const { page, home, context } = await manager(viewport ? { viewport } : {});
    // Another rota than the one that was set before.
    const wanted = (at) => ((at % 2 === 1) === Boolean(viewport) ? '4' : '2');
    let touches = 0;
    const touch = async (locator) => { touches += 1; await locator.click(); };
    await page.goto(home);
    await touch(page.getByRole('link', { name: 'Capacity', exact: true }).first());
    await touch(page.getByRole('link', { name: 'Limits and rota' }).first());
    const rows = page.locator('.hr-rota__row:not(.hr-rota__head)');
    const all = await rows.count();
    assert.ok(all >= 7, `${all} clinicians`);
    for (let at = 0; at < 7; at += 1) {
      // Opened and taken.
      touches += 2;
      await rows.nth(at).locator('select[name^="fill-"]').selectOption(wanted(at));
      assert.equal(await rows.nth(at).locator('select[name^="day-"]').first().inputValue(), wanted(at));
    }
    await touch(page.getByRole('button', { name: 'Save the rota' }));
    await page.getByText('The rota is saved.').waitFor();
    for (let at = 0; at < 7; at += 1) {
      assert.equal(await rows.nth(at).locator('select[name^="day-"]').nth(4).inputValue(), wanted(at));
    }
    assert.ok(touches <= 20, `${touches} touches`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px beyond the window`);
    await context.close();
  }
});

test('a divert is started on a phone with two touches and without scrolling', async () => {
  const { page, home, context } = await manager({ viewport: PHONE });
  await page.goto(home);
  await page.getByRole('link', { name: 'Divert', exact: true }).first().click();
  const start = page.getByRole('button', { name: 'Start diverting' });
  // The demo's day goes on: it may be at its limit already.
  const end = page.getByRole('button', { name: 'End the divert' });
  if (await end.isVisible()) await end.click();
  await start.waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  const box = await start.boundingBox();
  assert.ok(box.y + box.height <= PHONE.height, `it ends at ${box.y + box.height}`);
  await start.click();
  await page.getByRole('button', { name: 'End the divert' }).waitFor();
  // What stays obligatory stands below, one touch away.
  await page.getByText('What stays obligatory').click();
  await page.getByText('keeps the text you were shown').waitFor();
  await page.getByRole('button', { name: 'End the divert' }).click();
  await start.waitFor();
  await context.close();
});

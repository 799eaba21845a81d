// The pictures in docs/, from the demo as it begins.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from './png.mjs';
import { DESK, PHONE, counted, here, launch, open, practiceOf, server, signIn } from './support.mjs';

const folder = process.argv[2] ?? join(here, '..', '..', 'docs');
const MOST_BYTES = 250_000;
const TALLEST = 2600; // a page on a phone may be longer than a reader wants to scroll past
mkdirSync(folder, { recursive: true });
const demo = await server();
const browser = await launch();
const reader = await browser.newPage();

async function picture(page, name) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  const shot = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' });
  const { width, height, pixels } = await pixelsOf(shot);
  const bytes = png(width, height, Buffer.from(pixels, 'base64'));
  writeFileSync(join(folder, `${name}.png`), bytes);
  console.log(`${name}.png ${width}×${height}, ${Math.round(bytes.length / 1000)} kB`);
  if (bytes.length > MOST_BYTES) throw new Error(`${name}.png is over ${MOST_BYTES / 1000} kB`);
}

// The browser knows how to read what it wrote.
async function pixelsOf(shot) {
  return reader.evaluate(async ([base64, tallest]) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, Math.min(height, tallest)).getContext('2d');
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, canvas.canvas.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return { width, height: canvas.canvas.height, pixels: btoa(text) };
  }, [shot.toString('base64'), TALLEST]);
}

async function as(role, viewport, work) {
  const { context, page } = await open(browser, demo.url, { viewport });
  if (role) await signIn(page, role);
  else await page.goto('/');
  await page.waitForTimeout(500);
  await work(page);
  await context.close();
}

try {
  await as(undefined, DESK, (page) => picture(page, 'front-1280'));
  await as('manager', DESK, async (page) => {
    await picture(page, 'manager-1280');
    await page.goto(`${await practiceOf(page)}/actions`);
    await picture(page, 'actions-1280');
  });
  await as('lmc', DESK, (page) => picture(page, 'lmc-1280'));
  await as('lmc', PHONE, (page) => picture(page, 'lmc-390'));
  await as('icb', DESK, (page) => picture(page, 'icb-1280'));
  // Last, for it counts: the other pages show the county as it begins.
  await as('clinician', PHONE, async (page) => {
    await page.getByRole('button', { name: '+1' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.waitForTimeout(300);
    await picture(page, 'clinician-390');
    await page.getByRole('link', { name: 'Set to…' }).click();
    await page.locator('#n').fill('27');
    await page.getByRole('button', { name: /Set|Save/ }).click();
    await counted(page, 27);
    await picture(page, 'clinician-over-390');
  });
} finally {
  await browser.close();
  await demo.stop();
}

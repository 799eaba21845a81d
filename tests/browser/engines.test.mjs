// The main job of a clinician and of a manager in every engine, over http and over https, with the pages that a browser
// keeps aside switched on. The thumb stays where it is: what it touches is +1, whatever happens to the connection.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { cable, startChild } from './child.mjs';
import { engines, selfSigned, start } from './engines.mjs';
import { PHONE, DESK } from './support.mjs';

const LONG = 30000;
let child;
let secure;
before(async () => {
  child = await startChild('sqlite');
  await child.tell(`clock ${new Date().toISOString()}`);
  secure = selfSigned();
});
after(() => child?.stop());

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(new Date());
const COUNTED = () => Number(document.querySelector('[data-counted]')?.textContent);
const counted = (page, n) => page.see(`${n} counted`, COUNTED, (seen) => seen === n);
const sent = (page) => page.see('all is sent', () => self.headroomOutbox?.ops.length, (n) => n === 0);
const kept = (page, n) => page.see('kept on the disk', () => self.headroomOutbox?.ops.filter((op) => op.state === 'kept').length, (seen) => seen === n);
const centre = (page) => page.evaluate(() => {
  const box = document.querySelector('.hr-plus').getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2].map(Math.round);
});
/** What is under the thumb: the whole of +1, and nothing else within the reach of a slip. */
const under = (page, [x, y]) => page.evaluate((across, down) => [-40, -20, 0, 20, 40].map((slip) => document.elementFromPoint(across, down + slip)?.closest('button')?.className), x, y);
const SAFE = Array(5).fill('hr-plus');
const framed = (page, is) => page.see(is ? 'the offline page' : 'the page itself', () => document.readyState === 'complete' && Boolean(document.querySelector('[data-shell]')) && !document.querySelector('[data-known]')?.hidden, (seen) => seen === is);
const truth = async (practice) => Object.fromEntries((await child.tell(`counts ${practice}`)).contacts.map((line) => line.split(' ')))[today()];
/** A stored connection of its own: cut and mended without the others noticing. */
const wire = (scheme) => cable(Number(new URL(child.url).port), scheme === 'https' ? secure : undefined);

let practices = 40;
for (const engine of engines) {
  for (const scheme of ['http', 'https']) {
    describe(`${engine} over ${scheme}`, () => {
      const practice = `Z900${practices--}`;
      let line;
      before(async () => { line = await wire(scheme); });
      after(() => line?.cut());

      test('a clinician: ten quick taps are ten, and the thumb never meets another button', async (t) => {
        const { link, path } = await child.tell(`link ${practice}`);
        const page = await start(engine, PHONE);
        try {
          await page.goto(`${line.url}${link}`);
          await page.press('button', 'Enrol this device');
          await page.gone(path);
          // Pages are left and come back to: what one of them keeps open must not hold up the next.
          await page.press('.hr-nav a', 'My weeks');
          await page.gone(`${path}/weeks`);
          await page.back();
          await page.gone(path);
          await counted(page, 0);

          const thumb = await centre(page);
          assert.deepEqual(await under(page, thumb), SAFE, 'online');
          for (let n = 0; n < 10; n++) await page.pressAt(...thumb);
          assert.equal(await page.evaluate(COUNTED), 10, 'painted at once');
          await sent(page);
          assert.equal(await truth(practice), '10', 'ten quick taps are ten');

          // A press while the answer is put in its place may meet a button that is just replaced.
          await page.see('the page rests', () => {
            const now = document.querySelector('#after').outerHTML;
            self.rests = now === self.seen ? (self.rests ?? 0) + 1 : 0;
            self.seen = now;
            return self.rests;
          }, (n) => n > 5);
          await page.press('#undo');
          await counted(page, 9);
          await page.press('#kind-telephone');
          await sent(page);
          await page.see('telephone is pressed', () => document.querySelector('#kind-telephone')?.getAttribute('aria-pressed'), (pressed) => pressed === 'true');
          await page.reload();
          await page.see('and stays so', () => document.querySelector('#kind-telephone')?.getAttribute('aria-pressed'), (pressed) => pressed === 'true');
          await page.press('a', 'Set to…');
          await page.gone(`${path}/set`);
          await page.evaluate(() => { const field = document.querySelector('#n'); field.focus(); field.select(); });
          await page.type('20');
          await page.press('button', 'Save');
          await page.gone(path);
          await counted(page, 20);
          assert.deepEqual(await centre(page), thumb, '+1 is where it was');

          // The connection goes, with a page open.
          await page.see('ready to be offline', async () => (await caches.keys()).length > 0 && Boolean((await navigator.serviceWorker?.getRegistration())?.active), Boolean);
          await line.cut();
          for (let n = 0; n < 4; n++) await page.pressAt(...thumb);
          await counted(page, 24);
          await page.press('#kind-online');
          await page.press('#undo');
          await counted(page, 23);
          await page.see('it says so', () => document.querySelector('[data-waiting]').textContent, (text) => /^3 waiting to send No connection/.test(text));
          assert.deepEqual([await centre(page), await under(page, thumb)], [thumb, SAFE], 'offline');
          await kept(page, 6);

          // Opened again without one.
          await page.goto(`${line.url}/`);
          await framed(page, true);
          await counted(page, 23);
          assert.deepEqual([await centre(page), await under(page, thumb)], [thumb, SAFE], 'reopened');
          for (let n = 0; n < 4; n++) await page.pressAt(...thumb);
          await counted(page, 27);
          assert.deepEqual([await centre(page), await under(page, thumb)], [thumb, SAFE], 'past the limit');
          await page.press('#kind-visit');
          const shown = await page.evaluate(() => ['[data-why] button', '[data-tell] button'].map((each) => document.querySelector(each).checkVisibility() && document.querySelector(each).disabled));
          assert.deepEqual(shown, [true, true], 'reasons and the word to the practice are there, and wait');
          await page.press('.hr-nav a', 'My weeks');
          await page.gone(`${path}/weeks`);
          await framed(page, true);
          await page.see('it says why', () => document.querySelector('[data-say]').textContent, (text) => /“My weeks” needs a connection/.test(text));
          assert.deepEqual([await centre(page), await under(page, thumb)], [thumb, SAFE], 'another page asked for');
          await page.pressAt(...thumb);
          await counted(page, 28);
          if (process.env.HEADROOM_PICTURES) await page.picture(`${process.env.HEADROOM_PICTURES}/engines-${engine}-${scheme}-offline.png`);

          // It is back.
          await line.mend();
          await framed(page, false);
          await page.gone(path);
          await sent(page);
          await counted(page, 28);
          await page.see('nothing else is said', () => document.querySelector('[data-waiting]').textContent, (text) => text === '');
          assert.deepEqual([await centre(page), await under(page, thumb)], [thumb, SAFE], 'back online');
          await page.pressAt(...thumb);
          await sent(page);
          await page.reload();
          await counted(page, 29);
          assert.equal(await truth(practice), '29', 'nothing lost, nothing taken back');
          t.diagnostic(`${engine} over ${scheme}: +1 at ${thumb.join(', ')} throughout`);
        } finally {
          await line.mend();
          await page.close();
        }
      });

      test('a manager: nothing changed, an item paused, a notice', async () => {
        const { cookie, path } = await child.tell(`manager ${practice}`);
        const page = await start(engine, DESK);
        try {
          await page.goto(`${line.url}/`);
          await page.evaluate((text) => { document.cookie = `${text}; Path=/`; }, cookie);
          await page.goto(`${line.url}${path}`);
          await page.press('button', 'Nothing is paused here');
          await page.see('it is sent', () => document.querySelector('main').textContent, (text) => /Sent on /.test(text));
          await page.goto(`${line.url}${path}/actions`);
          await page.press('a', 'New agreements frozen');
          await page.see('the item', () => document.querySelector('h1')?.textContent, (text) => /New agreements frozen/.test(text));
          await page.press('input[value=paused-since]');
          await page.evaluate(() => { document.querySelector('#effective_on').value = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10); });
          await page.press('button', 'Save');
          await page.see('it is recorded', () => document.querySelector('main').textContent, (text) => /(first item|change) is recorded/.test(text));
          await page.goto(`${line.url}${path}/notices/new`);
          await page.press('#service');
          await page.type('Spirometry');
          await page.evaluate(() => document.activeElement.blur()); // the list of services closes
          await page.press('label', 'No contract');
          await page.see('it is chosen', () => Boolean(document.querySelector('input[type=radio]:checked')), Boolean);
          await page.press('button', 'Save the notice');
          await page.see('the notice', () => document.querySelector('h1')?.textContent, (text) => text === 'Notice on Spirometry');
          await page.back();
          await page.gone(`${path}/notices/new`);
          await page.goto(`${line.url}${path}`);
          await page.see('the week holds it', () => document.querySelector('main').textContent, (text) => /New agreements frozen/.test(text));
          // A long select and a table are no wider than their place, and an empty day does not read as given.
          for (const way of [path, `${path}/capacity`, '/releases/england', `${path}/notices/new`]) {
            await page.goto(`${line.url}${way}`);
            const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.hr-scroll')].filter((box) => box.scrollWidth > box.clientWidth && !box.matches('.hr-blocks')).map((box) => `${box.className} ${box.scrollWidth} > ${box.clientWidth}`));
            assert.deepEqual(wide, [], way);
          }
          assert.ok(await page.evaluate(() => document.querySelector('[data-not-given=decided_on]').checkVisibility()));
        } finally {
          await page.close();
        }
      });
    });
  }
}

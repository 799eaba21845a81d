// What the script paints between two answers is what the server would print: a table from Rust (tests/it/one_answer.rs),
// repainted cell by cell.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freshClinician, here, launch, server } from './support.mjs';

const table = JSON.parse(readFileSync(join(here, 'headroom-table.json'), 'utf8'));

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

test('every state is painted as the server prints it', async () => {
  const { page, context, clean } = await freshClinician(browser, demo.url);
  const painted = await page.evaluate(({ limits }) => {
    const one = (selector) => document.querySelector(selector);
    const paint = (limit, nearing, counted) => {
      const day = one('#day');
      Object.assign(day.dataset, { base: counted, taps: counted, limit, nearing });
      delete day.dataset.instead;
      window.headroom.paint();
      const bar = one('#day [data-meter]');
      return [
        counted,
        day.dataset.state,
        one('#day [data-left]').textContent,
        one('#day [data-left-words]').textContent,
        bar.getAttribute('class'),
        bar.getAttribute('width'),
        !one('[data-why]').hidden,
        Boolean(one('[data-tell] button')),
      ];
    };
    return limits.map(({ limit, nearing, rows }) => rows.map(([counted]) => paint(limit, nearing, counted)));
  }, table);
  let rows = 0;
  for (const [at, { limit, rows: printed }] of table.limits.entries()) {
    for (const [row, cells] of printed.entries()) {
      for (const [column, cell] of cells.entries()) {
        assert.equal(painted[at][row][column], cell, `${cells[0]} of ${limit}: ${table.columns[column]}`);
      }
      rows++;
    }
  }
  assert.ok(rows > 90, `${rows} rows`);
  assert.deepEqual(clean(), []);
  await context.close();
});

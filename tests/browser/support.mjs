// What every browser test stands on: a demo server, a Chromium, people signed in, and a watch on every page they open.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const axeSource = readFileSync(join(here, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 640 };

// ---- The server ---------------------------------------------------------------------------------------------------

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function program() {
  const binary = process.env.HEADROOM_BIN ?? join(root, 'target', 'debug', 'headroom');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: cargo build, or name the program in HEADROOM_BIN`);
  return binary;
}

// Settings of whoever runs the tests are not those of the demo.
function environment(settings) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HEADROOM_|DATABASE_URL)/.test(name));
  return { ...Object.fromEntries(inherited), HEADROOM_LOG: 'warn', ...settings };
}

/** Brings a PostgreSQL database up to this version. */
export const migrate = (settings) => execFileSync(program(), ['migrate'], { env: environment(settings), stdio: 'pipe' });

/** Starts the demo on a database of its own; `stop` ends it by its id and removes its folder. */
export async function startDemo(settings = {}) {
  return serve(['demo', '--no-simulator'], mkdtempSync(join(tmpdir(), 'headroom-browser-')), await freePort(), settings);
}

/** Starts an empty installation; `setup` is the link that makes its first administrator. */
export async function startEmpty(settings = {}) {
  const installation = await serve(['serve'], mkdtempSync(join(tmpdir(), 'headroom-browser-')), await freePort(), settings);
  const link = await until('the link', async () => installation.said().match(/administrator: (\S+)/)?.[1], Boolean);
  return { ...installation, setup: new URL(link).pathname };
}

/**
 * Starts the service itself on the county of the demo, as it is outside the demo; `run` runs a command on its database.
 */
export async function startService(settings) {
  const data = mkdtempSync(join(tmpdir(), 'headroom-browser-'));
  const port = await freePort();
  execFileSync(program(), ['demo', '--seed-only', '--data', data], { env: environment({}), stdio: 'pipe' });
  const service = await serve(['serve'], data, port, settings);
  const run = (...words) => execFileSync(program(), [...words, '--data', data], { env: environment({}), encoding: 'utf8' });
  return { ...service, run };
}

async function serve(command, data, port, settings) {
  const began = performance.now();
  const server = spawn(program(), [...command, '--data', data, '--listen', `127.0.0.1:${port}`], {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said = (said + text).slice(-4000)));
  const ended = once(server, 'exit');
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      const stopped = await Promise.race([ended.then(() => true), sleep(15000, false, { ref: false })]);
      if (!stopped) server.kill('SIGKILL');
    }
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  for (let tries = 0; tries < 1800; tries++) {
    if (server.exitCode !== null) break;
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (ready?.ok) return { url, stop, said: () => said, seconds: (performance.now() - began) / 1000 };
    await sleep(100);
  }
  await stop();
  throw new Error(`${command[0]} did not become ready:\n${said}`);
}

/** A fresh database on the PostgreSQL that `HEADROOM_TEST_POSTGRES` names. */
export function freshDatabase() {
  const server = process.env.HEADROOM_TEST_POSTGRES;
  const name = `browser_${process.pid}_${Date.now()}`;
  const sql = (statement) => execFileSync(psql(), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, server], { stdio: 'pipe' });
  sql(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

function psql() {
  for (const path of [...(process.env.PATH ?? '').split(':'), ...[18, 17, 16, 15, 14].map((n) => `/usr/lib/postgresql/${n}/bin`)]) {
    if (existsSync(join(path, 'psql'))) return join(path, 'psql');
  }
  throw new Error('psql is missing (Debian, Ubuntu: apt-get install postgresql-client)');
}

/** The server of this run: the one that `run` started, or one of its own for a single file. */
export async function server() {
  if (process.env.HEADROOM_URL) return { url: process.env.HEADROOM_URL, stop: async () => {} };
  return startDemo();
}

// ---- The browser --------------------------------------------------------------------------------------------------

export const launch = (more = []) => {
  const program = browserProgram();
  return chromium.launch({ ...program, args: [...program.args, ...more] });
};

/** A browser that keeps what a browser keeps when it is closed: all but what belongs to its session. */
export const launchProfile = (folder, options) => chromium.launchPersistentContext(folder, { ...browserProgram(), ...options });

function browserProgram() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const paths = (process.env.PATH ?? '').split(':').flatMap((path) => names.map((name) => join(path, name)));
  const executablePath = process.env.CHROMIUM || paths.find(existsSync);
  if (!executablePath) throw new Error('Chromium is missing: install chromium, or name it in CHROMIUM');
  return {
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--lang=en-GB'],
  };
}

/**
 * A context whose every page is watched: requests to another origin, console errors, refused contents, pages without
 * DEMO. Call `clean()` at the end: it answers what was seen.
 */
export async function open(browser, url, options = {}) {
  const { elsewhere, ...rest } = options;
  const context = await browser.newContext({ viewport: DESK, locale: 'en-GB', timezoneId: 'Europe/London', baseURL: url, ...rest });
  context.setDefaultTimeout(30000); // a slow disk is not a fault; tests of a figure name their own
  const seen = [];
  const expected = [];
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
    });
  }
  context.on('request', (request) => {
    const to = new URL(request.url());
    if (to.origin !== url && to.protocol !== 'data:') seen.push(`asked ${to.origin}`);
  });
  context.on('weberror', (error) => seen.push(`script: ${error.error()}`));
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (expected.some((pattern) => pattern.test(message.text()))) return;
    seen.push(`console on ${message.page()?.url()}: ${message.text()}`);
  });
  // Outside the demo no page says DEMO, and some lead to another site on purpose.
  if (elsewhere) {
    // Nor is it ours what the other site's own pages lack.
    const clean = () => [...new Set(seen)].filter((what) => what !== `asked ${elsewhere}` && !what.includes(` on ${elsewhere}/`));
    return { context, page: await context.newPage(), expect: (pattern) => expected.push(pattern), clean };
  }
  context.on('response', async (response) => {
    if (!response.request().isNavigationRequest() || !(response.headers()['content-type'] ?? '').includes('html')) return;
    if (response.status() >= 300 && response.status() < 400) return;
    const text = await response.text().catch(() => 'DEMO');
    if (!text.includes('DEMO')) seen.push(`no DEMO on ${response.url()}`);
  });
  const page = await context.newPage();
  return { context, page, expect: (pattern) => expected.push(pattern), clean: () => [...new Set(seen)] };
}

/** Through the front page's one-click buttons. */
export async function signIn(page, role) {
  const labels = { clinician: 'Open as a clinician', manager: 'Open as a practice manager', lmc: 'Open as an LMC officer', icb: 'Open as an ICB analyst' };
  await page.goto('/');
  await page.getByRole('button', { name: labels[role] }).click();
  await page.waitForURL((address) => address.pathname !== '/');
}

/** The administrator has no button: they sign in as everybody does outside the demo. */
export async function signInAsAdministrator(page) {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill('admin@demo.invalid');
  await page.getByLabel('Password').fill('demo-demo-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/admin\//);
}

/** A manager adds a clinician; answers the path of their page and the link that enrols one device. */
export async function enrolmentLink(manager, label) {
  const home = await practiceOf(manager);
  await manager.goto(`${home}/people`);
  await manager.getByLabel('Label', { exact: true }).fill(label);
  await manager.getByLabel('Staff group', { exact: true }).selectOption({ label: 'GP partner' });
  await manager.getByRole('button', { name: 'Add', exact: true }).click();
  await manager.getByRole('link', { name: label, exact: true }).click();
  await manager.getByRole('button', { name: 'Make an enrolment link' }).click();
  const link = (await manager.locator('#enrolment-link').textContent()).trim();
  return { home, link: new URL(link).pathname };
}

export async function practiceOf(page) {
  if (!/\/practices\//.test(page.url())) await page.goto('/');
  return new URL(page.url()).pathname.match(/^\/practices\/[^/]+/)[0];
}

/** Opens an enrolment link on another device and enrols it. */
export async function enrol(page, link) {
  await page.goto(link);
  await page.getByRole('button', { name: 'Enrol this device' }).click();
  await page.waitForURL(/\/clinicians\//);
}

let people = 0;
/** A device of a clinician whom nobody counted for: the manager adds them, the device enrols. */
export async function freshClinician(browser, url, options = {}) {
  const manager = await open(browser, url);
  await signIn(manager.page, 'manager');
  const label = `Dr Test ${process.pid} ${++people}`;
  const { link } = await enrolmentLink(manager.page, label);
  await manager.context.close();
  const device = await open(browser, url, { viewport: PHONE, hasTouch: true, isMobile: true, ...options });
  await enrol(device.page, link);
  return { ...device, label };
}

/** What the clinician's screen says. */
export async function day(page) {
  const text = async (selector) => (await page.locator(selector).first().textContent()).trim();
  return { left: Number(await text('[data-left]')), words: await text('[data-left-words]'), counted: Number(await text('[data-counted]')) };
}

/** Waits until a check of the page says yes; says what it last saw otherwise. */
export async function until(what, see, is, milliseconds = 30000) {
  const ends = Date.now() + milliseconds;
  let last;
  do {
    last = await see();
    if (is(last)) return last;
    await sleep(50);
  } while (Date.now() < ends);
  throw new Error(`${what}: still ${JSON.stringify(last)}`);
}

export const counted = (page, n) => until(`${n} counted`, () => day(page), (seen) => seen.counted === n);

// ---- What must hold on every page ---------------------------------------------------------------------------------

/** Accessibility by axe: WCAG 2.0, 2.1 and 2.2, A and AA, and the order of headings. */
export async function axe(page) {
  // By the debugger, not by a script element: the page's policy stays as it is.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] },
      rules: { 'heading-order': { enabled: true }, 'page-has-heading-one': { enabled: true }, 'landmark-one-main': { enabled: true }, 'target-size': { enabled: true } },
      resultTypes: ['violations'],
    }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 4).join(', ')}`);
}

/** One h1, headings in order, one main, no panel that is a strip, at most one primary button, nothing wider than the screen, targets of 44 pixels. */
export async function shape(page) {
  return page.evaluate(() => {
    const wrong = [];
    const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
    const headings = [...document.querySelectorAll('h1, h2, h3, h4')].filter(shown).map((heading) => Number(heading.tagName[1]));
    if (headings.filter((level) => level === 1).length !== 1) wrong.push(`h1: ${headings.filter((level) => level === 1).length}`);
    if (document.querySelectorAll('main').length !== 1) wrong.push('main is not one');
    if (!document.body.textContent.includes('DEMO')) wrong.push('no DEMO');
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.querySelectorAll('main *, header *, footer *')].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest('.hr-scroll'));
      wrong.push(`${root.scrollWidth} px wide on ${root.clientWidth}: ${wide.slice(-2).map((element) => element.outerHTML.slice(0, 80)).join(' | ')}`);
    }
    // A class that means something else elsewhere can squeeze a panel into a strip, which nothing else here would notice.
    const narrowest = Math.min(root.clientWidth * 0.6, 240);
    for (const panel of document.querySelectorAll('.hr-panel')) {
      const { width } = panel.getBoundingClientRect();
      if (shown(panel) && width < narrowest) wrong.push(`a panel of ${Math.round(width)} px: ${panel.textContent.trim().slice(0, 40)}`);
    }
    const small = (element) => {
      const box = element.getBoundingClientRect();
      return box.height < 43.5 || box.width < 43.5;
    };
    for (const element of document.querySelectorAll('button, input, select, textarea, a.nhsuk-button, a.hr-soft, summary')) {
      if (!shown(element) || element.type === 'hidden') continue;
      // A radio or checkbox is chosen by its label too, which stands around it.
      if (small(element) && !(element.labels?.[0] && /radio|checkbox/.test(element.type))) {
        const box = element.getBoundingClientRect();
        wrong.push(`${Math.round(box.width)}×${Math.round(box.height)}: ${element.outerHTML.slice(0, 90)}`);
      }
    }
    return wrong;
  });
}

export const primaryButtons = (page) =>
  page.locator('main .nhsuk-button:not(.nhsuk-button--secondary):not(.nhsuk-button--warning), main .hr-plus').filter({ visible: true }).count();

// ---- What the browser keeps ---------------------------------------------------------------------------------------

/** Operations that the page still keeps, written or not. */
export const unsent = (page) => page.evaluate(() => self.headroomOutbox.ops.length);

/** What is on the disk of the browser: operations, days, and the addresses in its caches. */
export const stored = (page) =>
  page.evaluate(async () => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open('headroom');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = (store) =>
      new Promise((resolve) => {
        const request = db.transaction([store]).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
      });
    const has = (store) => db.objectStoreNames.contains(store);
    const found = { ops: has('ops') ? await all('ops') : [], days: has('days') ? await all('days') : [], items: has('items') ? await all('items') : [], cached: [], texts: '' };
    db.close();
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const path = new URL(request.url).pathname;
        found.cached.push(path);
        if (path.startsWith('/offline')) found.texts += await (await cache.match(request)).text();
      }
    }
    found.local = Object.keys(localStorage).length + Object.keys(sessionStorage).length;
    return found;
  });

// Three engines behind one small face, each from the distribution's packages: Chromium by Playwright, Firefox by WebDriver
// BiDi, WebKit by its WebDriver. A tap is a press of the pointer at a point, as a thumb makes it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { PHONE, launch, until } from './support.mjs';

/** A key and a certificate for localhost that nobody vouches for. */
export function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true, force: true });
  return made;
}

const named = (variable, ...names) => {
  const paths = (process.env.PATH ?? '').split(':').flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env[variable] || paths.find(existsSync);
  if (!found) throw new Error(`${names[0]} is missing: install it, or name it in ${variable}`);
  return found;
};

// A browser's helpers write on for a moment after it has ended.
const REMOVE = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };

async function end(process) {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = once(process, 'exit');
  process.kill('SIGTERM');
  const patience = setTimeout(() => process.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(patience);
}

// ---- Chromium -----------------------------------------------------------------------------------------------------

async function chromium(size) {
  // A certificate that nobody vouches for is no hindrance to a service worker either.
  const browser = await launch(['--ignore-certificate-errors']);
  const context = await browser.newContext({ viewport: size, locale: 'en-GB', timezoneId: 'Europe/London', ignoreHTTPSErrors: true });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  return {
    goto: (url) => page.goto(url).then(() => {}),
    reload: () => page.reload().then(() => {}),
    back: () => page.goBack().then(() => {}),
    evaluate: (script, ...args) => page.evaluate(wrapped(script, args)),
    press: (x, y) => page.mouse.click(x, y),
    type: (text) => page.keyboard.type(text),
    picture: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}

// The same script for all: a function's text with its arguments, its value as JSON.
const wrapped = (script, args) => `(${script})(...${JSON.stringify(args)})`;

// ---- Firefox ------------------------------------------------------------------------------------------------------

async function firefox(size) {
  const profile = mkdtempSync(join(tmpdir(), 'headroom-firefox-'));
  // Not what is tested: first pages, updates, questions to other hosts, and a prompt for storage nobody would answer.
  const settings = {
    'browser.shell.checkDefaultBrowser': false, 'browser.startup.page': 0, 'browser.aboutwelcome.enabled': false, 'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.enabled': false, 'app.update.enabled': false, 'app.normandy.enabled': false, 'browser.safebrowsing.malware.enabled': false,
    'browser.safebrowsing.phishing.enabled': false, 'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false,
    'services.settings.server': 'data:,', 'extensions.getAddons.cache.enabled': false, 'intl.accept_languages': 'en-GB', 'remote.active-protocols': 1,
    'dom.disable_beforeunload': true,
  };
  writeFileSync(join(profile, 'user.js'), Object.entries(settings).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const program = spawn(named('FIREFOX', 'firefox-esr', 'firefox'), ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
    env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1', HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  program.stderr.on('data', (text) => (said = (said + text).slice(-4000)));
  const address = await until('Firefox listens', () => said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/)?.[1] ?? (program.exitCode === null ? '' : said), Boolean, 60000);
  const socket = new WebSocket(`${address}/session`);
  await once(socket, 'open');
  const asked = new Map();
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    const { resolve, reject } = asked.get(message.id) ?? {};
    asked.delete(message.id);
    if (message.type === 'error') reject?.(new Error(`${message.error}: ${message.message}`));
    else resolve?.(message.result);
  });
  let last = 0;
  const tell = (method, params) => new Promise((resolve, reject) => {
    asked.set(++last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  await tell('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const { contexts } = await tell('browsingContext.getTree', {});
  const { context } = contexts[0];
  await tell('browsingContext.setViewport', { context, viewport: size });
  const perform = (actions) => tell('input.performActions', { context, actions });
  return {
    goto: (url) => tell('browsingContext.navigate', { context, url, wait: 'complete' }),
    reload: () => tell('browsingContext.reload', { context, wait: 'complete' }),
    back: () => tell('browsingContext.traverseHistory', { context, delta: -1 }),
    evaluate: async (script, ...args) => {
      const answer = await tell('script.evaluate', { expression: `Promise.resolve(${wrapped(script, args)}).then((value) => JSON.stringify(value ?? null))`, target: { context }, awaitPromise: true });
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value);
    },
    press: (x, y) => perform(pointer(Math.round(x), Math.round(y))),
    type: (text) => perform(keys(text)),
    picture: async (path) => writeFileSync(path, (await tell('browsingContext.captureScreenshot', { context })).data, 'base64'),
    close: async () => {
      socket.close();
      await end(program);
      rmSync(profile, REMOVE);
    },
  };
}

const pointer = (x, y) => [
  { type: 'pointer', id: 'thumb', parameters: { pointerType: 'mouse' }, actions: [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }] },
];
const keys = (text) => [{ type: 'key', id: 'keys', actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }];

// ---- WebKit -------------------------------------------------------------------------------------------------------

function miniBrowser() {
  if (process.env.WEBKIT) return process.env.WEBKIT;
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '.'].map((folder) => join('/usr/lib', folder)).filter(existsSync);
  const found = folders.flatMap((folder) => readdirSync(folder).filter((name) => /^webkit(2)?gtk-/.test(name)).sort().reverse().map((name) => join(folder, name, 'MiniBrowser')));
  const first = found.find(existsSync);
  if (!first) throw new Error('MiniBrowser is missing: install webkit2gtk-driver, or name it in WEBKIT');
  return first;
}

async function webkit(size) {
  const screen = spawn(named('XVFB', 'Xvfb'), ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  let display = '';
  screen.stdio[3].on('data', (text) => (display += text));
  await until('the screen is there', () => display, (text) => text.endsWith('\n'), 30000);
  const home = mkdtempSync(join(tmpdir(), 'headroom-webkit-'));
  const folders = Object.fromEntries(['HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'].map((name) => [name, home]));
  const port = await freePort();
  const driver = spawn(named('WEBKIT_DRIVER', 'WebKitWebDriver'), [`--port=${port}`], {
    env: { ...process.env, ...folders, DISPLAY: `:${display.trim()}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1', LANG: process.env.LANG ?? 'C.UTF-8' },
    stdio: 'ignore',
  });
  const tell = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await until('the driver listens', () => tell('GET', '/status').then(() => true, () => false), Boolean);
  const options = { binary: miniBrowser(), args: ['--automation'] };
  const { sessionId } = await tell('POST', '/session', { capabilities: { alwaysMatch: { acceptInsecureCerts: true, 'webkitgtk:browserOptions': options, unhandledPromptBehavior: 'accept' } } });
  const at = `/session/${sessionId}`;
  await tell('POST', `${at}/timeouts`, { script: 30000, pageLoad: 60000 });
  const evaluate = async (script, ...args) => {
    const text = `const done = arguments[arguments.length - 1]; Promise.resolve().then(() => ${wrapped(script, args)}).then((value) => done([JSON.stringify(value ?? null)]), (error) => done([null, String(error)]));`;
    const [value, error] = await tell('POST', `${at}/execute/async`, { script: text, args: [] });
    if (error) throw new Error(error);
    return JSON.parse(value);
  };
  // The bars of the window take their part; it is never narrower than they need.
  await tell('POST', `${at}/window/rect`, { ...size });
  const inner = await evaluate(() => [innerWidth, innerHeight]);
  await tell('POST', `${at}/window/rect`, { width: size.width, height: size.height * 2 - inner[1] });
  const perform = (actions) => tell('POST', `${at}/actions`, { actions });
  return {
    goto: (url) => tell('POST', `${at}/url`, { url }),
    reload: () => tell('POST', `${at}/refresh`, {}),
    back: () => tell('POST', `${at}/back`, {}),
    evaluate,
    press: (x, y) => perform(pointer(Math.round(x), Math.round(y))),
    type: (text) => perform(keys(text)),
    picture: async (path) => writeFileSync(path, await tell('GET', `${at}/screenshot`), 'base64'),
    close: async () => {
      await tell('DELETE', at).catch(() => {});
      await end(driver);
      await end(screen);
      rmSync(home, REMOVE);
    },
  };
}

async function freePort() {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// ---- What all of them can do --------------------------------------------------------------------------------------

const ENGINES = { Chromium: chromium, Firefox: firefox, WebKit: webkit };
export const engines = Object.keys(ENGINES);

/** A fresh browser of that engine with one page. `size` is that of the page; WebKit's window may be wider. */
export async function start(engine, size = PHONE) {
  const page = await ENGINES[engine](size);
  /** Waits until the page's own answer is one; a page that is being left has none. */
  const see = (what, script, is, ...args) => until(what, () => page.evaluate(script, ...args).catch((error) => `${error}`), is);
  const gone = (path) => see(`at ${path}`, () => (document.readyState === 'complete' ? location.pathname : ''), (now) => (path instanceof RegExp ? path.test(now) : now === path));
  /** Presses what the selector and its words name, where it stands. */
  const press = async (selector, words) => {
    let before;
    const still = (point) => {
      const same = Array.isArray(point) && String(point) === before;
      before = String(point);
      return same; // what still moves is not pressed
    };
    await page.press(...(await see(`${selector} ${words ?? ''}`, POINT, still, selector, words)));
  };
  return { ...page, see, gone, pressAt: page.press, press };
}

const POINT = (selector, words) => {
  const shown = [...document.querySelectorAll(selector)].find((element) => element.getClientRects().length && !element.disabled && (!words || element.textContent.trim() === words));
  if (!shown) return 'not there';
  shown.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const box = shown.getBoundingClientRect();
  const point = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(...point);
  return shown.contains(hit) || hit?.contains(shown) ? point : `under ${hit?.outerHTML.slice(0, 80)}`;
};

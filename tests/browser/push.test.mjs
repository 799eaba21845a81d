// Notifications in a real browser: the page asks, the service sends to a push service on this machine, what came is opened with the
// browser's key and handed to the service worker, which shows it. Only the look-up of a push service of a browser's maker is played: there is
// no network here, so `pushManager` answers with an address of this machine.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { DESK, PHONE, axe, enrol, enrolmentLink, launch, open, primaryButtons, shape, startService, until } from './support.mjs';

const PASSWORD = 'seven slow blue trains';
let service;
let browser;
let pushed;

before(async () => {
  pushed = await pushService();
  service = await startService({ HEADROOM_WEBHOOKS_HERE: 'true' });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
  pushed?.stop();
});

/** What stands for the push service of a browser's maker; opens what it is sent as the browser would (RFC 8291). */
async function pushService() {
  const came = [];
  const browsers = new Map();
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    came.push({ path: request.url, told: JSON.parse(opened(Buffer.concat(parts), browsers.get(request.url))) });
    response.writeHead(201).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const subscribe = (path) => {
    const keys = createECDH('prime256v1');
    keys.generateKeys();
    const known = { keys, auth: randomBytes(16) };
    browsers.set(path, known);
    return { endpoint: `http://127.0.0.1:${server.address().port}${path}`, p256dh: [...keys.getPublicKey()], auth: [...known.auth] };
  };
  return { came: (path) => came.filter((one) => one.path === path).map((one) => one.told), subscribe, stop: () => server.close() };
}

function opened(body, { keys, auth }) {
  const [salt, theirs, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
  const derived = (secret, from, info, length) => Buffer.from(hkdfSync('sha256', secret, from, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), theirs]);
  const shared = derived(keys.computeSecret(theirs), auth, info, 32);
  const cipher = createDecipheriv('aes-128-gcm', derived(shared, salt, 'Content-Encoding: aes128gcm\0', 16), derived(shared, salt, 'Content-Encoding: nonce\0', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2));
}

/** A browser whose maker has its push service on this machine; it answers the permission as said. */
async function fresh(path, { permission = 'granted', ...options } = {}) {
  const opens = await open(browser, service.url, { elsewhere: 'http://127.0.0.1:9', ...options });
  await opens.context.addInitScript(
    ({ made, permission }) => {
      const buffer = (bytes) => new Uint8Array(bytes).buffer;
      const subscription = (key) => ({
        endpoint: made.endpoint,
        options: { applicationServerKey: key },
        getKey: (name) => buffer(made[name]),
        unsubscribe: async () => sessionStorage.removeItem('subscribed'),
      });
      const kept = () => JSON.parse(sessionStorage.getItem('subscribed') ?? 'null');
      PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        if (applicationServerKey.length !== 65 || applicationServerKey[0] !== 4) throw new Error('no key');
        sessionStorage.setItem('subscribed', JSON.stringify([...applicationServerKey]));
        return subscription(buffer(kept()));
      };
      PushManager.prototype.getSubscription = async () => (kept() ? subscription(buffer(kept())) : null);
      let answered = sessionStorage.getItem('permission') ?? 'default';
      Object.defineProperty(Notification, 'permission', { get: () => answered });
      Notification.requestPermission = async () => {
        sessionStorage.setItem('permission', (answered = permission));
        return answered;
      };
    },
    { made: pushed.subscribe(path), permission },
  );
  return opens;
}

/** Looks at a page at both widths. */
async function looked(page, name) {
  for (const [word, size] of [['390', PHONE], ['1280', DESK]]) {
    await page.setViewportSize(size);
    assert.deepEqual(await axe(page), [], `${page.url()} at ${word}`);
    assert.deepEqual((await shape(page)).filter((wrong) => wrong !== 'no DEMO'), [], `${page.url()} at ${word}`);
    assert.ok((await primaryButtons(page)) <= 1);
    if (process.env.HEADROOM_PICTURES) await page.screenshot({ path: `${process.env.HEADROOM_PICTURES}/${name}-${word}.png`, fullPage: true });
  }
}

const ask = (page) => page.getByRole('button', { name: 'Tell me in this browser' });

/** Somebody new who manages a practice of the county that nobody else is in. */
async function managing(path, options) {
  const said = service.run('user', 'add', '--email', `m${path.slice(1)}@example.invalid`, '--role', 'practice-manager', '--organisation', 'Z90003');
  const opens = await fresh(path, options);
  await opens.page.goto(said.match(/\/password\/[\w-]+/)[0]);
  await opens.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await opens.page.locator('main button[type=submit]').click();
  await opens.page.waitForURL(/\/practices\//);
  return opens;
}

/** Hands what came to the service worker, as the browser would; answers what it shows then. */
async function delivered(page, data) {
  const devtools = await page.context().newCDPSession(page);
  const found = new Promise((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find((one) => !one.isDeleted);
      if (own) resolve(own.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.deliverPushMessage', { origin: service.url, registrationId: await found, data });
}

const shown = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }));
  });

test('a clinician asks, is told by the service worker, and takes it back', async () => {
  const manager = await managing('/m1');
  const { home, link } = await enrolmentLink(manager.page, 'Dr Quince');
  const { page, context, clean } = await fresh('/c1', { viewport: PHONE, hasTouch: true, isMobile: true });
  await context.grantPermissions(['notifications'], { origin: service.url });
  await enrol(page, link);
  const day = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Tell me in this browser' }).click();
  await ask(page).waitFor();
  await looked(page, 'own-before');
  await ask(page).click();
  await page.getByText('You are told in this browser.').waitFor();
  await page.getByText('(this one)').waitFor();
  await looked(page, 'own-after');
  const [begun] = await until('it begins', async () => pushed.came('/c1'), (came) => came.length > 0);
  assert.equal(begun.title, 'Notifications are on in this browser');

  await page.goto(`${day}`);
  for (let n = 0; n < 25; n++) await page.locator('.hr-plus').click();
  const told = await until('the limit', async () => pushed.came('/c1').at(-1), (last) => last.title.startsWith('You are'));
  assert.deepEqual([told.title, told.path], ['You are at today’s safe limit', day]);
  await delivered(page, JSON.stringify(told));
  const [one] = await until('it is shown', () => shown(page), (all) => all.length > 0);
  assert.deepEqual([one.title, one.body, one.path], [told.title, told.body, day]);
  // The same again takes its own place.
  await delivered(page, JSON.stringify(told));
  await page.waitForTimeout(500);
  assert.equal((await shown(page)).length, 1);

  await page.goto(`${day}/notifications`);
  await page.getByRole('button', { name: /^End/ }).click();
  await page.getByText('None yet.').waitFor();
  await ask(page).waitFor();
  assert.deepEqual(clean(), []);
  await context.close();

  // Whoever manages the practice hears that it is somebody.
  await manager.page.goto(`${home}/capacity`);
  await manager.page.getByRole('link', { name: /^Tell me in this browser/ }).click();
  await looked(manager.page, 'manager-before');
  await ask(manager.page).click();
  await manager.page.getByText('You are told in this browser.').waitFor();
  await until('it begins', async () => pushed.came('/m1'), (came) => came.length > 0);
  await looked(manager.page, 'manager-after');
  assert.deepEqual(manager.clean(), []);
  await manager.context.close();
});

test('what is broken or leads elsewhere shows a neutral sentence, and a press stays on this site', async () => {
  const { page, context, clean } = await managing('/m2');
  await context.grantPermissions(['notifications'], { origin: service.url });
  await page.evaluate(() => navigator.serviceWorker.register('/service-worker.js'));
  // One that is not active yet is handed nothing.
  await until('active', () => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state), (state) => state === 'activated');
  const neutral = { title: 'Headroom has something to tell you', body: 'Open Headroom to see it.', tag: 'headroom', path: '/' };
  for (const broken of ['', 'no JSON', 'null', '[]', '{"title":7,"body":{},"path":3,"tag":null}']) {
    // A worker that is being started may miss one; what comes again takes its own place.
    const seen = async () => {
      await delivered(page, broken);
      return shown(page);
    };
    assert.deepEqual(await until('shown', seen, (all) => all.length > 0), [neutral], broken);
    await page.evaluate(async () => { for (const one of await (await navigator.serviceWorker.ready).getNotifications()) one.close(); });
    await until('closed', () => shown(page), (all) => all.length === 0);
  }
  // A press needs a person, so what it would open is asked of the worker.
  const [worker] = context.serviceWorkers();
  const opens = (path) =>
    worker.evaluate(async (path) => {
      const asked = [];
      const openWindow = self.clients.openWindow;
      Object.defineProperty(self.clients, 'openWindow', { configurable: true, value: async (to) => asked.push(to) });
      await lead(path).catch((error) => asked.push(String(error)));
      Object.defineProperty(self.clients, 'openWindow', { configurable: true, value: openWindow });
      return asked;
    }, path);
  assert.deepEqual(await opens('/practices/Z90003/capacity'), [`${service.url}/practices/Z90003/capacity`]);
  for (const away of ['https://example.org/x', '//example.org/x', 'javascript:alert(1)', 'http://', '\\\\example.org', undefined, null]) {
    const [to] = await opens(away);
    assert.equal(new URL(to).origin, service.url, String(away));
  }
  assert.deepEqual(clean(), []);
  await context.close();
});

test('the page says why where a browser cannot be told', async () => {
  const denied = await managing('/m3', { permission: 'denied' });
  const page = new URL(denied.page.url()).pathname.match(/^\/practices\/[^/]+/)[0] + '/notifications';
  await denied.page.goto(page);
  await ask(denied.page).click();
  await denied.page.getByText('are refused in this browser').waitFor();
  await looked(denied.page, 'refused');
  await denied.page.reload();
  await denied.page.getByText('are refused in this browser').waitFor();
  const state = await denied.context.storageState();
  await denied.context.close();

  const script = await open(browser, service.url, { elsewhere: 'http://127.0.0.1:9', storageState: state, javaScriptEnabled: false });
  await script.page.goto(page);
  // Playwright looks for no words in noscript.
  await script.page.locator('form[data-push] noscript p').waitFor();
  assert.equal(await ask(script.page).isVisible(), false);
  await script.context.close();

  const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
  const phone = await open(browser, service.url, { elsewhere: 'http://127.0.0.1:9', storageState: state, userAgent, viewport: PHONE });
  await phone.context.addInitScript(() => { delete window.PushManager; });
  await phone.page.goto(page);
  await phone.page.getByText('put Headroom on the home screen first').waitFor();
  await looked(phone.page, 'iphone');
  await phone.context.close();
});

test('a browser that knows an older key keeps its subscription, and one whose key is gone makes another', async () => {
  const { page, context, clean } = await managing('/m4');
  await page.goto('/practices/Z90003/notifications');
  // As left by another installation at this address.
  await page.evaluate(() => sessionStorage.setItem('subscribed', JSON.stringify([4, ...Array(64).fill(7)])));
  await page.reload();
  await ask(page).click();
  await page.getByText('You are told in this browser.').waitFor();
  await until('it begins', async () => pushed.came('/m4'), (came) => came.length > 0);
  const key = await page.evaluate(() => sessionStorage.getItem('subscribed'));
  const said = await page.locator('form[data-push]').getAttribute('data-push');
  assert.equal(Buffer.from(JSON.parse(key)).toString('base64url'), said);
  const mark = createHash('sha256').update(pushed.subscribe('/other').endpoint).digest('base64url');
  assert.equal(await page.locator(`[data-push-browser="${mark}"]`).count(), 0);
  assert.deepEqual(clean(), []);
  await context.close();
});

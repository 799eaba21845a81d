// Keeps the files of this version and one frame that holds nothing about anybody, and shows the frame where a page
// cannot be had. No other page and no answer is kept: a stale figure must not look live.
//
// VERSION, OUTBOX, ICON and FILES stand before this text: the server writes them.
'use strict';
importScripts(OUTBOX);
const FRAME = '/offline';
const LOG = '/offline/log';
const NAME = `headroom-${VERSION}`;
const PATIENCE = 6000; // a connection that is only there by name
const outbox = self.headroomOutbox;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([fresh(FRAME), fresh(LOG), ...FILES])));
});

const fresh = (path) => new Request(path, { cache: 'reload', credentials: 'omit' });

self.addEventListener('activate', (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith('headroom-') && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

// The clinician's day, and the address a home screen opens, which leads there.
const isDay = (path) => path === '/' || /^\/practices\/[^/]+\/clinicians\/[^/]+$/.test(path);

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // An address of a file names its content, so the kept one is the right one.
  if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((file) => file ?? fetch(request)));
  else if (request.mode === 'navigate' && isDay(pathname)) event.respondWith(day(request));
  else if (request.mode === 'navigate' && !pathname.startsWith('/api/')) {
    const answer = other(request);
    event.respondWith(answer);
    // The form that is kept is no older than the one that was last seen.
    if (isLog(pathname)) event.waitUntil(answer.then(async (page) => page.ok && (await caches.open(NAME)).add(fresh(LOG))).catch(() => {}));
  }
});

const kept = async (path) => (await caches.open(NAME)).match(path);

async function day(request) {
  const asked = fetch(request);
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([asked, slow]).catch(() => undefined);
  return answer ?? (await kept(FRAME)) ?? asked;
}

const isLog = (path) => /^\/practices\/[^/]+\/transfers\/new$/.test(path);

// Any other page may take its time. Where there is no connection at all, the frame says so; an item can be logged there.
async function other(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const frame = await kept(isLog(new URL(request.url).pathname) ? LOG : FRAME);
    if (frame) return frame;
    throw error;
  }
}

// ---- Sending when no page is open (Background Sync, where a browser has it) ----------------------------------------
self.addEventListener('sync', (event) => {
  if (event.tag === 'headroom-outbox') event.waitUntil(outbox.alone(drain));
});

// Settles only what the server has a result for; everything else waits for a page that can say why. A place that is
// refused does not hold up another.
async function drain() {
  await outbox.handIn();
  const failed = new Set();
  for (;;) {
    await outbox.load();
    const days = await outbox.days();
    const list = outbox.next(new Set(days.map((day) => day.url).filter((url) => !failed.has(url))));
    if (!list.length) break;
    const { url } = list[0];
    await send(url, list, days).catch(() => failed.add(url));
  }
  if (failed.size) throw new Error('not all was taken'); // the browser tries again later
}

async function send(url, list, days) {
  outbox.tell({ type: 'sending' });
  let settled = 0;
  let said;
  try {
    const response = await fetch(`/api/v1${url}/batch`, {
      method: 'POST',
      body: outbox.body(list),
      headers: { 'Content-Type': 'application/json' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const { today, results } = await response.json();
    settled = await outbox.settle(results);
    const known = days.find((day) => day.url === url);
    const instead = today.taps_count ? undefined : (known?.instead ?? 'another source');
    said = { url, date: today.day, base: today.counted, taps: today.taps, instead, limit: today.limit, nearing: today.nearing_from };
    await outbox.remember({ ...known, ...said });
  } finally {
    outbox.tell({ type: 'settled', day: said });
  }
  if (!settled) throw new Error('no result for what was sent');
}

// ---- What somebody asked to be told, where a browser has it (Web Push) -----------------------------------------------
// Always shown: a browser takes the permission away from who is told and shows nothing. What cannot be read is named by no guess.
self.addEventListener('push', (event) => event.waitUntil(tell(event.data)));

async function tell(data) {
  let told = {};
  try { told = data.json() ?? {}; } catch { /* empty, or not ours */ }
  const { id, title, body, path, tag } = told;
  const text = (words, other) => (typeof words === 'string' && words ? words : other);
  const name = text(tag, 'headroom');
  // A later one of the same kind takes the place of the first and is heard again; the same one sent twice is not.
  const before = await self.registration.getNotifications({ tag: name });
  await self.registration.showNotification(text(title, 'Headroom has something to tell you'), {
    body: text(body, 'Open Headroom to see it.'),
    tag: name,
    renotify: before.some((shown) => shown.data?.id !== id),
    icon: ICON,
    data: { id, path: text(path, '/') },
  });
}

// Leads to a page of this site, whatever was sent: one that is open already, or a new one.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path));
});

async function lead(path) {
  const { origin } = self.location;
  let to = new URL('/', origin);
  try { to = new URL(path, origin); } catch { /* the first page */ }
  if (to.origin !== origin) to = new URL('/', origin);
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = pages.find((page) => new URL(page.url).pathname === to.pathname);
  await (open ? open.focus() : self.clients.openWindow(to.href));
}

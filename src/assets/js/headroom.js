// Headroom in the browser: taps that outlive a lost connection, and pages that say when they are no longer live.
//
// Everything here improves a page that works without it. Nothing is evaluated, nothing is fetched from another host.
// A tap is in localStorage before it is on its way, and leaves it only when the server's answer says that it is
// recorded. Each tap has its own key, so two tabs never overwrite each other, and its own UUIDv7, so a tap that is sent
// twice counts once.
(() => {
  'use strict';
  const doc = document;
  const all = (selector, from = doc) => from.querySelectorAll(selector);
  doc.documentElement.classList.add('js');

  // ---- The outbox: `headroom.tap <action> <id>` -> {at, refused?} -------------------------------------------------
  const PREFIX = 'headroom.tap ';
  const memory = new Map(); // when storage refuses (full, or switched off): kept as long as the page is
  const key = (tap) => `${PREFIX}${tap.url} ${tap.id}`;

  function keep(tap) {
    const value = JSON.stringify({ at: tap.at, refused: tap.refused });
    try {
      localStorage.setItem(key(tap), value);
      memory.delete(key(tap));
    } catch {
      memory.set(key(tap), value);
    }
  }

  function drop(tap) {
    memory.delete(key(tap));
    try { localStorage.removeItem(key(tap)); } catch { /* it was never there */ }
  }

  // Oldest first: ids are time-ordered. Only the signed-in person's: another's wait until they are back.
  function taps() {
    const stored = new Map(memory);
    try {
      for (let at = 0; at < localStorage.length; at++) {
        const name = localStorage.key(at);
        if (name.startsWith(PREFIX)) stored.set(name, localStorage.getItem(name));
      }
    } catch { /* memory has them */ }
    const mine = actions();
    const found = [];
    for (const [name, value] of stored) {
      const [url, id] = name.slice(PREFIX.length).split(' ');
      if (!mine.has(url)) continue;
      try { found.push({ url, id, ...JSON.parse(value) }); } catch { /* not ours */ }
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  const waiting = () => taps().filter((tap) => !tap.refused);

  function actions() {
    const found = new Set((doc.body.dataset.outbox || '').split(' ').filter(Boolean));
    for (const form of all('form[data-tap]')) found.add(form.getAttribute('action'));
    return found;
  }

  // ---- Ids and days -----------------------------------------------------------------------------------------------
  let lastMs = 0;
  let sequence = 0;

  // RFC 9562 UUIDv7; the 12 bits after the version count up within a millisecond, so that ten quick taps keep their order.
  function uuid7() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const now = Date.now();
    if (now > lastMs) {
      lastMs = now;
      sequence = ((bytes[6] & 7) << 8) | bytes[7];
    } else if (++sequence > 0xfff) {
      lastMs++;
      sequence = 0;
    }
    for (let at = 0; at < 6; at++) bytes[at] = Math.floor(lastMs / 2 ** (40 - 8 * at)) & 255;
    bytes[6] = 0x70 | (sequence >> 8);
    bytes[7] = sequence & 255;
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  // The safe day is a London day, wherever the browser's clock thinks it is.
  const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' });
  const clock = (at) => new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' });

  // ---- Painting: the server's count plus what waits ---------------------------------------------------------------
  let failures = 0;
  let signedOut = false;
  let sending = null;
  let settled = 0; // when the last tap was
  let slow = false;

  const write = (selector, text, from) => {
    for (const element of all(selector, from)) if (element.textContent !== text) element.textContent = text;
  };

  function paint() {
    const list = waiting();
    const day = doc.getElementById('day');
    if (day?.dataset.base) paintDay(day, list);
    let said = '';
    if (list.length && signedOut) said = `${list.length} waiting to send. Nothing is lost; sign in again and they are sent.`;
    else if (list.length && (failures || slow || !navigator.onLine)) said = `${list.length} waiting to send. Nothing is lost; they are sent when the connection returns.`;
    write('[data-waiting]', said);
    paintRefused(taps().filter((tap) => tap.refused));
  }

  function paintDay(day, list) {
    const { base, limit, nearing, date } = day.dataset;
    const more = list.filter((tap) => tap.url === day.dataset.day && london.format(new Date(tap.at)) === date).length;
    const counted = Number(base) + more;
    const left = Number(limit) - counted;
    let state = 'available';
    if (left < 0) state = 'over';
    else if (left === 0) state = 'full';
    else if (counted >= Number(nearing)) state = 'nearing';
    write('[data-left]', String(Math.abs(left)), day);
    write('[data-left-words]', left < 0 ? `over ${limit}` : `left of ${limit}`, day);
    write('[data-counted]', String(counted), day);
    day.dataset.state = state;
    for (const bar of all('[data-meter]', day)) {
      bar.setAttribute('class', state);
      bar.setAttribute('width', String(Math.min(100, Math.round((1000 * counted) / (Number(limit) || 1)) / 10)));
    }
  }

  function paintRefused(list) {
    for (const box of all('[data-refused]')) {
      const ids = list.map((tap) => tap.id).join(' ');
      if (box.dataset.shown === ids) continue;
      box.dataset.shown = ids;
      box.hidden = !list.length;
      box.replaceChildren();
      if (!list.length) continue;
      const title = doc.createElement('strong');
      title.textContent = list.length === 1 ? 'One contact was not accepted' : `${list.length} contacts were not accepted`;
      const items = doc.createElement('ul');
      for (const tap of list) {
        items.append(doc.createElement('li'));
        items.lastChild.textContent = `${clock(tap.at)}, ${london.format(new Date(tap.at))}: ${tap.refused}`;
      }
      const done = doc.createElement('button');
      done.type = 'button';
      done.className = 'hr-soft';
      done.textContent = 'I have read this: take them off the list';
      done.addEventListener('click', () => {
        list.forEach(drop);
        paint();
      });
      box.append(title, items, done);
    }
  }

  // ---- Sending: in order, one at a time, one tab at a time --------------------------------------------------------
  let timer = 0;
  let slowTimer = 0;
  let draining = false;
  let resting = false;
  let notBefore = 0; // the server asked for patience
  let skippedRefresh = false;

  async function drain() {
    clearTimeout(timer);
    if (draining || !waiting().length) return;
    if (Date.now() < notBefore) {
      timer = setTimeout(drain, notBefore - Date.now());
      return;
    }
    draining = true;
    resting = false;
    slowTimer ||= setTimeout(() => { slow = true; paint(); }, 2000);
    try {
      await alone(sendAll);
    } finally {
      draining = false;
      sending = null;
      clearTimeout(slowTimer);
      slowTimer = 0;
      slow = false;
      paint();
      if (skippedRefresh) refresh();
      skippedRefresh = false;
      if (!resting) drain(); // a tap that came while the lock was being given back
    }
  }

  // One tab sends. A tab that the system froze while it held the lock must not stop the others for ever: after a while
  // they send as well, which is harmless, for a repeated id counts once.
  async function alone(work) {
    if (!navigator.locks) return work();
    const giveUp = new AbortController();
    const patience = setTimeout(() => giveUp.abort(), 20000);
    let started = false;
    try {
      await navigator.locks.request('headroom.outbox', { signal: giveUp.signal }, () => {
        clearTimeout(patience);
        started = true;
        return work();
      });
    } catch (error) {
      if (started) throw error;
      await work();
    }
  }

  async function sendAll() {
    for (;;) {
      const tap = waiting()[0];
      if (!tap) break;
      sending = tap;
      const later = await send(tap);
      sending = null;
      if (later !== undefined) {
        resting = true;
        paint();
        if (later !== Infinity) timer = setTimeout(drain, later);
        return;
      }
      failures = 0;
    }
    failures = 0;
  }

  // Answers undefined when the tap is settled, else after how many milliseconds to try again.
  async function send(tap) {
    let response;
    let text;
    const slowness = new AbortController();
    const patience = setTimeout(() => slowness.abort(), 15000);
    try {
      response = await fetch(tap.url, {
        method: 'POST',
        body: new URLSearchParams({ id: tap.id, occurred_at: tap.at }),
        headers: { 'HX-Request': 'true', Accept: 'text/html' },
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'manual', // to a sign-in page is not an answer
        keepalive: true, // a tap just before the page closes still goes out
        signal: slowness.signal,
      });
      text = await response.text();
    } catch {
      return backOff();
    } finally {
      clearTimeout(patience);
    }
    if (response.type === 'opaqueredirect' || response.status === 401) {
      signedOut = true;
      return Infinity;
    }
    const answer = new DOMParser().parseFromString(text, 'text/html');
    // Not every 200 is ours: hotel and hospital networks answer for others. Only the panel acknowledges.
    if ((response.status === 200 || response.status === 201) && answer.getElementById('day')) {
      signedOut = false;
      drop(tap);
      settled = performance.now();
      await show(text, answer.getElementById('day').dataset.day);
      return undefined;
    }
    if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
      keep({ ...tap, refused: reason(response, text, answer) });
      paint();
      if (doc.getElementById('day')?.dataset.day === tap.url) skippedRefresh = true;
      return undefined;
    }
    return backOff(response.headers.get('Retry-After'));
  }

  function reason(response, text, answer) {
    let said = '';
    if ((response.headers.get('Content-Type') || '').includes('json')) {
      try { const problem = JSON.parse(text); said = problem.detail || problem.title; } catch { /* said nothing */ }
    } else {
      said = answer.querySelector('[data-reason]')?.textContent.trim();
    }
    return String(said || `the server answered ${response.status}`).slice(0, 300);
  }

  // 1, 2, 4 … 60 seconds, spread so that a practice does not come back all at once; longer where the server says so.
  function backOff(retryAfter) {
    failures++;
    const own = Math.min(60, 2 ** Math.min(failures - 1, 6)) * (0.75 + Math.random() / 2);
    const asked = Number.isNaN(Number(retryAfter)) ? (Date.parse(retryAfter) - Date.now()) / 1000 : Number(retryAfter);
    if (asked > 0) notBefore = Date.now() + 1000 * Math.min(300, asked);
    return Math.max(1000 * own, notBefore - Date.now());
  }

  // The answer replaces the panel of the same clinician; on other pages it only settles the tap. htmx swaps it, so that
  // what the old panel listened to is let go, and parts sent out of band arrive too.
  async function show(text, owner) {
    const day = doc.getElementById('day');
    if (day?.dataset.day === owner) {
      if (window.htmx) {
        await htmx.swap({ sourceElement: day, target: day, text, swap: 'outerHTML', request: {}, hx: {}, headroom: true });
      } else {
        day.replaceWith(new DOMParser().parseFromString(text, 'text/html').getElementById('day'));
      }
    }
    paint();
  }

  const refresh = () => doc.getElementById('live')?.dispatchEvent(new CustomEvent('resync'));

  doc.addEventListener('submit', (event) => {
    const form = event.target.closest?.('form[data-tap]');
    if (!form || !window.crypto?.getRandomValues) return;
    event.preventDefault();
    keep({ url: form.getAttribute('action'), id: uuid7(), at: new Date().toISOString() });
    paint();
    drain();
  });

  const wake = () => {
    if (doc.visibilityState === 'visible') drain();
    paint();
  };
  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  doc.addEventListener('visibilitychange', wake);
  addEventListener('storage', (event) => {
    if (event.key && !event.key.startsWith(PREFIX)) return;
    paint();
    if (event.newValue === null) refresh(); // another tab sent it: the count has changed
  });
  addEventListener('beforeunload', (event) => {
    if (memory.size) event.preventDefault();
  });

  // ---- Live pages -------------------------------------------------------------------------------------------------
  let connected = false; // ever
  let streaming = false; // now
  let lastGood = Date.now();

  function live(good) {
    if (good) lastGood = Date.now();
    for (const line of all('[data-live-state]')) {
      line.hidden = good;
      if (!good) line.textContent = `Not live since ${clock(lastGood)}. Figures may have changed; they return by themselves.`;
    }
  }
  const ofLive = (event) => event.target.closest?.('#live [hx-get]') || event.target.id === 'live';

  doc.addEventListener('htmx:sse:after:connection', () => {
    streaming = true;
    live(true);
    if (connected) refresh(); // what happened while nobody listened
    connected = true;
  });
  const broken = () => {
    streaming = false;
    live(false);
  };
  doc.addEventListener('htmx:sse:error', broken);
  addEventListener('offline', () => {
    live(false);
    paint();
  });

  // A refresh asked for before a tap was settled may or may not hold it: it is not shown, and asked for again.
  doc.addEventListener('htmx:before:swap', (event) => {
    const { ctx, tasks } = event.detail;
    // Painted before it is seen: the bare count of the server must not flash up while others wait.
    for (const { fragment } of tasks) {
      const day = fragment?.querySelector?.('#day[data-base]');
      if (day) paintDay(day, waiting());
    }
    if (ctx.headroom || ctx.sourceElement?.id !== 'day' || (!sending && ctx.asked > settled)) return;
    event.preventDefault();
    if (sending) skippedRefresh = true;
    else refresh();
  });
  doc.addEventListener('htmx:after:swap', (event) => {
    if (streaming && ofLive(event) && event.detail.ctx.response?.status < 400) live(true);
    paint();
  });

  // ---- Changes that did not arrive --------------------------------------------------------------------------------
  function notice(text) {
    for (const line of all('[data-notice]')) {
      line.textContent = text;
      line.hidden = !text;
    }
  }
  const failed = (event) => {
    if (ofLive(event)) return live(false);
    notice('That may not have been saved: there was no proper answer. Wait a moment and try again.');
  };
  doc.addEventListener('htmx:error', failed);
  doc.addEventListener('htmx:response:error', (event) => {
    if (event.detail.ctx.response.status >= 500) failed(event);
  });
  doc.addEventListener('htmx:before:request', (event) => {
    event.detail.ctx.asked = performance.now();
    if (!ofLive(event)) notice('');
  });

  // This script stands before htmx in the page, so the first connection is seen.
  paint();
  drain();
})();

// Headroom in the browser: a tap counts on screen at once, and reads *waiting to send* until the server has answered.
//
// Everything here improves a page that works without it. Nothing is evaluated, nothing is fetched from another host.
// What waits is kept by `outbox.js` and shown by `paint.js`; this file sends it, and hears what became of it.
(() => {
  'use strict';
  const doc = document;
  const outbox = self.headroomOutbox;
  const head = self.headroom;
  const { actions, waiting, paint, last, time } = head;
  const all = (selector, from = doc) => from.querySelectorAll(selector);
  const one = (selector, from = doc) => from.querySelector(selector);
  const panel = () => doc.getElementById('day');
  doc.documentElement.classList.add('js');
  outbox.tick(doc.body.dataset.now);

  // ---- Sending: in order, in batches, one tab at a time -----------------------------------------------------------
  let sending = false;
  let settled = 0; // when the last answer came
  let timer = 0;
  let slowTimer = 0;
  let draining = false;
  let resting = false;
  let notBefore = 0; // the server asked for patience
  let elsewhere = 0; // until when another tab is taken to be sending
  let lastTap = -1e9;

  async function drain() {
    clearTimeout(timer);
    if (draining || !waiting().length) return;
    if (Date.now() < notBefore) {
      timer = setTimeout(drain, notBefore - Date.now());
      return;
    }
    draining = true;
    resting = false;
    slowTimer ||= setTimeout(() => { head.slow = true; paint(); }, 2000);
    try {
      await outbox.alone(sendAll);
    } catch {
      rest(backOff());
    } finally {
      draining = false;
      sending = false;
      clearTimeout(slowTimer);
      slowTimer = 0;
      head.slow = false;
      paint();
      head.refreshSkipped();
      if (!resting) drain(); // a tap that came while the lock was being given back
    }
  }

  function rest(later) {
    resting = true;
    if (later !== Infinity) timer = setTimeout(drain, later);
    // With no page open the browser itself may try again, where it can.
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register('headroom-outbox')).catch(() => {});
  }

  async function sendAll() {
    let most;
    for (;;) {
      await outbox.written();
      await outbox.load();
      const list = outbox.next(actions(), most);
      if (!list.length) break;
      sending = true;
      outbox.tell({ type: 'sending' });
      let later;
      try {
        later = await send(list);
      } finally {
        sending = false;
        outbox.tell({ type: 'settled', day: known() });
      }
      if (later === ALONE) most = 1;
      else if (later !== undefined) return rest(later);
    }
    reached();
  }

  // A proper answer: the server is in reach.
  function reached() {
    head.failures = 0;
    head.gone = 0;
  }
  const ALONE = -1;

  // Answers undefined when what was sent is settled, else after how many milliseconds to try again.
  async function send(list) {
    let response;
    let text;
    const slowness = new AbortController();
    const patience = setTimeout(() => slowness.abort(), 15000);
    const body = outbox.body(list);
    try {
      response = await fetch(list[0].url, {
        method: 'POST',
        body,
        headers: { 'HX-Request': 'true', Accept: 'text/html', 'Content-Type': 'application/json' },
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'manual', // to a sign-in page is not an answer
        keepalive: body.length < 30000, // a tap just before the page closes still goes out
        signal: slowness.signal,
      });
      text = await response.text();
    } catch {
      return backOff();
    } finally {
      clearTimeout(patience);
    }
    if (response.type === 'opaqueredirect' || response.status === 401) return whyNot(list[0].url);
    const answer = new DOMParser().parseFromString(text, 'text/html');
    const results = one('[data-results]', answer);
    // Not every 200 is ours: hotel and hospital networks answer for others. Only panel and results acknowledge.
    if (response.status === 200 && answer.getElementById('day') && results) return took(list, answer, results);
    if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
      if (list.length > 1) return ALONE; // one of them may be at fault
      await outbox.settle([{ id: list[0].id, result: 'refused', reason: reason(response, text, answer) }]);
      head.skip();
      return undefined;
    }
    return backOff(response.headers.get('Retry-After'));
  }

  async function took(list, answer, results) {
    outbox.tick(results.dataset.now);
    const said = [...results.children].map((item) => ({ id: item.dataset.id, result: item.dataset.result, reason: item.textContent }));
    results.remove();
    reached();
    head.signedOut = head.shutOut = false;
    if (!(await outbox.settle(said))) return backOff();
    settled = performance.now();
    for (const op of list) {
      if (op.refused) continue;
      if (op.void ?? op.change) head.undone.add(op.void ?? op.change); // one that was changed is another now
      else if (op.url === panel()?.dataset.day && outbox.dayOf(op.at) === outbox.today()) head.recent.push(op.id);
    }
    await show(answer);
    return undefined;
  }

  // A device that waits for its PIN is asked for it there; one that is not enrolled any more is led away.
  async function whyNot(url) {
    head.signedOut = true;
    const asked = await fetch(`/unlock?next=${encodeURIComponent(url)}`, { redirect: 'manual', cache: 'no-store' }).catch(() => undefined);
    head.shutOut = asked?.type === 'opaqueredirect';
    return asked ? Infinity : backOff();
  }

  function reason(response, text, answer) {
    let said = one('main li, main p:not([data-notice])', answer)?.textContent.trim();
    if ((response.headers.get('Content-Type') || '').includes('json')) {
      try { const problem = JSON.parse(text); said = problem.detail || problem.title; } catch { /* said nothing */ }
    }
    if (response.status === 404) said = 'this clinician is not yours to count for any more';
    return String(said || `the server answered ${response.status}`).slice(0, 300);
  }

  // 1, 2, 4 … 60 seconds, spread so that a practice does not come back all at once; longer where the server says so.
  function backOff(retryAfter) {
    head.failures++;
    const own = Math.min(60, 2 ** Math.min(head.failures - 1, 6)) * (0.75 + Math.random() / 2);
    const asked = Number.isNaN(Number(retryAfter)) ? (Date.parse(retryAfter) - Date.now()) / 1000 : Number(retryAfter);
    if (asked > 0) notBefore = Date.now() + 1000 * Math.min(300, asked);
    return Math.max(1000 * own, notBefore - Date.now());
  }

  // The answer replaces the panel of the same clinician; on other pages it only settles the taps. htmx swaps it, so that
  // what the old panel listened to is let go, and parts sent out of band arrive too.
  async function show(answer) {
    const day = panel();
    const fresh = answer.getElementById('day').dataset;
    if (day && day.dataset.day === fresh.day) {
      // The swap takes a moment, in which one more tap paints: what was settled waits no longer, and is in the figure.
      if (day.dataset.date === fresh.date) figures(day, fresh);
      if (window.htmx) {
        await htmx.swap({ sourceElement: day, target: day, text: answer.body.innerHTML, swap: 'outerMorph', request: {}, hx: {}, headroom: true });
      } else {
        day.replaceWith(answer.getElementById('day'));
      }
    }
    note();
    paint();
  }

  // A figure that was asked for before a tap was settled may or may not hold it.
  head.mayShow = (ctx) => ctx.headroom || (!sending && performance.now() > elsewhere && ctx.asked > settled);

  // ---- What this browser remembers of the day, for the page without a connection ----------------------------------
  function known() {
    const { day: url, date, base, taps, instead, limit, nearing } = panel()?.dataset ?? {};
    return base && actions().has(url) ? { url, date, base: Number(base), taps: Number(taps), instead, limit: Number(limit), nearing: Number(nearing) } : undefined;
  }

  function note() {
    const day = known();
    if (!day || !day.date || one('[data-unknown]')) return;
    const pin = Boolean(one('[data-pin]'));
    if (pin) unlocked(day.url);
    const named = one('form[data-undo] [name=contact]')?.value;
    const form = one('form[data-last]');
    const { lastTime, lastAt } = one('[data-last-time]')?.dataset ?? {};
    const last = named && form && { id: named, time: lastTime, then: lastAt, kind: form.dataset.kind, complex: 'complex' in form.dataset };
    // How tall the header is, whose words are not kept: +1 stands at the same place without a connection.
    const tall = one('.hr-header')?.getBoundingClientRect().height; // a small window has none
    const header = tall && { wide: innerWidth, tall };
    if (named) head.recent = [...head.recent.filter((id) => id !== named), named].slice(-30);
    outbox.remember({ ...day, pin, recent: head.recent, last, header, offset: outbox.offset, at: Date.now() });
  }
  head.note = note;

  // ---- A device with a PIN: what it remembers is shown only where the PIN was given ---------------------------------
  // The cookie that the right PIN earns is not for scripts. One of our own stands beside it: it ends with the browser as
  // that one does, and counts no longer.
  const UNLOCKED = 12 * 3600000;

  function isUnlocked(url) {
    const [, at, whose] = doc.cookie.match(/(?:^|; )headroom-open=(\d+)~([^;]*)/) ?? [];
    const age = Date.now() - Number(at);
    return whose === url && age >= 0 && age < UNLOCKED;
  }

  function unlocked(url) {
    if (!isUnlocked(url)) doc.cookie = `headroom-open=${Date.now()}~${url}; Path=/; SameSite=Strict`;
  }

  async function begin() {
    await frame();
    await adopt();
    await outbox.load();
    const mine = actions();
    if (mine.size) {
      if (head.places()) await outbox.forget(new Set(head.places())); // what is known of places that are gone
      note();
      navigator.serviceWorker?.register('/service-worker.js').catch(() => {}); // not over plain HTTP
    } else if (doc.body.hasAttribute('data-nobody')) {
      for (const name of ['headroom-open', 'headroom-kept']) doc.cookie = `${name}=; Path=/; Max-Age=0`;
      await outbox.forget();
    }
    paint();
    for (const button of all('[data-when-loaded]')) button.hidden = false;
    drain();
  }

  // An earlier version remembered no taps: then they were what counted.
  function figures(here, { base, taps = base, instead }) {
    Object.assign(here.dataset, { base, taps });
    if (instead) here.dataset.instead = instead;
    else delete here.dataset.instead;
  }

  // The frame that stands in where the page cannot be had is filled with what is known here.
  async function frame() {
    const place = one('[data-shell]');
    if (!place) return;
    head.frame = true;
    const path = location.pathname;
    const days = (await outbox.days()).sort((a, b) => a.at - b.at);
    const day = days.filter(({ url }) => isOf(path, url)).pop();
    setInterval(comeBack, 4000);
    if (!day) return;
    place.toggleAttribute('data-pin', Boolean(day.pin));
    if (day.pin && !isUnlocked(day.url)) {
      one('[data-locked]').hidden = false;
      await outbox.remember({ url: day.url, at: day.at, pin: true }); // the figures go; taps that wait stay
      return;
    }
    Object.assign(panel().dataset, { day: day.url, date: day.date, limit: day.limit, nearing: day.nearing });
    figures(panel(), day);
    outbox.offset = day.offset ?? 0;
    head.recent = day.recent ?? [];
    lead(place, day);
    if (day.last) rememberLast(day.last);
    if (day.header?.wide === innerWidth) one('.hr-header').style.minHeight = `${day.header.tall}px`;
    head.write('#day-heading', head.heading(day.date));
    const name = asked(path);
    const since = day.instead ? `, from ${day.instead}` : ' and what was tapped here since';
    one('[data-say]', place).dataset.say = name
      ? `“${name}” needs a connection. Here is your day meanwhile.`
      : `No connection. The count is that of ${time(day.at + outbox.offset)}${since}.`;
    doc.title = 'My day – Headroom';
    one('[data-unknown]').remove();
    one('[data-known]').hidden = false;
  }

  // A day stands in for itself, for what is under it, and for what its own pages lead to; never for anybody else's page.
  function isOf(path, url) {
    const home = url.replace(/\/contacts$/, '');
    const practice = home.replace(/\/clinicians\/.*$/, '');
    const common = ['/', '/offline', '/who-sees-what', '/accessibility', '/device', '/sign-out'];
    return common.includes(path) || path === home || path.startsWith(`${home}/`) || [`${practice}/today`, `${practice}/transfers/new`].includes(path);
  }

  // What was asked for, where that is not the day itself.
  function asked(path) {
    const under = path.replace(/^\/practices\/[^/]+(\/clinicians\/[^/]+)?/, '');
    return NAMES[under.replace(/^(\/days)\/.*/, '$1')];
  }
  const NAMES = {
    '/weeks': 'My weeks',
    '/today': 'Practice',
    '/transfers/new': 'Transfers',
    '/set': 'Set to…',
    '/days': 'The day in full',
    '/who-sees-what': 'Who can see what',
    '/accessibility': 'Accessibility',
    '/device': 'This device',
    '/sign-out': 'Sign out this device',
  };

  // The links and forms of the frame, which leads nowhere by itself.
  function lead(place, { url, date }) {
    const home = url.replace(/\/contacts$/, '');
    one('[data-in-full]', place).setAttribute('href', `${home}/days/${date}`);
    one('form[data-tap]', place).setAttribute('action', url);
    for (const part of all('[data-under]', place)) part.setAttribute(part.tagName === 'A' ? 'href' : 'action', `${home}/${part.dataset.under}`);
    const practice = home.replace(/\/clinicians\/.*$/, '');
    const sections = [home, `${practice}/transfers/new`, `${home}/weeks`, `${practice}/today`];
    for (const [at, link] of all('.hr-nav a').entries()) link.setAttribute('href', sections[at]);
  }

  // The contact that the server named last, as its own page would name it.
  function rememberLast({ id, time: at, then, kind, complex }) {
    for (const form of all('form[data-last], form[data-undo]')) {
      const named = doc.createElement('input');
      Object.assign(named, { type: 'hidden', name: 'contact', value: id });
      form.prepend(named);
    }
    Object.assign(one('[data-last-time]').dataset, { lastTime: at, lastAt: then ?? '' });
    const { dataset } = one('form[data-last]');
    dataset.kind = kind;
    if (complex) dataset.complex = '';
  }

  const answers = async () => (await fetch('/health/live', { cache: 'no-store' }).catch(() => undefined))?.status === 204;

  async function comeBack() {
    if (doc.visibilityState !== 'visible' || performance.now() - lastTap < 2000) return;
    if (!(await answers()) || performance.now() - lastTap < 2000) return;
    await outbox.written();
    const home = panel()?.dataset.day?.replace(/\/contacts$/, '');
    if (location.pathname === '/offline') location.replace('/');
    else if (lastTap > 0 && home && location.pathname !== `${home}/small`) location.replace(home); // who counted meanwhile goes on counting
    else location.reload();
  }

  // Whether the stream of the page is gone because everything is: asked before anything is said, and until it is back.
  head.lost = async (since) => {
    if (head.frame || !actions().size) return;
    if (await answers()) {
      if (head.gone) drain();
      head.gone = 0;
    } else if (!head.leaving()) {
      head.gone ||= since;
      setTimeout(() => { if (head.gone) head.lost(since); }, 4000);
    }
    paint();
  };

  // Taps that an earlier version of this script kept move over once.
  async function adopt() {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith('headroom.tap ')).sort(); } catch { /* there are none */ }
    for (const name of names) {
      const [, url, id] = name.split(' ');
      await outbox.add({ id, url, ...JSON.parse(localStorage.getItem(name)) });
      localStorage.removeItem(name);
    }
  }

  // ---- What people do ---------------------------------------------------------------------------------------------
  // Before htmx and before the form itself.
  doc.addEventListener('submit', (event) => {
    const form = event.target.closest?.('form[data-tap], form[data-undo], form[data-last]');
    if (!form || !window.crypto?.getRandomValues) return;
    if (form.matches('[data-last]') && !event.submitter?.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const op = { id: outbox.uuid7(), at: new Date().toISOString() };
    let undone;
    if (form.matches('[data-undo]')) {
      undone = panel() && head.lastKnown(panel());
      op.url = panel()?.dataset.day;
      op.void = panel() && last(panel());
      if (!op.void) return;
    } else if (form.matches('[data-last]')) {
      const found = panel() && head.lastKnown(panel());
      if (!found?.kind) return;
      op.url = panel().dataset.day;
      op.change = found.id;
      const complex = event.submitter.value === 'complex';
      op.kind = complex ? found.kind : event.submitter.value;
      op.complex = complex ? !found.complex : found.complex;
      if (op.kind === found.kind && op.complex === found.complex) return;
    } else {
      op.url = form.getAttribute('action');
    }
    record(op);
    if (op.void) tookBack(op.url, undone);
    else head.tell('');
    if (form.matches('[data-tap]')) stay();
  }, true);

  function record(op) {
    lastTap = performance.now();
    const written = outbox.add(op);
    paint();
    written.then(drain);
  }

  // What was taken back is named, and can be put back: as a contact of its own, of the same moment.
  function tookBack(url, { at, then, kind, complex } = {}) {
    if (!then || !kind) return head.tell('The last one was taken back.');
    const of = (value) => one(`form[data-last] button[value=${value}]`)?.textContent.trim().toLowerCase();
    const what = [of(kind), complex && 'complex'].filter(Boolean).join(', ');
    return head.tell(`${at}${what ? ` ${what}` : ''} taken back.`, {
      label: 'Put it back',
      go: () => {
        record({ id: outbox.uuid7(), at: then, url, kind, complex });
        head.tell('It is back.');
        doc.getElementById('undo')?.focus();
      },
    });
  }

  // What this browser keeps is not to be cleared away while it waits. Asked once, after the first tap, where the browser
  // decides by itself; Firefox would put the question to the person.
  function stay() {
    if (!navigator.storage?.persist || 'mozInnerScreenX' in window || /(?:^|; )headroom-kept=/.test(doc.cookie)) return;
    doc.cookie = 'headroom-kept=1; Path=/; Max-Age=31536000; SameSite=Strict';
    navigator.storage.persisted().then((already) => already || navigator.storage.persist()).catch(() => {});
  }

  // Signing out sends first what waits; what cannot be sent is said, and asked about once more.
  doc.addEventListener('submit', async (event) => {
    const form = event.target.closest?.('form[data-sign-out]');
    if (!form || 'left' in form.dataset || !waiting().length) return;
    event.preventDefault();
    const button = one('button', form);
    button.disabled = true;
    await Promise.race([sent(), new Promise((go) => setTimeout(go, 8000))]);
    button.disabled = false;
    const n = head.tally(waiting());
    if (!waiting().length) {
      await outbox.written(); // what was settled is off the disk, too
      return form.submit();
    }
    form.dataset.left = '';
    button.textContent = 'Sign out, though not all is sent';
    head.write('[data-leaving]', `${n === 1 ? 'One contact' : `${n} contacts`} could not be sent. ${n === 1 ? 'It stays' : 'They stay'} on this device and ${n === 1 ? 'is' : 'are'} not counted, unless it is enrolled again.`);
  });

  async function sent() {
    for (;;) {
      await drain();
      if (!waiting().length) return;
      await new Promise((go) => setTimeout(go, 500));
    }
  }

  const wake = async () => {
    if (doc.visibilityState !== 'visible') return;
    await outbox.load();
    drain();
    paint();
  };
  addEventListener('online', wake);
  addEventListener('offline', paint);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    wake();
    head.refresh();
  });
  doc.addEventListener('visibilitychange', () => {
    wake();
    // Other places may have counted meanwhile, and their events are not heard here.
    if (doc.visibilityState === 'visible' && one('[data-across]')) head.refresh();
  });
  setInterval(paint, 15000); // midnight

  outbox.onchange = async ({ type, day }) => {
    if (type === 'sending') {
      elsewhere = performance.now() + 20000;
      return;
    }
    await outbox.load();
    if (type === 'settled') {
      elsewhere = 0;
      const here = panel();
      // What another tab was told, until this one has asked for itself; with what waits no longer, so that nothing counts twice.
      if (day && here?.dataset.day === day.url && here.dataset.date === day.date) figures(here, day);
      settled = performance.now();
    }
    paint();
    if (type === 'settled') head.refresh();
  };
  addEventListener('beforeunload', (event) => {
    if (outbox.unsafe()) event.preventDefault();
  });
  // A window on top goes with the page that opened it and asks nobody. What its database has not taken yet is sent as it
  // goes, with what was tapped before it, so that the order holds: a repeated id counts once.
  addEventListener('pagehide', () => {
    for (const url of actions()) {
      const list = outbox.waiting().filter((op) => op.url === url).slice(0, 100);
      if (list.every((op) => op.state === 'kept')) continue;
      const headers = { 'HX-Request': 'true', Accept: 'text/html', 'Content-Type': 'application/json' };
      fetch(url, { method: 'POST', body: outbox.body(list), headers, credentials: 'same-origin', cache: 'no-store', redirect: 'manual', keepalive: true }).catch(() => {});
    }
  });

  head.drain = drain;
  // `live.js` fills these in; the first paint comes before htmx has read the page.
  for (const name of ['skip', 'refresh', 'refreshSkipped']) head[name] = () => {};
  begin();
  paint();
})();

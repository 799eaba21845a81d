// The log of transferred work where a connection may go: what cannot be sent is kept on this device and handed in later.
// The words of what was asked are not kept (see outbox.js).
(() => {
  'use strict';
  const doc = document;
  const outbox = self.headroomOutbox;
  const one = (selector, from = doc) => from.querySelector(selector);
  const practice = location.pathname.match(/^\/practices\/[^/]+/)?.[0];

  const reached = async () => {
    const patience = AbortSignal.timeout?.(4000);
    const answer = await fetch('/health/live', { cache: 'no-store', signal: patience }).catch(() => undefined);
    return answer?.status === 204;
  };

  // The form by the names of the API.
  function item(form) {
    const text = (name) => form.elements[name]?.value?.trim() || undefined;
    const number = (name) => (text(name) === undefined ? undefined : Number(text(name)));
    const body = { id: outbox.uuid7(), category: text('category'), outcome: text('outcome'), route: text('route') };
    const typed = text('provider_name');
    const chosen = one('[name=from]:checked', form);
    if (typed || !chosen) {
      Object.assign(body, { provider_name: typed, department: text('department') });
    } else {
      // "Wyrevale Infirmary, Cardiology": the name before its department.
      const department = chosen.value.split('|').pop();
      const label = one(`label[for="${chosen.id}"]`, form).textContent;
      const part = one(`[name=department] option[value="${department}"]`, form)?.textContent;
      const name = department && label.endsWith(`, ${part}`) ? label.slice(0, -part.length - 2) : label;
      Object.assign(body, { provider_name: name, department: department || undefined });
    }
    if (one('[name=category]:checked', form)?.dataset.group === 'reply') body.reason = text('reason');
    for (const name of ['gp', 'other_clinician', 'nurse', 'admin']) body[name] = number(name);
    body.came_on = text('came_on') ?? outbox.today();
    body.kept_by = signedInAs();
    return { id: body.id, url: `/api/v1${practice}/transfers`, body, at: Date.now() };
  }

  // Who is signed in, told by the last page that came with a connection: the frame is the same for everybody.
  const BY = 'headroom-by';
  function signedInAs() {
    try { return doc.body.dataset.by ?? localStorage.getItem(BY) ?? undefined; } catch { return doc.body.dataset.by; }
  }

  // Only names that were looked through before: of the list that comes with the form, or of who sent something here.
  const known = (name, form) => one('[name=from]:checked', form) || [...doc.querySelectorAll('#providers option')].some((option) => option.value.toLowerCase() === name.toLowerCase());

  // Who usually sends is remembered for the frame: names of hospitals, nothing else.
  const SENDERS = `headroom-senders:${practice}`;
  function remember(form) {
    const all = [...form.querySelectorAll('[name=from]')].map((from) => [from.value, one(`label[for="${from.id}"]`, form).textContent]);
    try { localStorage.setItem(SENDERS, JSON.stringify(all)); } catch { /* full, or switched off */ }
  }

  function recall(form) {
    const place = one('[data-senders]', form);
    let all = [];
    try { all = JSON.parse(localStorage.getItem(SENDERS)) ?? []; } catch { /* nothing to recall */ }
    if (!place || !all.length) return;
    const group = one('[data-senders-of]', place);
    for (const [at, [value, words]] of all.entries()) {
      const id = `from-${at + 1}`;
      const span = doc.createElement('span');
      span.append(Object.assign(doc.createElement('input'), { id, type: 'radio', name: 'from', value }), Object.assign(doc.createElement('label'), { htmlFor: id, textContent: words }));
      group.append(span);
    }
    place.hidden = false;
  }

  const NEEDED = { provider_name: 'Say who sent it', category: 'Choose what kind it is', outcome: 'Choose what you did' };

  function say(words, alert = false) {
    const place = one('[data-log-said]');
    place.textContent = words;
    place.hidden = !words;
    place.setAttribute('role', alert ? 'alert' : 'status');
    if (words) place.scrollIntoView({ block: 'nearest' });
  }

  doc.addEventListener('submit', async (event) => {
    const form = event.target.closest?.('form[data-log]');
    if (!form || form.dataset.sure) return;
    event.preventDefault();
    const button = one('button[type=submit], button:not([type])', form);
    button.disabled = true;
    const frame = form.hasAttribute('data-frame');
    if (!frame && (await reached())) {
      form.dataset.sure = 'yes';
      button.disabled = false;
      return form.submit();
    }
    button.disabled = false;
    const kept = item(form);
    const missing = Object.keys(NEEDED).filter((name) => !kept.body[name]).map((name) => NEEDED[name]);
    if (missing.length) return say(`${missing.join('. ')}.`, true);
    if (!known(kept.body.provider_name, form)) return say('Without a connection choose who sent it from the list: other names are not kept on a device.', true);
    const asked = form.elements.asked?.value.trim();
    try {
      await outbox.keep(kept);
    } catch {
      return say('This device cannot keep it. Leave the page open, and save it when the connection is back.', true);
    }
    form.reset();
    if (form.elements.id) form.elements.id.value = outbox.uuid7();
    say(`Kept on this device. It is sent when the connection returns.${asked ? ' What was asked is not kept: add it then.' : ''}`);
    await handIn();
  }, true);

  const here = (kept) => kept.url.startsWith(`/api/v1${practice}/`);

  // What waits, and what was refused, where the page has a place for it.
  let left = 0;
  async function show() {
    const items = await outbox.items();
    left = items.length;
    const place = one('[data-log-waiting]');
    if (!place) return;
    const refused = items.filter((kept) => here(kept) && kept.refused);
    const elsewhere = items.filter((kept) => !here(kept));
    const n = items.length - refused.length - elsewhere.length;
    place.replaceChildren();
    const line = (words) => place.appendChild(Object.assign(doc.createElement('p'), { textContent: words }));
    if (n) line(n === 1 ? 'One item waits on this device, to be sent.' : `${n} items wait on this device, to be sent.`);
    const act = (words, label, deed) => {
      const button = Object.assign(doc.createElement('button'), { type: 'button', textContent: label, className: 'nhsuk-button nhsuk-button--secondary nhsuk-button--small' });
      button.onclick = async () => { await deed(); await show(); };
      words.append(' ', button);
    };
    for (const kept of refused) {
      const words = line(`An item of ${kept.body.came_on} from ${kept.body.provider_name} was not taken: ${kept.refused}.`);
      if (kept.body.kept_by && kept.body.kept_by !== signedInAs()) act(words, 'Send it in my name', async () => {
        await outbox.keep({ ...kept, refused: undefined, body: { ...kept.body, kept_by: signedInAs() } });
        await handIn();
      });
      act(words, 'Take it away', () => outbox.letGo(kept.id));
    }
    for (const kept of elsewhere) {
      const code = kept.url.match(/practices\/([^/]+)/)?.[1];
      const words = line(`An item of ${kept.body.came_on}, logged for the practice ${code}, waits on this device until somebody of that practice signs in here.`);
      act(words, 'Take it away', () => outbox.letGo(kept.id));
    }
    place.hidden = !items.length;
  }

  function sentOff(sent) {
    if (sent && one('[data-log-said]')) say(sent === 1 ? 'The item that was kept is sent.' : `${sent} items that were kept are sent.`);
  }

  // Another tab or the service worker may have been first.
  if ('BroadcastChannel' in self) new BroadcastChannel('headroom').addEventListener('message', ({ data }) => {
    if (data.type !== 'items') return;
    sentOff(data.sent);
    show();
  });

  let busy = false;
  async function handIn() {
    if (busy) return;
    busy = true;
    try {
      if ((await outbox.items()).some((kept) => !kept.refused)) {
        sentOff(await outbox.alone(outbox.handIn));
        navigator.serviceWorker?.ready.then((worker) => worker.sync?.register('headroom-outbox')).catch(() => {});
      }
    } finally {
      busy = false;
      show();
    }
  }

  // The frame leads nowhere by itself.
  function lead() {
    if (!one('form[data-frame]') || !practice) return;
    outbox.days().then((days) => {
      const home = days.map(({ url }) => url.replace(/\/contacts$/, '')).filter((url) => url.startsWith(`${practice}/`)).pop();
      if (!home) return;
      const sections = [home, `${practice}/transfers/new`, `${home}/weeks`, `${practice}/today`];
      for (const [at, link] of doc.querySelectorAll('.hr-nav a').entries()) link.setAttribute('href', sections[at]);
    });
  }

  // Signing out hands in first what waits; what cannot be handed in is said, and asked about once more.
  doc.addEventListener('submit', async (event) => {
    const form = event.target.closest?.('form[data-sign-out]');
    if (!form || !left || 'itemsLeft' in form.dataset) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await handIn();
    await show();
    form.dataset.itemsLeft = '';
    if (!left) return form.requestSubmit();
    one('button', form).textContent = 'Sign out, though not all is sent';
    const place = one('[data-leaving]');
    place.textContent = left === 1 ? 'One logged item could not be sent. It stays on this device, and can be sent once somebody of the practice signs in here.' : `${left} logged items could not be sent. They stay on this device, and can be sent once somebody of the practice signs in here.`;
    place.hidden = false;
  }, true);

  try { if (doc.body.dataset.by) localStorage.setItem(BY, doc.body.dataset.by); } catch { /* full, or switched off */ }
  if (doc.body.hasAttribute('data-nobody')) {
    try { localStorage.removeItem(BY); for (const key of Object.keys(localStorage)) if (key.startsWith('headroom-senders:')) localStorage.removeItem(key); } catch { /* switched off */ }
  }
  const signedIn = doc.body.dataset.outbox || one('[data-log-waiting]');
  if (!signedIn) return;
  const form = one('form[data-log]');
  if (form?.hasAttribute('data-frame')) recall(form);
  else if (form) remember(form);
  lead();
  show();
  handIn();
  addEventListener('online', handIn);
  if (one('[data-log-waiting]')) setInterval(async () => { if ((await outbox.items()).some((kept) => here(kept) && !kept.refused) && (await reached())) handIn(); }, 5000);
})();

// What the clinician's page shows: the server's count with what waits, and what was not accepted.
(() => {
  'use strict';
  const doc = document;
  const outbox = self.headroomOutbox;
  const all = (selector, from = doc) => from.querySelectorAll(selector);
  const one = (selector, from = doc) => from.querySelector(selector);
  const head = { failures: 0, slow: false };
  head.gone = 0; // since when there is no connection
  head.frame = false; // whether this page stands in for one that cannot be had
  head.signedOut = false; // for now, or until a PIN is given
  head.shutOut = false; // for good: no longer enrolled
  head.recent = []; // ids of this day that the server has, as far as is known here
  head.undone = new Set();
  head.painted = () => {}; // `desk.js` fills it in
  self.headroom = head;

  const panel = () => doc.getElementById('day');
  const time = (at) => {
    const { hour, minute } = outbox.parts(at, { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  };
  const heading = (date) => {
    const { weekday, day, month } = outbox.parts(`${date}T12:00Z`, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' });
    return `${weekday} ${day} ${month}`;
  };

  // Where taps of this page may go: those of the signed-in person. Another's wait until they are back.
  function actions() {
    const found = new Set((doc.body.dataset.outbox || '').split(' ').filter(Boolean));
    for (const form of all('form[data-tap]')) found.add(form.getAttribute('action'));
    return found;
  }

  // Every place that this device counts for, also those that wait for their PIN; nothing in a person's browser.
  const places = () => doc.body.dataset.places?.split(' ');

  const waiting = () => {
    const mine = actions();
    return outbox.waiting().filter((op) => mine.has(op.url));
  };

  // ---- Painting: the server's count with what waits ---------------------------------------------------------------
  const write = (selector, text, from) => {
    for (const element of all(selector, from)) if (element.textContent !== text) element.textContent = text;
  };

  function paint() {
    const day = panel();
    if (day?.dataset.base) paintDay(day);
    paintUndo(day);
    if (day?.dataset.base) paintAfter(day);
    paintWaiting();
    paintLeaving();
    paintRefused();
    head.painted();
  }

  // What was done is said for a moment where the page speaks anyway, with a button where it can be undone.
  let saying;
  head.tell = (words, act) => {
    clearTimeout(saying?.timer);
    saying = words ? { words, act, timer: setTimeout(() => head.tell(''), act ? 20000 : 5000) } : undefined;
    paint();
  };

  function writeSay(day, words) {
    for (const line of all('[data-say]', day)) {
      const act = saying?.act;
      const has = one('button', line);
      if (!act || words !== saying.words) write('[data-say]', words, day);
      else if (!has || line.dataset.said !== words) {
        const again = button(act.label, act.go);
        again.className = 'hr-inline';
        again.id = 'put-back';
        line.dataset.said = words;
        line.replaceChildren(`${words} `, again);
      }
    }
  }

  // Whether the server is out of reach, as far as is known.
  const cutOff = () => head.frame || Boolean(head.gone) || head.failures > 0 || !navigator.onLine;

  // As a person counts: a tap and its undo are nothing, and one contact whose kind was changed twice is one change.
  function tally(list) {
    const taps = new Set(list.filter((op) => !op.void && !op.change).map((op) => op.id));
    const changed = new Set(list.filter((op) => op.change && !taps.has(op.change)).map((op) => op.change));
    let undos = 0;
    for (const op of list) {
      if (!op.void) continue;
      if (!taps.delete(op.void)) undos++;
      changed.delete(op.void);
    }
    return taps.size + undos + changed.size;
  }

  function paintWaiting() {
    const list = waiting();
    const n = tally(list);
    const words = head.shutOut ? '' : says(n, list.length);
    const tag = words && n ? `${n} waiting to send` : '';
    for (const place of all('[data-waiting]')) {
      if (place.dataset.shown === `${tag} ${words}`) continue;
      place.dataset.shown = `${tag} ${words}`;
      place.replaceChildren(...(tag ? [made('span', 'hr-tag hr-tag--soon', tag), ' '] : []), words);
    }
  }

  function says(n, operations) {
    const [they, are] = n === 1 ? ['it', 'is'] : ['they', 'are'];
    const since = head.gone ? `No connection since ${time(head.gone + outbox.offset)}.` : 'No connection.';
    if (operations && outbox.inMemory()) return `This browser does not keep ${n === 1 ? 'it' : 'them'}: leave this page open until ${they} ${are} sent.`;
    if (n && head.signedOut) return `Nothing is lost; sign in again and ${they} ${are} sent.`;
    if (cutOff()) return n ? `${since} Nothing is lost; ${they} ${are} sent when it returns.` : head.frame ? '' : since;
    return n && head.slow ? `The connection is slow. Nothing is lost; ${they} ${are} on the way.` : '';
  }

  function made(name, classes, text) {
    const element = doc.createElement(name);
    if (classes) element.className = classes;
    element.textContent = text;
    return element;
  }

  // Before signing out: what waits is sent first.
  function paintLeaving() {
    const n = tally(waiting());
    if (one('form[data-sign-out][data-left]')) return; // said already, and not to be taken back
    write('[data-leaving]', n ? `${n === 1 ? 'One contact waits' : `${n} contacts wait`} to be sent. ${n === 1 ? 'It is' : 'They are'} sent first.` : '');
  }

  // Midnight may pass while nobody answers: then the count begins again, with the limit that was last known.
  function shown(day) {
    const today = outbox.today();
    const { date, base, taps, instead } = day.dataset;
    if (date < today) return { date: today, base: 0, taps: 0, isNew: true };
    return { date, base: Number(base), taps: Number(taps), instead, isNew: false };
  }

  // The words of `ui::day::kept`.
  const keptWords = (taps, instead) => `${taps === 1 ? '1 tap' : `${taps} taps`} kept; today’s figure comes from ${instead}.`;

  // What counts when what waits has arrived: taps go beside a figure of another source, never on top of it. Where the
  // practice chose that source they do not count at all, and are said.
  function counts(day, { date, base, taps, instead }) {
    const waits = change(day.dataset.day, date);
    if (waits === undefined) return { counted: base };
    const all = Math.max(0, taps + waits);
    if (instead) return { counted: base, say: keptWords(all, instead) };
    return { counted: all, say: base === taps ? undefined : `Until now the figure was ${base}. Your own count is the one that is used.` };
  }

  // What the reserved lines under the bar say: what the count means now, else that there is no connection, else what the
  // server had to say.
  function say(day, { isNew }, words) {
    if (saying) return saying.words;
    if (isNew) return 'A new day, counted on this device until the connection returns.';
    if (words) return words;
    if (head.gone && !head.frame) return `No connection since ${time(head.gone + outbox.offset)}. Nothing is lost.`;
    return one('[data-say]', day)?.dataset.say ?? '';
  }

  // The states of `domain::limit::Headroom`, by the thresholds that the server wrote into the page. A table printed from
  // there is repainted here, cell by cell (tests/browser/headroom.test.mjs).
  function stands(counted, limit, nearing) {
    if (counted > limit) return 'over';
    if (counted === limit) return 'at-limit';
    return counted < nearing ? 'available' : 'nearing';
  }

  function paintDay(day) {
    const now = shown(day);
    if (now.isNew) write('#day-heading', heading(now.date), day);
    const limit = Number(day.dataset.limit);
    const { counted, say: words } = counts(day, now);
    writeSay(day, say(day, now, words));
    const left = limit - counted;
    const state = stands(counted, limit, Number(day.dataset.nearing));
    write('[data-left]', String(Math.abs(left)), day);
    write('[data-left-words]', left < 0 ? `over ${limit}` : `left of ${limit}`, day);
    write('[data-counted]', String(counted), day);
    day.dataset.state = state;
    for (const bar of all('[data-meter]', day)) {
      bar.setAttribute('class', state);
      bar.setAttribute('width', String(Math.min(100, Math.round((1000 * counted) / (limit || 1)) / 10)));
    }
    if (day.isConnected) paintAcross(day, counted);
  }

  // The person's own total: what is counted here, and at each other place what was last heard and what waits for it.
  function paintAcross(day, counted) {
    const line = one('[data-across]');
    if (!line) return;
    const { date, isNew } = shown(day);
    let total = counted;
    for (const place of all('[data-elsewhere]', line)) {
      // Where another source counts, taps add nothing until the server says so.
      const waits = place.hasAttribute('data-taps') ? (change(place.dataset.elsewhere, date) ?? 0) : 0;
      const there = Math.max(0, (isNew ? 0 : Number(place.dataset.base)) + waits);
      if (place.textContent !== String(there)) place.textContent = there;
      total += there;
    }
    const limit = Number(line.dataset.across);
    write('[data-here]', String(counted), line);
    write('[data-across-words]', total > limit ? `${total} contacts, ${total - limit} over ${limit}` : `${total} of ${limit} contacts`, line);
  }

  // What waits adds to the taps of a day: a tap counts for its own day, and an undo for that of the tap it takes back.
  // Undefined where nothing waits for that day. Operations go out in order: a server that names a contact which waits here
  // has counted it and all before it, and only its answer is missing.
  function change(url, date) {
    const list = outbox.waiting().filter((op) => op.url === url);
    const named = url === panel()?.dataset.day && one('form[data-undo] [name=contact]')?.value;
    const unheard = list.findIndex((op) => op.id === named) + 1;
    const days = new Map();
    let sum;
    for (const [at, op] of list.entries()) {
      if (op.change) continue;
      const day = op.void ? (days.get(op.void) ?? outbox.dayOf(op.at)) : outbox.dayOf(op.at);
      if (!op.void) days.set(op.id, day);
      if (at >= unheard && day === date) sum = (sum ?? 0) + (op.void ? -1 : 1);
    }
    return sum;
  }

  // ---- Undo: the last one that waits, else the last one the server named, else one sent from here -----------------
  function last(day) {
    const { date, isNew } = shown(day);
    const away = new Set([...head.undone, ...outbox.ops.map((op) => op.void)]);
    const named = isNew ? undefined : one('form[data-undo] [name=contact]')?.value;
    const mine = waiting().filter((op) => !op.void && !op.change && op.url === day.dataset.day && outbox.dayOf(op.at) === date);
    const known = [...(isNew ? [] : head.recent.filter((id) => id !== named)), named, ...mine.map((op) => op.id)];
    return known.filter((id) => id && !away.has(id)).pop();
  }

  function paintUndo(day) {
    const button = one('form[data-undo] button');
    if (button && day?.dataset.base) button.disabled = !last(day);
  }

  // ---- Below the button -------------------------------------------------------------------------------------------
  // The last contact with what is known of it: its kind is not known of one that only its id is left of.
  const FIRST = 'in-person';
  function lastKnown(day) {
    const id = last(day);
    if (!id) return undefined;
    const own = outbox.ops.find((op) => op.id === id);
    const form = one('form[data-last]');
    let found;
    if (own) found = { id, at: time(Date.parse(own.at) + outbox.offset), then: own.at, kind: own.kind ?? FIRST, complex: Boolean(own.complex) };
    else if (form && one('[name=contact]', form)?.value === id) {
      const { lastTime, lastAt } = one('[data-last-time]').dataset;
      found = { id, at: lastTime, then: lastAt, kind: form.dataset.kind, complex: 'complex' in form.dataset };
    } else return { id };
    for (const op of outbox.ops) if (op.change === id && !op.refused) Object.assign(found, { kind: op.kind, complex: op.complex });
    return found;
  }

  const hide = (element, hidden) => { if (element && element.hidden !== hidden) element.hidden = hidden; };

  // What needs the server is switched off without it, under a sentence that says when it works.
  function paintAfter(day) {
    const found = lastKnown(day);
    hide(one('[data-first]'), Boolean(found));
    const section = one('[data-last-one]');
    if (section) {
      hide(section, !found);
      write('[data-last-time]', found?.at ?? 'sent before', section);
      switchOff(section, !found?.kind);
      for (const chip of all('button[name=kind]', section)) {
        const on = chip.value === 'complex' ? found?.complex : chip.value === found?.kind;
        if (chip.getAttribute('aria-pressed') !== String(Boolean(on))) chip.setAttribute('aria-pressed', String(Boolean(on)));
      }
    }
    const { state } = day.dataset;
    const why = one('[data-why]');
    hide(why, state !== 'over');
    switchOff(why, cutOff());
    paintTell(state === 'at-limit' || state === 'over');
  }

  function switchOff(part, off) {
    if (!part) return;
    for (const button of all('button', part)) if (button.disabled !== off) button.disabled = off;
    for (const line of all('[data-later]', part)) hide(line, !off);
  }

  // The words of `ui::day::tell`: the server writes the button only where it knows that the limit is reached.
  function paintTell(full) {
    const place = one('[data-tell]');
    if (!place) return;
    const mine = 'made' in place.dataset && place.querySelector('[data-made]');
    if (full && !place.firstElementChild) {
      const button = made('button', 'hr-soft', 'Tell the practice I am at my limit');
      button.type = 'button';
      button.dataset.made = '';
      const line = made('p', 'hr-small', 'The practice can be told here when you are back online.');
      line.dataset.later = '';
      place.dataset.made = '';
      place.append(button, line);
    } else if (!full && mine) place.replaceChildren();
    switchOff(place, cutOff());
    const own = one('button[data-made]', place);
    if (own) own.disabled = true;
  }

  // ---- What was not accepted, and what is kept of a device that is no longer enrolled -----------------------------
  const KEPT = 'This device is no longer enrolled or signed in for these, so they were not accepted. Enrol it again and they are sent, or save them to a file.';

  function paintRefused() {
    const mine = actions();
    const shut = head.shutOut || doc.body.hasAttribute('data-nobody');
    const own = places();
    const left = (op) => shut || (own && !own.includes(op.url)); // of a place that this device has no more
    const refused = outbox.ops.filter((op) => op.refused && (left(op) || mine.has(op.url)));
    const kept = outbox.waiting().filter(left);
    const list = [...refused, ...kept];
    let box = one('[data-refused]');
    if (!box && list.length) {
      box = doc.createElement('div');
      box.className = 'hr-refused';
      box.dataset.refused = '';
      box.setAttribute('role', 'alert');
      one('[data-notice]')?.after(box);
    }
    if (!box || box.dataset.shown === list.map((op) => op.id).join(' ')) return;
    box.dataset.shown = list.map((op) => op.id).join(' ');
    box.hidden = !list.length;
    box.replaceChildren(...(list.length ? told(list, kept.length) : []));
  }

  const reasonOf = (op) => op.refused || 'this device is no longer enrolled or signed in';
  const toldAt = (op) => time(Date.parse(op.at) + outbox.offset);
  const subject = (op) => (op.void ? 'undo' : op.change ? 'change' : 'contact');

  function told(list, kept) {
    const title = doc.createElement('strong');
    const many = list.length === 1 ? 'One contact was' : `${list.length} contacts were`;
    title.textContent = kept ? `${many} not accepted and ${list.length === 1 ? 'is' : 'are'} kept here` : `${many} not accepted`;
    const items = doc.createElement('ul');
    for (const op of list.slice(0, 50)) {
      items.append(doc.createElement('li'));
      items.lastChild.textContent = `${toldAt(op)}, ${heading(outbox.dayOf(op.at))}${op.void || op.change ? ` (${subject(op)})` : ''}${op.refused ? `: ${op.refused}` : ''}`;
    }
    if (list.length > 50) {
      items.append(doc.createElement('li'));
      items.lastChild.textContent = `and ${list.length - 50} more: the file has them all`;
    }
    const why = doc.createElement('p');
    why.textContent = kept ? KEPT : '';
    const save = button('Save them to a file', () => saveFile(list));
    const done = button(kept ? 'Remove them from this device' : 'I have read this: take them off the list', async () => {
      if (kept && !done.dataset.sure) {
        done.dataset.sure = 'yes';
        done.textContent = 'They will be gone. Press again to remove them';
        return;
      }
      await outbox.remove(list);
      outbox.tell({ type: 'changed' });
      paint();
    });
    return [title, why, items, save, done];
  }

  function button(text, act) {
    const made = doc.createElement('button');
    made.type = 'button';
    made.className = 'hr-soft';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  }

  // Times and reasons, nothing else: the file is made here and goes nowhere.
  function saveFile(list) {
    const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
    const rows = list.map((op) => [outbox.dayOf(op.at), toldAt(op), subject(op), reasonOf(op)].map(quoted).join(','));
    const file = new Blob([['day,time,what,reason', ...rows, ''].join('\r\n')], { type: 'text/csv' });
    const link = doc.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'headroom-not-accepted.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  Object.assign(head, { time, heading, actions, places, waiting, write, paint, paintDay, last, lastKnown, tally, cutOff });
})();

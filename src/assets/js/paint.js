// What the clinician's page shows: the server's count with what waits, and what was not accepted.
(() => {
  'use strict';
  const doc = document;
  const outbox = self.headroomOutbox;
  const all = (selector, from = doc) => from.querySelectorAll(selector);
  const one = (selector, from = doc) => from.querySelector(selector);
  const head = { failures: 0, slow: false };
  head.signedOut = false; // for now, or until a PIN is given
  head.shutOut = false; // for good: no longer enrolled
  head.recent = []; // ids of this day that the server has, as far as is known here
  head.undone = new Set();
  self.headroom = head;

  const panel = () => doc.getElementById('day');
  const time = (at) => new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' });
  const heading = (date) =>
    new Date(`${date}T12:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' }).replace(',', '');

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
    const list = waiting();
    const day = panel();
    if (day?.dataset.base) paintDay(day);
    write('[data-waiting]', says(list));
    paintUndo(day);
    paintRefused();
  }

  function says(list) {
    if (!list.length) return '';
    const n = `${list.length} waiting to send.`;
    if (!outbox.durable) return `${n} This browser keeps nothing: leave this page open until they are sent.`;
    if (head.shutOut) return '';
    if (head.signedOut) return `${n} Nothing is lost; sign in again and they are sent.`;
    return head.failures || head.slow || !navigator.onLine ? `${n} Nothing is lost; they are sent when the connection returns.` : '';
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
    if (waits === undefined) return base;
    const all = Math.max(0, taps + waits);
    if (instead) {
      write('[data-say]', keptWords(all, instead), day);
      return base;
    }
    if (base !== taps) write('[data-say]', `Until now the figure was ${base}. Your own count is the one that is used.`, day);
    return all;
  }

  function paintDay(day) {
    const now = shown(day);
    if (now.isNew) {
      write('#day-heading', heading(now.date), day);
      write('[data-say]', 'A new day, counted on this device until the connection returns.', day);
    }
    const limit = Number(day.dataset.limit);
    const counted = counts(day, now);
    const left = limit - counted;
    let state = 'available';
    if (left < 0) state = 'over';
    else if (left === 0) state = 'full';
    else if (counted >= Number(day.dataset.nearing)) state = 'nearing';
    write('[data-left]', String(Math.abs(left)), day);
    write('[data-left-words]', left < 0 ? `over ${limit}` : `left of ${limit}`, day);
    write('[data-counted]', String(counted), day);
    day.dataset.state = state;
    for (const bar of all('[data-meter]', day)) {
      bar.setAttribute('class', state);
      bar.setAttribute('width', String(Math.min(100, Math.round((1000 * counted) / (limit || 1)) / 10)));
    }
    paintAcross(day, counted);
  }

  // The person's own total: what is counted here, and at each other place what was last heard and what waits for it.
  function paintAcross(day, counted) {
    const line = one('[data-across]', day);
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
  // Undefined where nothing waits for that day.
  function change(url, date) {
    const days = new Map();
    let sum;
    for (const op of outbox.waiting()) {
      if (op.url !== url) continue;
      const day = op.void ? (days.get(op.void) ?? outbox.dayOf(op.at)) : outbox.dayOf(op.at);
      if (!op.void) days.set(op.id, day);
      if (day === date) sum = (sum ?? 0) + (op.void ? -1 : 1);
    }
    return sum;
  }

  // ---- Undo: the last one that waits, else the last one the server named, else one sent from here -----------------
  function last(day) {
    const { date, isNew } = shown(day);
    const away = new Set([...head.undone, ...outbox.ops.map((op) => op.void)]);
    const named = isNew ? undefined : one('form[data-undo] [name=contact]')?.value;
    const mine = waiting().filter((op) => !op.void && op.url === day.dataset.day && outbox.dayOf(op.at) === date);
    const known = [...(isNew ? [] : head.recent.filter((id) => id !== named)), named, ...mine.map((op) => op.id)];
    return known.filter((id) => id && !away.has(id)).pop();
  }

  function paintUndo(day) {
    const button = one('form[data-undo] button');
    if (button && day?.dataset.base) button.disabled = !last(day);
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
  const subject = (op) => (op.void ? 'undo' : 'contact');

  function told(list, kept) {
    const title = doc.createElement('strong');
    const many = list.length === 1 ? 'One contact was' : `${list.length} contacts were`;
    title.textContent = kept ? `${many} not accepted and ${list.length === 1 ? 'is' : 'are'} kept here` : `${many} not accepted`;
    const items = doc.createElement('ul');
    for (const op of list.slice(0, 50)) {
      items.append(doc.createElement('li'));
      items.lastChild.textContent = `${toldAt(op)}, ${heading(outbox.dayOf(op.at))}${op.void ? ' (undo)' : ''}${op.refused ? `: ${op.refused}` : ''}`;
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

  Object.assign(head, { time, heading, actions, places, waiting, write, paint, paintDay, last });
})();

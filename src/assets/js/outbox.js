// The outbox: taps and undos of this browser, kept in IndexedDB until the server says what became of each. Pages and the
// service worker share it.
//
// An operation is {id, url, at, kind?, complex?, void?, change?, refused?}: a UUIDv7, the address of the clinician's
// contacts, when it was tapped, for an undo the contact that does not count, for a change the contact that becomes one of
// this kind. Its order is the order of the taps (`seq`), not that of ids or
// times: a phone's clock may jump. A page paints from `ops`, the mirror in memory, and never waits for the disk to do so.
// `days` holds what was last known of each clinician's day, without a name: figures for the page without a connection.
(() => {
  'use strict';
  const MOST = 500; // of one batch
  const TOLERANCE = 5 * 60000; // of a phone's clock: the server believes as much
  const PATIENCE = 2500; // with a database that neither answers nor fails
  const ops = [];
  const gone = new Set(); // settled here: a read that began before must not bring them back
  const writing = new Set();
  const outbox = { ops, offset: 0, onchange: () => {} };
  const channel = 'BroadcastChannel' in self ? new BroadcastChannel('headroom') : undefined;

  // ---- The database -----------------------------------------------------------------------------------------------
  // No transaction begins on a page that is not looked at, and none is left open when it is put away: a browser may keep
  // such a page as it stands (WebKit does), and whatever it holds open then holds up every other page.
  let opening;
  const doc = self.document; // a service worker has none
  let away = false;
  const inSight = () => !doc || (!away && doc.visibilityState !== 'hidden');
  const looking = [];
  const seen = () => { if (inSight()) for (const go of looking.splice(0)) go(); };
  const sight = () => (inSight() ? Promise.resolve() : new Promise((go) => looking.push(go)));

  // The next transaction opens it again.
  function shut() {
    const closing = opening;
    opening = undefined;
    closing?.then((db) => db.close()).catch(() => {});
  }

  if (doc) {
    doc.addEventListener('visibilitychange', seen);
    addEventListener('pagehide', () => {
      away = true;
      shut();
    });
    addEventListener('pageshow', () => {
      away = false;
      seen();
    });
  }

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open('headroom', 2);
      request.onupgradeneeded = ({ oldVersion }) => {
        const db = request.result;
        if (oldVersion < 1) {
          db.createObjectStore('ops', { keyPath: 'seq', autoIncrement: true }).createIndex('id', 'id', { unique: true });
          db.createObjectStore('days', { keyPath: 'url' });
        }
        db.createObjectStore('items', { keyPath: 'id' });
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onclose = shut;
        db.onversionchange = shut;
        resolve(db);
      };
      request.onerror = () => reject(request.error);
    });
    opening.catch(() => { opening = undefined; });
    return opening;
  }

  // Resolves when the transaction is complete, to what `work` handed to `done`; rejects when it fails. One that does
  // neither in time is given up, and its late success is told to `late`.
  async function within(stores, mode, work, late = () => {}) {
    await sight();
    let waited = false;
    const done = once(stores, mode, work).then((result) => {
      if (waited) late();
      return result;
    });
    let timer;
    const patience = new Promise((_, reject) => {
      timer = setTimeout(() => {
        waited = true;
        shut();
        reject(new Error('the database does not answer'));
      }, PATIENCE);
    });
    return Promise.race([done, patience]).finally(() => clearTimeout(timer));
  }

  // A browser may close the database under a page, as phones do in the background: then it is opened once more.
  async function once(stores, mode, work) {
    const begin = async () => (await open()).transaction(stores, mode, { durability: 'strict' });
    const tx = await begin().catch(() => {
      shut();
      return begin();
    });
    return new Promise((resolve, reject) => {
      let result;
      tx.oncomplete = () => resolve(result);
      tx.onabort = () => reject(tx.error ?? new Error('the transaction was given up'));
      work(tx, (value) => { result = value; });
    });
  }

  const everything = (store) =>
    within([store], 'readonly', (tx, done) => {
      const request = tx.objectStore(store).getAll();
      request.onsuccess = () => done(request.result);
    });

  // ---- Operations -------------------------------------------------------------------------------------------------
  const stored = ({ id, url, at, kind, complex, void: undone, change, refused }) => ({ id, url, at, kind, complex, void: undone, change, refused });

  // In the mirror at once, on the disk right after; the caller paints and does not wait.
  outbox.add = (op) => {
    ops.push(op);
    op.state = 'writing';
    const kept = () => { op.state = 'kept'; };
    const late = () => {
      kept();
      if (gone.has(op.id)) erase([op.seq]).catch(() => {}); // sent meanwhile
    };
    const add = (tx) => {
      const request = tx.objectStore('ops').add(stored(op));
      request.onsuccess = () => { op.seq = request.result; };
    };
    // Full, switched off or held up: kept as long as the page is, sent from there, and said.
    const written = within(['ops'], 'readwrite', add, late).then(kept, () => { op.state = 'memory'; });
    writing.add(written);
    return written.then(() => {
      writing.delete(written);
      tell({ type: 'changed' });
    });
  };

  // Brings the mirror up to what is stored: other tabs and the service worker add and settle too.
  outbox.load = async () => {
    if (!inSight()) return; // what is in memory is sent all the same
    const known = new Set(ops.filter((op) => op.state === 'kept'));
    let rows;
    try {
      rows = await everything('ops');
    } catch {
      return; // what is in memory is still there
    }
    const mine = new Map(ops.map((op) => [op.id, op]));
    const fresh = rows.filter((row) => !gone.has(row.id)).map((row) => Object.assign(mine.get(row.id) ?? {}, row, { state: 'kept' }));
    const ids = new Set(fresh.map((op) => op.id));
    const rest = ops.filter((op) => !ids.has(op.id) && !known.has(op) && !gone.has(op.id));
    ops.splice(0, ops.length, ...fresh, ...rest);
  };

  outbox.written = async () => { while (writing.size) await Promise.all(writing); };
  outbox.unsafe = () => ops.some((op) => op.state !== 'kept');
  outbox.inMemory = () => ops.some((op) => op.state === 'memory');
  outbox.waiting = () => ops.filter((op) => !op.refused);

  // What goes out next: the oldest of one clinician, in order. Only of those that may be sent from here.
  outbox.next = (mine, most = MOST) => {
    const list = ops.filter((op) => !op.refused && op.state !== 'writing' && mine.has(op.url));
    return list.filter((op) => op.url === list[0].url).slice(0, most);
  };

  outbox.body = (list) =>
    JSON.stringify({
      sent_at: new Date().toISOString(),
      operations: list.map((op) => ({ id: op.id, occurred_at: op.at, kind: op.kind, complex: op.complex, void: op.void, change: op.change })),
    });

  // Takes off what is recorded, and notes why what is not. Answers how many results were about our operations.
  outbox.settle = async (results) => {
    const said = new Map(results.map((one) => [one.id, one]));
    const ours = ops.filter((op) => said.has(op.id));
    const done = ours.filter((op) => ['recorded', 'repeat'].includes(said.get(op.id).result));
    for (const op of ours) if (!done.includes(op)) op.refused = said.get(op.id).reason || 'it was not accepted';
    await drop(done, ours.filter((op) => !done.includes(op)));
    return ours.length;
  };

  // Takes operations off the list for good.
  outbox.remove = (list) => drop(list, []);

  // Off the disk, then out of the mirror, right before the answer is shown: what is painted is never behind. Where the disk
  // cannot follow, the next page sends them again, and a repeat counts once.
  async function drop(list, changed) {
    const kept = (op) => op.seq !== undefined;
    if ([...list, ...changed].some(kept)) {
      const written = erase(list.filter(kept).map((op) => op.seq), changed.filter(kept)).catch(() => {});
      if (inSight()) await written; // else when the page is looked at again
    }
    for (const op of list) gone.add(op.id);
    ops.splice(0, ops.length, ...ops.filter((op) => !list.includes(op)));
  }

  const erase = (seqs, changed = []) =>
    within(['ops'], 'readwrite', (tx) => {
      const store = tx.objectStore('ops');
      for (const seq of seqs) store.delete(seq);
      for (const op of changed) store.put({ ...stored(op), seq: op.seq });
    });

  // ---- What was last known of a day -------------------------------------------------------------------------------
  outbox.days = () => everything('days').catch(() => []);
  outbox.remember = (day) => within(['days'], 'readwrite', (tx) => tx.objectStore('days').put(day)).catch(() => {});

  // Forgets every day but these. With no operation left nothing about anybody remains; those that wait hold a time each.
  outbox.forget = (keep = new Set()) =>
    within(['days'], 'readwrite', (tx) => {
      const store = tx.objectStore('days');
      const request = store.getAllKeys();
      request.onsuccess = () => { for (const url of request.result) if (!keep.has(url)) store.delete(url); };
    }).catch(() => {});

  // ---- Items of transferred work that were logged without a connection ----------------------------------------------
  // An item is {id, url, body, at, refused?}: codes and the name of a provider, for the log of one practice. What was asked
  // is not among them: words that nothing has looked through do not rest on a phone.
  outbox.items = () => everything('items').catch(() => []);
  outbox.keep = (item) => within(['items'], 'readwrite', (tx) => tx.objectStore('items').put(item));
  outbox.letGo = (id) => within(['items'], 'readwrite', (tx) => tx.objectStore('items').delete(id));

  // Hands in what waits, each by itself: a repeated id is logged once. What is refused stays and says why; what cannot be
  // judged now (no connection, a PIN, another person's session) waits.
  outbox.handIn = async () => {
    let sent = 0;
    for (const item of await outbox.items()) {
      if (item.refused) continue;
      let response;
      try {
        response = await fetch(item.url, {
          method: 'POST',
          body: JSON.stringify(item.body),
          headers: { 'Content-Type': 'application/json' },
          credentials: 'same-origin',
          cache: 'no-store',
          redirect: 'error',
        });
      } catch {
        break;
      }
      const said = await response.json().catch(() => undefined);
      if ([200, 201].includes(response.status) && said?.id === item.id) {
        await outbox.letGo(item.id);
        sent++;
      } else if ([409, 422].includes(response.status)) {
        const why = said?.errors?.map((one) => one.message).join('. ') || said?.title || 'it was not accepted';
        await outbox.keep({ ...item, refused: why });
      }
    }
    if (sent) tell({ type: 'items', sent });
    return sent;
  };

  // ---- Ids and days -----------------------------------------------------------------------------------------------
  let lastMs = 0;
  let sequence = 0;

  // RFC 9562 UUIDv7; the 12 bits after the version count up within a millisecond, so that ten quick taps keep their order.
  outbox.uuid7 = () => {
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
  };

  // The server says what time it is; a difference of less than five minutes is believed to be the way here.
  outbox.tick = (now) => {
    const off = Date.parse(now) - Date.now();
    if (!Number.isNaN(off)) outbox.offset = Math.abs(off) > TOLERANCE ? off : 0;
  };

  // What a moment is called, part by part: the text that a locale makes of it differs from browser to browser.
  const forms = new Map(); // slow to make
  outbox.parts = (at, options) => {
    const key = JSON.stringify(options);
    if (!forms.has(key)) forms.set(key, new Intl.DateTimeFormat('en-GB', { calendar: 'gregory', numberingSystem: 'latn', ...options }));
    return Object.fromEntries(forms.get(key).formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  };

  // The safe day is a London day, wherever the browser's clock thinks it is.
  outbox.dayOf = (at) => {
    const moment = new Date(at).getTime() + outbox.offset;
    const { year, month, day } = outbox.parts(moment, { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' });
    return [year.padStart(4, '0'), month.padStart(2, '0'), day.padStart(2, '0')].join('-');
  };
  outbox.today = () => outbox.dayOf(Date.now());

  // ---- Others -----------------------------------------------------------------------------------------------------
  const tell = (message) => channel?.postMessage(message);
  outbox.tell = tell;
  if (channel) channel.onmessage = (event) => outbox.onchange(event.data);

  // One at a time sends. A tab that the system froze while it held the lock must not stop the others for ever: after a
  // while they send as well, which is harmless, for a repeated id counts once.
  outbox.alone = async (work) => {
    if (!navigator.locks) return work();
    const giveUp = new AbortController();
    const patience = setTimeout(() => giveUp.abort(), 20000);
    let started = false;
    try {
      return await navigator.locks.request('headroom.outbox', { signal: giveUp.signal }, () => {
        clearTimeout(patience);
        started = true;
        return work();
      });
    } catch (error) {
      if (started) throw error;
      return work();
    }
  };

  self.headroomOutbox = outbox;
})();

// Beside a clinical system: single keys that press the page's own buttons, a small window that stays on top, and a signal
// near the limit and at it. Nothing here counts: it presses what a hand would press.
(() => {
  'use strict';
  const doc = document;
  const head = self.headroom;
  const one = (selector) => doc.querySelector(selector);
  const all = (selector) => doc.querySelectorAll(selector);

  // What was switched off in this browser, as `web::desk_choice` keeps it.
  const isOff = (what) => (doc.cookie.match(/(?:^|; )(?:__Host-)?headroom-desk=([^;]*)/)?.[1] ?? '').split('~').includes(what);

  // ---- Keys -------------------------------------------------------------------------------------------------------
  const sheet = () => doc.getElementById('keys');
  const isTyping = (target) => Boolean(target?.closest?.('input, textarea, select, [contenteditable]:not([contenteditable=false])'));
  const isShown = (element) => Boolean(element?.getClientRects().length);
  const canPress = (button) => isShown(button) && !button.disabled;

  function press(button, otherwise) {
    if (!canPress(button)) return head.tell(otherwise);
    return button.click();
  }

  function kind(n) {
    const chip = all('form[data-last] button')[n - 1];
    if (!isShown(chip)) return head.tell('There is no contact to change yet.');
    // Of one that was sent its kind is known once the server has said which it is.
    if (!canPress(chip)) return head.tell(head.cutOff() ? 'It can be changed when you are back online.' : 'Not yet: press it again in a moment.');
    chip.click();
    const words = [...all('form[data-last] button[aria-pressed=true]')].map((button) => button.textContent.trim().toLowerCase());
    return head.tell(`The last one: ${words.join(', ') || 'not complex'}.`);
  }

  function show() {
    const list = sheet();
    if (!list) return;
    one('[data-keys-off]').hidden = !isOff('keys');
    if (list.open) list.close();
    else list.showModal();
  }

  doc.addEventListener('click', (event) => { if (event.target.closest?.('[data-keys]')) show(); });

  // Pressed alone, once, and not as text. A key that is held down says nothing new.
  doc.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (!/^[+uU1-5?]$/.test(event.key) || isTyping(event.target) || isOff('keys')) return;
    if (!isShown(one('form[data-tap] button'))) return; // no day here, or one that waits for its PIN
    if (sheet()?.open && event.key !== '?') return;
    event.preventDefault();
    if (event.key === '+') press(one('form[data-tap] button'), '');
    else if (event.key === '?') show();
    else if (/[uU]/.test(event.key)) press(one('form[data-undo] button'), 'There is nothing to undo.');
    else kind(Number(event.key));
  });

  // ---- The small window -------------------------------------------------------------------------------------------
  const SIZE = { width: 240, height: 440 };
  let small;

  doc.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[data-small-window]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (small && !small.closed) return small.focus();
    small = (await onTop(link)) ?? window.open(link.href, link.target, `popup,width=${SIZE.width},height=${SIZE.height}`);
    if (!small) location.assign(link.href); // windows are not let open here
  });

  // Where the browser has a window that stays on top: it is empty and shows the same small page.
  async function onTop(link) {
    if (!self.documentPictureInPicture) return undefined;
    const opened = await documentPictureInPicture.requestWindow(SIZE).catch(() => undefined);
    if (!opened) return undefined;
    const page = opened.document.createElement('iframe');
    opened.document.documentElement.lang = 'en-GB';
    opened.document.title = 'Headroom';
    page.title = 'My day, small';
    page.src = link.href;
    Object.assign(page.style, { position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0' });
    opened.document.body.append(page);
    const focus = () => page.contentWindow?.focus();
    opened.addEventListener('focus', focus);
    // What is not the day cannot be shown there: a page that asks for a PIN or to sign in belongs in the whole window.
    page.addEventListener('load', () => {
      if (page.contentDocument?.getElementById('day')) focus();
      else opened.close();
    });
    return opened;
  }

  // ---- Signals ----------------------------------------------------------------------------------------------------
  // Where the day stands, in the order in which a day goes.
  const STATES = ['available', 'nearing', 'at-limit', 'over'];
  const stands = () => STATES.indexOf(doc.getElementById('day')?.dataset.state);

  // One's own tap alone is felt: where the day stood before `headroom.js` takes it, and where it stands once that has painted.
  let before;
  addEventListener('submit', (event) => {
    if (event.target.matches?.('form[data-tap]')) before = stands();
  }, true);

  function feel() {
    const now = stands();
    if (now > before && now < 3 && !isOff('signals')) navigator.vibrate?.(now === 1 ? 200 : [200, 100, 200]);
    before = undefined;
  }

  // From near the limit on the icon says how many were counted.
  let badge = 0;
  head.painted = () => {
    feel();
    if (!navigator.setAppBadge || self !== self.top) return;
    const counted = stands() > 0 && !isOff('signals') ? Number(one('[data-counted]')?.textContent) : 0;
    if (counted === badge) return;
    badge = counted;
    (counted ? navigator.setAppBadge(counted) : navigator.clearAppBadge()).catch(() => {});
  };
  if (doc.body.hasAttribute('data-nobody')) navigator.clearAppBadge?.().catch(() => {});
  head.painted();
})();

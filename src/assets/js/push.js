// Asks the browser to be told by notifications, and sends what it answers with the form of the page. Nothing is asked before somebody
// presses the button.
(() => {
  'use strict';
  const form = document.querySelector('form[data-push]');
  if (!form) return;
  const keys = form.dataset.push.split(' ');
  const part = (name) => form.querySelector(`[data-push-${name}]`);
  const show = (name) => { part(name).hidden = false; };
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
    return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };
  const bytes = (letters) => {
    const base64 = letters.replace(/-/g, '+').replace(/_/g, '/');
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  };
  const worker = async () => {
    await navigator.serviceWorker.register('/service-worker.js');
    return navigator.serviceWorker.ready;
  };
  const known = (subscription) => {
    const key = subscription.options.applicationServerKey;
    return key ? text(key) : '';
  };

  // An iPhone has notifications only for what stands on its home screen; an iPad says that it is a Mac.
  const isApple = /iP(hone|ad|od)/.test(navigator.userAgent) || (navigator.userAgent.includes('Mac') && navigator.maxTouchPoints > 1);
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    show(isApple && !navigator.standalone ? 'home' : 'absent');
    return;
  }

  // Which of those on the list this browser is, where it is one.
  async function here() {
    const registration = await navigator.serviceWorker.getRegistration('/');
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return false;
    const mark = text(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint)));
    const own = document.querySelector(`[data-push-browser="${mark}"]`);
    if (own) own.hidden = false;
    return Boolean(own);
  }

  async function begin() {
    if (Notification.permission === 'denied') show('refused');
    else if (await here().catch(() => false)) show('here');
    else show('ready');
  }

  async function subscribe() {
    const { pushManager } = await worker();
    let subscription = await pushManager.getSubscription();
    // It knows us by a key that is gone: a browser has one subscription, so the old one gives way.
    if (subscription && !keys.includes(known(subscription))) {
      await subscription.unsubscribe();
      subscription = null;
    }
    return subscription ?? pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(keys[0]) });
  }

  const say = (words) => {
    part('said').textContent = words;
    part('said').hidden = false;
  };
  let busy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    part('said').hidden = true;
    try {
      const permission = await Notification.requestPermission();
      if (permission === 'denied') {
        part('ready').hidden = true;
        show('refused');
        return;
      }
      if (permission !== 'granted') return say('Your browser was given no answer. Press again to be asked again.');
      const subscription = await subscribe();
      const fields = form.elements;
      fields.endpoint.value = subscription.endpoint;
      fields.public_key.value = text(subscription.getKey('p256dh'));
      fields.auth.value = text(subscription.getKey('auth'));
      fields.key.value = known(subscription) || keys[0];
      form.submit();
    } catch {
      say('Your browser could not reach its push service. Try again, or use another browser.');
    } finally {
      busy = false;
    }
  });
  begin();
})();

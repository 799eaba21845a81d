// Live pages: they say when they are no longer live, and no refresh shows a count that lacks what is on its way.
(() => {
  'use strict';
  const doc = document;
  const head = self.headroom;
  let streaming = false; // now
  let polling = false; // there is no room for one more stream: the page asks every minute, as it always does
  let lastGood = Date.now();
  let skipped = false;
  let missed = false; // whether the last refresh failed
  let silent = 0; // the timer of what is in doubt
  let left = -1e9; // when the reader began to leave

  // Browsers end what runs when a navigation begins, and it may still be a while until the page goes. A download begins
  // like one and leaves the page here.
  addEventListener('beforeunload', () => { left = performance.now(); });
  addEventListener('pageshow', () => { left = -1e9; });
  head.leaving = () => performance.now() - left < 10000;

  const refresh = () => doc.getElementById('live')?.dispatchEvent(new CustomEvent('resync'));
  head.refresh = refresh;
  head.skip = () => { skipped = true; };
  head.refreshSkipped = () => {
    if (skipped) refresh();
    skipped = false;
  };

  function live(good) {
    if (good) lastGood = Date.now();
    for (const line of doc.querySelectorAll('[data-live-state]')) {
      line.hidden = good;
      if (!good) line.textContent = `Not live since ${head.time(lastGood)}. Figures may have changed; they return by themselves.`;
    }
  }
  const ofLive = (event) => event.target.closest?.('#live [hx-get]') || event.target.id === 'live';

  doc.addEventListener('htmx:sse:after:connection', () => {
    streaming = true;
    polling = false;
    missed = false;
    live(true);
    refresh(); // what happened while nobody listened: before the first connection, too
    head.drain();
  });
  // It is said only when the stream, or a refresh, has been missing for a while, and not because somebody leaves the page.
  const doubt = () => {
    silent ||= setTimeout(() => {
      silent = 0;
      if ((streaming || polling) && !missed && navigator.onLine) return;
      if (head.leaving()) return doubt();
      live(false);
      head.lost(lastGood);
    }, 2500);
  };
  doc.addEventListener('htmx:sse:error', (event) => {
    streaming = false;
    polling = event.detail?.status === 429;
    if (!polling) doubt();
  });
  addEventListener('offline', doubt);

  // A refresh asked for before a tap was settled may or may not hold it: it is not shown, and asked for again.
  doc.addEventListener('htmx:before:swap', (event) => {
    const { ctx, tasks } = event.detail;
    // Painted before it is seen: the bare count of the server must not flash up while others wait.
    for (const { fragment } of tasks) {
      const day = fragment?.querySelector?.('#day[data-base]');
      if (day) head.paintDay(day);
    }
    if (ctx.sourceElement?.id !== 'day' || head.mayShow(ctx)) return;
    event.preventDefault();
    skipped = true;
    setTimeout(head.refreshSkipped, 1000);
  });
  doc.addEventListener('htmx:after:swap', (event) => {
    if (ofLive(event) && event.detail.ctx.response?.status < 400) {
      missed = false;
      if (streaming || polling) live(true);
    }
    if (event.detail.ctx.sourceElement?.id === 'day') head.note();
    head.paint();
  });

  // ---- Changes that did not arrive --------------------------------------------------------------------------------
  function notice(text) {
    for (const line of doc.querySelectorAll('[data-notice]')) {
      line.textContent = text;
      line.hidden = !text;
    }
  }
  const failed = (event) => {
    if (ofLive(event)) {
      missed = true;
      return doubt();
    }
    if (head.leaving()) return;
    notice('That may not have been saved: there was no proper answer. Wait a moment and try again.');
  };
  doc.addEventListener('htmx:error', failed);
  doc.addEventListener('htmx:response:error', (event) => {
    const { status } = event.detail.ctx.response;
    if (event.target.id === 'live' && status === 429) {
      polling = true;
      return;
    }
    if (status >= 500) failed(event);
  });
  doc.addEventListener('htmx:before:request', (event) => {
    event.detail.ctx.asked = performance.now();
    if (!ofLive(event)) notice('');
  });
})();

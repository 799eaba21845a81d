// Live pages: they say when they are no longer live, and no refresh shows a count that lacks what is on its way.
(() => {
  'use strict';
  const doc = document;
  const head = self.headroom;
  let connected = false; // ever
  let streaming = false; // now
  let polling = false; // there is no room for one more stream: the page asks every minute, as it always does
  let lastGood = Date.now();
  let skipped = false;

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
    live(true);
    if (connected) refresh(); // what happened while nobody listened
    connected = true;
    head.drain();
  });
  const full = (status) => {
    polling = status === 429;
    return polling;
  };
  const broken = (event) => {
    streaming = false;
    if (!full(event.detail.status)) live(false);
  };
  doc.addEventListener('htmx:sse:error', broken);
  addEventListener('offline', () => live(false));

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
    if ((streaming || polling) && ofLive(event) && event.detail.ctx.response?.status < 400) live(true);
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
    if (ofLive(event)) return live(false);
    notice('That may not have been saved: there was no proper answer. Wait a moment and try again.');
  };
  doc.addEventListener('htmx:error', failed);
  doc.addEventListener('htmx:response:error', (event) => {
    const { status } = event.detail.ctx.response;
    if (event.target.id === 'live' && full(status)) return;
    if (status >= 500) failed(event);
  });
  doc.addEventListener('htmx:before:request', (event) => {
    event.detail.ctx.asked = performance.now();
    if (!ofLive(event)) notice('');
  });
})();

// The little that pages need besides: the focus where it belongs, text that can be copied, pages that can be printed.
(() => {
  'use strict';

  // The summary of a refused form, on arrival and after a swap.
  function focus() {
    const target = document.querySelector('[data-focus]');
    if (!target) return;
    target.removeAttribute('data-focus');
    target.focus();
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('[data-copy]');
    const target = button && document.querySelector(button.dataset.copy);
    if (!target) return;
    button.dataset.label ||= button.textContent;
    try {
      await navigator.clipboard.writeText((target.value ?? target.textContent).trim());
      button.textContent = 'Copied';
    } catch {
      // Without leave to copy, the text is selected: the reader's own keys do the rest.
      getSelection().selectAllChildren(target);
      button.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => { button.textContent = button.dataset.label; }, 4000);
  });

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-print]')) print();
  });

  // A screen on a wall stays awake while it is looked at; where the browser cannot, the screen's own settings do it.
  async function stayAwake() {
    if (!document.querySelector('[data-awake]') || document.visibilityState !== 'visible') return;
    try { await navigator.wakeLock?.request('screen'); } catch { /* not allowed here */ }
  }
  document.addEventListener('visibilitychange', stayAwake);
  stayAwake();
  // Its stream ended: it asks at once, so that a screen that was switched off shows nothing more.
  document.addEventListener('htmx:sse:error', () => {
    if (document.querySelector('[data-awake]')) document.getElementById('live')?.dispatchEvent(new CustomEvent('resync'));
  });

  // Fills a week of the rota where it can be seen; without this the service does the same.
  document.addEventListener('change', (event) => {
    const fill = event.target.closest?.('.hr-rota select[name^="fill-"]');
    const row = fill?.value && fill.closest('.hr-rota__row');
    if (!row) return;
    const cells = (of) => [...of.querySelectorAll('select[name^="day-"]')];
    const above = fill.value === 'above' && row.previousElementSibling ? cells(row.previousElementSibling) : [];
    cells(row).forEach((cell, at) => {
      if (fill.value !== 'above') { if (at < 5) cell.value = fill.value; } else if (above[at]?.value) cell.value = above[at].value;
    });
    fill.value = '';
  });

  // Beside an empty day: a browser may draw today's date into the field.
  function notGiven() {
    for (const words of document.querySelectorAll('[data-not-given]')) {
      const field = document.getElementById(words.dataset.notGiven);
      words.hidden = !field || Boolean(field.value) || field.matches(':focus');
    }
  }
  for (const name of ['input', 'change', 'focusin', 'focusout']) document.addEventListener(name, (event) => { if (event.target.type === 'date') setTimeout(notGiven); });

  document.addEventListener('htmx:after:swap', () => { focus(); notGiven(); });
  focus();
  notGiven();
})();

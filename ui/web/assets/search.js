// The search room: its form and its address say the same thing, and the server draws the results from that.
(() => {
  const NAMES = ['q', 'since', 'until', 'event_since', 'event_until', 'page', 'paper', 'lang', 'view'];
  const ADDRESSED = { lang: 'in', page: 'on' }; // in the page's address `lang` is its own, `page` is Gradio's
  let without = ''; // what is taken out of the question, kept until another one is asked
  const form = () => document.querySelector('#search form');
  const results = () => document.querySelector('#search .results');

  const asked = () => new URLSearchParams(location.search);

  const read = () => {
    const said = asked();
    without = said.get('without') || '';
    for (const name of NAMES) {
      const field = form().elements[name];
      if (field) field.value = said.get(ADDRESSED[name] || name) || (name === 'lang' ? 'both' : '');
    }
  };
  const query = as => {
    const asked = new URLSearchParams();
    for (const name of NAMES) {
      const field = form().elements[name];
      if (field && field.value && field.value !== 'both') asked.set(ADDRESSED[name] || name, field.value);
    }
    if (as && as !== 'lines') asked.set('as', as);
    if (without) asked.set('without', without);
    return asked;
  };
  // the address of the server's part: the page's own `lang` is called `ui` there
  const part = () => {
    const asked = new URLSearchParams(location.search);
    const sent = new URLSearchParams({ ui: document.documentElement.lang });
    for (const [name, key] of [['q', 'q'], ['since', 'since'], ['until', 'until'], ['event_since', 'event_since'], ['event_until', 'event_until'], ['on', 'page'], ['paper', 'paper'], ['in', 'lang'], ['as', 'view'], ['without', 'without'], ['measure', 'measure'], ['scale', 'scale']])
      if (asked.get(name)) sent.set(key, asked.get(name));
    return sent;
  };
  const draw = async () => {
    if (await wenbao.draw(results(), `search?${part()}`)) wenbao.span(results(), form().elements.since.value, form().elements.until.value);
  };
  const go = as => {
    const asked = query(as ?? new URLSearchParams(location.search).get('as'));
    wenbao.visit('/?view=search' + (asked.size ? `&${asked}` : ''));
    draw();
  };

  wenbao.rooms.search = () => {
    if (!form()) return;
    read();
    draw();
    if (!matchMedia('(pointer: coarse)').matches) form().elements.q.focus({ preventScroll: true });
  };

  document.addEventListener('submit', event => {
    if (!event.target.closest('#search')) return;
    event.preventDefault();
    if (form().elements.q.value !== new URLSearchParams(location.search).get('q')) without = '';
    go();
  });
  document.addEventListener('change', event => {
    if (event.target.closest('#search .narrow')) go();
  });
  document.addEventListener('click', event => {
    if (!event.target.closest('#search')) return;
    const as = event.target.closest('[data-as]');
    if (as) go(as.dataset.as);
    const chip = event.target.closest('[data-without]');
    if (chip) { without = chip.dataset.without; go(); }
    if (event.target.closest('.clear')) { without = ''; for (const name of NAMES) if (form().elements[name]) form().elements[name].value = name === 'lang' ? 'both' : ''; go('lines'); }
    const link = event.target.closest('a[href^="/?view=search"]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      wenbao.visit(link.getAttribute('href'));
      wenbao.rooms.search();
      document.querySelector('#search').scrollTop = 0;
    }
    if (event.target.closest('.csv')) wenbao.fetched(`search.csv?${part()}`, 'wenbao-search.csv', results());
  });

  // From the picture under an answer to the room that has it whole; the browser's cleaning of messages opens it apart.
  document.addEventListener('click', event => {
    const link = event.target.closest('#chat .rests a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    wenbao.visit(link.getAttribute('href'));
    dispatchEvent(new PopStateEvent('popstate'));
  });

  // Words through the months: one bar of a word is in the order of Tab, the arrows lead to the others; the bar that is
  // pointed at or reached is told above.
  const bars = where => [...where.closest('svg').querySelectorAll('a')];
  const tell = event => {
    const bar = event.target.closest?.('.course [data-told]');
    if (bar) bar.closest('figure').querySelector('.at').textContent = bar.dataset.told;
  };
  for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, tell);
  document.addEventListener('keydown', event => {
    const bar = event.target.closest?.('.course svg a');
    if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = bars(bar), at = all.indexOf(bar);
    const to = all[{ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]];
    if (!to) return;
    event.preventDefault();
    bar.setAttribute('tabindex', '-1');
    to.setAttribute('tabindex', '0');
    to.focus();
  });

  // A click on a bar of the timeline limits the search to it, a drag to all between; a click on the only one, to none.
  let from = null;
  const periods = (svg, event) => {
    const bars = [...svg.querySelectorAll('g')], box = svg.getBoundingClientRect();
    const place = x => Math.min(bars.length - 1, Math.max(0, Math.floor((x - box.left) / box.width * bars.length)));
    const [a, b] = [place(from.x), place(event.clientX)].sort((x, y) => x - y);
    return [bars[a].dataset.period, bars[b].dataset.period];
  };
  document.addEventListener('pointerdown', event => {
    const svg = event.target.closest('.timeline svg');
    if (!svg) return;
    from = { svg, x: event.clientX };
    svg.setPointerCapture(event.pointerId);
  });
  document.addEventListener('pointermove', event => {
    if (from) wenbao.span(from.svg.closest('figure'), ...periods(from.svg, event));
  });
  document.addEventListener('pointerup', event => {
    if (!from) return;
    const [since, until] = periods(from.svg, event), svg = from.svg;
    from = null;
    if (svg.closest('#search')) {
      const same = form().elements.since.value === since && form().elements.until.value === until;
      form().elements.since.value = same ? '' : since;
      form().elements.until.value = same ? '' : until;
      go();
    } else wenbao.dates(since, until);
  });
  wenbao.span = (where, since, until) => where.querySelectorAll('.timeline g').forEach(bar => {
    const p = bar.dataset.period;
    bar.classList.toggle('out', !!((since && p < since.slice(0, p.length)) || (until && p > until.slice(0, p.length).padEnd(p.length, '~'))));
  });
})();

// The register room: its form and its address say the same thing, the server draws the list or one name; what is taken
// apart is kept at once and drawn anew.
(() => {
  const room = () => document.querySelector('#names');
  const form = () => room()?.querySelector('form.sift');
  const results = () => room().querySelector('.results');
  const asked = () => new URLSearchParams(location.search);
  const ui = () => document.documentElement.lang;

  const draw = async () => {
    const name = asked().get('name');
    const sent = new URLSearchParams({ ui: ui() });
    for (const key of name ? ['name', 'at'] : ['q', 'kind', 'at']) if (asked().get(key)) sent.set(key, asked().get(key));
    const wanted = `names${name ? '/one' : ''}?${sent}`;
    const had = document.activeElement?.closest('#names .results button');
    if (!await wenbao.draw(results(), wanted)) return;
    if (name) { document.querySelector('#masthead').scrollIntoView(); room().scrollTop = 0; results().querySelector('h2')?.focus({ preventScroll: true }); }
    else if (had?.dataset.at) { room().scrollTop = 0; results().querySelector('.to-name')?.focus({ preventScroll: true }); }
    else if (had && 'kind' in had.dataset) [...results().querySelectorAll('[data-kind]')].find(one => one.dataset.kind === had.dataset.kind)?.focus({ preventScroll: true });
  };
  const go = change => {
    const to = new URLSearchParams({ view: 'names' });
    const was = { q: form().elements.q.value.trim(), kind: asked().get('kind'), ...change };
    for (const [name, value] of Object.entries(was)) if (value) to.set(name, value);
    wenbao.visit(`/?${to}`);
    draw();
  };

  wenbao.rooms.names = () => {
    if (!form()) return;
    form().elements.q.value = asked().get('q') || '';
    draw();
  };
  document.addEventListener('submit', event => {
    if (!event.target.closest('#names')) return;
    event.preventDefault();
    go({});
  });
  document.addEventListener('click', async event => {
    const link = event.target.closest('a[href^="/?view=names"], #names a[href^="/?view=search"]');
    if (link && !link.closest('.rooms') && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      wenbao.visit(link.getAttribute('href'));
      dispatchEvent(new PopStateEvent('popstate')); // the room, and the article that lay over it
      return;
    }
    const button = event.target.closest('#names button');
    if (!button) return;
    if ('kind' in button.dataset) go({ kind: button.dataset.kind });
    else if (button.dataset.at) go({ at: button.dataset.at, name: asked().get('name') });
    else if (button.matches('.back')) { if (history.state?.listed) history.back(); else go({}); }
    else if (button.matches('.clear')) { form().elements.q.value = ''; go({ kind: '' }); }
    else if (button.dataset.form) {
      const shown = button.closest('.name').dataset.name;
      const sent = { form: button.dataset.form, other: button.dataset.other, undone: !button.dataset.back, shown };
      results().innerHTML = await wenbao.part(`names?ui=${ui()}`, sent);
      results().querySelector('h2')?.focus({ preventScroll: true });
    } else if (button.matches('.csv')) {
      const sent = new URLSearchParams();
      for (const key of ['q', 'kind']) if (asked().get(key)) sent.set(key, asked().get(key));
      wenbao.fetched(`names.csv?${sent}`, 'wenbao-names.csv', results());
    }
  });
})();

// The translation room: its form and its address say the same thing, the server draws the list, a decision is kept at
// once and drawn anew where it stands.
(() => {
  const NAMES = ['of', 'since', 'until'], CHOSEN = ['grade', 'kind', 'state'];
  const room = () => document.querySelector('#translation');
  const form = () => room()?.querySelector('form.sift');
  const results = () => room().querySelector('.results');
  const asked = () => new URLSearchParams(location.search);
  const ui = () => document.documentElement.lang;

  const draw = async anew => {
    const sent = new URLSearchParams({ ui: ui() });
    for (const name of [...NAMES, ...CHOSEN, 'at']) if (asked().get(name)) sent.set(name, asked().get(name));
    const had = document.activeElement?.closest('#translation .results button');
    if (!await wenbao.draw(results(), `translation?${sent}`, anew)) return;
    if (had) [...results().querySelectorAll('button')].find(one => // the button that was pressed is there again
      CHOSEN.some(name => name in one.dataset && one.dataset[name] === had.dataset[name]))?.focus({ preventScroll: true });
    if (had?.dataset.at) { room().scrollTop = 0; results().querySelector('.finding .to-article')?.focus({ preventScroll: true }); }
  };
  const go = change => {
    const to = new URLSearchParams({ view: 'translation' });
    for (const name of NAMES) if (form().elements[name].value) to.set(name, form().elements[name].value);
    const was = { ...Object.fromEntries(CHOSEN.map(name => [name, asked().get(name)])), ...change };
    for (const [name, value] of Object.entries(was)) if (value) to.set(name, value);
    wenbao.visit(`/?${to}`);
    draw();
  };
  const decide = async (finding, verdict, reading, note) => {
    const sent = { article: finding.dataset.article, key: finding.dataset.key, verdict, reading: reading || '', note: note || '' };
    const html = await wenbao.part(`translation?ui=${ui()}`, sent);
    const made = document.createElement('template');
    made.innerHTML = html;
    const anew = made.content.querySelector('.finding');
    finding.querySelector('.hint')?.remove();
    if (!anew) { finding.append(made.content); return; }
    // the same words may stand twice in an article: one decision is about both
    const same = [...results().querySelectorAll('.finding')].filter(one => one.dataset.article === sent.article && one.dataset.key === sent.key);
    finding.replaceWith(anew);
    (anew.querySelector('.decide [aria-pressed=true]') || anew.querySelector('.decide button') || anew).focus({ preventScroll: true });
    if (same.length > 1) draw(true);
  };

  wenbao.rooms.translation = () => {
    if (!form()) return;
    for (const name of NAMES) form().elements[name].value = asked().get(name) || '';
    draw();
  };
  document.addEventListener('submit', event => {
    const own = event.target.closest('#translation form');
    if (!own) return;
    event.preventDefault();
    if (own.matches('.sift')) go();
    else decide(own.closest('.finding'), 'corrected', own.elements.reading.value, own.elements.note.value);
  });
  document.addEventListener('change', async event => {
    if (event.target.matches('#translation .sift input:not([type=file])')) go();
    if (!event.target.matches('#translation [type=file]')) return;
    const [file] = event.target.files;
    event.target.value = '';
    if (!file) return;
    const told = await fetch(`/part/translation/corrections.csv?ui=${ui()}`, { method: 'POST', body: file })
      .then(answer => answer.text(), () => wenbao.silence);
    await draw(true);
    results().insertAdjacentHTML('afterbegin', told);
  });
  document.addEventListener('click', event => {
    const button = event.target.closest('#translation button');
    if (!button) return;
    if ('grade' in button.dataset) go({ grade: button.dataset.grade, kind: '' });
    else if ('kind' in button.dataset) go({ kind: button.getAttribute('aria-pressed') === 'true' ? '' : button.dataset.kind });
    else if ('state' in button.dataset) go({ state: button.dataset.state });
    else if (button.dataset.at) go({ at: button.dataset.at });
    else if (button.dataset.verdict) {
      const finding = button.closest('.finding');
      const again = button.getAttribute('aria-pressed') === 'true';
      decide(finding, again ? 'open' : button.dataset.verdict, '', again ? '' : finding.querySelector('[name=note]').value);
    } else if (button.matches('.clear')) { for (const name of NAMES) form().elements[name].value = ''; go({ grade: '', kind: '', state: '' }); }
    else if (button.matches('.take-in')) form().querySelector('[type=file]').click();
    else if (button.matches('.csv')) wenbao.fetched('translation/corrections.csv', 'corrections.csv', results());
  });
})();

// The article over the page. It has an address of its own, /?article=ID#p3, which opens by itself; the passages that
// this conversation cited are marked in it, and Escape leads back to where the reader was.
(() => {
  const root = document.documentElement;
  const box = () => document.querySelector('#reader .slot');
  const open = () => root.classList.contains('reading');
  let opener = null, at = -1;

  const marks = id => [...document.querySelectorAll('#panel [data-marks]')]
    .filter(card => card.dataset.article === id && card.dataset.marks).map(card => card.dataset.marks).join(',');

  const close = () => {
    if (!open()) return;
    root.classList.remove('reading');
    document.querySelector('#reader .sheet')?.remove();
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  };

  const step = by => {
    const found = [...document.querySelectorAll('#reader mark')];
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    found.forEach((mark, n) => mark.classList.toggle('here', n === at));
    found[at].scrollIntoView({ block: 'center', behavior: 'instant' });
    document.querySelector('#reader .at').textContent = `${at + 1} / ${found.length}`;
  };

  const show = async (id, paragraph, words) => {
    const address = location.href;
    const wanted = new URLSearchParams(location.search).get('marks');
    const query = new URLSearchParams({ id, ui: root.lang, marks: wanted || marks(id), q: words || '' });
    const html = await wenbao.part(`article?${query}`);
    if (location.href !== address) return; // left, or another place asked for, while it came
    box().innerHTML = html;
    root.classList.add('reading');
    const sheet = document.querySelector('#reader .sheet');
    if (!sheet) { setTimeout(() => location.href === address && close(), 4000); return; }
    at = -1;
    const found = sheet.querySelectorAll('mark');
    sheet.querySelector('.steps').hidden = found.length < 2;
    const there = paragraph && sheet.querySelector(`.para[data-p="${paragraph}"]`);
    if (there) {
      there.classList.add('there');
      there.scrollIntoView({ block: 'start', behavior: 'instant' });
      at = [...found].findIndex(mark => there.contains(mark)) - 1;
      if (at < -1) at = -1;
    }
    if (!there || there.querySelector('mark')) step(1);
    sheet.querySelector('.close').focus({ preventScroll: true });
  };

  const follow = () => {
    const id = new URLSearchParams(location.search).get('article');
    if (!id) { close(); return; }
    show(id, (/^#p(\d+)$/.exec(location.hash) || [])[1], wenbao.words);
  };

  const leave = () => {
    if (!open()) return;
    if (history.state?.from) history.back();
    else { history.replaceState(null, '', '/' + (root.lang === wenbao.browserLang ? '' : `?lang=${root.lang}`)); close(); }
  };

  // "Copied" only if it is; else the address stands there, selected.
  const copy = async button => {
    const address = location.href;
    if (await wenbao.copy(address)) { button.textContent = button.dataset.done; return; }
    const field = Object.assign(document.createElement('input'), { className: 'address', value: address, readOnly: true });
    field.setAttribute('aria-label', button.dataset.byHand);
    field.addEventListener('blur', () => field.replaceWith(button));
    button.replaceWith(field);
    field.focus();
    field.select();
  };

  wenbao.follow = follow;
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="/?article="]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      if (!open()) opener = link;
      wenbao.words = link.closest('#search') ? new URLSearchParams(location.search).get('q') : open() ? wenbao.words : '';
      history[open() ? 'replaceState' : 'pushState'](open() ? history.state : { from: true }, '', link.getAttribute('href'));
      follow();
      return;
    }
    if (!open() || !event.target.closest('#reader')) return;
    if (event.target.closest('.previous')) step(-1);
    else if (event.target.closest('.next')) step(1);
    else if (event.target.closest('.copy')) {
      copy(event.target.closest('.copy'));
    } else if (event.target.closest('.close') || !event.target.closest('.sheet')) leave();
  });
  addEventListener('popstate', () => { if (!new URLSearchParams(location.search).get('article')) close(); else follow(); });
  document.addEventListener('keydown', event => {
    if (!open()) return;
    if (event.key === 'Escape') { event.preventDefault(); leave(); }
    if (event.key === 'n' || event.key === 'j') step(1);
    if (event.key === 'p' || event.key === 'k') step(-1);
    if (event.key !== 'Tab') return;
    const inside = document.querySelector('#reader');
    const stops = [...inside.querySelectorAll('button, a[href], input, summary, [tabindex="0"]')].filter(e => e.checkVisibility());
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge || !inside.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  });
})();

// The article over the page. It has an address of its own, /?article=ID#p3, which opens by itself; the passages that
// this conversation cited are marked in it, and Escape leads back to where the reader was.
(() => {
  const root = document.documentElement;
  const box = () => document.querySelector('#reader dialog');
  const open = () => box()?.open;
  const asked = () => new URLSearchParams(location.search);
  let at = -1;

  const marks = id => [...document.querySelectorAll('#panel [data-marks]')]
    .filter(card => card.dataset.article === id && card.dataset.marks).map(card => card.dataset.marks).join(',');

  const close = () => { box()?.close(); box()?.replaceChildren(); };

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
    const query = new URLSearchParams({ id, ui: root.lang, marks: asked().get('marks') || marks(id), q: words || '' });
    const html = await wenbao.part(`article?${query}`);
    if (location.href !== address) return; // left, or another place asked for, while it came
    box().innerHTML = html;
    if (!open()) box().showModal();
    const sheet = document.querySelector('#reader .sheet');
    if (!sheet) { setTimeout(() => location.href === address && leave(), 4000); return; }
    at = -1;
    // On a phone the head gives way to what is read, and comes back at the beginning.
    const columns = sheet.querySelector('.columns');
    columns.addEventListener('scroll', () => sheet.classList.toggle('read-on', columns.scrollTop > (sheet.matches('.read-on') ? 20 : 160)), { passive: true });
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
    lead(sheet, id);
    sheet.querySelector('.close').focus({ preventScroll: true }); // for the next article too, in the same dialog
  };

  // What else there is on the subject comes by itself, when the article is there already.
  const lead = async (sheet, id) => {
    const html = await wenbao.part(`related?${new URLSearchParams({ id, ui: root.lang })}`);
    const place = sheet.querySelector('.related');
    place.innerHTML = html;
    place.hidden = !html;
  };

  const follow = () => {
    const id = asked().get('article');
    if (!id) close();
    else show(id, (/^#p(\d+)$/.exec(location.hash) || [])[1], asked().get('q') || wenbao.words);
  };

  const leave = () => {
    if (!asked().get('article')) return; // left already
    if (history.state?.from) history.back();
    else { history.replaceState(null, '', '/' + (root.lang === wenbao.browserLang ? '' : `?lang=${root.lang}`)); close(); }
  };

  // "Copied" only if it is; else the address stands there, selected.
  const copy = async button => {
    const address = location.href;
    if (await wenbao.copy(address)) { button.textContent = wenbao.said('copied'); return; }
    const field = Object.assign(document.createElement('input'), { className: 'address', value: address, readOnly: true });
    field.setAttribute('aria-label', wenbao.said('copy_by_hand'));
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
      wenbao.words = link.closest('#search') ? asked().get('q') : open() ? wenbao.words : '';
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
  addEventListener('popstate', follow);
  document.addEventListener('close', event => { if (event.target === box()) leave(); }, true); // by Escape
  document.addEventListener('keydown', event => {
    if (!open()) return;
    if (event.key === 'n' || event.key === 'j') step(1);
    if (event.key === 'p' || event.key === 'k') step(-1);
  });
})();

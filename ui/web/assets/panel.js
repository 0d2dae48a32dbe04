// The evidence: a [n] in the conversation brings up its card, a card opens its article.
const root = document.documentElement;
let from = null;

const bring = key => {
  const card = [...element.querySelectorAll('.card')].find(c => c.dataset.key === key);
  if (!card) return;
  element.querySelectorAll('.card.active').forEach(c => c.classList.remove('active'));
  document.querySelectorAll('#chat a.ref.active').forEach(a => a.classList.remove('active'));
  if (from) from.classList.add('active');
  card.closest('details.turn').open = true;
  card.classList.add('active');
  window.wenbao.show('shelf');
  card.focus({ preventScroll: true });
  requestAnimationFrame(() => card.scrollIntoView({ block: 'start', behavior: 'instant' }));
};

document.addEventListener('click', event => {
  const link = event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  from = link;
  bring(link.getAttribute('href').split('#cite-')[1]);
}, true);

element.addEventListener('click', event => {
  const fold = event.target.closest('.fold');
  if (fold) {
    const whole = fold.closest('.pair').classList.toggle('whole');
    fold.setAttribute('aria-expanded', whole);
    fold.textContent = wenbao.said(whole ? 'less' : 'whole');
  }
  if (event.target.closest('.back')) {
    window.wenbao.show('talk');
    (from && from.isConnected ? from : document.querySelector('#box textarea')).focus();
  }
});

// Alt with the arrows, or n and p outside a field, step through the citations; / leads to the question box.
document.addEventListener('keydown', event => {
  if (root.dataset.room !== 'ask' || document.querySelector('dialog[open]')) return;
  const typing = event.target.closest('input, textarea, select');
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.altKey && event.key] || (!typing && !event.ctrlKey && !event.metaKey && { n: 1, p: -1 }[event.key]);
  if (!typing && event.key === '/') { event.preventDefault(); window.wenbao.show('talk'); document.querySelector('#box textarea').focus(); }
  if (!way) return;
  const links = [...document.querySelectorAll('#chat a.ref')];
  if (!links.length) return;
  event.preventDefault();
  const at = links.indexOf(from);
  from = links[at < 0 ? (way > 0 ? 0 : links.length - 1) : (at + way + links.length) % links.length];
  bring(from.getAttribute('href').split('#cite-')[1]);
});

watch('value', () => {
  root.classList.toggle('has-evidence', !!props.value);
  const newest = element.querySelector('details.turn[open]');
  const count = document.querySelector('.halves .count');
  if (count) count.textContent = newest ? newest.querySelectorAll('.card:not(.near)').length || '' : '';
  document.querySelector('#shelf').scrollTop = 0;
});

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
    [fold.textContent, fold.dataset.less] = [fold.dataset.less, fold.textContent];
  }
  if (event.target.closest('.back')) {
    window.wenbao.show('talk');
    (from && from.isConnected ? from : document.querySelector('#box textarea')).focus();
  }
});

watch('value', () => {
  root.classList.toggle('has-evidence', !!props.value);
  const newest = element.querySelector('details.turn[open]');
  const count = document.querySelector('.halves .count');
  if (count) count.textContent = newest ? newest.querySelectorAll('.card:not(.near)').length || '' : '';
  document.querySelector('#shelf').scrollTop = 0;
});

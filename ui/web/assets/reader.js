// The article over the page: opens when one arrives, closes by its button, Escape or a click beside it.
const root = document.documentElement;

const close = () => {
  if (!root.classList.contains('reading')) return;
  root.classList.remove('reading');
  const opener = window.wenbao.opener;
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
};

watch('value', () => {
  const sheet = element.querySelector('.sheet');
  root.classList.toggle('reading', !!sheet);
  if (!sheet) return;
  element.querySelector('.close').focus({ preventScroll: true });
  const columns = element.querySelector('.columns');
  const first = element.querySelector('mark');
  columns.scrollTop = 0;
  if (first) first.scrollIntoView({ block: 'center', behavior: 'instant' });
});

element.addEventListener('click', event => {
  if (event.target.closest('.close') || !event.target.closest('.sheet')) close();
});
document.addEventListener('keydown', event => {
  if (!root.classList.contains('reading')) return;
  if (event.key === 'Escape') close();
  if (event.key !== 'Tab') return;
  const stops = [...element.querySelectorAll('button, a[href], summary, [tabindex="0"]')];
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement === edge || !element.contains(document.activeElement)) {
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }
});

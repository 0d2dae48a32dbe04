// Stands in the head, before anything of Gradio's.
(() => {
  // The page speaks Chinese or English; ?lang= wins over the browser. Gradio reads navigator.language once.
  const wish = new URLSearchParams(location.search).get('lang') || navigator.language || 'en';
  const locale = wish.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  Object.defineProperty(navigator, 'language', { get: () => locale });
  document.documentElement.lang = locale;

  const show = half => {
    document.documentElement.dataset.half = half;
    document.querySelectorAll('.halves button').forEach(b => b.setAttribute('aria-pressed', b.dataset.half === half));
  };
  window.wenbao = { show };
  show('talk');

  const ask = question => {
    const box = document.querySelector('#box textarea');
    if (!box) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, question);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(() => document.querySelector('#box .submit-button')?.click());
  };
  // Gradio labels each message with its own markup; what is read out should be the message.
  new MutationObserver(() => {
    document.querySelectorAll('#chat [data-testid="bot"][aria-label], #chat [data-testid="user"][aria-label]')
      .forEach(message => message.removeAttribute('aria-label'));
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label'] });

  document.addEventListener('click', event => {
    const half = event.target.closest('.halves button');
    if (half) show(half.dataset.half);
    const example = event.target.closest('.example');
    if (example) ask(example.textContent);
  });
})();

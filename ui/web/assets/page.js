// Stands in the head, before anything of Gradio's.
(() => {
  // The page speaks Chinese or English; ?lang= wins over the browser. Gradio reads navigator.language once.
  const speaks = tag => (tag || 'en').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  const browserLang = speaks(navigator.language);
  const locale = speaks(new URLSearchParams(location.search).get('lang') || navigator.language);
  Object.defineProperty(navigator, 'language', { get: () => locale });
  document.documentElement.lang = locale;

  const show = half => {
    document.documentElement.dataset.half = half;
    document.querySelectorAll('.halves button').forEach(b => b.setAttribute('aria-pressed', b.dataset.half === half));
  };
  // What is typed while an input method composes is its own: Enter takes a candidate, Escape gives one up, letters spell.
  // (Some browsers report the key that ends it after the end, by the old number alone.)
  for (const kind of ['keydown', 'keypress', 'keyup'])
    addEventListener(kind, event => { if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation(); }, true);

  // A wording of the page, from the one table of them; that of a single one where n is 1.
  const said = (key, values = {}) => {
    const words = wenbaoWords[locale === 'en' ? 'en' : 'zh'];
    const one = values.n === 1 && words[`${key.replace(/_n$/, '')}_1`];
    return (one || words[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  // A question is sent once: what follows within a blink, and with nothing typed between, is a double click.
  let sent = -1000;
  const once = event => {
    if (event.type === 'input') { if (event.target.closest?.('#box')) sent = -1000; return; }
    const sends = event.type === 'click' ? event.target.closest?.('#box .submit-button')
      : event.key === 'Enter' && !event.shiftKey && event.target.closest?.('#box');
    if (!sends) return;
    if (event.timeStamp - sent < 700) { event.preventDefault(); event.stopImmediatePropagation(); } else sent = event.timeStamp;
  };
  for (const kind of ['click', 'keydown', 'input']) addEventListener(kind, once, true);

  // Pieces of the page come from the server as escaped markup; a fault comes as a hint in the same way.
  const silence = `<p class="hint" role="alert">${said('silent')}</p>`;
  const get = async (path, sent, signal) => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) };
    const answer = await fetch(path, { ...(sent && post), signal });
    if (answer.status === 401) location.reload();
    return answer;
  };
  const part = async (path, sent, signal) => {
    try {
      const answer = await get(`/part/${path}`, sent, signal);
      return answer.status === 401 ? '' : await answer.text();
    } catch { return silence; }
  };
  // Draws a piece of the page in its place, where it does not stand there already or is to be drawn `anew`. False if it
  // was not drawn, as where something else was wanted while it came.
  const draw = async (place, wanted, anew) => {
    if (!anew && place.dataset.drawn === wanted) return false;
    place.dataset.drawn = wanted;
    place.setAttribute('aria-busy', 'true');
    const html = await part(wanted);
    if (place.dataset.drawn !== wanted) return false;
    place.innerHTML = html;
    place.removeAttribute('aria-busy');
    return true;
  };
  // Saves a file that the server makes, under this name; where there is none, why stands at the top of the place.
  const fetched = async (path, name, place) => {
    const answer = await get(`/part/${path}`).catch(() => null);
    if (answer?.ok) save(name, await answer.blob());
    else place.insertAdjacentHTML('afterbegin', answer ? await answer.text() : silence);
  };
  // The answer of a route to `sent`, or in words what is wrong.
  const send = async (path, sent) => {
    try {
      const answer = await get(path, sent);
      return answer.ok ? { answer } : { wrong: (await answer.json()).error };
    } catch { return { wrong: said('silent') }; }
  };
  // True once `text` is on the clipboard. Over plain http browsers have no clipboard object, and one may be refused.
  const copy = async text => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* another way */ }
    const before = document.activeElement;
    const field = Object.assign(document.createElement('textarea'), { value: text, readOnly: true });
    field.style.position = 'fixed';
    (document.querySelector('dialog[open]') || document.body).append(field); // beside which nothing can be selected
    field.select();
    try { return document.execCommand('copy'); } catch { return false; } finally { field.remove(); before?.focus(); }
  };
  const save = (name, blob) => {
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  // Goes to an address of the page, which keeps the language that was chosen.
  const visit = href => {
    const own = new URLSearchParams(location.search).get('lang');
    history.pushState({}, '', href + (own ? `&lang=${own}` : ''));
  };
  window.wenbao = { show, said, part, draw, fetched, visit, send, silence, save, copy, browserLang, rooms: {} };
  show('talk');

  // The rooms of the page; the address says which one is open.
  const room = () => {
    const wish = new URLSearchParams(location.search).get('view');
    const name = wish in wenbao.rooms ? wish : 'ask';
    document.documentElement.dataset.room = name;
    mark();
    wenbao.rooms[name]();
  };
  const mark = () => document.querySelectorAll('.rooms a').forEach(a =>
    a.dataset.room === document.documentElement.dataset.room
      ? a.setAttribute('aria-current', 'page') : a.removeAttribute('aria-current'));
  wenbao.rooms.ask = () => {};
  document.documentElement.dataset.room = 'ask';
  addEventListener('popstate', room);
  // Called by each part of the page once Gradio has put it there, and again when it has put it anew.
  const there = new Set();
  wenbao.mounted = name => {
    there.add(name);
    if (name === 'masthead') mark();
    else if (['search', 'excerpts', 'reader', 'translation', 'names', 'evaluate'].every(one => there.has(one))) { room(); wenbao.follow(); }
  };

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

  // On paper the evidence of every turn is open; afterwards it is as it was.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('#panel details.turn:not([open])')];
    opened.forEach(turn => { turn.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach(turn => { turn.open = false; }));

  document.addEventListener('click', event => {
    const other = event.target.closest('.rooms a');
    if (other && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      visit(other.getAttribute('href'));
      room();
    }
    const half = event.target.closest('.halves button');
    if (half) show(half.dataset.half);
    const example = event.target.closest('.example');
    if (example) ask(example.value); // not what stands on it: the browser may have translated that
  });
})();

// Conversations are kept by this browser alone, one item of its storage each; the server holds none.
(() => {
  const words = () => wenbaoWords[document.documentElement.lang === 'en' ? 'en' : 'zh'];
  const said = (key, values = {}) => words()[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const KEY = 'wenbao:';
  const store = {
    get: name => { try { return JSON.parse(localStorage.getItem(KEY + name)); } catch { return null; } },
    set: (name, value) => {
      for (;;) {
        try { localStorage.setItem(KEY + name, JSON.stringify(value)); return; }
        catch { const oldest = list().at(-1); if (!oldest || oldest.id === current) return; forget(oldest.id); }  // full
      }
    },
    remove: name => { try { localStorage.removeItem(KEY + name); } catch { /* not allowed: nothing was kept */ } },
  };
  const list = () => store.get('list') || [];
  let current = null, talk = { title: '', turns: [] }, draft = null;
  try { current = sessionStorage.getItem(KEY + 'current'); } catch { /* storage not allowed */ }
  const choose = id => {
    current = id;
    try { id ? sessionStorage.setItem(KEY + 'current', id) : sessionStorage.removeItem(KEY + 'current'); } catch { /* as above */ }
  };
  const forget = id => { store.remove(id); store.set('list', list().filter(one => one.id !== id)); };

  wenbao.turn = n => talk.turns[n - 1];
  wenbao.keep = ({ n, turn }) => {
    if (!current || n === 1) { if (!current || talk.turns.length === 0) choose(`c${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}`); }
    talk.turns = [...talk.turns.slice(0, n - 1), turn];
    goOn(turn);
    talk.title ||= turn.question.slice(0, 120);
    store.set(current, talk);
    store.set('list', [{ id: current, title: talk.title, at: Date.now(), n: talk.turns.length }, ...list().filter(one => one.id !== current)]);
  };
  // Questions to go on with come after the answer, and go with the next question
  const goOn = async turn => {
    const html = turn ? await wenbao.part('next', turn) : '';
    const slot = document.querySelector('#next .slot');
    if (!slot || talk.turns.at(-1) !== (turn || talk.turns.at(-1))) return;
    const said = document.querySelector('#chat .panel-wrap');
    const atEnd = said && said.scrollHeight - said.scrollTop - said.clientHeight < 40;
    slot.innerHTML = html.startsWith('<p class="hint"') ? '' : html;
    if (atEnd) requestAnimationFrame(() => { said.scrollTop = said.scrollHeight; }); // the end of the answer stays in sight
  };
  const open = id => {
    const kept = store.get(id);
    if (!kept) return;
    talk = kept;
    choose(id);
    goOn(null);
    unedit();
    wenbao.reopen(kept.turns);
  };
  const begin = () => { goOn(null); talk = { title: '', turns: [] }; choose(null); unedit(); };

  // After a reload the tab goes on where it was.
  const there = wenbao.mounted;
  wenbao.mounted = name => { there(name); if (name === 'desk' && current) setTimeout(() => open(current), 50); };

  // The drawer with everything that was kept
  const make = (tag, attributes = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...inside);
    return element;
  };
  const button = (className, label, onclick) => make('button', { type: 'button', className, textContent: label, onclick });
  let opener = null;
  const shut = () => { const box = document.querySelector('.drawer, .sheaf'); if (box) { box.remove(); opener?.isConnected && opener.focus(); } };
  const dialog = (kind, label, ...inside) => {
    shut();
    opener = document.activeElement;
    const box = make('div', { className: kind }, make('div', { className: 'inside' },
      make('header', {}, make('h2', { textContent: label }), button('shut', said('close'), shut)), ...inside));
    box.firstChild.setAttribute('role', 'dialog');
    box.firstChild.setAttribute('aria-label', label);
    box.addEventListener('click', event => { if (event.target === box) shut(); });
    document.body.append(box);
    (box.querySelector('.inside > :not(header) button, .inside > :not(header) input') || box.querySelector('button')).focus();
    return box;
  };
  const drawer = () => {
    const day = at => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
    const rows = list().map(one => {
      const row = make('li', one.id === current ? { className: 'current' } : {});
      const title = button('title', one.title, () => { shut(); open(one.id); });
      const rename = button('', said('rename'), () => {
        const field = make('input', { value: one.title, maxLength: 200 });
        field.setAttribute('aria-label', said('rename'));
        const done = () => {
          const name = field.value.trim() || one.title;
          const kept = store.get(one.id);
          if (kept) store.set(one.id, { ...kept, title: name });
          if (one.id === current) talk.title = name;
          store.set('list', list().map(item => (item.id === one.id ? { ...item, title: name } : item)));
          drawer();
        };
        field.addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); done(); } if (event.key === 'Escape') { event.stopPropagation(); drawer(); } });
        title.replaceWith(field);
        field.focus();
        field.select();
      });
      const remove = button('', said('delete'), () => {
        if (remove.textContent !== said('delete_sure')) { remove.textContent = said('delete_sure'); return; }
        forget(one.id);
        if (one.id === current) document.querySelector('#new')?.click();
        drawer();
      });
      row.append(title, make('p', { textContent: `${day(one.at)} · ${one.n}` }), make('div', {}, rename, remove));
      return row;
    });
    dialog('drawer', said('conversations'),
      rows.length ? make('ul', {}, ...rows) : make('p', { textContent: said('none_kept') }),
      ...(rows.length ? [make('p', { className: 'small', textContent: said('kept_here') })] : []));
  };

  // Taking along: one turn, or all of them
  const FORMS = { md: 'md', html: 'html', json: 'json', ris: 'ris', bibtex: 'bib', csl: 'csl.json', chicago: 'txt', gbt: 'txt' };
  const take = (turns, title) => dialog('sheaf', said(turns.length > 1 ? 'take_all' : 'take'),
    make('div', { className: 'forms' }, ...Object.keys(FORMS).map(form => button('', said(`as_${form}`), async () => {
      const answer = await fetch(`/api/export/${form}`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title, turns }),
      });
      if (answer.ok) wenbao.save(`wenbao.${FORMS[form]}`, await answer.blob());
      shut();
    }))));

  // Judging: the sentences ticked become the gold of a case
  const judge = async n => {
    const turn = talk.turns[n - 1];
    const html = await wenbao.part(`judge?ui=${document.documentElement.lang}`, turn);
    const box = dialog('sheaf', said('judge'), make('div', { className: 'judging', innerHTML: html }));
    box.querySelector('.save')?.addEventListener('click', async () => {
      const right = [...box.querySelectorAll(':checked')].map(tick => {
        const [lang, start, end] = tick.dataset.place.split('.');
        return { article: tick.dataset.article, lang, start: Number(start), end: Number(end) };
      });
      const answer = await fetch('/api/cases', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ turns: turn.standalone ? talk.turns.slice(0, n) : [turn], right }),
      });
      const told = await answer.json();
      box.querySelector('.judging').replaceChildren(make('p', { className: 'told', textContent: answer.ok ? said('saved_case', told) : told.error }));
      box.querySelector('.told').setAttribute('role', 'status');
    });
  };

  // An earlier question asked anew: what follows it goes
  const set = (selector, value) => {
    const field = document.querySelector(selector);
    if (!field) return;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  wenbao.set = set;
  const unedit = () => { draft = null; set('#keep textarea, #keep input', ''); document.querySelector('.editing')?.remove(); };
  const edit = n => {
    const turn = talk.turns[n - 1];
    if (!turn) return;
    unedit();
    draft = n;
    set('#keep textarea, #keep input', String(n - 1));
    set('#box textarea', turn.question);
    document.querySelector('#composer').prepend(make('p', { className: 'editing' }, said('editing', { n }) + ' ',
      button('', said('cancel'), () => { unedit(); set('#box textarea', ''); })));
    document.querySelector('#box textarea').focus();
  };
  const send = () => requestAnimationFrame(() => document.querySelector('#box .submit-button')?.click());

  document.addEventListener('click', event => {
    const act = /^#(edit|again|take|judge|lift)-(\d+)(?:-([a-z.]*))?$/.exec(event.target.closest('a.act, a.lift')?.getAttribute('href') || '');
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      const n = Number(act[2]), turn = talk.turns[n - 1];
      if (!turn) return;
      if (act[1] === 'take') take([turn], turn.question);
      else if (act[1] === 'judge') judge(n);
      else {
        edit(n);
        if (act[1] === 'lift') set('#keep textarea, #keep input', `${n - 1} ${act[3]}`);
        if (act[1] !== 'edit') send();
      }
    }
    if (event.target.closest('#new')) begin();
    if (event.target.closest('#kept')) drawer();
    if (event.target.closest('#take-all') && talk.turns.length) take(talk.turns, talk.title);
  }, true);
  // once the question is on its way the note goes, and the next one is asked after all of them
  new MutationObserver(() => {
    if (document.querySelector('#chat .waiting') && document.querySelector('#next .example')) goOn(null);
    if (draft && document.querySelector('#chat .waiting')) { draft = null; document.querySelector('.editing')?.remove(); setTimeout(unedit, 300); }
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener('keydown', event => { if (event.key === 'Escape') shut(); });
  wenbao.dialog = dialog; wenbao.button = button; wenbao.make = make; wenbao.shut = shut; wenbao.said = said;
})();

// The conversation: kept, opened again, taken along, judged, edited.
(() => {
  const { kept, said } = wenbao;

  // `talk` is what the page shows and the server's session with that mark holds; `place` is where it is kept, and the
  // state that was seen there.
  let talk = { title: '', turns: [] }, place = {}, opening = null, draft = null;
  const tab = (name, value) => { // what this tab remembers over a reload; a duplicate of the tab gets a copy
    try {
      const before = sessionStorage.getItem(`wenbao:${name}`);
      if (value) sessionStorage.setItem(`wenbao:${name}`, value); else if (value === '') sessionStorage.removeItem(`wenbao:${name}`);
      return before;
    } catch { return null; } // not allowed
  };
  const settle = where => { place = where; tab('current', where.id || ''); };
  const start = mark => { goOn(null); talk = { title: '', turns: [], mark }; settle({}); unedit(); };
  // A word over the question box, until the next question is asked, though Gradio may put the box there later, or anew.
  let note = null;
  const show = () => { if (note && !note.isConnected) document.querySelector('#composer')?.prepend(note); };
  const hush = () => { note?.remove(); note = null; };
  const tell = (key, values) => {
    hush();
    note = make('p', { className: 'hint', textContent: said(key, values) });
    note.setAttribute('role', 'alert');
    show();
  };
  const put = (where, title, turns) => {
    try {
      const now = kept.put(where.id, where.seen, title, turns);
      if (kept.nearlyFull()) tell('nearly_full');
      return now;
    } catch { tell('not_kept'); return where; }
  };

  wenbao.turn = n => talk.turns[n - 1];
  // The server's answer, as turn `n` of the session `mark`; `again` if an earlier question was asked anew.
  wenbao.keep = ({ mark, n, turn, again }) => {
    const title = turn.question.slice(0, 120);
    if (mark !== talk.mark || !(n === talk.turns.length + 1 || (again && n <= talk.turns.length))) {
      if (n > 1) { put({}, title, [turn]); return; } // of a session that was left
      start(mark); // the server began anew
    }
    talk.turns = [...talk.turns.slice(0, n - 1), turn];
    talk.title ||= title;
    goOn(turn);
    settle(put(place, talk.title, talk.turns));
  };
  // Questions to go on with come after the answer, and go with the next question, which is not to wait for them
  let looking = null;
  const goOn = async turn => {
    looking?.abort();
    looking = turn && new AbortController();
    const html = turn ? await wenbao.part('next', turn, looking.signal) : '';
    const slot = document.querySelector('#next .slot');
    if (!slot || talk.turns.at(-1) !== (turn || talk.turns.at(-1))) return;
    const said = document.querySelector('#chat .panel-wrap');
    const atEnd = said && said.scrollHeight - said.scrollTop - said.clientHeight < 40;
    slot.innerHTML = html.startsWith('<p class="hint"') ? '' : html;
    if (atEnd) requestAnimationFrame(() => { said.scrollTop = said.scrollHeight; }); // the end of the answer stays in sight
  };
  // A kept conversation is shown once the server has taken it; until then, and if it does not, all stays as it is.
  const open = id => {
    const there = kept.get(id);
    if (!there?.turns?.length) { tell('not_opened'); return; }
    opening = { id, there, mark: `${id}-${Date.now()}` };
    tab('opening', id);
    wenbao.reopen(there.turns, opening.mark);
  };
  wenbao.opened = ({ mark, n }) => {
    if (opening?.mark !== mark) return;
    const { id, there } = opening;
    start(mark);
    talk.title = there.title;
    talk.turns = there.turns.slice(0, n);
    settle({ id, seen: there.seen });
    opening = null;
    tab('opening', '');
  };
  wenbao.unopened = () => { if (opening) tell('not_opened'); opening = null; tab('opening', ''); };
  wenbao.begun = ({ mark }) => start(mark);

  // After a reload the tab goes on where it was, unless opening that ended in this reload: without a connection Gradio
  // loads the page anew, and would for ever.
  let last = tab('current');
  const again = () => { if (tab('opening', '')) tell('not_opened'); else open(last); last = null; };
  const there = wenbao.mounted;
  wenbao.mounted = name => { there(name); if (name === 'desk' && last) setTimeout(again, 50); };

  // The drawer with everything that was kept
  const make = (tag, attributes = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...inside);
    return element;
  };
  const button = (className, label, onclick) => make('button', { type: 'button', className, textContent: label, onclick });
  const shut = () => { const box = document.querySelector('dialog:is(.drawer, .sheaf)'); box?.close(); box?.remove(); };
  const dialog = (kind, label, ...inside) => {
    shut();
    const box = make('dialog', { className: kind, ariaLabel: label, onclose: () => box.remove() }, make('div', { className: 'inside' },
      make('header', {}, make('h2', { textContent: label }), button('shut', said('close'), shut)), ...inside));
    box.addEventListener('click', event => { if (event.target === box) shut(); });
    document.body.append(box);
    box.showModal();
    box.querySelector('.inside > :not(header) button, .inside > :not(header) input')?.focus();
    return box;
  };
  const drawer = () => {
    const day = at => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
    const rows = kept.list().map(one => {
      const row = make('li', one.id === place.id ? { className: 'current' } : {});
      const title = button('title', one.title, () => { shut(); open(one.id); });
      title.translate = false;
      const rename = button('', said('rename'), () => {
        const field = make('input', { value: one.title, maxLength: 200 });
        field.setAttribute('aria-label', said('rename'));
        const done = () => {
          const name = field.value.trim() || one.title;
          try { kept.rename(one.id, name); } catch { tell('not_kept'); }
          if (one.id === place.id) talk.title = name;
          drawer();
        };
        field.addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); done(); } if (event.key === 'Escape') { event.preventDefault(); drawer(); } });
        title.replaceWith(field);
        field.focus();
        field.select();
      });
      const remove = button('', said('delete'), () => {
        if (!remove.dataset.asked) { remove.textContent = said('delete_sure'); remove.dataset.asked = '1'; return; }
        kept.forget(one.id);
        if (one.id === place.id) document.querySelector('#new')?.click();
        drawer();
      });
      row.append(title, make('p', { textContent: `${day(one.at)} · ${one.n}` }), make('div', {}, rename, remove));
      return row;
    });
    dialog('drawer', said('conversations'),
      rows.length ? make('ul', {}, ...rows) : make('p', { textContent: said('none_kept') }),
      ...(rows.length ? [make('p', { className: 'small', textContent: said('kept_here') })] : []), opener());
  };

  // Taking along, in forms that the server makes: of one turn, or all of them, or of what else is `sent` there.
  const ENDINGS = { as_md: 'md', as_html: 'html', as_json: 'json', as_csv: 'csv', as_ris: 'ris', as_bibtex: 'bib', as_csl: 'csl.json', as_chicago: 'txt', as_gbt: 'txt' };
  wenbao.take = (label, forms, path, sent, ...more) => {
    const told = make('p', { className: 'told' });
    told.setAttribute('role', 'status');
    dialog('sheaf', label,
      make('div', { className: 'forms' }, ...forms.map(form => button('', said(form), async () => {
        const { answer, wrong } = await wenbao.send(path + form.slice(3), sent);
        if (!answer) { told.textContent = wrong; return; }
        wenbao.save(`wenbao.${ENDINGS[form]}`, await answer.blob());
        shut();
      })), ...more), told);
  };
  const take = (turns, title) => wenbao.take(said(turns.length > 1 ? 'take_all' : 'take'),
    ['as_md', 'as_html', 'as_json', 'as_ris', 'as_bibtex', 'as_csl', 'as_chicago', 'as_gbt'], '/api/export/', { title, turns });

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
      const { answer, wrong } = await wenbao.send('/api/cases', { turns: turn.standalone ? talk.turns.slice(0, n) : [turn], right });
      const told = answer ? said('saved_case', await answer.json()) : wrong;
      box.querySelector('.judging').replaceChildren(make('p', { className: 'told', textContent: told }));
      box.querySelector('.told').setAttribute('role', 'status');
    });
  };

  // A question asked again of today's index, beside what was kept of it
  const compare = async n => {
    const box = dialog('sheaf', said('compare'), make('div', { className: 'compared', textContent: said('compare_busy') }));
    const html = await wenbao.part(`again?ui=${document.documentElement.lang}`, { turns: talk.turns.slice(0, n) });
    box.querySelector('.compared').innerHTML = html;
  };
  // A dossier from a file is kept as a conversation of its own, and opened.
  const take_in = async file => {
    try {
      const { title, turns } = JSON.parse(await file.text());
      if (!Array.isArray(turns) || !turns.length || !turns.every(one => one && typeof one.question === 'string')) throw new Error('turns');
      const made = kept.put(undefined, undefined, String(title || turns[0].question).slice(0, 120), turns);
      shut();
      open(made.id);
    } catch (err) { shut(); tell(err.name === 'QuotaExceededError' ? 'not_kept' : 'no_dossier', { name: file.name, why: err.message }); }
  };
  const opener = () => {
    const field = make('input', { type: 'file', accept: '.json,application/json', onchange: () => { if (field.files[0]) take_in(field.files[0]); } });
    return make('p', { className: 'small' }, button('', said('open_dossier'), () => field.click()));
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
    const act = /^#(edit|again|compare|take|judge|lift)-(\d+)(?:-([a-z.]*))?$/.exec(event.target.closest('a.act, a.lift')?.getAttribute('href') || '');
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      const n = Number(act[2]), turn = talk.turns[n - 1];
      if (!turn) return;
      if (act[1] === 'take') take([turn], turn.question);
      else if (act[1] === 'judge') judge(n);
      else if (act[1] === 'compare') compare(n);
      else {
        edit(n);
        if (act[1] === 'lift') set('#keep textarea, #keep input', `${n - 1} ${act[3]}`);
        if (act[1] !== 'edit') send();
      }
    }
    if (event.target.closest('#kept')) drawer();
    if (event.target.closest('#take-all') && talk.turns.length) take(talk.turns, talk.title);
  }, true);
  // once the question is on its way the note goes, and the next one is asked after all of them
  let waits = false;
  new MutationObserver(() => {
    show();
    const before = waits;
    waits = !!document.querySelector('#chat .waiting');
    if (!waits || before) return;
    goOn(null);
    hush();
    if (draft) { draft = null; document.querySelector('.editing')?.remove(); setTimeout(unedit, 300); }
  }).observe(document, { childList: true, subtree: true });
  Object.assign(wenbao, { make, button, shut });
})();

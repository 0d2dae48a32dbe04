// The room of excerpts: one collection at a time, a page of it drawn. All that is shown is put there as text.
(() => {
  const { said, make, button } = wenbao;
  const store = wenbao.excerpts;
  const PAGE = 50, ON_PAPER = 1000, LARGEST = 30; // excerpts; MB of a file
  const FORMS = ['as_md', 'as_html', 'as_csv', 'as_bibtex', 'as_ris', 'as_csl', 'as_chicago', 'as_gbt'];
  const BECAME = { moved: 'became_moved', changed: 'became_changed', gone: 'became_gone' };
  const slot = () => document.querySelector('#excerpts .results');
  const asked = () => new URLSearchParams(location.search);
  const lang = () => (document.documentElement.lang === 'en' ? 'en' : 'zh');
  const tag = one => (one === 'zh' ? 'zh-CN' : 'en');
  let first = 0, find = '', editing = null; // the number of the first one shown; the words looked for; whose form is open
  const undone = []; // what brings back what was deleted, the last one last

  const go = change => {
    const to = asked();
    to.delete('lang');
    to.set('view', 'excerpts');
    for (const [name, value] of Object.entries(change)) if (value) to.set(name, value); else to.delete(name);
    wenbao.visit(`/?${to}`);
    first = 0;
    draw();
  };
  // Does what writes; what is wrong is told, and what was kept is as it was.
  const doing = deed => {
    try { const done = deed(); draw(); wenbao.markExcerpts(); return done; } catch (err) { wenbao.tell(wenbao.full(err)); return null; }
  };
  const undo = () => {
    const gone = undone.pop();
    if (gone && doing(() => { store.commit(gone); return true; })) wenbao.tell(said('brought_back', { n: gone.put.length }));
    else if (gone) undone.push(gone);
  };
  const deleted = gone => {
    if (!gone) return;
    undone.push(gone);
    wenbao.tell(said('deleted_n', { n: gone.put.length }), [said('undo'), undo]);
  };

  // Where it was printed: newspaper, day, page, as the language writes it
  const where = one => {
    const own = lang(), paper = one.paper?.[own] || one.paper?.[own === 'zh' ? 'en' : 'zh'] || '';
    const day = one.date ? new Date(`${one.date}T00:00:00Z`).toLocaleDateString(own === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'long', timeZone: 'UTC' }) : one.partial_date || '';
    const parts = [day, one.page && said('page', { page: one.page })].filter(Boolean);
    return own === 'zh' ? (paper && `《${paper}》`) + parts.join('，') : [paper, ...parts].filter(Boolean).join(', ');
  };
  const address = one => {
    const marks = [one, one.twin].filter(Boolean).map(side => `${side.lang}.${side.start}.${side.end}.${one.digest.slice(0, 12)}`).join(',');
    return `/?${new URLSearchParams({ article: one.article, marks })}`;
  };
  const verbatim = (kind, language, text) => { const made = make('p', { className: kind, lang: tag(language), textContent: text }); made.translate = false; return made; };

  const row = (one, n, list, others) => {
    const title = one.title[lang()] || one.title.zh || one.title.en || one.article;
    const link = make('a', { className: 'to-article', href: address(one), textContent: title, lang: tag(one.title[lang()] ? lang() : one.title.zh ? 'zh' : 'en') });
    link.translate = false;
    const sides = [one, one.twin].filter(Boolean).sort((a, b) => (a.lang < b.lang) - (a.lang > b.lang));
    const item = make('li', { tabIndex: -1 },
      make('header', {}, make('span', { className: 'rank', textContent: n + 1 }), make('div', {}, link, make('p', { className: 'where', textContent: where(one) }))),
      make('div', { className: sides.length > 1 ? 'pair' : 'pair single' }, ...sides.map(side =>
        make('div', {}, make('p', { className: 'side-name', textContent: said(side.lang) }), verbatim('words', side.lang, side.text)))),
      make('div', { className: 'became' }));
    item.dataset.id = one.id;
    if (editing === one.id) item.append(form(one));
    else {
      if (one.note) item.append(make('p', { className: 'note-own', textContent: one.note }));
      if (one.tags.length) item.append(make('p', { className: 'tags' }, ...one.tags.map(word => {
        const chip = button('', word, () => { find = find === word ? '' : word; first = 0; draw(); });
        chip.title = said('tagged', { tag: word });
        return chip;
      })));
    }
    const act = (name, label, deed) => { const made = button(name, label, deed); made.dataset.act = name; return made; };
    const acts = [act('edit', said('note_tags'), () => { document.querySelector('.tells')?.remove(); editing = editing === one.id ? null : one.id; draw(one.id); })];
    if (!find) acts.push(...[['up', -1], ['down', 1]].map(([name, by]) => {
      const made = act(name, said(name), () => { doing(() => store.move(list, one, by)); focus(one.id, name); });
      made.disabled = !list[n + by];
      return made;
    }));
    if (others.length) {
      const to = make('select', { onchange: () => doing(() => store.change(one, { collection: to.value })) },
        make('option', { value: '', textContent: said('move_to') }), ...others.map(({ id, name }) => make('option', { value: id, textContent: name })));
      to.setAttribute('aria-label', said('move_to'));
      acts.push(to);
    }
    acts.push(act('delete', said('delete'), () => {
      const next = list[n + 1] || list[n - 1];
      deleted(doing(() => { store.commit({ take: [one] }); return { put: [one] }; }));
      if (next) focus(next.id, 'delete');
    }));
    item.append(make('div', { className: 'does' }, ...acts));
    return item;
  };
  // Note and tags; what is written stays in the fields until it has been kept.
  const form = one => {
    const note = make('textarea', { value: one.note, rows: 4, maxLength: 20_000 });
    const tags = make('input', { value: one.tags.join(', '), maxLength: 1000, autocomplete: 'off' });
    const made = make('form', {}, make('label', {}, said('note'), note), make('label', {}, said('tags'), tags),
      make('div', {}, make('button', { type: 'submit', textContent: said('keep_reading') }), button('cancel', said('cancel'), () => { editing = null; draw(); focus(one.id, 'edit'); })));
    made.addEventListener('submit', event => {
      event.preventDefault();
      const words = [...new Set(tags.value.split(/[,，、;；]/).map(word => word.trim().slice(0, 100)).filter(Boolean))].slice(0, 50);
      const before = editing;
      editing = null;
      if (doing(() => store.change(one, { note: note.value.trim(), tags: words }))) focus(one.id, 'edit'); else editing = before;
    });
    made.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.target === tags)) { event.preventDefault(); made.requestSubmit(); }
      if (event.key === 'Escape') { editing = null; draw(); focus(one.id, 'edit'); }
    });
    return made;
  };
  const focus = (id, act) => {
    const item = slot().querySelector(`li[data-id="${id}"]`);
    const made = item?.querySelector(`[data-act="${act}"]:not(:disabled)`) || item;
    made?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  };

  const matches = one => {
    const words = find.toLowerCase(), text = [one.text, one.twin?.text, one.note, ...one.tags, one.title.en, one.title.zh, one.date, one.article];
    return text.some(part => part?.toLowerCase().includes(words));
  };
  const named = (label, name, deed) => {
    const field = make('input', { value: name, maxLength: 120, ariaLabel: label });
    const made = make('form', { className: 'naming' }, field, make('button', { type: 'submit', textContent: said('keep_reading') }));
    made.addEventListener('submit', event => { event.preventDefault(); if (field.value.trim()) doing(() => deed(field.value.trim())); });
    field.addEventListener('keydown', event => { if (event.key === 'Escape') draw(); });
    slot().querySelector('.naming')?.remove();
    slot().querySelector('.collections').after(made);
    field.focus();
    field.select();
  };
  const takeAlong = chosen => {
    const list = listed();
    const names = new Map(store.collections().map(one => [one.id, one.name]));
    const sent = wenbao.sendable({ title: chosen.name, lang: lang(), excerpts: list.map(one => ({ ...one, collection: names.get(one.collection) || '' })) });
    wenbao.take(said('take_excerpts', { name: chosen.name }), FORMS, '/api/export/excerpts/', sent, button('', said('as_file'), () => { saveFile([chosen.id]); wenbao.shut(); }));
  };
  const saveFile = wanted => wenbao.save('wenbao-excerpts.json', new Blob([JSON.stringify(store.file(wanted), null, 1)], { type: 'application/json' }));
  const readFile = async file => {
    try {
      if (file.size > LARGEST * 1e6) throw new Error(said('no_excerpts', { what: said('too_large_file', { size: Math.ceil(file.size / 1e6), most: LARGEST }) }));
      const { added, there, faults, begun } = store.takeIn(await file.text());
      draw();
      wenbao.markExcerpts();
      wenbao.tell(said('taken_excerpts', { n: added.length, there: there.length, faults: faults.length }),
        ...(added.length ? [[said('undo'), () => doing(() => store.commit({ take: added, items: begun.map(id => [id, null]) }))]] : []));
      const list = document.querySelector('.tells p');
      for (const { where: place, what } of faults.slice(0, 5)) list.append(make('br'), `${place}: ${what}`);
      if (faults.length > 5) list.append(make('br'), said('and_more', { n: faults.length - 5 }));
    } catch (err) { wenbao.tell(wenbao.full(err)); }
  };

  // What is looked at: the collection of the address, else the last one.
  const chosen = () => {
    const all = store.collections();
    return all.find(one => one.id === asked().get('of')) || all.find(one => one.id === store.last()) || all[0] || { id: '', name: said('first_collection'), n: 0 };
  };
  const draw = (at, most = PAGE) => {
    if (!slot() || document.documentElement.dataset.room !== 'excerpts') return;
    const one = chosen();
    if (one.id) store.choose(one.id);
    const tabs = make('div', { className: 'collections' }, ...store.collections().map(each => {
      const tab = button('', each.name, () => { find = ''; go({ of: each.id }); });
      tab.translate = false;
      tab.setAttribute('aria-pressed', each.id === one.id);
      tab.append(make('span', { className: 'n', textContent: each.n }));
      return tab;
    }), button('new', said('new_collection'), () => named(said('new_collection'), '', name => { const id = store.begin(name); find = ''; go({ of: id }); })));
    tabs.setAttribute('role', 'group');
    tabs.setAttribute('aria-label', said('collection_of'));
    const search = make('input', { type: 'search', value: find, maxLength: 200, placeholder: said('find_excerpts'), ariaLabel: said('find_excerpts'), autocomplete: 'off' });
    search.addEventListener('input', () => { find = search.value.trim(); first = 0; drawList(); });
    const acts = [
      ...(one.n ? [button('take', said('take'), () => takeAlong(one))] : []),
      ...(one.id ? [
        button('', said('rename'), () => named(said('rename_collection', { name: one.name }), one.name, name => store.rename(one.id, name))),
        button('', said('delete'), () => deleted(doing(() => store.drop(one.id)))),
      ] : []),
    ];
    acts.slice(-2).forEach((act, n) => { if (one.id) act.setAttribute('aria-label', said(['rename_collection', 'delete_collection'][n], { name: one.name })); });
    slot().replaceChildren(tabs, make('div', { className: 'all-of' }, search, ...acts), make('div', { className: 'listed' }), foot());
    drawList(at, most);
    if (at) focus(at, 'edit');
    if (at && at === editing) slot().querySelector('li textarea')?.focus();
  };
  const listed = () => (find ? store.of(chosen().id).filter(matches) : store.of(chosen().id));
  const drawList = (at, most = PAGE) => {
    const list = listed(), others = store.collections().filter(one => one.id && one.id !== chosen().id);
    if (at) first = Math.floor(Math.max(list.findIndex(one => one.id === at), 0) / PAGE) * PAGE;
    if (most > PAGE) first = 0;
    first = Math.min(first, Math.max(Math.ceil(list.length / PAGE) - 1, 0) * PAGE);
    const shown = list.slice(first, first + most);
    const tally = () => (list.length <= PAGE ? [] : [make('div', { className: 'tally' },
      make('p', { textContent: said('shown_of', { first: first + 1, last: first + shown.length, n: list.length }) }),
      ...[['earlier', first - PAGE], ['later', first + PAGE]].filter(([, to]) => to >= 0 && to < list.length)
        .map(([name, to]) => button('', said(name), () => { first = to; drawList(); document.querySelector('#excerpts').scrollTop = 0; })))]);
    slot().querySelector('.listed').replaceChildren(...(list.length
      ? [...tally(), make('ol', {}, ...shown.map((one, n) => row(one, first + n, list, others))), ...tally()]
      : [make('p', { className: 'none', textContent: said(find ? 'none_excerpts_match' : 'none_excerpts') })]));
    become(shown);
  };
  // How full the storage is, what of it is damaged, and the one file of everything.
  const foot = () => {
    const share = Math.min(100, Math.ceil(wenbao.storage.used() / wenbao.storage.ROOM * 100)), used = said('storage_used', { share, n: store.all().length });
    const meter = make('meter', { min: 0, max: 100, high: 80, value: share, ariaLabel: used });
    const file = make('input', { type: 'file', accept: '.json,application/json', hidden: true, onchange: () => { if (file.files[0]) readFile(file.files[0]); } });
    return make('footer', {}, make('p', { className: 'used' }, meter, used),
      ...store.damaged().map(id => make('p', { className: 'hint', textContent: said('excerpts_damaged', { article: id.slice(1) }) })),
      make('div', {}, button('', said('save_excerpts'), () => saveFile()), button('', said('take_in_excerpts'), () => file.click()), file));
  };
  // What has become of those that are shown; drawn into their rows when it comes.
  const told = new Map(), LASTING = 60_000; // of each excerpt, and for so long
  const become = async shown => {
    const now = Date.now(), open = shown.filter(one => !(told.get(one.id)?.at > now - LASTING));
    (await wenbao.becomeOf(open)).forEach((found, n) => told.set(open[n].id, { at: now, found }));
    shown.forEach(({ id }, n) => {
      const { state, words } = told.get(id)?.found || { state: 'same' };
      const slotOf = slot().querySelector(`li[data-id="${id}"] .became`);
      if (!slotOf || state === 'same') return;
      const lost = [shown[n], shown[n].twin].filter(side => side && words[side.lang] !== side.text);
      slotOf.replaceChildren(make('p', { className: state === 'moved' ? 'where' : 'warning', textContent: said(BECAME[state]) }),
        ...(state === 'changed' ? lost.filter(side => words[side.lang]).map(side => verbatim('words now', side.lang, words[side.lang])) : []));
    });
  };

  wenbao.openExcerpt = one => {
    document.querySelector('.tells')?.remove();
    document.querySelector('#reader dialog')?.close();
    find = '';
    editing = one.id;
    wenbao.visit(`/?${new URLSearchParams({ view: 'excerpts', of: one.collection })}`);
    dispatchEvent(new PopStateEvent('popstate'));
    draw(one.id);
  };
  wenbao.rooms.excerpts = () => { document.querySelector('.tells')?.remove(); draw(); };
  addEventListener('storage', () => { if (!slot()?.contains(document.activeElement?.closest('form'))) draw(); });
  addEventListener('beforeprint', () => draw(null, ON_PAPER));
  addEventListener('afterprint', () => draw());
  document.addEventListener('keydown', event => {
    if (event.key === 'z' && (event.ctrlKey || event.metaKey) && undone.length && document.documentElement.dataset.room === 'excerpts' && !event.target.closest('input, textarea')) {
      event.preventDefault();
      undo();
    }
  });
})();

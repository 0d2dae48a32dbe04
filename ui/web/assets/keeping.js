// Keeping a sentence or a passage as an excerpt, from wherever a text of the archive is shown; and the marks at those that
// were kept. An element that shows a text says with `data-place` where that stands, the one around it of which article.
(() => {
  const { said } = wenbao;
  // Beside an open dialog nothing can be used, and a click beside its sheet closes it.
  const here = () => document.querySelector('dialog[open] :is(.sheet, .inside)') || document.body;
  const box = node => (node?.nodeType === 1 ? node : node?.parentElement);
  const spots = written => (written || '').split(',').filter(Boolean).map(spot => {
    const [lang, start, end] = spot.split('.');
    return { lang, start: Number(start), end: Number(end) };
  });
  const article = element => {
    const { article: name, digest } = element.closest('[data-article]').dataset;
    return { article: name, digest };
  };
  const count = text => [...text].length; // characters, as the server counts them

  // What has been done, with what can be done about it; it stays until the next, or for a while.
  let leaving = null;
  wenbao.tell = (text, ...acts) => {
    document.querySelector('.tells')?.remove();
    clearTimeout(leaving);
    const note = wenbao.make('div', { className: 'tells' }, wenbao.make('p', { textContent: text }),
      ...acts.map(([label, deed]) => wenbao.button('', label, () => { note.remove(); deed(); })));
    note.setAttribute('role', 'status');
    here().append(note);
    const leave = () => { if (note.matches(':hover, :focus-within')) leaving = setTimeout(leave, 4000); else note.remove(); };
    leaving = setTimeout(leave, 10_000);
  };

  // The part of a text that is shown before a place in it, without the signs for what is folded away.
  const before = (element, node, at) => {
    const range = document.createRange();
    range.setStart(element, 0);
    range.setEnd(node, at);
    const part = range.cloneContents();
    part.querySelectorAll('.gap').forEach(gap => gap.remove());
    return count(part.textContent);
  };
  const placed = (first, start, last = first, end = start) => {
    const [own] = spots(first.dataset.place), [until] = spots(last.dataset.place);
    return { ...article(first), lang: own.lang, within: own.start, start, within_end: until.start, end };
  };
  const shows = element => [...(box(element)?.closest('[data-article]') || document).querySelectorAll('[data-place]')];
  // What is selected, as a place; of both languages, that of the one in which the selection begins.
  const selected = () => {
    const choice = getSelection();
    if (!choice.rangeCount || choice.isCollapsed || !choice.toString().trim()) return null;
    const range = choice.getRangeAt(0);
    const touched = shows(range.startContainer).filter(one => range.intersectsNode(one));
    const first = touched.find(one => one.contains(range.startContainer)) || touched[0];
    if (!first?.closest('[data-article]')) return null;
    const last = touched.filter(one => one.lang === first.lang).at(-1);
    const start = first.contains(range.startContainer) ? before(first, range.startContainer, range.startOffset) : 0;
    const end = last.contains(range.endContainer) ? before(last, range.endContainer, range.endOffset) : count(last.textContent);
    return placed(first, start, last, end);
  };

  const keep = async places => {
    const seen = new Set(), asked = places.filter(one => !seen.has(JSON.stringify(one)) && seen.add(JSON.stringify(one)));
    if (!asked.length) return;
    const { answer, wrong } = await wenbao.send('/api/excerpts', { places: asked });
    if (!answer) { wenbao.tell(wrong); return; }
    const found = (await answer.json()).filter(Boolean);
    if (!found.length) { wenbao.tell(said('edition_gone')); return; }
    const once = [...new Map(found.map(one => [`${one.article} ${one.lang} ${one.start} ${one.end}`, one])).values()];
    let done;
    try { done = wenbao.excerpts.keep(once); } catch (err) { wenbao.tell(wenbao.full(err)); return; }
    const { name, added, there } = done, last = added.at(-1) || there.at(-1);
    const undo = [said('undo'), () => { try { wenbao.excerpts.commit({ take: added }); } catch (err) { wenbao.tell(wenbao.full(err)); } anew(); }];
    wenbao.tell(said(added.length ? 'kept_in' : 'kept_already', { name }), ...(added.length ? [undo] : []), [said('note'), () => wenbao.openExcerpt(last)]);
    hint?.remove();
    anew();
  };
  // What is wrong in words; what the browser itself throws is that its storage is full or not allowed.
  wenbao.full = err => (err instanceof DOMException ? said('excerpts_full') : err.message);

  // What `s` keeps: the selection; else the sentence that was pointed at; else what is looked at.
  let pointed = null;
  const looked = () => {
    const sheet = document.querySelector('#reader .sheet');
    if (sheet) {
      const mark = sheet.querySelector('mark.here'), focused = document.activeElement.closest?.('.para');
      if (!focused && mark?.closest('[data-place]')) return [{ ...placed(mark.closest('[data-place]'), before(mark.closest('[data-place]'), mark, 0)), whole: true }];
      return offered((focused || sheet.querySelector('.para.there'))?.querySelector('.keeps'));
    }
    const around = document.activeElement.closest?.('.kwic, .hit, .card') || document.querySelector('.kwic:hover, .hit:hover, .card:hover, .card.active');
    return around?.getClientRects().length ? offered(around.querySelector('.keeps[data-keep]')) : [];
  };
  const offered = button => (button ? spots(button.dataset.keep).map(spot => ({ ...article(button), ...spot, whole: true })) : []);

  // A button beside what was selected, for those without a keyboard
  let hint = null, waiting = null;
  document.addEventListener('selectionchange', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      hint?.remove();
      const chosen = selected();
      if (!chosen) return;
      const place = [...getSelection().getRangeAt(0).getClientRects()].at(-1);
      if (!place) return;
      hint = wenbao.button('keep-selected', said('keep'), () => keep([chosen]));
      hint.addEventListener('mousedown', event => event.preventDefault()); // the selection stays
      hint.style.left = `${Math.min(Math.max(place.right - 60, 8), innerWidth - 90)}px`;
      hint.style.top = `${Math.min(place.bottom + 8, innerHeight - 50)}px`;
      here().append(hint);
    }, 250);
  });

  document.addEventListener('scroll', () => hint?.remove(), true);

  document.addEventListener('click', event => {
    const asked = /^#keep-(\d+)-([\d.]+)$/.exec(event.target.closest('a.keeps')?.getAttribute('href') || '');
    if (asked) {
      event.preventDefault();
      event.stopPropagation();
      const cards = asked[2].split('.').map(number => document.querySelector(`#panel .card[data-key="t${asked[1]}-${number}"] .keeps`));
      keep(cards.flatMap(offered));
      return;
    }
    const button = event.target.closest('.keeps[data-keep]');
    if (button) keep(offered(button));
    const text = event.target.closest('[data-place]');
    pointed = null;
    if (text?.closest('[data-article]') && getSelection().isCollapsed && text.contains(getSelection().focusNode))
      pointed = { ...placed(text, before(text, getSelection().focusNode, getSelection().focusOffset)), whole: true };
  }, true);
  document.addEventListener('keydown', event => {
    if (event.key !== 's' || event.ctrlKey || event.metaKey || event.altKey) { if (!['Shift', 'Control', 'Alt'].includes(event.key)) pointed = null; return; }
    if (event.target.closest('input, textarea, select') || document.querySelector('dialog.drawer[open], dialog.sheaf[open]')) return;
    const chosen = selected() || pointed, places = chosen ? [chosen] : looked();
    if (!places.length) return;
    event.preventDefault();
    keep(places);
  });

  // Marks: a ribbon in the margin of a paragraph or a line of which something was kept, and the words underlined.
  const under = (one, place) => one.lang === place.lang && one.start < place.end && place.start < one.end;
  const sides = one => [one, one.twin].filter(Boolean);
  const ranges = new Map(); // of an element of an article, what is underlined in it
  const range = (element, start, end) => {
    const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, node => (box(node).closest('.gap') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    const made = document.createRange();
    for (let at = 0, node = walk.nextNode(); node; node = walk.nextNode()) {
      const signs = [...node.data], from = start - at, to = end - at;
      if (from >= 0 && from < signs.length) made.setStart(node, signs.slice(0, from).join('').length);
      if (to > 0 && to <= signs.length) { made.setEnd(node, signs.slice(0, to).join('').length); return made; }
      at += signs.length;
    }
    return null;
  };
  // Asked once for all places of an article that a page shows at the same time
  const asking = new Map();
  const become = excerpts => {
    const key = JSON.stringify(excerpts.map(one => [one.id, one.digest]));
    if (!asking.has(key)) { asking.set(key, wenbao.becomeOf(excerpts)); setTimeout(() => asking.delete(key), 5000); }
    return asking.get(key);
  };
  const mark = async root => {
    const { article: name, digest } = root.dataset;
    let kept = [];
    try { kept = wenbao.excerpts.at(name); } catch { /* told where they are listed */ }
    const of = one => (one.digest.startsWith(digest) ? one : null);
    const other = kept.filter(one => !of(one)), found = await become(other);
    const now = [...kept.filter(of).map(one => [one, sides(one), false]), ...other.map((one, n) =>
      [one, Object.entries(found[n]?.spans || {}).map(([lang, [start, end]]) => ({ lang, start, end })), found[n]?.state === 'changed'])];
    root.querySelectorAll('.ribbon').forEach(ribbon => ribbon.remove());
    root.querySelectorAll('.has-kept').forEach(one => one.classList.remove('has-kept'));
    const lines = [];
    for (const part of root.querySelectorAll('.para, .kwic, .pair')) {
      const shown = [...part.querySelectorAll('[data-place]')], places = [...shown.map(one => spots(one.dataset.place)[0]), ...spots(part.querySelector('.keeps')?.dataset.keep)];
      const held = now.filter(([, cuts]) => cuts.some(cut => places.some(place => under(cut, place))));
      if (!held.length) continue;
      part.classList.add('has-kept');
      const label = [said(held.some(([, , is]) => is) ? 'kept_changed' : 'kept_mark'), ...held.map(([one]) => one.note).filter(Boolean)].join('\n');
      const ribbon = wenbao.button('ribbon', '', () => wenbao.openExcerpt(held[0][0]));
      Object.assign(ribbon, { title: label, ariaLabel: label });
      (part.querySelector('.gutter') || part).append(ribbon);
      for (const element of shown) {
        const [place] = spots(element.dataset.place);
        lines.push(...held.flatMap(([, cuts]) => cuts).filter(cut => under(cut, place))
          .map(cut => range(element, Math.max(cut.start - place.start, 0), Math.min(cut.end, place.end) - place.start)).filter(Boolean));
      }
    }
    ranges.set(root, lines);
    underline();
  };
  const underline = () => {
    if (!window.CSS?.highlights) return;
    for (const root of ranges.keys()) if (!root.isConnected) ranges.delete(root);
    CSS.highlights.set('kept', new Highlight(...[...ranges.values()].flat()));
  };
  const anew = () => document.querySelectorAll('[data-digest][data-marked]').forEach(mark);
  wenbao.markExcerpts = anew;
  addEventListener('storage', anew);
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      document.querySelectorAll('[data-digest]:not([data-marked])').forEach(root => { root.dataset.marked = ''; mark(root); });
    });
  }).observe(document, { childList: true, subtree: true });

  // What has become of excerpts, as the server finds it. Those that stand elsewhere are kept at that place from then on.
  wenbao.becomeOf = async excerpts => {
    if (!excerpts.length) return [];
    const { answer, wrong } = await wenbao.send('/api/excerpts/today', wenbao.sendable({ excerpts }));
    if (!answer) { console.warn(wrong); return []; }
    const found = await answer.json();
    try { wenbao.excerpts.anchor(excerpts, found); } catch { /* they stay at the place they had */ }
    return found;
  };
  // Halves of characters, which nothing but a browser takes, are sent as a sign for them; what is kept stays as it is.
  wenbao.sendable = sent => JSON.parse(JSON.stringify(sent), (_, value) => (typeof value === 'string' ? value.toWellFormed?.() ?? value : value));
})();

// Excerpts: stretches of articles with their counterparts, in collections, with what was written beside them.
// An item of the storage holds those of one article, by edition, so that an article's are found without reading the
// others; one item more holds each collection's name. Whatever is written is written whole, or not at all.
(() => {
  const { ids, get, write, made, since } = wenbao.storage;
  const FORMAT = 'wenbao-excerpts/1', MOST = 20_000;
  const FACTS = ['digest', 'author', 'date', 'partial_date', 'page', 'paper', 'title'];
  const OWN = ['id', 'collection', 'rank', 'lang', 'start', 'end', 'text', 'twin', 'note', 'tags'];

  // An edition is [facts, its excerpts]; what is empty is left out, since there is not much room.
  const only = (names, from) => Object.fromEntries(names.map(name => [name, from[name]])
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length)));
  const whole = (article, facts, own) => ({
    ...Object.fromEntries(FACTS.map(name => [name, null])), title: {}, digest: '', twin: null, note: '', tags: [], ...facts, ...own, article,
  });
  const editions = article => {
    const there = get(`s${article}`);
    if (!there && ids(`s${article}`).includes(`s${article}`)) throw new Error(wenbao.said('excerpts_damaged', { article }));
    return there || [];
  };
  const at = article => editions(article).flatMap(([facts, kept]) => kept.map(own => whole(article, facts, own)));

  // All of them, read once until something is written here or in another tab.
  let known = null;
  addEventListener('storage', () => { known = null; });
  const order = (a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1);
  const all = () => {
    known ??= ids('s').flatMap(id => { try { return at(id.slice(1)); } catch { return []; } }).sort(order);
    return known;
  };
  const damaged = () => ids('s').filter(id => !Array.isArray(get(id)));

  // Puts excerpts where they belong, in place of those with their ids, takes others away, and writes other items too.
  const commit = ({ put = [], take = [], items = [] }) => {
    const open = new Map();
    const of = article => { if (!open.has(article)) open.set(article, editions(article)); return open.get(article); };
    const without = ({ article, id }) => open.set(article,
      of(article).map(([facts, kept]) => [facts, kept.filter(own => own.id !== id)]).filter(([, kept]) => kept.length));
    for (const one of [...take, ...put]) without(one);
    for (const one of put) {
      const facts = only(FACTS, one), told = JSON.stringify(facts), sheets = of(one.article);
      const sheet = sheets.find(([known]) => JSON.stringify(known) === told);
      if (sheet) sheet[1].push(only(OWN, one)); else sheets.push([facts, [only(OWN, one)]]);
    }
    known = null;
    write([...items, ...[...open].map(([article, sheets]) => [`s${article}`, sheets.length ? sheets : null])]);
  };

  // Collections, the oldest first; excerpts of one that is not there (any more) have one without a name.
  const collections = () => {
    const named = ids('l').map(id => ({ id, name: get(id)?.name || '–' })).sort((a, b) => (since(a.id) - since(b.id)) || (a.id < b.id ? -1 : 1));
    const there = new Map(named.map(one => [one.id, { ...one, n: 0 }]));
    for (const { collection } of all()) {
      if (!there.has(collection)) there.set('', { id: '', name: wenbao.said('no_collection'), n: there.get('')?.n || 0 });
      there.get(there.has(collection) ? collection : '').n += 1;
    }
    return [...there.values()];
  };
  const of = id => {
    const named = new Set(ids('l'));
    return all().filter(one => (id ? one.collection === id : !named.has(one.collection)));
  };
  const begin = name => { const id = made('l'); write([[id, { name }]]); return id; };
  const rename = (id, name) => write([[id, { ...get(id), name }]]);
  // Where the next one goes: the collection that was looked at last.
  const choose = id => { try { localStorage.setItem('wenbao-collection', id); } catch { /* then the oldest is taken */ } };
  const last = () => { try { return localStorage.getItem('wenbao-collection'); } catch { return null; } };
  const current = () => {
    const named = collections().filter(one => one.id);
    return named.find(one => one.id === last()) || named[0] || { id: begin(wenbao.said('first_collection')), name: wenbao.said('first_collection') };
  };
  // Deletes a collection with all in it; what is returned brings it back.
  const drop = id => {
    const gone = { items: [[id, get(id)]], put: of(id) };
    commit({ take: gone.put, items: [[id, null]] });
    return gone;
  };

  const isSame = (a, b) => a.article === b.article && a.lang === b.lang && a.text === b.text && a.twin?.text === b.twin?.text;
  // Keeps what the server made of places in the current collection: {name, added, there}, the latter those that were in it.
  const keep = found => {
    const { id: collection, name } = current(), added = [], there = [];
    for (const one of found) {
      const before = [...at(one.article), ...added].find(kept => kept.collection === collection && kept.start === one.start && isSame(kept, one));
      if (before) there.push(before);
      else added.push({ note: '', tags: [], ...one, id: made('x'), collection, rank: Date.now() + added.length / 100 });
    }
    commit({ put: added });
    return { name, added, there };
  };
  // Writes other values into an excerpt. Where another tab has written meanwhile, both notes stay, and all tags.
  const change = (seen, values) => {
    const now = at(seen.article).find(one => one.id === seen.id) || seen, next = { ...now, ...values };
    if ('note' in values && now.note !== seen.note && now.note !== values.note) next.note = [now.note, values.note].filter(Boolean).join('\n\n');
    if ('tags' in values && String(now.tags) !== String(seen.tags)) next.tags = [...new Set([...now.tags, ...values.tags])];
    commit({ put: [next] });
    return next;
  };
  // Moves an excerpt up or down by one among `list`, which is in order.
  const move = (list, one, by) => {
    const from = list.findIndex(other => other.id === one.id), other = list[from + by];
    if (!other || from < 0) return;
    if (list[from].rank !== other.rank) { commit({ put: [{ ...one, rank: other.rank }, { ...other, rank: list[from].rank }] }); return; }
    const anew = [...list]; // of the same moment, as those of another browser may be
    [anew[from], anew[from + by]] = [other, list[from]];
    commit({ put: anew.map((each, rank) => ({ ...each, rank })) });
  };

  // Excerpts that an index with other editions still has, word for word, are kept at the place they have there.
  const anchor = (excerpts, found) => {
    const put = excerpts.flatMap((seen, n) => {
      const { state, digest, spans } = found[n], now = at(seen.article).find(one => one.id === seen.id);
      if (!['same', 'moved'].includes(state) || digest === seen.digest || !now || !isSame(now, seen)) return [];
      const placed = side => ({ ...side, start: spans[side.lang][0], end: spans[side.lang][1] });
      return [{ ...placed(now), digest, twin: now.twin && placed(now.twin) }];
    });
    if (put.length) commit({ put });
  };

  // The file: every collection, or some, with all that is known of each excerpt.
  const file = wanted => {
    const named = collections().filter(one => !wanted || wanted.includes(one.id)), listed = new Set(named.map(one => one.id));
    const kept = all().filter(one => !wanted || listed.has(one.collection) || (listed.has('') && of('').includes(one)));
    return {
      format: FORMAT, made: new Date().toISOString(),
      collections: named.filter(one => one.id).map(({ id, name }) => ({ id, name })), excerpts: kept,
    };
  };
  // What is in a file and not here yet comes in; nothing that is here is replaced. Where an excerpt here has the same id
  // and other words, the one of the file gets another id. Throws where there is no room for all; then none came in.
  const takeIn = text => {
    const { collections: named, excerpts, faults } = wenbao.readExcerpts(text, FORMAT, MOST);
    const here = new Map(all().map(one => [one.id, one])), names = new Map(collections().map(one => [one.id, one.name]));
    const added = [], there = [], items = [];
    for (const { id, name } of named) {
      if (!names.has(id)) items.push([id, { name }]);
      else if (names.get(id) !== name) faults.push({ where: name, what: wenbao.said('named_here', { name: names.get(id) }) });
    }
    for (const one of excerpts) {
      const before = here.get(one.id);
      if (before && isSame(before, one) && before.note === one.note && String(before.tags) === String(one.tags)) { there.push(one); continue; }
      const fresh = before ? { ...one, id: made('x') } : one;
      here.set(fresh.id, fresh);
      added.push(fresh);
    }
    commit({ put: added, items });
    return { added, there, faults, begun: items.map(([id]) => id) };
  };

  wenbao.excerpts = { all, at, of, collections, begin, rename, choose, last, current, drop, keep, change, move, anchor, commit, file, takeIn, damaged };
})();

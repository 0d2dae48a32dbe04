// What this browser keeps, one item of its storage each; the server holds none of it.
(() => {
  const PREFIX = 'wenbao:';
  const ROOM = 5_000_000; // characters that browsers hold for a page, or some more
  const PLENTY = 4_000_000;
  const mark = () => Math.random().toString(36).slice(2, 9);
  const made = kind => `${kind}${Date.now().toString(36)}${mark().slice(0, 5)}`; // an id begins with its kind and its time
  const since = id => parseInt(id.slice(1, 9), 36);

  // What is of a kind: the names that begin with its letter.
  const ids = kind => Object.keys(localStorage).filter(name => name.startsWith(PREFIX + kind)).map(name => name.slice(PREFIX.length));
  const get = id => {
    try { return JSON.parse(localStorage.getItem(PREFIX + id)); } catch { return null; } // not allowed, or damaged
  };
  // Writes some items, or removes those that are null: all of them, or where the storage is full none; then it throws.
  const write = items => {
    const before = [];
    try {
      for (const [id, value] of items) {
        before.unshift([PREFIX + id, localStorage.getItem(PREFIX + id)]);
        if (value === null) localStorage.removeItem(PREFIX + id); else localStorage.setItem(PREFIX + id, JSON.stringify(value));
      }
    } catch (full) {
      // each step back leads to what fitted before
      for (const [name, value] of before) if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value);
      throw full;
    }
  };
  const used = () => ids('').reduce((sum, id) => sum + PREFIX.length + id.length + localStorage.getItem(PREFIX + id).length, 0);
  wenbao.storage = { ids, get, write, used, made, since, mark, ROOM };

  // Conversations. What is kept is never replaced by less. Whoever writes names the state he has seen: where another tab
  // has written since, or fewer turns would be left, his turns become a conversation of their own.
  // Newest first.
  const list = () => {
    try {
      return ids('c').map(id => ({ id, kept: get(id) })).filter(one => one.kept?.turns)
        .map(({ id, kept }) => ({ id, title: kept.title, n: kept.turns.length, at: kept.at || since(id) }))
        .sort((a, b) => b.at - a.at);
    } catch { return []; }
  };
  // Keeps `turns` and returns where: {id, seen}. Throws where the storage is full or not allowed; then all stays as it was.
  const put = (id, seen, title, turns) => {
    const there = id && get(id);
    const goesOn = there && there.seen === seen && turns.length >= there.turns.length;
    const place = goesOn ? id : made('c');
    const now = { title: goesOn ? there.title : title, turns, at: Date.now(), seen: mark() };
    write([[place, now]]);
    return { id: place, seen: now.seen };
  };
  const rename = (id, title) => write([[id, { ...get(id), title }]]);
  const forget = id => write([[id, null]]);
  const nearlyFull = () => used() > PLENTY;

  wenbao.kept = { get, list, put, rename, forget, nearlyFull };
})();

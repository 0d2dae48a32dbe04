// Conversations are kept by this browser alone, one item of its storage each; the server holds none.
// What is kept is never replaced by less. Whoever writes names the state he has seen: where another tab has written
// since, or fewer turns would be left, his turns become a conversation of their own.
(() => {
  const PREFIX = 'wenbao:';
  const PLENTY = 4_000_000; // characters; browsers hold some five million for a page
  const mark = () => Math.random().toString(36).slice(2, 9);
  const ids = () => Object.keys(localStorage).filter(name => /^wenbao:c\w+$/.test(name)).map(name => name.slice(PREFIX.length));

  const get = id => {
    try { return JSON.parse(localStorage.getItem(PREFIX + id)); } catch { return null; } // not allowed, or damaged
  };
  // Newest first. The beginning of an id is the time it was made.
  const list = () => {
    try {
      return ids().map(id => ({ id, kept: get(id) })).filter(one => one.kept?.turns)
        .map(({ id, kept }) => ({ id, title: kept.title, n: kept.turns.length, at: kept.at || parseInt(id.slice(1, 9), 36) }))
        .sort((a, b) => b.at - a.at);
    } catch { return []; }
  };
  // Keeps `turns` and returns where: {id, seen}. Throws where the storage is full or not allowed; then all stays as it was.
  const put = (id, seen, title, turns) => {
    const there = id && get(id);
    const goesOn = there && there.seen === seen && turns.length >= there.turns.length;
    const place = goesOn ? id : `c${Date.now().toString(36)}${mark().slice(0, 5)}`;
    const made = { title: goesOn ? there.title : title, turns, at: Date.now(), seen: mark() };
    localStorage.setItem(PREFIX + place, JSON.stringify(made));
    return { id: place, seen: made.seen };
  };
  const rename = (id, title) => localStorage.setItem(PREFIX + id, JSON.stringify({ ...get(id), title }));
  const forget = id => localStorage.removeItem(PREFIX + id);
  const nearlyFull = () => ids().reduce((sum, id) => sum + localStorage.getItem(PREFIX + id).length, 0) > PLENTY;

  wenbao.kept = { get, list, put, rename, forget, nearlyFull };
})();

// A file of excerpts is somebody else's until it has been read: every value is looked at, and what is not as it should be
// is left out, with its place in the file and what is wrong with it.
(() => {
  const text = (most, least = 0) => value => typeof value === 'string' && value.length >= least && value.length <= most;
  const whole = (least, most) => value => Number.isInteger(value) && value >= least && value <= most;
  const or = check => value => value === null || check(value);
  const id = kind => value => typeof value === 'string' && new RegExp(`^${kind}[0-9a-z]{8,20}$`).test(value);
  const isDay = value => {
    if (!/^[12]\d{3}-\d\d-\d\d$/.test(value)) return false;
    const day = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(value);
  };
  const isLang = value => value === 'zh' || value === 'en';
  const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
  const names = value => isObject(value) && ['en', 'zh'].every(lang => value[lang] === undefined || or(text(1000))(value[lang]));
  const OFFSET = whole(0, 10_000_000);
  const isStretch = value => isLang(value.lang) && OFFSET(value.start) && OFFSET(value.end) && value.start < value.end && text(50_000, 1)(value.text);

  // Field, what it has to be, and what it is where it is left out; without the third it has to be there.
  const SHAPE = [
    ['id', id('x')], ['collection', value => value === '' || id('l')(value), ''], ['rank', Number.isFinite, 0],
    ['article', text(1000, 1)], ['digest', text(1000), ''], ['author', or(text(1000)), null], ['date', or(isDay), null],
    ['partial_date', or(value => /^[12]\d{3}(-(0[1-9]|1[0-2]))?$/.test(value)), null], ['page', or(whole(1, 999)), null],
    ['paper', or(names), null], ['title', names, {}], ['lang', isLang], ['start', OFFSET], ['end', OFFSET], ['text', text(50_000, 1)],
    ['twin', or(value => isObject(value) && isStretch(value)), null], ['note', text(20_000), ''],
    ['tags', value => Array.isArray(value) && value.length <= 50 && value.every(text(100, 1)), []],
  ];
  const pick = (from, keys) => Object.fromEntries(keys.filter(key => from[key] !== undefined).map(key => [key, from[key]]));
  const read = (one, where, faults) => {
    if (!isObject(one)) { faults.push({ where, what: wenbao.said('no_object') }); return null; }
    const made = {};
    for (const [field, check, otherwise] of SHAPE) {
      const value = Object.hasOwn(one, field) ? one[field] : otherwise;
      if (value === undefined || !check(value)) { faults.push({ where: `${where}.${field}`, what: shown(one[field]) }); return null; }
      made[field] = value;
    }
    if (made.start >= made.end) { faults.push({ where: `${where}.end`, what: shown(made.end) }); return null; }
    if (made.twin?.lang === made.lang) { faults.push({ where: `${where}.twin.lang`, what: shown(made.lang) }); return null; }
    if (made.twin) made.twin = pick(made.twin, ['lang', 'start', 'end', 'text']);
    if (made.paper) made.paper = pick(made.paper, ['en', 'zh']);
    made.title = pick(made.title, ['en', 'zh']);
    return made;
  };
  const shown = value => (value === undefined ? wenbao.said('is_missing') : JSON.stringify(value).slice(0, 60));

  // The collections and excerpts of a file's text, and the faults: {where, what}. Throws where it is no such file at all.
  wenbao.readExcerpts = (content, format, most) => {
    const no = what => { throw new Error(wenbao.said('no_excerpts', { what })); };
    let told;
    try { told = JSON.parse(content); } catch (err) { no(err.message); }
    if (!isObject(told) || told.format !== format) no(`format: ${shown(told?.format)}`);
    if (!Array.isArray(told.excerpts)) no(`excerpts: ${shown(told.excerpts)}`);
    if (told.excerpts.length > most) no(wenbao.said('too_many', { n: told.excerpts.length, most }));
    const faults = [], named = Array.isArray(told.collections) ? told.collections.slice(0, most) : [];
    const collections = named.filter((one, n) => {
      const isFine = isObject(one) && id('l')(one.id) && text(200, 1)(one.name);
      if (!isFine) faults.push({ where: `collections[${n}]`, what: shown(one) });
      return isFine;
    });
    const excerpts = told.excerpts.map((one, n) => read(one, `excerpts[${n}]`, faults)).filter(Boolean);
    return { collections, excerpts, faults };
  };
})();

// The page's scripts without a page: each runs in a context of its own, with stand-ins for what a browser has.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

// As a browser's: what is kept are the object's own properties. `limit` is how many characters it holds.
export const storage = (limit = Infinity) => Object.create({
  getItem(name) { return Object.hasOwn(this, name) ? this[name] : null; },
  setItem(name, value) {
    const others = Object.entries(this).filter(([key]) => key !== name);
    const size = others.reduce((sum, [key, held]) => sum + key.length + held.length, name.length + value.length);
    if (size > limit) throw new Error('QuotaExceededError');
    this[name] = String(value);
  },
  removeItem(name) { delete this[name]; },
});

// A document of these elements, by selector; no other is there.
export const documentOf = (elements = {}, lang = 'en') => ({
  documentElement: { lang, dataset: {}, classList: new Classes() },
  querySelector: where => elements[where] ?? null,
  querySelectorAll: where => elements[where] ?? [],
  createElement: tag => ({ tag, append() {}, setAttribute(name, value) { this[name] = value; }, remove() {} }),
  addEventListener() {},
});

export class Classes extends Set {
  contains(name) { return this.has(name); }
  remove(name) { this.delete(name); }
  toggle(name, on = !this.has(name)) { on ? this.add(name) : this.delete(name); return on; }
}

// The words of the page, from the table that the server has.
const table = readFileSync(new URL('../../ui/web/words.tsv', import.meta.url), 'utf8').split('\n').filter(line => line && !line.startsWith('#'));
export const words = { en: {}, zh: {} };
for (const [key, en, zh] of table.map(line => line.split('\t'))) { words.en[key] = en; words.zh[key] = zh; }

// Runs the scripts of these names, one after the other, and gives what they share: their global object.
export const run = (names, given = {}) => {
  const page = vm.createContext({
    wenbao: { rooms: {} }, console, AbortController, URLSearchParams, URL, setTimeout: todo => todo(), addEventListener() {}, MutationObserver: class { observe() {} },
    requestAnimationFrame: todo => todo(), document: documentOf(), wenbaoWords: words, ...given,
  });
  page.wenbao.said ??= (key, values = {}) => page.wenbaoWords.en[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  page.window = page;
  for (const name of names) {
    const place = new URL(`../../ui/web/assets/${name}`, import.meta.url);
    vm.runInContext(readFileSync(place, 'utf8'), page, { filename: place.pathname });
  }
  return page;
};

// A value of another context, to be compared with one of this.
export const plain = value => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

// Numbers that look random and are the same every time, from 0 to below `below`.
export const dice = seed => below => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 2147483648 * below); };

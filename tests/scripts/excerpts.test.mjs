// Excerpts kept by the browser: in whatever order they are kept, changed, moved, taken out and brought in, none is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice, plain, run, storage } from './page.mjs';

const page = (localStorage = storage()) => run(['kept.js', 'excerptfile.js', 'excerpts.js'], { localStorage }).wenbao;
const store = localStorage => page(localStorage).excerpts;
const found = (article, start = 0, more = {}) => ({
  article, digest: 'd1', author: null, date: '1958-11-14', partial_date: null, page: 2, paper: { en: "People's Daily", zh: '人民日报' },
  title: { en: 'Ore', zh: '矿石' }, lang: 'zh', start, end: start + 4, text: '采矿八万', twin: { lang: 'en', start, end: start + 3, text: 'Ore' }, ...more,
});
const texts = list => plain(list).map(one => `${one.article} ${one.start}`);

test('what is kept is found by its article, in the collection that was looked at last', () => {
  const excerpts = store();
  const first = excerpts.keep([found('a')]);
  assert.equal(first.name, 'My excerpts');
  const steel = excerpts.begin('Steel');
  excerpts.choose(steel);
  assert.equal(excerpts.keep([found('a', 9), found('b')]).name, 'Steel');
  assert.deepEqual(texts(excerpts.of(steel)), ['a 9', 'b 0']);
  assert.deepEqual(texts(excerpts.at('a')), ['a 0', 'a 9']);
  assert.deepEqual(plain(excerpts.collections()).map(({ name, n }) => [name, n]), [['My excerpts', 1], ['Steel', 2]]);
});

test('the same place is kept once in a collection', () => {
  const excerpts = store();
  excerpts.keep([found('a')]);
  const { added, there } = excerpts.keep([found('a'), found('a', 7), found('a', 7)]);
  assert.deepEqual([texts(added), texts(there)], [['a 7'], ['a 0', 'a 7']]);
});

test('notes, tags, order and collection change one by one, and deleting is undone', () => {
  const excerpts = store();
  const [a] = excerpts.keep([found('a'), found('b'), found('c')]).added;
  excerpts.change(a, { note: 'compare', tags: ['ore'] });
  excerpts.move(excerpts.all(), excerpts.all()[2], -1);
  assert.deepEqual(texts(excerpts.all()), ['a 0', 'c 0', 'b 0']);
  const gone = { put: [excerpts.at('a')[0]] };
  excerpts.commit({ take: gone.put });
  assert.deepEqual(texts(excerpts.all()), ['c 0', 'b 0']);
  excerpts.commit(gone);
  assert.equal(excerpts.at('a')[0].note, 'compare');
  const whole = excerpts.drop(a.collection);
  assert.deepEqual([plain(excerpts.all()), plain(excerpts.collections())], [[], []]);
  excerpts.commit(whole);
  assert.deepEqual(texts(excerpts.all()), ['a 0', 'c 0', 'b 0']);
  assert.equal(excerpts.collections()[0].name, 'My excerpts');
});

test('those of one moment can be moved too', () => {
  const excerpts = store();
  excerpts.commit({ put: ['a', 'b', 'c'].map((name, n) => ({ ...excerpts.keep([found(name)]).added[0], rank: 5, id: `x0000000${n}` + n })) });
  const same = excerpts.all().filter(one => one.rank === 5);
  excerpts.move(same, same[2], -1);
  assert.deepEqual(texts(excerpts.all().filter(one => one.rank < 1000)), ['a 0', 'c 0', 'b 0']);
});

test('two tabs that write a note on the same excerpt lose neither', () => {
  const local = storage(), one = store(local), two = store(local);
  const [seen] = one.keep([found('a')]).added;
  one.change(seen, { note: 'mine', tags: ['x'] });
  two.change(seen, { note: 'theirs', tags: ['y'] });
  const now = store(local).at('a')[0];
  assert.equal(now.note, 'mine\n\ntheirs');
  assert.deepEqual(plain(now.tags), ['x', 'y']);
  one.commit({ take: [now] });
  two.change(now, { note: 'of one that was deleted meanwhile' });
  assert.equal(store(local).at('a')[0].note, 'of one that was deleted meanwhile');
});

test('a full storage is told and drops nothing, also halfway', () => {
  const local = storage(2500), excerpts = store(local);
  excerpts.keep([found('a')]);
  const before = { ...local };
  assert.throws(() => excerpts.keep([found('b'), found('c', 0, { text: 'x'.repeat(3000) })]));
  assert.deepEqual({ ...local }, before);
  assert.throws(() => excerpts.change(excerpts.all()[0], { note: 'x'.repeat(3000) }));
  assert.deepEqual({ ...local }, before);
  const many = store(storage());
  many.keep(Array.from({ length: 40 }, (_, n) => found(`m${n}`)));
  assert.throws(() => excerpts.takeIn(JSON.stringify(many.file())));
  assert.deepEqual({ ...local }, before);
  assert.deepEqual(texts(excerpts.all()), ['a 0']);
});

test('what is damaged stays, is named, and is written over by nothing', () => {
  const local = storage(), excerpts = store(local);
  excerpts.keep([found('a'), found('b')]);
  local['wenbao:sa'] = '[[{"digest"';
  const anew = store(local);
  assert.deepEqual(texts(anew.all()), ['b 0']);
  assert.deepEqual(plain(anew.damaged()), ['sa']);
  assert.throws(() => anew.keep([found('a', 5)]), /a is damaged/);
  assert.equal(local['wenbao:sa'], '[[{"digest"');
});

test('an index with other editions moves the place of what it still has, and nothing else', () => {
  const excerpts = store();
  const [a, b] = excerpts.keep([found('a'), found('b')]).added;
  const spans = { zh: [20, 24], en: [30, 33] };
  const seen = plain([a, b]);
  excerpts.change(a, { note: 'written while the server was asked' });
  excerpts.anchor(seen, [{ state: 'moved', digest: 'd2', spans }, { state: 'changed', digest: 'd2', spans }]);
  const [now] = plain(excerpts.at('a')), [still] = plain(excerpts.at('b'));
  assert.deepEqual([now.start, now.end, now.twin.start, now.digest, now.text], [20, 24, 30, 'd2', '采矿八万']);
  assert.equal(now.note, 'written while the server was asked');
  assert.deepEqual([still.start, still.digest], [0, 'd1']);
});

test('a file is taken in without loss, twice without doubling, and replaces nothing', () => {
  const from = store(), local = storage();
  from.keep([found('a'), found('b', 3, { author: '甲', date: null, partial_date: '1958-11', page: null, paper: null, title: {}, twin: null })]);
  from.change(from.at('a')[0], { note: 'line one\n"line" two \\ud800', tags: ['矿', '=1+1', '<b>'] });
  const text = JSON.stringify(from.file()), to = store(local);
  assert.deepEqual(plain(to.takeIn(text)).added.length, 2);
  const strip = ({ made, ...rest }) => rest;
  assert.deepEqual(strip(plain(to.file())), strip(JSON.parse(text)));
  assert.deepEqual([plain(to.takeIn(text)).added, plain(to.takeIn(text)).there.length], [[], 2]);
  to.change(to.at('a')[0], { note: 'another' });
  assert.equal(to.takeIn(text).added.length, 1, 'the one of the file has other words by now');
  assert.deepEqual(plain(to.at('a')).map(one => one.note).sort(), ['another', 'line one\n"line" two \\ud800']);
});

const good = () => { const from = store(); from.keep([found('a'), found('b')]); return plain(from.file()); };
for (const [told, spoil, where] of [
  ['a start that is none', file => { file.excerpts[1].start = '3'; }, 'excerpts[1].start'],
  ['an end before the start', file => { file.excerpts[0].end = 0; }, 'excerpts[0].end'],
  ['no words', file => { file.excerpts[0].text = ''; }, 'excerpts[0].text'],
  ['too many words', file => { file.excerpts[0].text = 'x'.repeat(50_001); }, 'excerpts[0].text'],
  ['a note that is too long', file => { file.excerpts[0].note = 'x'.repeat(20_001); }, 'excerpts[0].note'],
  ['a day that is none', file => { file.excerpts[0].date = '1958-02-30'; }, 'excerpts[0].date'],
  ['an id to write elsewhere', file => { file.excerpts[0].id = '../x'; }, 'excerpts[0].id'],
  ['a counterpart in the same language', file => { file.excerpts[0].twin.lang = 'zh'; }, 'excerpts[0].twin.lang'],
  ['tags that are none', file => { file.excerpts[0].tags = 'ore'; }, 'excerpts[0].tags'],
  ['a language that is none', file => { file.excerpts[0].lang = 'fr'; }, 'excerpts[0].lang'],
  ['nothing', file => { file.excerpts[0] = null; }, 'excerpts[0]'],
  ['no article', file => { delete file.excerpts[0].article; }, 'excerpts[0].article'],
  ['a collection without a name', file => { file.collections[0].name = 7; }, 'collections[0]'],
])
  test(`of a file with ${told} the rest comes in, and it is said where that is`, () => {
    const file = good();
    spoil(file);
    const to = store(), { added, faults } = plain(to.takeIn(JSON.stringify(file)));
    assert.deepEqual(faults.map(one => one.where), [where]);
    assert.equal(added.length, where.startsWith('coll') ? 2 : 1);
  });

for (const [told, text] of [['no JSON', '{'], ['another format', '{"format": "wenbao-dossier/1", "turns": []}'], ['a list', '[]'], ['nothing', 'null'],
  ['no excerpts', '{"format": "wenbao-excerpts/1"}'], ['too many', JSON.stringify({ format: 'wenbao-excerpts/1', excerpts: Array(20_001).fill(0) })]])
  test(`a file that is ${told} is refused and leaves all as it was`, () => {
    const local = storage(), excerpts = store(local);
    excerpts.keep([found('a')]);
    const before = { ...local };
    assert.throws(() => excerpts.takeIn(text), /not a file of excerpts/);
    assert.deepEqual({ ...local }, before);
  });

test('names of objects in a file are no more than names', () => {
  const file = good();
  const text = JSON.stringify(file).replace('"title":{', '"__proto__":{"polluted":1},"constructor":{},"title":{"__proto__":{"x":1},');
  const to = store();
  to.takeIn(text.replaceAll('"a"', '"__proto__"'));
  assert.deepEqual(texts(to.at('__proto__')), ['__proto__ 0']);
  assert.equal({}.polluted, undefined);
});

test('ten thousand fit beside conversations', () => {
  const local = storage(5_000_000), excerpts = store(local);
  const sentence = '八天内，新修了两千多个炼铁大窑，采矿石八万吨，抢运燃料二十万吨。', english = 'Within eight days, more than two thousand new iron-smelting kilns were built, 80,000 tons of ore were mined, and 200,000 tons of fuel were rushed.';
  const titles = { zh: '把生产任务直接交给群众 四川江油开钢铁战士代表会', en: 'Directly Assign Production Tasks to the Masses: Jiangyou, Sichuan Holds Representatives Meeting of Steel Warriors' };
  const many = Array.from({ length: 10_000 }, (_, n) => found(`article_${Math.floor(n / 5)}`, (n % 5) * 200, {
    digest: 'f'.repeat(32), title: titles, text: sentence, end: (n % 5) * 200 + sentence.length, twin: { lang: 'en', start: 0, end: english.length, text: english },
  }));
  excerpts.keep(many);
  assert.equal(excerpts.all().length, 10_000);
  assert.ok(page(local).storage.used() < 4_700_000, `${page(local).storage.used()} characters`);
});

test('of many deeds in any order nothing is lost but what is deleted, and the file has all of it', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const local = storage(), draw = dice(seed), known = new Map();
    for (let step = 0; step < 60; step += 1) {
      const excerpts = store(local), all = plain(excerpts.all()), one = all[draw(all.length || 1)];
      const deed = draw(6);
      if (deed < 2 || !one) for (const made of excerpts.keep([found(`a${draw(4)}`, step)]).added) known.set(made.id, '');
      else if (deed === 2) { excerpts.change(one, { note: `n${step}` }); known.set(one.id, `n${step}`); }
      else if (deed === 3) excerpts.move(excerpts.all(), one, draw(2) ? 1 : -1);
      else if (deed === 4) { excerpts.commit({ take: [one] }); known.delete(one.id); }
      else excerpts.anchor([one], [{ state: 'moved', digest: `d${step}`, spans: { zh: [step, step + 4], en: [step, step + 3] } }]);
    }
    const fresh = store();
    fresh.takeIn(JSON.stringify(store(local).file()));
    assert.deepEqual(new Map(plain(fresh.all()).map(({ id, note }) => [id, note]).sort()), new Map([...known].sort()), `seed ${seed}`);
  }
});

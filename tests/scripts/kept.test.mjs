// Conversations kept by the browser: whoever writes, and whatever fails, none is replaced by less.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice, plain, run, storage } from './page.mjs';

const turns = (...questions) => questions.map(question => ({ question }));
const kept = (localStorage = storage()) => run(['kept.js'], { localStorage }).wenbao.kept;

test('what was put is got, listed and forgotten', () => {
  const store = kept();
  const { id, seen } = store.put(undefined, undefined, 'Ore', turns('How much ore?'));
  assert.deepEqual(plain(store.get(id).turns), turns('How much ore?'));
  assert.equal(store.get(id).seen, seen);
  assert.deepEqual(plain(store.list()).map(({ title, n }) => [title, n]), [['Ore', 1]]);
  store.forget(id);
  assert.equal(store.get(id), null);
  assert.deepEqual(plain(store.list()), []);
});

test('a conversation goes on in its place, and keeps the name it was given', () => {
  const store = kept();
  const first = store.put(undefined, undefined, 'Ore', turns('a'));
  store.rename(first.id, '矿石');
  const second = store.put(first.id, first.seen, 'Ore', turns('a', 'b'));
  assert.equal(second.id, first.id);
  assert.deepEqual([store.get(first.id).title, store.get(first.id).turns.length], ['矿石', 2]);
});

test('fewer turns, or another tab that wrote meanwhile, make a conversation of their own', () => {
  const store = kept();
  const first = store.put(undefined, undefined, 'Ore', turns('a', 'b'));
  const shorter = store.put(first.id, first.seen, 'Ore', turns('a'));
  assert.notEqual(shorter.id, first.id);
  const other = store.put(first.id, first.seen, 'Ore', turns('a', 'b', 'theirs'));
  assert.equal(other.id, first.id);
  const mine = store.put(first.id, first.seen, 'Ore', turns('a', 'b', 'mine'));
  assert.notEqual(mine.id, first.id);
  assert.deepEqual(plain(store.get(first.id).turns), turns('a', 'b', 'theirs'));
  assert.equal(store.list().length, 3);
});

test('of many writes by several tabs no turn that was ever kept is lost', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const store = kept(), draw = dice(seed), tabs = Array.from({ length: 3 }, () => ({ where: {}, turns: [] }));
    const longest = new Map(); // what a conversation has held
    for (let step = 0; step < 60; step += 1) {
      const tab = tabs[draw(3)], deed = draw(4);
      if (deed === 0 && store.list().length) { // opens what is kept
        const { id } = store.list()[draw(store.list().length)], there = store.get(id);
        Object.assign(tab, { where: { id, seen: there.seen }, turns: plain(there.turns) });
      } else if (deed === 1 && tab.turns.length) tab.turns = tab.turns.slice(0, draw(tab.turns.length)); // asks an earlier one anew
      tab.turns = [...tab.turns, { question: `${step}` }];
      tab.where = store.put(tab.where.id, tab.where.seen, 'x', tab.turns);
      assert.deepEqual(plain(store.get(tab.where.id).turns), tab.turns);
      longest.set(tab.where.id, Math.max(longest.get(tab.where.id) ?? 0, tab.turns.length));
      for (const [id, n] of longest) assert.ok(store.get(id).turns.length >= n, `seed ${seed}, step ${step}`);
    }
  }
});

test('a full storage throws and leaves what was kept', () => {
  const localStorage = storage(1000), store = kept(localStorage);
  const first = store.put(undefined, undefined, 'Ore', turns('a'));
  const before = { ...localStorage };
  assert.throws(() => store.put(first.id, first.seen, 'Ore', turns('a', 'x'.repeat(2000))));
  assert.deepEqual({ ...localStorage }, before);
  assert.equal(store.put(first.id, first.seen, 'Ore', turns('a', 'b')).id, first.id, 'it goes on once there is room');
});

test('what is damaged, of others, or not allowed is passed over', () => {
  const localStorage = storage(), store = kept(localStorage);
  const { id } = store.put(undefined, undefined, 'Ore', turns('a'));
  Object.assign(localStorage, { 'wenbao:cbroken': '{', 'wenbao:cempty': 'null', 'wenbao:cnone': '{"title": "x"}',
    'wenbao-way': 'quote', 'other:c1': JSON.stringify({ title: 'x', turns: turns('x') }) });
  assert.deepEqual(plain(store.list()).map(one => one.id), [id]);
  assert.equal(store.get('broken'), null);
  const closed = kept(new Proxy({}, { ownKeys() { throw new Error('SecurityError'); }, get() { throw new Error('SecurityError'); } }));
  assert.deepEqual([plain(closed.list()), closed.get('c1')], [[], null]);
});

test('one made before times were kept has the time of its id, and the newest comes first', () => {
  const localStorage = storage(), store = kept(localStorage), made = Date.UTC(2020, 1, 2);
  localStorage.setItem(`wenbao:c${made.toString(36)}abcde`, JSON.stringify({ title: 'old', turns: turns('a') }));
  store.put(undefined, undefined, 'new', turns('b'));
  const listed = plain(store.list());
  assert.deepEqual(listed.map(one => one.title), ['new', 'old']);
  assert.equal(listed[1].at, made);
});

test('that it is nearly full is told before it is', () => {
  const localStorage = storage(), store = kept(localStorage);
  localStorage.setItem('other', 'x'.repeat(4_500_000));
  store.put(undefined, undefined, 'a', turns('x'.repeat(3_000_000)));
  assert.equal(store.nearlyFull(), false, 'what is not ours does not count');
  store.put(undefined, undefined, 'b', turns('x'.repeat(1_500_000)));
  assert.equal(store.nearlyFull(), true);
});

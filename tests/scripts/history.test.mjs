// The conversation that the page shows, and where it is kept, whatever the server tells of it and in whatever order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, plain, run, storage } from './page.mjs';

const turn = question => ({ question, lang: 'en' });
const WORDS = new Proxy({}, { get: (_, key) => `${String(key)} {n}` });

// The scripts that keep conversations, with what they put over the question box and what they had reopened.
const chat = ({ local = storage(), session = storage() } = {}) => {
  const told = [], reopened = [], signals = [];
  const composer = { prepend: note => told.push(note.textContent) };
  const page = run(['kept.js', 'history.js'], {
    localStorage: local, sessionStorage: session, document: documentOf({ '#composer': composer }),
    wenbaoWords: { en: WORDS, zh: WORDS },
    wenbao: { mounted() {}, part: async (_, __, signal) => { signals.push(signal); return ''; }, reopen: (turns, mark) => reopened.push({ turns: plain(turns), mark }) },
  });
  const questions = () => plain(page.wenbao.kept.list().map(one => page.wenbao.kept.get(one.id).turns.map(t => t.question)));
  const keep = (mark, n, question, again = false) => page.wenbao.keep({ mark, n, turn: turn(question), again });
  return { wenbao: page.wenbao, told, reopened, questions, keep, local, session, signals };
};
const sorted = lists => lists.map(String).sort();

test('turns of one session make one conversation', () => {
  const { keep, questions, wenbao, session } = chat();
  keep('m', 1, 'a');
  keep('m', 2, 'b');
  assert.deepEqual(questions(), [['a', 'b']]);
  assert.equal(wenbao.turn(2).question, 'b');
  assert.equal(session['wenbao:current'], wenbao.kept.list()[0].id, 'a reload goes on here');
});

test('a question asked anew leaves what followed it in the list', () => {
  const { keep, questions } = chat();
  for (const [n, question] of ['a', 'b', 'c'].entries()) keep('m', n + 1, question);
  keep('m', 1, 'a', true);
  assert.deepEqual(sorted(questions()), ['a', 'a,b,c']);
  keep('m', 1, 'd', true); // of the last one nothing follows
  assert.deepEqual(sorted(questions()), ['a,b,c', 'd']);
});

test('turns of another session, late or after the server began anew, replace nothing', () => {
  const { keep, questions } = chat();
  keep('m', 1, 'a');
  keep('m', 2, 'b');
  keep('other', 1, 'c');
  keep('other', 2, 'd');
  keep('left', 2, 'e');
  keep('other', 3, 'f'); // this one goes on
  keep('other', 5, 'g'); // the fourth was lost on the way
  assert.deepEqual(sorted(questions()), ['a,b', 'c,d,f', 'e', 'g']);
});

test('a new conversation begins with nothing and leaves the one before', () => {
  const { keep, questions, wenbao, session } = chat();
  keep('m', 1, 'a');
  wenbao.begun({ mark: 'n' });
  assert.equal(wenbao.turn(1), undefined);
  assert.equal(session.getItem('wenbao:current'), null);
  keep('n', 1, 'b');
  assert.deepEqual(sorted(questions()), ['a', 'b']);
});

test('a kept conversation is reopened after a reload, and goes on in its place once the server has taken it', () => {
  const before = chat();
  before.keep('m', 1, 'a');
  before.keep('m', 2, 'b');
  const after = chat(before);
  const [{ id }] = plain(after.wenbao.kept.list());
  after.wenbao.mounted('desk');
  const [{ turns, mark }] = after.reopened;
  assert.deepEqual(turns.map(one => one.question), ['a', 'b']);
  after.wenbao.opened({ mark: 'of another', n: 2 });
  assert.equal(after.wenbao.turn(1), undefined, 'what was not asked for is not taken');
  after.wenbao.opened({ mark, n: 2 });
  after.keep(mark, 3, 'c');
  assert.deepEqual(after.questions(), [['a', 'b', 'c']]);
  assert.equal(after.wenbao.kept.list()[0].id, id);
});

test('one that cannot be opened is told and stays', () => {
  const before = chat();
  before.keep('m', 1, 'a');
  const held = { ...before.local }, after = chat(before);
  after.wenbao.mounted('desk');
  after.wenbao.unopened();
  assert.match(after.told.join(), /not_opened/);
  after.keep('n', 1, 'b');
  assert.deepEqual(sorted(after.questions()), ['a', 'b']);
  assert.equal(after.local[Object.keys(held)[0]], Object.values(held)[0]);
});

test('opening that ended in a reload is not tried for ever', () => {
  const session = storage(), before = chat({ session });
  before.keep('m', 1, 'a');
  session.setItem('wenbao:opening', 'c1');
  const after = chat({ local: before.local, session });
  after.wenbao.mounted('desk');
  assert.deepEqual(after.reopened, []);
  assert.match(after.told.join(), /not_opened/);
});

test('a storage that is full, or not allowed, is told and the page goes on', () => {
  const { keep, told, wenbao, questions } = chat({ local: storage(400) });
  keep('m', 1, 'a');
  keep('m', 2, 'x'.repeat(500));
  assert.match(told.join(), /not_kept/);
  assert.equal(wenbao.turn(2).question.length, 500);
  assert.deepEqual(questions(), [['a']], 'what was kept stays');
});

test('what to go on with is no longer wanted once something else is', () => {
  const { keep, wenbao, signals } = chat();
  keep('m', 1, 'a');
  assert.equal(signals[0].aborted, false);
  keep('m', 2, 'b');
  assert.deepEqual(signals.map(one => one.aborted), [true, false]);
  wenbao.begun({ mark: 'n' });
  assert.deepEqual(signals.map(one => one.aborted), [true, true]);
});

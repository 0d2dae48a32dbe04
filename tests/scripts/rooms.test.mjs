// The span of a timeline, the limits of dates, and the article over the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Classes, documentOf, run } from './page.mjs';

const bars = periods => periods.map(period => ({ dataset: { period }, classList: new Classes() }));
const inSpan = (periods, since, until) => {
  const drawn = bars(periods);
  run(['search.js']).wenbao.span({ querySelectorAll: () => drawn }, since, until);
  return drawn.filter(bar => !bar.classList.has('out')).map(bar => bar.dataset.period);
};
const MONTHS = ['1957-12', '1958-01', '1958-02', '1958-10', '1958-12', '1959-01'];

for (const [since, until, left] of [
  ['', '', MONTHS],
  ['1958', '1958', ['1958-01', '1958-02', '1958-10', '1958-12']],
  ['1958-02', '1958-10', ['1958-02', '1958-10']],
  ['1958-02-15', '', ['1958-02', '1958-10', '1958-12', '1959-01']], // a month that holds some of its days
  ['', '1958-02-01', ['1957-12', '1958-01', '1958-02']],
  ['1958-03', '1958-09', []],
  ['1959', '1958', []],
])
  test(`of the months, from "${since}" to "${until}" are ${left.length}`, () => assert.deepEqual(inSpan(MONTHS, since, until), left));

test('years and days are cut off in the same way', () => {
  assert.deepEqual(inSpan(['1957', '1958', '1959'], '1957-06', '1958-01-31'), ['1957', '1958']);
  assert.deepEqual(inSpan(['1958-01-31', '1958-02-01', '1958-02-28', '1958-03-01'], '1958-02', '1958-02'), ['1958-02-01', '1958-02-28']);
});

test('a click on a bar limits the question to it, a second one lifts that', () => {
  const fields = { '#since': { value: '' }, '#until': { value: '' } }, elements = {};
  for (const [name, field] of Object.entries(fields)) elements[`${name} textarea, ${name} input`] = field;
  const slot = { replaceChildren() {} };
  const wenbao = {
    set: (where, value) => { elements[where].value = value; }, said: key => key, button: () => ({}), span() {},
  };
  run(['limits.js'], { wenbao, document: documentOf(elements), element: { querySelector: () => slot } });
  const shown = () => [fields['#since'].value, fields['#until'].value];
  wenbao.dates('1958-10', '1958-11');
  assert.deepEqual(shown(), ['1958-10', '1958-11']);
  wenbao.dates('1958-10', '1958-10');
  assert.deepEqual(shown(), ['1958-10', '1958-10']);
  wenbao.dates('1958-10', '1958-10');
  assert.deepEqual(shown(), ['', '']);
});

// The reader over a page with two cited cards; the server's answer comes when `come` is called.
const reading = address => {
  const place = new URL(address, 'http://127.0.0.1');
  const location = { get href() { return place.href; }, get search() { return place.search; }, get hash() { return place.hash; } };
  const card = (article, marks) => ({ dataset: { article, marks } });
  const box = {
    innerHTML: '', open: false,
    showModal() { this.open = true; }, close() { this.open = false; }, replaceChildren() { this.innerHTML = ''; },
  };
  const asked = [];
  const document = documentOf({
    '#reader dialog': box, '#panel [data-marks]': [card('a', 'zh.1.5'), card('b', 'en.7.9'), card('a', 'en.2.4'), card('a', '')],
  });
  let come;
  const wenbao = { part: path => { asked.push(new URLSearchParams(path.split('?')[1])); return new Promise(done => { come = done; }); } };
  run(['reader.js'], { wenbao, document, location, setTimeout() {} });
  return { wenbao, asked, box, place, come: async html => { come(html); await null; await null; } };
};

test('an article is asked for with what this conversation cited of it', async () => {
  const { wenbao, asked, box, come } = reading('/?article=a#p3');
  wenbao.follow();
  assert.deepEqual(Object.fromEntries(asked[0]), { id: 'a', ui: 'en', marks: 'zh.1.5,en.2.4', q: '' });
  await come('<p>A</p>');
  assert.equal(box.innerHTML, '<p>A</p>');
  assert.ok(box.open);
});

test('the marks that an address names come first', () => {
  const { wenbao, asked } = reading('/?article=a&marks=zh.3.4');
  wenbao.follow();
  assert.equal(asked[0].get('marks'), 'zh.3.4');
});

test('an article that was left while it came stays away', async () => {
  const { wenbao, box, place, come } = reading('/?article=a');
  wenbao.follow();
  place.search = '';
  await come('<p>A</p>');
  assert.equal(box.innerHTML, '');
  assert.ok(!box.open);
});

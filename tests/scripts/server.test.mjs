// What the page hears from its server: the answer, the fault in words, or that there is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, plain, run } from './page.mjs';

const answer = (status, body) => ({ status, ok: status < 400, text: async () => body, json: async () => JSON.parse(body) });
const page = (fetch, language = 'en-US', search = '') => {
  let reloads = 0;
  const document = documentOf();
  const given = { fetch, document, navigator: { language }, location: { search, reload: () => { reloads += 1; } } };
  return { wenbao: run(['page.js'], given).wenbao, reloads: () => reloads, lang: () => document.documentElement.lang };
};

test('a piece of the page is what the server sends, and a fault a hint in the language of the page', async () => {
  const there = page(async () => answer(200, '<p>steel</p>'));
  assert.equal(await there.wenbao.part('search?q=steel'), '<p>steel</p>');
  const silent = async () => { throw new TypeError('Failed to fetch'); };
  assert.match(await page(silent).wenbao.part('search'), /role="alert">The server does not answer\./);
  assert.match(await page(silent, 'zh-TW').wenbao.part('search'), /role="alert">服务器没有回应。/);
});

test('what is sent is JSON, and what is wrong comes back in words', async () => {
  const sent = [];
  const there = page(async (path, post) => { sent.push([path, plain(post)]); return answer(503, '{"error": "the index is being made"}'); });
  assert.deepEqual(plain(await there.wenbao.send('/api/cases', { right: [] })), { wrong: 'the index is being made' });
  assert.deepEqual([sent[0][0], sent[0][1].method, sent[0][1].body], ['/api/cases', 'POST', '{"right":[]}']);
  const proxied = page(async () => answer(413, '<html>nginx</html>'));
  assert.deepEqual(plain(await proxied.wenbao.send('/api/cases', {})), { wrong: 'The server does not answer.' });
  assert.ok((await page(async () => answer(200, '{}')).wenbao.send('/api/cases', {})).answer);
});

test('who is no longer known is asked for the password', async () => {
  const there = page(async () => answer(401, '{}'));
  assert.equal(await there.wenbao.part('search'), '');
  assert.equal(there.reloads(), 1);
});

for (const [language, search, spoken] of [
  ['en-US', '', 'en'], ['zh-TW', '', 'zh-CN'], ['fr', '', 'en'], ['', '', 'en'], ['zh-CN', '?lang=en', 'en'], ['fr', '?lang=zh', 'zh-CN'],
])
  test(`with "${language}" and "${search}" the page speaks ${spoken}`, () => {
    assert.equal(page(null, language, search).lang(), spoken);
  });

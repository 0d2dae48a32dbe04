// Round trips of collections through the page's own scripts, for tests/test_excerpts.py: JSON in, JSON out, one store each.
// `keep`: excerpts as the server made them, with notes and tags -> the file of them. `again`: a file and what has become
// of its excerpts -> the file of the browser that took it in, after it was taken in by one more.
import { readFileSync } from 'node:fs';
import { plain, run, storage } from './page.mjs';

const store = () => run(['kept.js', 'excerptfile.js', 'excerpts.js'], { localStorage: storage() }).wenbao.excerpts;
const DEEDS = {
  keep: ({ found, written }) => {
    const excerpts = store();
    found.forEach((one, n) => {
      if (n % 3 === 0) excerpts.choose(excerpts.begin(`Collection ${n} “摘录”`));
      for (const made of excerpts.keep([one]).added) excerpts.change(made, written[n]);
    });
    return excerpts.file();
  },
  again: ({ file, became }) => {
    const one = store(), two = store();
    one.takeIn(JSON.stringify(file));
    one.anchor(file.excerpts, became);
    two.takeIn(JSON.stringify(one.file()));
    return two.file();
  },
};
const asked = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.map(one => plain(DEEDS[process.argv[2]](one)))));

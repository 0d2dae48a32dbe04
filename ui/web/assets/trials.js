// The evaluation room: what is looked at stands in the address, a run under way is watched.
(() => {
  const slot = () => document.querySelector('#evaluate .results');
  const asked = () => new URLSearchParams(location.search);
  let watching = null;

  const draw = async () => {
    const query = new URLSearchParams({ ui: document.documentElement.lang, run: asked().get('run') || '', beside: asked().get('beside') || '' });
    if (await wenbao.draw(slot(), `trials?${query}`, true)) watch();
  };
  const go = (run, beside) => {
    wenbao.visit(`/?${new URLSearchParams({ view: 'evaluate', ...(run && { run }), ...(beside && { beside }) })}`);
    draw();
  };
  const watch = async () => {
    clearTimeout(watching);
    const told = JSON.parse((await wenbao.part('trials/progress')) || '{}');
    const box = slot().querySelector('.progress');
    if (!box || !told.name) return;
    const button = slot().querySelector('.trial button');
    button.disabled = told.alive;
    if (told.alive) {
      const bar = Object.assign(document.createElement('progress'), { max: told.total, value: told.done });
      bar.setAttribute('aria-label', told.name);
      box.replaceChildren(`${told.name}: ${told.done} / ${told.total}`, bar);
      watching = setTimeout(watch, 1000);
    } else if (told.error) box.textContent = told.error;
    else if (box.dataset.begun || box.childElementCount) go(told.name);
  };

  wenbao.rooms.evaluate = () => { if (slot()) draw(); };
  document.addEventListener('submit', async event => {
    const form = event.target.closest('#evaluate .trial');
    if (!form) return;
    event.preventDefault();
    const box = slot().querySelector('.progress');
    const answer = await wenbao.part(`trials?ui=${document.documentElement.lang}`, {
      set: form.elements.set.value, search_only: form.elements.search.checked, limit: Number(form.elements.limit.value) || null,
    });
    if (answer.startsWith('<')) { box.innerHTML = answer; return; }
    box.dataset.begun = '1';
    watch();
  });
  document.addEventListener('click', event => {
    const run = event.target.closest('#evaluate [data-run]');
    if (run) go(run.dataset.run);
    const again = event.target.closest('#evaluate a[href^="/?view="]');
    if (again && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      wenbao.visit(again.getAttribute('href'));
      dispatchEvent(new PopStateEvent('popstate'));
    }
  });
  document.addEventListener('change', event => {
    if (event.target.closest('#evaluate [name=beside]')) go(asked().get('run'), event.target.value);
  });
})();

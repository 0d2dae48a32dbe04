// What the next question is limited to, as chips that lift it; and the archive's months to pick a span of dates from.
const fields = { since: '#since', until: '#until', page_field: '#page', paper_field: '#paper' };
const input = where => document.querySelector(`${where} textarea, ${where} input`);
const chosen = () => document.querySelector('#lang input:checked');

const draw = () => {
  const box = element.querySelector('div') || element;
  const chips = Object.entries(fields).filter(([, where]) => input(where)?.value.trim()).map(([key, where]) =>
    wenbao.button('', `${wenbao.said(key)} ${input(where).value.trim()}`, () => { wenbao.set(`${where} textarea, ${where} input`, ''); draw(); }));
  const lang = chosen();
  if (lang && lang.value !== 'both')
    chips.push(wenbao.button('', wenbao.said(lang.value), () => { document.querySelector('#lang input[value=both]').click(); setTimeout(draw, 50); }));
  chips.forEach(chip => { chip.title = wenbao.said('lift'); });
  box.replaceChildren(...chips);
  const figure = document.querySelector('#span .timeline');
  if (figure) wenbao.span(figure.parentElement, input('#since')?.value || '', input('#until')?.value || '');
};
document.addEventListener('input', event => { if (event.target.closest('#filters')) draw(); });
document.addEventListener('change', event => { if (event.target.closest('#filters')) setTimeout(draw, 50); });

// a bar that is already the whole span lifts it
wenbao.dates = (since, until) => {
  const same = input('#since').value === since && input('#until').value === until;
  wenbao.set('#since textarea, #since input', same ? '' : since);
  wenbao.set('#until textarea, #until input', same ? '' : until);
  draw();
};
wenbao.timeline = async box => {
  box.innerHTML = await wenbao.part(`timeline?ui=${document.documentElement.lang}`);
  draw();
};

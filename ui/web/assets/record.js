// A turn that the server has answered arrives here as text, to be kept by the browser.
watch('value', () => {
  const told = element.textContent.trim();
  if (told) wenbao.keep(JSON.parse(told));
});

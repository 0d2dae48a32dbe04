// What the server has done arrives here as text: a turn to be kept, a conversation opened or begun.
watch('value', () => {
  const told = element.textContent.trim();
  if (!told) return;
  const { event, ...what } = JSON.parse(told);
  wenbao[event](what);
});

(() => {
  const by = (id) => document.getElementById(id);
  const apply = () => {
    const body = by("by-body").value, theme = by("by-theme").value;
    const text = by("by-text").value.trim().toLowerCase(), comparable = by("only-comparable").checked;
    for (const section of document.querySelectorAll(".indicator")) {
      let shown = 0;
      for (const row of section.querySelectorAll("tbody tr")) {
        row.hidden = (body && row.dataset.body !== body) || (comparable && row.dataset.comparable !== "1");
        shown += row.hidden ? 0 : 1;
      }
      section.hidden = !shown || (theme && section.dataset.theme !== theme) ||
        (text && !section.dataset.name.toLowerCase().includes(text));
    }
  };
  for (const id of ["by-body", "by-theme", "by-text", "only-comparable"]) by(id).addEventListener("input", apply);
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".indicator details[open]"))
      if (!open.contains(event.target)) open.removeAttribute("open");
  });
})();

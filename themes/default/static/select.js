// Choosing many at once. In an element with data-select:
//   input[data-select-all]   chooses or clears every input[data-select-item]; what hides it without us is opened
//   [data-select-count]      shows how many are chosen
//   [data-select-bar]        a fieldset, closed while nothing is chosen
// Without script all of it stays open, and the server counts.

function count(area) {
  const items = [...area.querySelectorAll("input[data-select-item]")];
  const chosen = items.filter((item) => item.checked).length;
  for (const place of area.querySelectorAll("[data-select-count]")) place.textContent = chosen;
  for (const bar of area.querySelectorAll("fieldset[data-select-bar]")) bar.disabled = chosen === 0;
  for (const all of area.querySelectorAll("input[data-select-all]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.checked = chosen > 0 && chosen === items.length;
    all.indeterminate = chosen > 0 && chosen < items.length;
  }
}

let last = null;   // the item pressed before, for a range with Shift

document.addEventListener("click", (event) => {
  const item = event.target.closest?.("input[data-select-item]");
  const area = item?.closest("[data-select]");
  if (!area) return;
  const items = [...area.querySelectorAll("input[data-select-item]")];
  if (event.shiftKey && last && items.includes(last)) {
    const [from, to] = [items.indexOf(last), items.indexOf(item)].sort((a, b) => a - b);
    for (const between of items.slice(from, to + 1)) between.checked = item.checked;
  }
  last = item;
});

document.addEventListener("change", (event) => {
  const area = event.target.closest?.("[data-select]");
  if (!area) return;
  if (event.target.matches("input[data-select-all]")) {
    for (const item of area.querySelectorAll("input[data-select-item]")) item.checked = event.target.checked;
  }
  count(area);
});

const countAll = () => document.querySelectorAll("[data-select]").forEach(count);
document.addEventListener("fragment", countAll);
window.addEventListener("pageshow", countAll);
countAll();

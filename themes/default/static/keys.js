// Single keys on a page that is worked through quickly. A form with data-keys switches them on; what a key does is
// written at its control: data-key="2" on a radio chooses it, data-key="j" on a link or button presses it.
// Enter presses the form's main button. While somebody types, every key is a letter.
// input[data-keys-switch] turns them off for this browser.

const OFF = "commonweal.keys.off";

function kept() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function keep(off) {
  try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* this page only */ }
}

let off = kept();

function showSwitch() {
  for (const box of document.querySelectorAll("input[data-keys-switch]")) {
    box.checked = !off;
    box.closest("[hidden]")?.removeAttribute("hidden");
  }
}

function typing(target) {
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

// On a keyboard of another script, and for digits that need Shift, the place of the key counts.
function keyOf(event) {
  const place = /^(?:Digit|Numpad)(\d)$/.exec(event.code) || (event.key > "~" && /^Key(\w)$/.exec(event.code));
  return (place ? place[1] : event.key).toLowerCase();
}

function enter(event, form) {
  // On a link, a button or an opened list Enter has its own meaning; in the form's radios the browser submits.
  if (event.target.matches("a, button, summary, input")) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.main[type=submit]") || undefined);
}

function press(control) {
  if (control.matches("input[type=radio]")) {
    control.checked = true;
    control.focus();
    control.dispatchEvent(new Event("change", { bubbles: true }));
  } else {
    control.click();
  }
}

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-keys]");
  if (!form || off || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "Enter") return enter(event, form);
  const control = document.querySelector(`[data-key="${CSS.escape(keyOf(event))}"]`);
  if (!control || control.disabled) return;
  event.preventDefault();
  press(control);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("input[data-keys-switch]")) return;
  off = !event.target.checked;
  keep(off);
});

document.addEventListener("fragment", showSwitch);
showSwitch();

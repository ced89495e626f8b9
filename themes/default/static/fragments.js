// Replaces a part of the page instead of the whole. A link or form with data-fragment="#list" is fetched, and the
// element #list of the answer takes the place of ours. Anything unexpected: the browser does it in the plain way.

const pageOf = (address) => address.pathname + address.search;

let shown = pageOf(location);

function focusKept(part, id) {
  const again = id && document.getElementById(id);
  if (again) return again.focus({ preventScroll: true });
  const problems = part.querySelector("[role=alert]");
  const target = problems || part;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: !problems });
}

async function replace(selector, address, request) {
  const answer = await fetch(address, { ...request, headers: { "X-Fragment": selector }, credentials: "same-origin" });
  const type = answer.headers.get("Content-Type") || "";
  if (!type.startsWith("text/html")) throw new Error("not a page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const ours = document.querySelector(selector);
  const theirs = page.querySelector(selector);
  if (!ours || !theirs) throw new Error("no such part");
  const focused = document.activeElement;
  const inside = ours.contains(focused);
  ours.replaceWith(theirs);
  const messages = document.querySelector("#messages");
  const said = page.querySelector("#messages");   // not found when it lay in the part that has just moved over
  if (messages && said) messages.replaceWith(said);
  document.title = page.title;
  const arrived = new URL(answer.url);
  if (pageOf(arrived) !== shown) history.pushState(null, "", arrived);
  shown = pageOf(arrived);
  if (inside) focusKept(theirs, focused.id);
  document.dispatchEvent(new CustomEvent("fragment", { detail: selector }));
}

function mayReplace(address, selector) {
  return selector && new URL(address, location.href).origin === location.origin && document.querySelector(selector);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-fragment]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !plain || link.target || !mayReplace(link.href, link.dataset.fragment)) return;
  event.preventDefault();
  replace(link.dataset.fragment, link.href, {}).catch(() => location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const action = event.submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  if (event.defaultPrevented || !mayReplace(action, form.dataset.fragment)) return;
  const sent = new FormData(form, event.submitter);
  const address = new URL(action, location.href);
  const asQuery = form.method === "get";
  if (asQuery) address.search = new URLSearchParams(sent).toString();
  event.preventDefault();
  form.setAttribute("aria-busy", "true");
  replace(form.dataset.fragment, address, asQuery ? {} : { method: "POST", body: sent })
    .catch(() => plainly(form, event.submitter))
    .finally(() => form.removeAttribute("aria-busy"));
});

// The same press once more, without us: a form's one-time mark makes a second arrival harmless.
function plainly(form, submitter) {
  delete form.dataset.fragment;
  form.requestSubmit(submitter && form.contains(submitter) ? submitter : undefined);
}

window.addEventListener("popstate", () => {
  if (pageOf(location) !== shown) location.reload();
});

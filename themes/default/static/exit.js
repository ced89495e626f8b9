// Leaving at once: the button, or Shift pressed three times in a row. The page goes blank in the same moment; the
// session ends; the neutral page takes this page's place in the history. The history before it remains.
// Not Esc: it stops a page that is loading. Without script the button does the same, a moment later.

const WITHIN_MS = 1500;

const form = document.querySelector("form.exit");
let presses = [];

async function leave() {
  document.documentElement.hidden = true;
  document.title = "…";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const target = /url=(.+)/i.exec(page.querySelector("meta[http-equiv=refresh]").content)[1];
    location.replace(target.trim());
  } catch {
    form.submit();
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keyup", (event) => {
  if (!form || event.key !== "Shift" || presses === null) return;
  presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
  if (presses.length < 3) return;
  presses = null;
  leave();
});

// Shift held for a capital letter, or with another key, is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift" && presses) presses = [];
});

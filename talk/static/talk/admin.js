/**
 * Buttons of the admin that copy a link or a text: `data-talk-copy` names the element.
 *
 * They appear only where this runs and the browser lets pages copy.
 */
// @ts-check

/** How long a button says that it did it, in milliseconds. */
const SAYS_SO_FOR = 2000;

/** @param {HTMLElement} element */
function textOf(element) {
  return element instanceof HTMLAnchorElement ? element.href : (element.textContent ?? "").trim();
}

/** @param {HTMLButtonElement} button */
function offer(button) {
  const source = document.getElementById(button.dataset.talkCopy ?? "");
  if (source === null || navigator.clipboard === undefined) {
    return;
  }
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(source));
    button.textContent = button.dataset.talkCopied ?? label;
    setTimeout(() => {
      button.textContent = label;
    }, SAYS_SO_FOR);
  });
}

function offerAll() {
  for (const button of document.querySelectorAll("button[data-talk-copy]")) {
    if (button instanceof HTMLButtonElement) {
      offer(button);
    }
  }
}

// The admin loads its scripts before the page is there.
if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", offerAll);
} else {
  offerAll();
}

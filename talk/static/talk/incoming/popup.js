// @ts-check
/**
 * The pop-up: what it looks like to eyes, keyboards and screen readers. Lives in a shadow root, so
 * that a site's styles and ids cannot meet ours; a site reaches it by `::part(popup)`.
 */

import { gettext } from "../text.js";

/** @typedef {import("./calls.js").Shown} Shown */

/**
 * @param {Shown["kind"]} kind
 * @returns {{title: string, go: string, close: string}}
 */
function wordsFor(kind) {
  switch (kind) {
    case "ringing":
      return {
        title: gettext("Incoming call"),
        go: gettext("Answer"),
        close: gettext("Dismiss"),
      };
    case "running":
      return {
        title: gettext("A call is going on"),
        go: gettext("Join call"),
        close: gettext("Dismiss"),
      };
    case "missed":
      return {
        title: gettext("Missed call"),
        go: gettext("Call back"),
        close: gettext("Dismiss"),
      };
  }
}

export class Popup {
  #root;
  #on;
  /** @type {HTMLElement | null} */
  #card = null;
  /** Read aloud to who keeps the focus. @type {HTMLElement | null} */
  #voice = null;
  /** Where the focus was before. @type {HTMLElement | null} */
  #before = null;

  /**
   * @param {ShadowRoot} root
   * @param {{go: () => void, close: () => void}} on
   */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
    this.escape = this.escape.bind(this);
  }

  /** @param {Shown | null} shown */
  show(shown) {
    const hadFocus = this.#card?.contains(this.#root.activeElement) ?? false;
    this.#card?.remove();
    this.#card = null;
    this.#voice?.remove();
    this.#voice = null;
    if (shown === null) {
      document.removeEventListener("keydown", this.escape);
      if (hadFocus) this.#before?.focus();
      this.#before = null;
      return;
    }
    document.addEventListener("keydown", this.escape);
    this.#card = this.#make(shown);
    this.#root.append(this.#card);
    if (hadFocus) this.#card.focus();
    else if (shown.kind === "ringing") this.#takeFocus(this.#card);
  }

  /**
   * Escape closes, wherever the focus is, unless something else on the page wanted it.
   *
   * @param {KeyboardEvent} event
   */
  escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.#on.close();
  }

  /** @param {Shown} shown @returns {HTMLElement} */
  #make({ call, kind }) {
    const words = wordsFor(kind);
    const card = element("section", { className: `popup ${kind}`, tabIndex: -1 });
    card.setAttribute("part", "popup");
    card.setAttribute("role", kind === "ringing" ? "alertdialog" : "dialog");
    card.setAttribute("aria-labelledby", "title");
    card.setAttribute("aria-describedby", "text");
    const actions = element("div", { className: "actions" });
    actions.append(
      button(words.go, "go", this.#on.go),
      button(words.close, "close", this.#on.close),
    );
    card.append(
      element("p", { id: "title", textContent: words.title }),
      element("p", { id: "text", textContent: call.text }),
      actions,
    );
    return card;
  }

  /**
   * To the pop-up as a whole, never to a button: a key that was on its way must not answer. Not
   * from somebody who types: they are told by voice instead.
   *
   * @param {HTMLElement} card
   */
  #takeFocus(card) {
    const at = /** @type {HTMLElement | null} */ (document.activeElement);
    if (at?.matches("input, textarea, select, [contenteditable]:not([contenteditable=false])")) {
      return this.#say(card.querySelector("#text")?.textContent ?? "");
    }
    this.#before = at;
    card.focus();
  }

  /** @param {string} text */
  #say(text) {
    this.#voice = element("p", { className: "voice" });
    this.#voice.setAttribute("role", "alert");
    this.#root.append(this.#voice);
    this.#voice.textContent = text;
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} properties
 */
function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** @param {string} text @param {string} className @param {() => void} act */
function button(text, className, act) {
  const made = element("button", { type: "button", textContent: text, className });
  made.setAttribute("part", className);
  made.addEventListener("click", act);
  return made;
}

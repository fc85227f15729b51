// @ts-check
/** Elements from script. Text is only ever text: nothing here reads markup from a string. */

/**
 * @typedef {Record<string, string | number | boolean | ((event: any) => void) | null | undefined>}
 *   Attributes functions are listeners (`onclick`); true is an empty attribute, false and null none
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else set(element, name, value);
  }
  element.append(...children);
  return element;
}

/**
 * Set an attribute, or take it away; nothing happens if it is so already, which matters to screen
 * readers.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function set(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make a parent's children one per item, keeping the elements of items that stay.
 *
 * @template Item
 * @template {{root: Element, update: (item: Item) => void}} View
 * @param {Element} parent
 * @param {Map<string, View>} views by key, kept by the caller
 * @param {Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => View} make
 */
export function keep(parent, views, items, keyOf, make) {
  const keys = new Set(items.map(keyOf));
  for (const [key, view] of views) {
    if (keys.has(key)) continue;
    view.root.remove();
    views.delete(key);
  }
  items.forEach((item, index) => {
    const key = keyOf(item);
    const view = views.get(key) ?? make(item);
    views.set(key, view);
    view.update(item);
    if (parent.children[index] !== view.root)
      parent.insertBefore(view.root, parent.children[index] ?? null);
  });
}

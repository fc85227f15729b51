// @ts-check
/**
 * Words for people. Django's JavaScriptCatalog is used where the site has loaded it, else English.
 *
 * Mark every text with `gettext("…")` or `ngettext("…", "…", count)` so that makemessages finds
 * it; put values in with `interpolate(text, {name})`, which fills `%(name)s`.
 */

/** @returns {{gettext?: Function, ngettext?: Function} | undefined} */
const catalog = () => /** @type {any} */ (globalThis).django;

/**
 * @param {string} text
 * @returns {string}
 */
export const gettext = (text) => catalog()?.gettext?.(text) ?? text;

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @returns {string}
 */
export const ngettext = (one, many, count) =>
  catalog()?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

/**
 * @param {string} text with `%(name)s` for each value
 * @param {Record<string, unknown>} values
 * @returns {string}
 */
export const interpolate = (text, values) =>
  text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));

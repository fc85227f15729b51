import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { gettext, interpolate, ngettext } from "../../talk/static/talk/text.js";

afterEach(() => delete globalThis.django);

test("without a catalogue texts are English", () => {
  const texts = [gettext("Leave"), ngettext("one", "many", 1), ngettext("one", "many", 2)];

  assert.deepEqual(texts, ["Leave", "one", "many"]);
});

test("Django's catalogue is asked where it is loaded", () => {
  globalThis.django = { gettext: () => "Verlassen", ngettext: () => "viele" };

  assert.deepEqual([gettext("Leave"), ngettext("one", "many", 2)], ["Verlassen", "viele"]);
});

test("values are put in by name", () => {
  assert.equal(
    interpolate("%(name)s left, %(count)s stay", { name: "<b>", count: 2 }),
    "<b> left, 2 stay",
  );
});

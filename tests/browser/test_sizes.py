"""How large a picture is seen, as the browser measures it."""

import pytest

# A box instead of a picture: 320 by 180, which is the shape of one.
WATCH = """
async () => {
  const { Sizes } = await import("/static/talk/sizes.js");
  window.box = document.body.appendChild(document.createElement("div"));
  Object.assign(box.style, { position: "fixed", top: 0, left: 0, width: "320px", height: "180px" });
  window.told = 0;
  window.sizes = new Sizes(() => (window.told += 1));
  sizes.watch("bob", box);
}
"""
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def watch(visitor):
    """A page that watches the box."""

    def come(**context):
        page = visitor("alice", **context).page
        page.evaluate(WATCH)
        return page

    return come


def becomes(page, lines):
    """The box has so many lines in the end, and whoever wants to know was told."""
    for _attempt in range(50):
        found = page.evaluate("Object.fromEntries(sizes.lines)")
        if found == lines:
            break
        page.wait_for_timeout(100)
    assert found == lines
    assert page.evaluate("told") > 0
    page.evaluate("window.told = 0")


def test_lines_follow_the_box(watch):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate("box.style.height = '400px'")

    becomes(page, {"bob": 400})


def test_of_a_picture_that_is_cut_all_lines_count(watch):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate("box.style.width = '640px'")

    becomes(page, {"bob": 360})


def test_lines_are_those_of_the_screen(watch):
    page = watch(device_scale_factor=2)

    becomes(page, {"bob": 360})


@pytest.mark.parametrize("how", ["left = '-999px'", "top = '99999px'", "display = 'none'"])
def test_what_is_out_of_sight_has_none(watch, how):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate(f"box.style.{how}")

    becomes(page, {"bob": 0})


def test_a_page_that_is_out_of_sight_has_none(watch):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate(HIDE, True)
    becomes(page, {"bob": 0})

    page.evaluate(HIDE, False)
    becomes(page, {"bob": 180})


def test_what_is_taken_away_is_forgotten(watch):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate("box.remove()")

    becomes(page, {})


def test_whoever_has_closed_it_is_told_nothing(watch):
    page = watch()
    becomes(page, {"bob": 180})

    page.evaluate("sizes.close()")
    page.evaluate("box.style.height = '400px'")
    page.evaluate(HIDE, True)
    page.wait_for_timeout(300)

    assert page.evaluate("told") == 0

"""Files in the browser: chosen by the browser's own rule, dropped, asked about, split anew."""

from pathlib import Path

import pytest
from browsing import after, opened, run_id, shown
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

KINDS = "\n".join(["a,b,kind", *(f"{k}.5,{(7 * k) % 11},{'rgb'[k % 3]}" for k in range(12))])
ONE_HOT = "\n".join(
    f"{k}.5,{(7 * k) % 11},{int(k % 3 == 0)},{int(k % 3 == 1)},{int(k % 3 == 2)}" for k in range(12)
)
DROP = """([name, text, kind]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const over = new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true });
  document.querySelector('.linviz header').dispatchEvent(over);
  return over.defaultPrevented;
}"""


def choose(page: Page, name: str, text: str) -> None:
    page.locator('[data-field="data"]').select_option("file")
    page.locator(".targets").fill("1")
    page.locator(".targets").press("Tab")
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.locator('input[type="file"]').set_input_files(file)


def test_a_corrected_file_is_read_by_the_dialog_that_the_browser_opens(
    board: Page, tmp_path: Path
) -> None:
    """The browser's dialog says nothing where the file is the one that the input has."""
    devtools = board.context.new_cdp_session(board)
    board.locator('[data-field="data"]').select_option("file")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    field = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "input[type=file]"})
    file = tmp_path / "edit_me.csv"
    for text, dims in (("a,b,y\n1,2,3\n4,x,6\n", None), ("a,b,y\n1,2,3\n4,5,7\n", [2, 5, 4, 1])):
        file.write_text(text)
        before = run_id(board)
        with board.expect_file_chooser(timeout=10_000):  # it is held back
            board.locator('input[type="file"]').click()
        devtools.send("DOM.setFileInputFiles", {"files": [str(file)], **field})
        if dims is None:
            expect(board.locator(".notice")).to_contain_text("holds 'x'")
        else:
            board.wait_for_function(f"document.querySelector('.linviz').dataset.run > {before}")
            assert shown(board, "form.dims") == dims
            expect(board.locator(".notice")).to_be_hidden()


def test_a_file_is_still_asked_for_when_an_earlier_answer_comes(board: Page) -> None:
    data, upload = board.locator('[data-field="data"]'), board.locator(".upload")
    board.evaluate(
        """() => {
          const set = (field, value) => {
            const input = document.querySelector(`[data-field="${field}"]`);
            input.value = value;
            input.dispatchEvent(new Event('change', { bubbles: true }));
          };
          set('seed', '7');
          set('data', 'file');
        }"""
    )
    expect(board.locator('.linviz[data-state="ready"]')).to_be_visible()
    board.wait_for_function("document.querySelector('.linviz').linviz.run.form.seed === 7")
    expect(upload).to_be_visible()
    expect(data).to_have_value("file")
    after(board, lambda: board.get_by_role("button", name="New draw").click())
    expect(upload).to_be_hidden()
    expect(data).to_have_value("canonical")


def test_labels_are_asked_about_and_answered_by_keyboard(board: Page) -> None:
    choose(board, "kinds.csv", KINDS)
    asked = board.locator(".asked")
    expect(asked).to_contain_text("The last column has 3 labels (b, g, r): classes?")
    expect(asked.locator("tr").first).to_have_text("abkind")
    expect(board.locator(".notice")).to_contain_text("choose below how it is to be read")
    expect(asked.locator("input")).to_be_focused()
    after(board, lambda: board.keyboard.press("Space"))
    assert shown(board, "form.dims") == [2, 5, 4, 3]
    expect(board.locator(".notice")).to_be_hidden()
    expect(asked.locator("input")).to_be_checked()
    expect(asked.locator("input")).to_be_focused()
    board.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    # a first row that counts is read as it usually is, and the other way once it is asked for
    body = "\n".join(f"{k}.25,{(3 * k) % 7}.5,{k * k}.125" for k in range(9))
    choose(board, "pandas.csv", f"0,1,2\n{body}")
    expect(asked).to_contain_text("names, left out: 9 samples")
    expect(board.locator(".data-words")).to_contain_text("9 samples")
    after(board, lambda: asked.locator("input").nth(1).check())
    expect(board.locator(".data-words")).to_contain_text("10 samples")
    after(board, lambda: asked.locator("input").nth(0).check())
    expect(board.locator(".data-words")).to_contain_text("9 samples")


def test_a_dropped_file_is_read_and_another_number_of_targets_splits_it(board: Page) -> None:
    root = board.locator(".linviz")
    board.evaluate("document.querySelector('.targets').value = '1'")
    assert board.evaluate(DROP, ["hot.csv", ONE_HOT, "dragover"])
    expect(root).to_have_attribute("data-drop", "Drop the file to read it")
    after(board, lambda: board.evaluate(DROP, ["hot.csv", ONE_HOT, "drop"]))
    assert root.get_attribute("data-drop") is None
    assert shown(board, "form.dims") == [4, 5, 4, 1]
    targets = board.locator(".targets")
    expect(targets).to_have_value("1")
    targets.fill("3")
    after(board, lambda: targets.press("Tab"))
    assert shown(board, "form.dims") == [2, 5, 4, 3]
    assert shown(board, "form.file.name") == "hot.csv"
    assert board.evaluate(DROP, ["a.png", "x", "drop"])
    expect(board.locator(".notice")).to_contain_text("found 'a.png'")


def test_a_link_knows_how_its_file_was_read(board: Page, new_page, voila_server: str) -> None:
    choose(board, "hot.csv", ONE_HOT)
    expect(board.locator(".data-words")).to_contain_text("hot.csv")
    board.locator(".targets").fill("3")
    after(board, lambda: board.locator(".targets").press("Tab"))
    board.wait_for_function("() => location.search.includes('targets-3')")
    other = opened(new_page(), board.url)
    expect(other.locator(".notice")).to_contain_text("hot.csv with 12 samples: choose that file")
    expect(other.locator(".upload")).to_be_visible()
    # where its own field says 1, and another file comes first
    assert other.locator(".targets").input_value() == "1"
    choose(other, "hot.csv", ONE_HOT.replace("0.5,", "9.5,"))
    expect(other.locator(".notice")).to_contain_text("as many samples, but other numbers")
    choose(other, "hot.csv", ONE_HOT)
    expect(other.locator(".notice")).to_be_hidden()
    assert shown(other, "query") == shown(board, "query")
    assert shown(other, "form.dims") == [2, 5, 4, 3]

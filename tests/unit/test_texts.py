"""All words that people read: American, one for each thing; ``pytest -s`` lists them."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "page"
HOME = Path(__file__).parents[2] / "functions" / "show_user_manager" / "static" / "index.html"

LAYER = Path(__file__).parents[2] / "layers" / "licensing" / "python" / "licensing"
FINDINGS = ("books.py", "reconcile_billing.py")
LETTERS = ("letters.py", "replies.py", "reasons.py", "email_letters.py", *FINDINGS)
"""Where each text is for people; elsewhere only whole sentences are."""
WHY = LAYER / "mail" / "lexicon" / "why.txt"

NO_TEXT = re.compile(r"^\s*(?://|/?\*).*$|^import [^;]*;", re.MULTILINE)
AVOIDED = {
    r"\bidle\b": "unused",
    r"\be-mail": "email",
    r"\bcancell": "canceled, canceling",
    r"\bcolour|\bbehaviour|\bauthoris": "American spelling",
    r"\bshall\b": "plain words",
}
ON_THE_PAGE = AVOIDED | {
    r"\bremov": "release",
    r"\b[a-z]+_[a-z_]+\b": "what people call it, not its identifier",
    r"\bone more time\b|\bonce more\b": "again",
    r"'(?=s\b|t\b|re\b|ll\b)": "the typographic apostrophe",
}
ELSEWHERE = AVOIDED | {
    # A user is removed, and a wrong character; licenses are released.
    r"\bremov(?!e (?:that user|them|it)\b)": "release",
    r"\bmeanwhile\b": "in the meantime",
    r"\bGET /": "a link",
}


def texts() -> Iterator[tuple[str, str]]:
    """Yield where a text stands and the text, of all that people read on the page."""
    for module in sorted(PAGE.glob("*.js")):
        source = NO_TEXT.sub("", module.read_text("utf-8"))
        for text in re.findall(r"'((?:[^'\\\n]|\\.)*)'|`([^`]*)`", source):
            said = re.sub(r"\$\{(?:[^{}]|\{[^}]*\})*\}", "…", text[0] or text[1])
            # Not addresses, selectors, class names or patterns.
            code = re.search(r"[#/{}=:]\w|\w\.\w", said)
            if re.search(r"[A-Za-z]{2,} [a-z]", said) and not code:
                yield module.name, said
    for said in re.findall(r">([^<>]*[a-z] [a-z][^<>]*)<", HOME.read_text("utf-8")):
        yield HOME.name, said


def sentences() -> Iterator[tuple[str, str]]:
    """Yield the same of mails and of problems, with a dot for each value."""
    for module in [LAYER / "letters.py", *sorted(LAYER.glob("*/**/*.py"))]:
        tree = ast.parse(module.read_text("utf-8"))
        nodes = list(ast.walk(tree))
        no_text = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        no_text |= {
            id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in nodes:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            if id(node) in no_text or not isinstance(node, ast.JoinedStr | ast.Constant):
                continue
            said = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts
            )
            whole = module.name in LETTERS or re.search(r"[.?!]$", said)
            if whole and re.search(r"[A-Za-z]{2,} [a-z]", said):
                yield module.name, said

    for line in WHY.read_text("utf-8").splitlines():
        if re.search(r"[.?!]$", line) and not line.startswith("#"):
            yield WHY.name, line


def to_avoid(avoided: dict[str, str], said_so: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return what is said otherwise than it should be, where, and the better word."""
    return [
        (place, said, better)
        for place, said in said_so
        for wrong, better in avoided.items()
        if re.search(wrong, said)
    ]


def test_all_texts_are_listed() -> None:
    """Whoever changes words reads the others beside them."""
    found = [*texts(), *sentences()]
    sys.stdout.write("".join(f"{place}: {said}\n" for place, said in found))
    assert len(found) > 150
    assert any("stays billed until you release it" in said for _, said in found)


def test_no_text_of_the_page_uses_words_to_avoid() -> None:
    # A file's columns are named as they have to be written.
    said_so = [one for one in texts() if not one[1].startswith("Columns: ")]
    assert to_avoid(ON_THE_PAGE, said_so) == []


def test_no_mail_and_no_problem_uses_words_to_avoid() -> None:
    # SCIM has its own word for a release.
    said_so = [one for one in sentences() if one[0] != "patches.py"]
    assert to_avoid(ELSEWHERE, said_so) == []


def test_no_text_fades() -> None:
    """What waits or comes in is as easy to read at every moment as what stays."""
    css = (PAGE / "app.css").read_text("utf-8")
    assert set(re.findall(r"opacity: *([^;]+)", css)) <= {"1"}


def contrast(*colors: str) -> float:
    """Return WCAG's ratio of two colors, such as #fff."""
    lights = []
    for color in colors:
        digits = color.removeprefix("#")
        digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    return max(lights) / min(lights)


def test_edges_of_controls_and_words_stand_out_in_light_and_dark() -> None:
    """From everything that they are drawn on (WCAG 1.4.3, 1.4.11)."""
    css = (PAGE / "app.css").read_text("utf-8")
    found = re.findall(r"--(\w+): (#\w+);", css)
    themes = dict(found[: len(found) // 2]), dict(found[len(found) // 2 :])
    for theme in themes:
        for ground in ("ground", "surface", "hush"):
            assert contrast(theme["edge"], theme[ground]) >= 3
            assert contrast(theme["muted"], theme[ground]) >= 4.5

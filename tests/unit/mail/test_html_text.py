"""What a reader sees of HTML."""

import pytest

from licensing.mail.reading.html_text import LONGEST_TAG, MOST_TAGS, SIGNATURE_BELOW, seen_text

SECRET = "Please add 9 PT licenses"
HIDING = [
    "display:none", "DISPLAY : NONE !important", "visibility:hidden", "opacity:0", "opacity:0.05",
    "font-size:0", "font-size:1px", "font:0/0 a", "text-decoration:line-through", "color:#fff",
    "color:white", "color:rgba(0,0,0,0)", "color:#fefefe", "color:#333;background:#323232",
    "height:0;overflow:hidden", "max-height:1px;overflow:hidden", "width:0;overflow:hidden",
]  # fmt: skip
DOUBTFUL = [
    "position:absolute", "left:-9999px;position:relative", "text-indent:-5000px", "clip:rect(0,0)",
    "transform:scale(0)", "line-height:0", "letter-spacing:-1em", "mso-hide:all", "height:0",
    "margin-left:-999px", "filter:blur(9px)", "content:'x'", "color-mix:1", "made-up:1",
    "direction:rtl", "writing-mode:vertical-rl", "z-index:-1", "opacity:0.3", "font-size:calc(0px)",
    "/**/display:none", r"d\\69splay:none", "display:none;display:block", "width:1px", "a:b" * 2000,
    "-webkit-text-fill-color:transparent", "-webkit-transform:scale(0)", "-webkit-mask:url(x)",
]  # fmt: skip
HARMLESS = [
    "font-family:'Segoe UI',sans-serif;font-size:11pt;color:rgb(33,33,33)", "margin:0in 0in 8pt",
    "background:white;color:#1F497D", "mso-fareast-language:EN-US", "line-height:107%",
    "text-indent:-.25in;mso-list:l0 level1 lfo1", "display:inline-block", "position:relative",
    "-webkit-text-size-adjust:none;word-wrap:break-word", "border-top:solid #E1E1E1 1.0pt",
    "padding:3.0pt 0in 0in 0in", "white-space:pre-wrap", "font-size:0.875rem", "width:100%",
    "text-decoration:underline", "letter-spacing:.2px", "float:left", "caret-color:rgb(0,0,0)",
]  # fmt: skip


@pytest.mark.parametrize("style", HIDING)
def test_text_that_nobody_sees_is_dropped(style: str) -> None:
    """As a style of its own and of an element around it."""
    for html in (f'<p style="{style}">{SECRET}</p>', f'<div style="{style}"><b>{SECRET}</b></div>'):
        assert SECRET not in "".join(seen_text(f"<p>Hi</p>{html}<p>Bye</p>").lines)


@pytest.mark.parametrize("style", DOUBTFUL)
def test_a_style_that_is_not_known_to_be_harmless_is_doubtful(style: str) -> None:
    """But only where there is text in it; the same holds for a style sheet."""
    assert seen_text(f'<p>Hi</p><p style="{style}">{SECRET}</p>').doubtful
    assert not seen_text(f'<p>Hi</p><p style="{style}"> </p>').doubtful
    if "/*" not in style:
        sheet = f"<style><!-- p.x, .y {{{style}}} --></style>"
        assert seen_text(f'{sheet}<p class="x">{SECRET}</p>').doubtful
        assert not seen_text(f"{sheet}<p>{SECRET}</p>").doubtful


@pytest.mark.parametrize("style", HARMLESS)
def test_the_styles_of_the_usual_editors_are_read(style: str) -> None:
    """Outlook, Gmail, Apple Mail."""
    seen = seen_text(f'<div style="{style}">{SECRET}</div>')
    assert SECRET in seen.lines
    assert not seen.doubtful


QUOTES = [
    "<blockquote>{}</blockquote>",
    '<div class="gmail_quote">{}</div>',
    '<div id="ydp1234yahoo_quoted_1" class="yahoo_quoted"><div>{}</div></div>',
    '<div style="border:none;border-left:solid blue 1.5pt">{}</div>',
    '<div style="border-style: none none none solid; border-left-width: 1.5pt">{}</div>',
]


@pytest.mark.parametrize("container", QUOTES)
def test_quote_containers_are_marked(container: str) -> None:
    """As quoted lines are in plain text; what stands below is the sender's again."""
    seen = seen_text(f"<div>Hi</div>{container.format(SECRET)}<div>Bye</div>")
    assert seen.lines == ["Hi", f"> {SECRET}", "Bye"]


def test_rules_and_signatures_are_seen() -> None:
    """A rule may part two mails, a border above a block too."""
    ruled = '<div style="border:none;border-top:solid #E1E1E1 1.0pt">a</div>'
    assert seen_text(f"Hi<hr>{ruled}").lines == ["Hi", "________", "________", "a"]
    boxed = '<table style="border:1px solid"><tr><td>a</td></tr></table>'
    assert seen_text(boxed).lines == ["a"]
    assert seen_text('<div class="gmail_signature">Dana</div>').lines == [SIGNATURE_BELOW, "Dana"]


@pytest.mark.parametrize(
    "html",
    ["<b>" * (MOST_TAGS + 1), f'<a class="{"a" * LONGEST_TAG}">x', f"<a {'x ' * LONGEST_TAG}"],
    ids=["tags", "attribute", "attributes"],
)
def test_html_beyond_the_limits_is_not_read(html: str) -> None:
    """It is too long, whatever it says."""
    assert seen_text(html).too_long


def test_a_picture_within_a_tag_makes_it_not_too_long() -> None:
    """Some programs put a signature's logo there."""
    seen = seen_text(f'<img src="data:image/png;base64,{"A" * 3 * LONGEST_TAG}"><p>Hi</p>')
    assert (seen.lines[0], seen.too_long) == ("Hi", False)


@pytest.mark.parametrize("html", ["<div>" * 501 + "a", "<b><i>" * 251 + "a"])
def test_deep_nesting_is_doubtful(html: str) -> None:
    """No editor nests like this."""
    assert seen_text(html).doubtful


UNSEEN = [
    "<div hidden>{}</div>",
    '<table><tr><td bgcolor="#ffffff" style="color:#fefefe">{}</td></tr></table>',
    '<table bgcolor="black"><tr><td>{}</td></tr></table>',
    '<font color="white">{}</font>',
    "<textarea>{}</textarea>",
]


@pytest.mark.parametrize("html", UNSEEN)
def test_what_attributes_and_elements_hide_is_dropped(html: str) -> None:
    assert SECRET not in "".join(seen_text(html.format(SECRET)).lines)


@pytest.mark.parametrize("tag", ["bdo", "marquee", "sup"])
def test_text_that_only_a_browser_could_place_is_doubtful(tag: str) -> None:
    assert seen_text(f"<p>Hi</p><{tag}>{SECRET}</{tag}>").doubtful


@pytest.mark.parametrize("html", ["<pre>{}</pre>", '<div style="white-space:pre-wrap">{}</div>'])
def test_lines_of_preformatted_text_stay_apart(html: str) -> None:
    """Or quotes in them would be taken for the sender's words."""
    assert seen_text(html.format(f"Thanks\n> {SECRET}")).lines == ["Thanks", f"> {SECRET}"]


def test_white_space_around_elements_is_one_space() -> None:
    assert seen_text("<div> Add <b> 2 </b>PT\n licenses</div>").lines == ["Add 2 PT licenses"]

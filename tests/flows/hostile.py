"""Strings that try to be more than words, in either platform's markup, and how to compare them."""

import unicodedata

from syncd.core.text import clean

LINK = "[pay here](https://evil.example/pay)"
"""As Lark writes a link in a text: typed in a message it is one, with these words."""
LARK = (
    "<at id=all></at>",
    "<AT ID=all></AT>",
    "<at ids=ou_chen,ou_aiko></at>",
    '<at user_id="ou_chen">Chen</at>',
    '<at email="chen@acme.example"></at>',
    "< at id=all>< /at>",
    "\\<at id=all></at>",
    "`<at id=all></at>`",
    "&lt;at id=all&gt;&lt;/at&gt;",
    "&#60;at id=all&#62;",
    "<at\u200b id=all></at>",
    "<\u2060at id=all></at>",
    "<person id = 'ou_chen' show_name = true></person>",
    LINK,
    "![picture](img_v3_evil)",
    "<a href='https://evil.example'>x</a>",
    "<link url='https://evil.example'>x</link>",
    "https://evil.example/bare?x=1",
    "<font color='red'>red</font>",
    "<raw>raw</raw> <audio file_key=x></audio>",
    "**bold** ~~gone~~ __under__ :DONE:",
    "# heading",
    "---",
    "> quote",
    '{"schema":"2.0","body":{"elements":[{"tag":"hr"}]}}',
    '","tag":"button","text":{"content":"evil',
    "${variable} {{variable}} %s {0}",
)
JIRA = (
    "[~accountid:712020:erin]",
    "[~erin] [HELP-1]",
    "{code}x{code} {color:red}x{color} {panel}x{panel} {noformat}",
    "!https://evil.example/x.png!",
    "[pay here|https://evil.example/pay]",
    "||head||head|| |cell|cell|",
    "h1. heading",
    "bq. quote",
    "*bold* _em_ -gone- +under+ ^up^ ~down~ ??cite??",
    '{"type":"mention","attrs":{"id":"712020:erin"}}',
    '{"version":1,"type":"doc","content":[]}',
    "<b>bold</b> <script>alert(1)</script>",
)
CHARACTERS = (
    "bell\x07 null\x00 escape\x1b[31m",
    "right\u202eto\u2066left\u2069",
    "zero\u200bwidth\u2060joiner\ufeff",
    "line\u2028separator\u0085next",
    "e\u0301 combining \U0001f468\u200d\U0001f469\u200d\U0001f467 family",
)
TOKENS = "@_all @_user_1 @all"
"""What Lark itself puts in the place of mentions; typed by a person it is one."""
ALL = LARK + JIRA + CHARACTERS
LONG = "word " * 20_000
"""A line of 100 kB."""


def words(text: str) -> str:
    """Return the words as the eye compares them: any space is one space, nothing invisible."""
    told = unicodedata.normalize("NFC", clean(text)).replace("\u00a0", " ").replace("\u223c", "~")
    return " ".join(told.split())

"""setup: from nothing to a configuration that works.

asking.py   questions on a terminal
answers.py  what was answered so far
lark.py     the app
jira.py     the site, the account, the desk
groups.py   the groups, and where operators are told
writing.py  the files, all together or not at all
"""

from collections.abc import Callable

import typer

from syncd.cli.options import ConfigFile, configured
from syncd.cli.setup import asking, groups, jira, lark
from syncd.cli.setup.answers import Answers
from syncd.core.errors import RemoteFailure, SyncdError

_PARTS: dict[str, Callable[[Answers], None]] = {
    "the Lark app": lark.lark,
    "the Jira site, account and token": jira.account,
    "the desk, the request type, the marker": jira.desk,
    "more groups": groups.groups,
    "where operators are told": groups.alarms,
}
_NOBODYS = (
    ("lark", "app_id"),
    ("jsm", "api_base"),
    ("jsm", "portal_base"),
    ("jsm", "account_email"),
)
"""What the sample says as an example."""


def setup(config: ConfigFile = None) -> None:
    """Ask what is needed, try each answer at once, write the configuration, end with doctor.

    Run again it changes one answer and leaves all else in the file as it is.
    """
    asking.need_terminal()
    from syncd import log

    log.configure([], level="critical")
    answers = _begun(config)
    try:
        if answers.is_new:
            _everything(answers)
        else:
            _one_thing(answers)
    except KeyboardInterrupt:
        raise SyncdError("\nStopped; nothing is written.") from None
    _write(answers)
    _look(config)
    lark.send_test(answers)
    asking.say("\nStart it with `syncd run`, or as a service with `syncd service install`.")


def _begun(config: str | None) -> Answers:
    """Return the file as it is; where there is none, the sample without its chats."""
    from syncd.cli.setup.writing import need_place
    from syncd.config import read_toml
    from syncd.config.edited import without_chats
    from syncd.ops.unit import sample

    path = configured(config)
    need_place(path)
    fresh = sample().read_text(encoding="utf-8")
    if not path.exists() or path.read_text(encoding="utf-8-sig", errors="replace") == fresh:
        asking.say(f"This makes {path}, step by step. Ctrl-C ends it, and nothing is written.")
        answers = Answers(path, without_chats(fresh), is_new=True)
        for section, key in _NOBODYS:
            answers.put(section, key, "")
        return answers
    read_toml(path)
    return Answers(path, path.read_text(encoding="utf-8-sig"), is_new=False)


def _everything(answers: Answers) -> None:
    for part in _PARTS.values():
        _until_done(part, answers)


def _one_thing(answers: Answers) -> None:
    asking.say(f"{answers.path} is there. What shall be changed?")
    options = [*_PARTS.items(), ("nothing: only look", lambda _: None)]
    _until_done(asking.choose("Which", options, len(options)), answers)


def _until_done(part: Callable[[Answers], None], answers: Answers) -> None:
    """Ask a part again where a platform did not answer; whoever has enough ends it by Ctrl-C."""
    while True:
        try:
            part(answers)
            return
        except RemoteFailure as failure:
            if not jira.later(failure):
                return


def _write(answers: Answers) -> None:
    """Write what was changed, the secrets first: a file is never there without them."""
    from syncd.cli.setup.writing import write

    if not answers.changed:
        return
    folder = answers.path.parent
    files = {folder / name: (f"{value}\n", 0o600) for name, value in answers.secrets.items()}
    mode = answers.path.stat().st_mode & 0o777 if answers.path.exists() else 0o644
    write({**files, answers.path: (answers.text, mode)})
    asking.right(f"Written: {', '.join(str(path) for path in [*files, answers.path])}")


def _look(config: str | None) -> None:
    from syncd.cli.doctor import show
    from syncd.doctor.case import Case
    from syncd.doctor.rounds import rounds
    from syncd.doctor.table import CHECKS

    asking.title("What `syncd doctor` says")
    with Case(configured(config)) as case:
        show(rounds(case, CHECKS))
    typer.echo()

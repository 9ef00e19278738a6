"""man: the manual page, made of the commands themselves, so that it says what the program says."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from syncd import __version__
from syncd.cli.upkeep.roff import bold, italic, paragraphs, text

FOLDER = Path("/usr/local/share/man/man1")
"""Where `man` finds the pages of what was installed on a machine by hand."""
_HELP = ("-h, --help", "Show what syncd, or the command before it, does, and its options.")
_STATUS = (
    ("0", "It was done, or all is well."),
    ("1", "Somebody has to act, or a part of it failed, as the command says."),
    ("2", "It could not be done; the reason is a sentence on standard error."),
)


def man() -> None:
    """Print the manual page: `syncd man | man -l -`."""
    typer.echo(page(), nl=False)


def page() -> str:
    """Return the manual page syncd(1): every command with its arguments and options."""
    from syncd.cli import app

    program = typer.main.get_command(app)
    lines = [
        f'.TH SYNCD 1 "" "syncd {__version__}" "User Commands"',
        ".SH NAME",
        rf"syncd \- {text(_uncapitalised(program.help or ''))}",
        ".SH SYNOPSIS",
        f"{bold('syncd')} {italic('command')} [{italic('argument')} ...] [{italic('option')} ...]",
        ".SH DESCRIPTION",
        *paragraphs(_DESCRIPTION),
        ".SH OPTIONS",
        *_options(program),
        *_list([_HELP]),
        ".SH COMMANDS",
    ]
    for words, command in _leaves(program, ("syncd",)):
        lines += _section(words, command)
    lines += [".SH EXIT STATUS", *_list(_STATUS), ".SH ENVIRONMENT", *_list(_environment())]
    lines += [".SH FILES", *_list(_files()), ".SH SEE ALSO", text(_SEE)]
    return "\n".join(lines) + "\n"


def write(folder: Path = FOLDER) -> Path:
    """Put the page where `man` finds it; OSError when that cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "syncd.1"
    path.write_text(page(), encoding="utf-8")
    path.chmod(0o644)
    return path


_DESCRIPTION = """\
A mention in a Lark group becomes a ticket in Jira Service Management, and what an engineer answers
publicly on the ticket comes back to the group.

`syncd setup` asks for all that is needed, `syncd doctor` says what is wrong and how it is mended,
`syncd run` serves, and `syncd status` says how it is. Ids may be shortened where it is plain which
is meant. `syncd --install-completion` lets your shell complete commands and options.
"""
_SEE = "systemctl(1), journalctl(1), and docs in the source of syncd."


def _uncapitalised(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _leaves(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command with the words that call it."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _leaves(command, (*words, name))
        else:
            yield (*words, name), command


def _section(words: tuple[str, ...], command: Any) -> Iterator[str]:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    called = [bold(" ".join(words)), *map(_called, arguments)]
    yield f".SS {' '.join(called)}"
    yield from paragraphs(command.help or "")
    for one in arguments:
        yield ".TP"
        yield italic(_shown(one))
        yield text(f"{one.help or ''}{'' if one.required else _default(one)}")
    yield from _options(command)


def _called(argument: Any) -> str:
    shown = italic(_shown(argument))
    return shown if argument.required else f"[{shown}]"


def _options(command: Any) -> Iterator[str]:
    """Yield what there is to say of each option."""
    named = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    for option in named:
        yield ".TP"
        yield _spelled(option)
        yield text(f"{option.help or ''}{_default(option)}")


def _spelled(option: Any) -> str:
    names = ", ".join(bold(name) for name in (*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {italic(_shown(option).lower())}"


def _default(option: Any) -> str:
    if option.required:
        return " It has to be given."
    plain = isinstance(option.default, str | int | Path) and not isinstance(option.default, bool)
    return f" Default: {option.default}." if plain and option.default != "" else ""


def _shown(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _list(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, said in rows:
        yield ".TP"
        yield bold(term)
        yield text(said)


def _environment() -> Iterator[tuple[str, str]]:
    from syncd.config.credentials import CREDENTIALS

    yield "SYNCD_CONFIG", "The configuration file, where --config names none."
    yield "SYNCD_SECTION__KEY", "The key of that section, in the place of what the file says."
    for credential, (section, key) in CREDENTIALS.items():
        said = f"{section}.{key}, which may also stand in a file {credential}"
        yield f"SYNCD_{section}__{key}".upper(), f"{said} in $CREDENTIALS_DIRECTORY."
    yield "CREDENTIALS_DIRECTORY", "Where those files are; else beside the configuration file."
    yield "STATE_DIRECTORY", "Where a SQLite database with a relative path lies."


def _files() -> Iterator[tuple[str, str]]:
    yield "/etc/syncd/config.toml", "The configuration of the service, its secrets beside it."
    yield "/var/lib/syncd", "What the service keeps."
    yield "/etc/systemd/system/syncd.service", "What `syncd service install` installs."

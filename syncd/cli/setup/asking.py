"""Questions on a terminal: an answer that is wrong is asked for again, with the reason."""

import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from typing import TypeVar

import typer

from syncd.core.errors import SyncdError

T = TypeVar("T")
Problem = Callable[[str], str]
"""Returns what is wrong with an answer, empty where nothing is."""


def need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SyncdError(
            "`syncd setup` asks questions, and this is no terminal. Run it in one, or write the "
            "file by hand: the sample explains every key, and `syncd doctor` checks it."
        )


def say(text: str = "") -> None:
    typer.echo(text)


def title(text: str) -> None:
    typer.echo(f"\n{typer.style(text, bold=True)}")


def wrong(reason: str) -> None:
    typer.echo(typer.style(f"  {reason.rstrip('.')}.", fg="red"))


def right(said: str) -> None:
    typer.echo(typer.style(f"  {said.rstrip('.')}.", fg="green"))


def ask(question: str, default: str = "", problem: Problem = lambda _: "") -> str:
    """Return what is typed; Enter takes the default."""
    shown = f" [{default}]" if default else ""
    while True:
        answer = _typed(f"{question}{shown}: ", input).strip() or default
        if not (reason := problem(answer)):
            return answer
        wrong(reason)


def secret(question: str, *, kept: bool) -> str:
    """Return what is typed without showing it; empty where the one that is there is kept."""
    shown = " [Enter keeps the one that is there]" if kept else ""
    while True:
        answer = _typed(f"{question} (it is not shown){shown}: ", getpass).strip()
        if answer or kept:
            return answer
        wrong("Something has to be typed")


def agrees(question: str, *, default: bool = True) -> bool:
    shown = "Y/n" if default else "y/N"
    while True:
        answer = _typed(f"{question} [{shown}]: ", input).strip().lower()
        if answer in ("", "y", "yes", "n", "no"):
            return default if not answer else answer.startswith("y")
        wrong("Type y or n")


def choose(question: str, options: Sequence[tuple[str, T]], default: int = 1) -> T:
    """Return one of a list, by its number."""
    _list(options)
    most = len(options)
    number = ask(question, str(default), lambda said: "" if _in(said, most) else _range(most))
    return options[int(number) - 1][1]


def choose_some(question: str, options: Sequence[tuple[str, T]]) -> list[T]:
    """Return some of a list, by numbers like `1,3`; Enter for none."""
    _list(options)
    most = len(options)

    def problem(said: str) -> str:
        return "" if all(_in(one, most) for one in _parts(said)) else f"{_range(most)}, like 1,3"

    chosen = dict.fromkeys(int(one) for one in _parts(ask(question, problem=problem)))
    return [options[number - 1][1] for number in chosen]


def _parts(said: str) -> list[str]:
    return said.replace(",", " ").split()


def _in(said: str, most: int) -> bool:
    return said.isascii() and said.isdecimal() and 1 <= int(said) <= most


def _range(most: int) -> str:
    return f"Type a number from 1 to {most}" if most > 1 else "Type 1"


def _list(options: Sequence[tuple[str, T]]) -> None:
    for number, (label, _) in enumerate(options, 1):
        typer.echo(f"  {number:2}. {label}")


def _typed(prompt: str, read: Callable[[str], str]) -> str:
    try:
        return read(prompt)
    except EOFError:
        raise SyncdError("\nNothing more was typed; nothing is written.") from None
    except UnicodeDecodeError:
        wrong("That is no text in UTF-8")
        return ""

"""doctor, and check, its short view: what is wrong, what it means, how it is mended."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, configured

if TYPE_CHECKING:
    from syncd.doctor.rounds import Told

_BLOCKED = 2


def doctor(
    config: ConfigFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it for programs, on one line.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what is safe and local: files' modes, migrations.")
    ] = False,
) -> None:
    """Look at everything: this machine, the network, Lark, Jira; say what it means and how to fix.

    Exit status 2 when anything would keep syncd from working.
    """
    from syncd.doctor.case import Case
    from syncd.doctor.rounds import rounds
    from syncd.doctor.table import CHECKS

    with Case(configured(config)) as case:
        told = rounds(case, CHECKS, mend=fix)
        blocked = _as_json(told) if as_json else show(told)
    if blocked:
        raise typer.Exit(_BLOCKED)


def check(
    config: ConfigFile = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Lark and the helpdesk as well.")
    ] = False,
) -> None:
    """Check the configuration and the database, and with --online both platforms.

    It is what `syncd doctor` tells, in short. Exit status 2 when anything would keep syncd from
    working.
    """
    from syncd.doctor.case import Case
    from syncd.doctor.rounds import rounds
    from syncd.doctor.table import CHECKS, HERE

    chosen = [one for one in (CHECKS if online else HERE) if one.brief]
    with Case(configured(config)) as case:
        blocked = any([_brief(one) for one in _seen(rounds(case, chosen), online=online)])
    if blocked:
        raise typer.Exit(_BLOCKED)


def show(told: Iterable["Told"]) -> bool:
    """Print a line for each finding, and below it what it means; return whether one blocks."""
    from syncd.doctor.finding import Level

    counts = dict.fromkeys(Level, 0)
    for one in told:
        counts[one.level] += 1
        typer.echo(f"{_mark(one)} {one.check.code}  {one.said}.")
        means = "would mean" if one.level is Level.UNSEEN else "means"
        for name, said in ((means, one.means), ("do", one.fix)):
            if said and one.level is not Level.SKIPPED:
                typer.echo(f"{'':18}{name}: {said}.")
    typer.echo(f"\n{_summary(counts[Level.BLOCKING], counts[Level.WARNING])}")
    return bool(counts[Level.BLOCKING])


_COLOURS = {"ok": "green", "warning": "yellow", "blocking": "red", "unseen": "cyan"}


def _mark(one: "Told") -> str:
    """Return the level as a word of one width; coloured where that is shown."""
    return typer.style(f"{one.level.value:9}", fg=_COLOURS.get(one.level.value))


def _summary(blocking: int, warnings: int) -> str:
    if blocking:
        return (
            f"{blocking} of this would keep syncd from working; docs/errors.md explains the code."
        )
    if warnings:
        return f"syncd can work; {warnings} of this could be better."
    return "All that can be seen from here is well."


def _seen(told: Iterable["Told"], *, online: bool) -> Iterator["Told"]:
    """Leave out what nobody can tell without asking, where nobody is asked."""
    from syncd.doctor.finding import Level

    hidden = {Level.SKIPPED} if online else {Level.SKIPPED, Level.UNSEEN}
    return (one for one in told if one.level not in hidden)


def _brief(one: "Told") -> bool:
    """Print a finding on one line; return whether it blocks."""
    from syncd.doctor.finding import Level

    fix = f"; {one.finding.fix}" if one.finding.fix else ""
    match one.level:
        case Level.OK | Level.UNSEEN:
            typer.echo(f"{one.said}.")
        case Level.WARNING:
            means = f"; {one.finding.means}" if one.finding.means and not fix else ""
            typer.echo(f"Mind {one.said.rstrip('.')}{fix}{means}.", err=True)
        case Level.BLOCKING:
            typer.echo(f"{one.said.rstrip('.')}{fix}.", err=True)
    return one.level is Level.BLOCKING


def _as_json(told: Iterable["Told"]) -> bool:
    from syncd.doctor.finding import Level

    rows = list(told)
    blocked = any(one.level is Level.BLOCKING for one in rows)
    found = {"ok": not blocked, "checks": list(_rows(rows))}
    typer.echo(json.dumps(found, ensure_ascii=True))
    return blocked


def _rows(told: Iterable["Told"]) -> Iterator[dict[str, str]]:
    for one in told:
        row = {"code": one.check.code, "check": one.check.name, "level": str(one.level)}
        yield row | {"said": one.said, "means": one.means, "fix": one.fix}

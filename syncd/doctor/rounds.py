"""Makes the checks, in the order of the table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from syncd.core.errors import RemoteFailure, StoreError, Unauthorized
from syncd.core.text import clean
from syncd.doctor.case import Case
from syncd.doctor.finding import Check, Finding, Level, blocking


@dataclass(frozen=True)
class Told:
    """A finding with all that is told of it."""

    check: Check
    finding: Finding

    @property
    def level(self) -> Level:
        return self.finding.level

    @property
    def said(self) -> str:
        return self.finding.said

    @property
    def means(self) -> str:
        """What it means for users; empty where all is well."""
        if self.level is Level.OK:
            return ""
        return self.finding.means or self.check.means

    @property
    def fix(self) -> str:
        """What somebody has to do; empty where nobody has to."""
        if self.level in (Level.OK, Level.SKIPPED):
            return ""
        return self.finding.fix or self.check.remedy


def rounds(case: Case, checks: Iterable[Check], *, mend: bool = False) -> Iterator[Told]:
    """Yield what each check finds; one whose ground is missing is skipped.

    `mend`: what is safe and local is mended before it is looked at.
    """
    failed: set[str] = set()
    for check in checks:
        if check.needs in failed:
            failed.add(check.code)
            yield Told(check, Finding(Level.SKIPPED, f"not looked at: {check.needs} comes first"))
            continue
        if mend and check.mend:
            yield from _mended(case, check)
        for finding in _found(case, check):
            if finding.level is Level.BLOCKING:
                failed.add(check.code)
            yield Told(check, finding)


def _mended(case: Case, check: Check) -> Iterator[Told]:
    for said in check.mend(case) if check.mend else ():
        yield Told(check, Finding(Level.OK, f"mended: {said}"))


def _found(case: Case, check: Check) -> Iterator[Finding]:
    try:
        yield from check.look(case)
    except Unauthorized as failure:
        yield blocking(f"{check.about}: {whole(failure).rstrip('.')}")
    except RemoteFailure as failure:
        wait = "see SY-112, which tells whether it answers at all"
        yield blocking(f"{check.about}: {whole(failure)}", fix=wait if check.needs else "")
    except StoreError as failure:
        yield blocking(str(failure))


def whole(failure: RemoteFailure) -> str:
    """Return a platform's words on one line; they are bounded where they are read."""
    return " ".join(clean(str(failure)).split())

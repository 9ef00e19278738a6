"""The variables of the environment that are keys of the configuration: SYNCD_<SECTION>__<KEY>."""

import os

from syncd.config.sections import TABLES

_PREFIX = "SYNCD_"
_EXAMPLE = "SYNCD_POLL__INTERVAL_SECONDS"


def variable_of(section: str, key: str) -> str:
    """Return the variable that is set for a key, "" where none is; their case does not matter."""
    return _set(f"{_PREFIX}{section}__{key}")


def variable_of_section(section: str) -> str:
    """Return the variable that is set for a whole section, as JSON, "" where none is."""
    return _set(f"{_PREFIX}{section}")


def _set(wanted: str) -> str:
    return next((name for name in os.environ if name.upper() == wanted.upper()), "")


def misnamed() -> list[str]:
    """Return a line for each variable that was meant for syncd and that no key would ever read."""
    one_short = {
        f"{_PREFIX}{section}_{key}".upper(): f"{_PREFIX}{section}__{key}".upper()
        for section, table in TABLES.items()
        for key in table.model_fields
    }
    found = []
    for name in sorted(name for name in os.environ if name.upper().startswith(_PREFIX)):
        section, parted, _ = name[len(_PREFIX) :].lower().partition("__")
        if parted and section not in TABLES:
            found.append(f"{name}: no such section; there are {', '.join(TABLES)}")
        elif right := one_short.get(name.upper()):
            found.append(f"{name}: two underscores part section and key; set {right}")
    return found


def unreadable(section: str) -> str:
    """Return the line for a section of which some variable is neither a value nor a list."""
    start = f"{_PREFIX}{section}".upper()
    names = sorted(name for name in os.environ if name.upper().startswith(start))
    return (
        f"{' or '.join(names)}: cannot be read; each key has a variable of its own, like "
        f'{_EXAMPLE}=30, and a list is written like ["acme.com"]'
    )

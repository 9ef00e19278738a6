"""config show."""

import json
from typing import Annotated, Any

import typer

from syncd.cli.options import ConfigFile, print_rows, read_config

app = typer.Typer(help="The configuration that is in force.", no_args_is_help=True)


@app.command()
def show(
    config: ConfigFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it for programs, on one line.")
    ] = False,
) -> None:
    """Show every value that is in force and where it comes from; secrets are masked."""
    loaded = read_config(config, secrets=False)
    from syncd.config import find
    from syncd.config.shown import settings

    found = settings(find(config), loaded)
    if as_json:
        told = {one.key: {"value": plain(one.value), "origin": one.origin} for one in found}
        typer.echo(json.dumps(told, ensure_ascii=True))
        return
    rows = ((one.key, _shown(one.value), f"{one.origin} {one.where}".strip()) for one in found)
    print_rows("key", "value", "from", rows=rows)


def plain(value: Any) -> Any:
    """Return it as JSON has it."""
    return json.loads(json.dumps(value, default=str))


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)

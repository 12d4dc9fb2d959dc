"""Small CSV tables that operators write: a header row, comment lines after '#', and a place for every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_interface, ip_network

from gslb.model import Fault, Faults, Mark, Network


@dataclass(frozen=True, slots=True)
class Field:
    """What stands in a column, without spaces and quotes around it, and where."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Line:
    """One row: fields that are not empty, by column."""

    fields: Mapping[str, Field]
    mark: Mark


def read_table(text: str, file: str, columns: Sequence[str]) -> tuple[tuple[Line, ...], tuple[Fault, ...]]:
    """The rows, and every fault of form found. `columns` are those known; the first must be there.

    Without a header that can be used there are no rows to speak of, so that raises Faults.
    """
    header: list[str] | None = None
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        fields = _split(raw, file, number)
        if header is None:
            header = _header(fields, columns)
        elif len(fields) > len(header):
            extra = fields[len(header)].mark
            faults.append(Fault(f"{len(fields)} fields under {len(header)} columns", extra, _ORDER + ",".join(header)))
        else:
            named = {name: field for name, field in zip(header, fields, strict=False) if field.text}
            lines.append(Line(named, Mark(file, number, 1)))
    if header is None:
        raise Faults(Fault("no header row", Mark(file, 1, 1), f"begin with a line such as {','.join(columns)}"))
    return tuple(lines), tuple(faults)


def read_prefix(line: Line, seen: dict[Network, Mark]) -> Network | Fault:
    """The network in the row's column `prefix`, noted in `seen`; or what is wrong with it."""
    field = line.fields.get("prefix")
    if field is None:
        return Fault("no prefix", line.mark, "write a CIDR in the column prefix, such as 198.51.100.0/24")
    try:
        network = ip_network(field.text)
    except ValueError:
        try:
            whole = ip_interface(field.text).network
        except ValueError:
            return Fault(f"{field.text!r} is no prefix", field.mark, "write a CIDR such as 198.51.100.0/24")
        return Fault(f"{field.text} has bits set past its length", field.mark, f"write {whole}")
    first = seen.setdefault(network, field.mark)
    if first is not field.mark:
        return Fault(f"{network} is there already", field.mark, f"first at {first}")
    return network


_ORDER = "columns are "


def _split(raw: str, file: str, number: int) -> list[Field]:
    fields: list[Field] = []
    position = 0
    for part in raw.split(","):
        inner = part.strip()
        column = position + (part.index(inner) if inner else 0) + 1
        if len(inner) > 1 and inner[0] == inner[-1] == '"':
            inner = inner[1:-1].strip()
        fields.append(Field(inner, Mark(file, number, column)))
        position += len(part) + 1
    return fields


def _header(fields: list[Field], columns: Sequence[str]) -> list[str]:
    """The columns named, checked; a table whose columns are not understood is not read any further."""
    faults: list[Fault] = []
    names: list[str] = []
    for field in fields:
        name = field.text.lower()
        if name not in columns:
            near = get_close_matches(name, columns, n=1)
            hint = f"did you mean {near[0]}?" if near else f"columns are {', '.join(columns)}"
            faults.append(Fault(f"unknown column {field.text!r}", field.mark, hint))
        elif name in names:
            faults.append(Fault(f"column {name} is there already", field.mark))
        names.append(name)
    if columns[0] not in names and not faults:
        faults.append(Fault(f"no column {columns[0]}", fields[0].mark, "the first row names the columns"))
    if faults:
        raise Faults(*faults)
    return names

"""Faults for people: the place, what is wrong, the line itself, and a caret with what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gslb.model import Fault


def explain_faults(faults: Iterable[Fault], read: Callable[[str], str]) -> str:
    """Each fault as `file:line:column  message`, its line and a caret under the place with the hint.

    `read` gives a file's text; where it raises OSError, the fault stands without its line.
    """
    lines: dict[str, list[str]] = {}

    def line(fault: Fault) -> str | None:
        if fault.mark is None:
            return None
        if fault.mark.file not in lines:
            try:
                lines[fault.mark.file] = read(fault.mark.file).splitlines()
            except (OSError, UnicodeDecodeError):
                lines[fault.mark.file] = []
        text = lines[fault.mark.file]
        return text[fault.mark.line - 1] if fault.mark.line <= len(text) else None

    return "\n".join(_explained(fault, line(fault)) for fault in faults)


def _explained(fault: Fault, line: str | None) -> str:
    if fault.mark is None or line is None:
        return str(fault)
    before = "".join("\t" if character == "\t" else " " for character in line[: fault.mark.column - 1])
    caret = f"{'':5} | {before}^ {fault.hint}".rstrip()
    return f"{fault.mark}  {fault.message}\n{fault.mark.line:5} | {line}\n{caret}"

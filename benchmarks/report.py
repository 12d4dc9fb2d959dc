"""What a run comes to, for people: the goals with what was reached, tables of figures, and a plot."""

from collections.abc import Sequence

from claims import CLAIMS, Claim
from measured import Results

RATES = ("static", "static6", "many", "steered", "ecs", "mixed", "steered-mixed", "cookies", "nxdomain", "tcp")
PLOTTED = ("static", "steered", "ecs", "mixed", "nxdomain")
COLOURS = ("#b0b0b0", "#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#bcbd22")
BAR, GAP, LEFT, WIDTH = 14, 18, 170, 820  # pixels


def quantity(value: float | None, unit: str = "") -> str:
    """Three digits that matter, and the unit."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}" + (f" {unit}" if unit else "")


def goals(results: Results, claims: tuple[Claim, ...] = CLAIMS) -> str:
    """A table in Markdown: what, value, goal, verdict. What was not measured at all is left out."""
    rows = []
    for claim in claims:
        if (value := claim.value(results)) is None:
            continue
        goal = f"{claim.sense.value} {quantity(claim.goal, claim.unit)}" if claim.sense else "-"
        verdict = claim.verdict(results)
        marked = f"**{verdict}**" if verdict == "missed" else verdict
        by_cpu = claim.by_cpu(results)
        beside = "" if by_cpu is None else quantity(by_cpu)
        rows.append((claim.group, claim.says, quantity(value, claim.unit), goal, marked, beside))
    return table(("", "what", "value", "goal", "", "by CPU time"), rows)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def rates(results: Results, titles: dict[str, str]) -> str:
    """Thousand answers a second by server and case (÷ gdnsd), and what was lost or wrong."""
    cases = [case for case in RATES if any(results.median(name, case, "rate") for name in titles)]
    rows = []
    for name, title in titles.items():
        cells = [rate_cell(results, name, case) for case in cases]
        if any(cell != "-" for cell in cells):
            rows.append((title, *cells))
    return table(("k answers/s (÷ gdnsd)", *cases), rows)


def rate_cell(results: Results, name: str, case: str) -> str:
    rate, beside = results.median(name, case, "rate"), results.median("gdnsd", case, "rate")
    if rate is None:
        return "-"
    text = f"{rate / 1e3:.0f}" + (f" ({rate / beside:.2f})" if beside else "")
    bad = results.worst(name, case, "bad share") or 0.0
    return text + (f" **{bad:.1%} lost or wrong**" if bad > 0.001 else "")


def others(results: Results, titles: dict[str, str]) -> str:
    """Every other figure: the median of the runs, the least and the most."""
    rows = [
        (titles.get(key.server, key.server), key.case, key.quantity, quantity(results.median(*key)), spread(runs))
        for key, runs in sorted(results.figures.items())
        if key.quantity not in ("rate", "rate by CPU", "bad share")
    ]
    return table(("server", "case", "quantity", "median", "least … most (runs)"), rows)


def spread(runs: list[float]) -> str:
    return f"{quantity(min(runs))} … {quantity(max(runs))} ({len(runs)})"


def page(results: Results, titles: dict[str, str], heading: str, about: str, plot: str) -> str:
    """The whole page in Markdown; `plot` is the file beside it."""
    notes = "".join(f"- {part}: {note}\n" for part, note in sorted(results.notes.items()))
    parts = "".join(f"- {part}: {how}\n" for part, how in results.parts.items())
    profiles = "".join(f"\n### {what}\n\n```\n{text}\n```\n" for what, text in sorted(results.profiles.items()))
    return (
        f"# {heading}\n\n{about}\n\n![answers a second]({plot})\n\n## Goals\n\n{goals(results)}\n"
        f"## Answers a second\n\n{rates(results, titles)}\n## Everything else\n\n{others(results, titles)}"
        + (f"\n## Profiles\n\nPer cent of a worker's time.\n{profiles}" if profiles else "")
        + (f"\n## Parts\n\n{parts}" if parts else "")
        + (f"\n## Notes\n\n{notes}" if notes else "")
    )


def plot(results: Results, titles: dict[str, str]) -> str:
    """Answers a second as bars, an SVG: a group a case, a bar a server."""
    cases = [case for case in PLOTTED if any(results.median(name, case, "rate") for name in titles)]
    most = max((results.median(name, case, "rate") or 0 for name in titles for case in cases), default=0) or 1
    parts, y = [], GAP
    for case in cases:
        parts.append(f'<text x="4" y="{y + 11}" font-weight="bold">{case}</text>')
        for nth, (name, title) in enumerate(titles.items()):
            rate = results.median(name, case, "rate")
            if rate is None:
                continue
            length = rate / most * (WIDTH - LEFT - 60)
            colour = COLOURS[nth % len(COLOURS)]
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR - 2}" fill="{colour}"/>'
                f'<text x="{LEFT - 6}" y="{y + 11}" text-anchor="end">{title}</text>'
                f'<text x="{LEFT + length + 4:.0f}" y="{y + 11}">{rate / 1e3:.0f} k</text>'
            )
            y += BAR
        y += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
    )

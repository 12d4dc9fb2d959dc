"""How many requests an answer stands for: what balancers count, over the answers that lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gslb.model import Model, leaves

LEAST = 1.0  # answers a second; of fewer nothing can be told


@dataclass(frozen=True, slots=True)
class PerAnswer:
    """Requests for each answer, from the regions of which that can be told."""

    requests: float
    regions: tuple[str, ...]


def per_answer(model: Model, requests: Mapping[str, float], answers: Mapping[str, float]) -> PerAnswer | None:
    """From requests a second by endpoint and answers a second by region; None where it cannot be told.

    A region counts if all its endpoints that are ever answered report: else some answers lead to nobody who counts.
    """
    served: dict[str, set[str]] = {}
    for tree in model.trees.values():
        for leaf in leaves(tree):
            if leaf.endpoint.region is not None:
                served.setdefault(leaf.endpoint.region, set()).add(leaf.path)
    heard = [region for region in model.regions if served.get(region) and served[region] <= requests.keys()]
    counted = sum(requests[path] for region in heard for path in served[region])
    answered = sum(answers.get(region, 0.0) for region in heard)
    return PerAnswer(counted / answered, tuple(heard)) if answered >= LEAST and counted > 0 else None

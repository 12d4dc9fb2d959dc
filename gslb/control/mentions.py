"""Which steered names a change touches: by check, by the path an operator speaks of, by what a tree remembers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from gslb.model import Alias, Check, Endpoint, Leaf, Model, Tree, paths_of, read_by, walk

NOBODY: frozenset[str] = frozenset()


class Mentions:
    """An index over a model. Names that share a tree, or follow another through an alias, are touched together."""

    def __init__(self, model: Model) -> None:
        self._by_check: dict[Check, set[str]] = defaultdict(set)
        self._by_path: dict[str, set[str]] = defaultdict(set)
        self._by_root: dict[str, set[str]] = defaultdict(set)
        for tree, names in _names_by_tree(model.trees):
            for check in read_by(tree):
                self._by_check[check].update(names)
            for endpoint in _endpoints(tree):
                for path in paths_of(endpoint):
                    self._by_path[path].update(names)
            for path in roots(tree):
                self._by_root[path].update(names)

    def by_check(self, check: Check) -> AbstractSet[str]:
        """The names whose answers hang on a check."""
        return self._by_check.get(check, NOBODY)

    def by_path(self, path: str) -> AbstractSet[str]:
        """The names that may answer an endpoint on which a word on `path` holds."""
        return self._by_path.get(path, NOBODY)

    def by_root(self, path: str) -> AbstractSet[str]:
        """The names whose answers follow what the tree with this root path remembers."""
        return self._by_root.get(path, NOBODY)


def root(tree: Tree) -> str:
    """The path of a tree's root, under which its memory is kept."""
    return tree.path if isinstance(tree, Leaf) else tree.common.path


def roots(tree: Tree) -> set[str]:
    """The root paths of all trees that a tree answers from: its own, and those its aliases lead to."""
    return {root(tree)} | {root(node.tree) for node in walk(tree) if isinstance(node, Alias) and node.tree is not None}


def _endpoints(tree: Tree) -> Iterator[Endpoint]:
    """The endpoints that a tree may answer, those of last resorts too."""
    for node in walk(tree):
        if isinstance(node, Leaf):
            yield node.endpoint
        elif node.common.on_all_down is not None and node.common.on_all_down.fallback is not None:
            yield node.common.on_all_down.fallback.endpoint


def _names_by_tree(trees: Mapping[str, Tree]) -> Iterable[tuple[Tree, list[str]]]:
    shared: dict[int, tuple[Tree, list[str]]] = {}
    for name, tree in trees.items():
        shared.setdefault(id(tree), (tree, []))[1].append(name)
    return shared.values()

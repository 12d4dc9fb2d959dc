"""Steering read naively from its definition, for one client and one bucket: what policies are tested against.

No selectors, no caches, no cleverness: the chance of each set of endpoints, as exact fractions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import log, perm

from hypothesis import assume

from gslb.geo import distance_km, round_trip
from gslb.health import Standing
from gslb.image import Bucket, Constant, Draw, Selector
from gslb.model import (
    Alias,
    Check,
    Endpoint,
    Failover,
    Geo,
    Geoproximity,
    LastResort,
    Latency,
    Leaf,
    Load,
    Multivalue,
    NetworkMatch,
    Rdata,
    Simple,
    Sticky,
    Tree,
    Weighted,
    children,
    walk,
)
from gslb.policy import Ask, Outcome
from gslb.policy.hashing import permutation, unpacked
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look
from gslb.policy.shares import by_weight

Chances = Mapping[frozenset[str], Fraction]

NODATA: Chances = {frozenset(): Fraction(1)}


def path_of(node: Tree) -> str:
    return node.path if isinstance(node, Leaf) else node.common.path


def word_in_force(endpoint: Endpoint, ask: Ask) -> Standing | None:
    words = {
        path: said.standing for path, said in ask.overrides.items() if said.expires is None or said.expires > ask.wall
    }
    for path in (endpoint.path, f"{endpoint.pool}/{endpoint.region}"):
        if path in words:
            return words[path]
    around = {words.get(endpoint.pool), words.get(endpoint.region)}
    return next((word for word in (Standing.OFF, Standing.DRAIN, Standing.UP) if word in around), None)


HOLDING = ("held", "up or held", "draining", "ungated", "ungated draining")  # where damping takes nothing away


def known(check: Check, ask: Ask, mode: str = "") -> bool | None:
    verdict = ask.verdicts.get(check)
    if verdict is None or not verdict.known:
        return None
    return verdict.up or (verdict.held and mode in HOLDING)


class Client:
    """One client under one ask, in one bucket."""

    def __init__(self, ask: Ask, bucket: int) -> None:
        self.ask, self.bucket = ask, bucket

    def has_family(self, node: Tree) -> bool:
        if isinstance(node, Rdata):
            return node.type == self.ask.family.value
        if isinstance(node, Leaf):
            return self.ask.family in node.endpoint.families
        return (isinstance(node, Alias) and node.tree is None) or any(map(self.has_family, children(node)))

    def usable(self, leaf: Leaf, mode: str, good: tuple[str, ...] = ()) -> bool:
        word = word_in_force(leaf.endpoint, self.ask)
        verdicts = [known(check, self.ask, mode) for check in leaf.checks(self.ask.family)]
        up = word is Standing.UP or all(verdicts)
        waits = not up and word is not Standing.UP and False not in verdicts
        if not self.has_family(leaf):
            return False
        if mode == "ever":
            return True
        if word is Standing.OFF:
            return False
        if word is Standing.DRAIN and mode not in ("draining", "ungated draining", "all"):
            return False
        return {
            "healthy": up,
            "held": up,
            "waiting": up or waits,
            "up": up,
            "up or held": up,
            "draining": up,
            "ungated": up,
            "ungated draining": up,
            "good": leaf.path in good,
            "open": True,
            "all": True,
        }[mode]

    def passes(self, node: Tree, mode: str) -> bool:
        """Whether a node's own monitors let it be used."""
        if mode in ("good", "ungated", "ungated draining", "open", "all", "ever"):
            return True
        verdicts = [known(Check(monitor), self.ask, mode) for monitor in node.common.monitors]
        return False not in verdicts and (None not in verdicts or mode == "waiting")

    def matches(self, node: Geo | NetworkMatch) -> list[tuple[str, Tree]]:
        """The children that this client is in, narrowest first, none beyond the first fence."""
        keyed = dict(node.children)
        words = list(dict.fromkeys(self.places(node) if isinstance(node, Geo) else self.networks(node)))
        found = [(word, keyed[word]) for word in (*words, "default") if word in keyed]
        for number, (_, child) in enumerate(found):
            if not isinstance(child, Leaf) and child.common.fence:
                return found[: number + 1]
        if found and not any(self.has_family(child) for _, child in found):
            near = dict(found)
            found += [(word, child) for word, child in node.children if word not in near and self.has_family(child)]
        return found

    def places(self, node: Geo) -> Iterator[str]:
        here = self.ask.location
        written = [key for key, _ in node.children]
        for place in (here.subdivision, here.country, here.continent):
            if place is None:
                continue
            yield place
            holding = [(name, members) for name, members in node.places if name in written and place in members]

            def width(row: tuple[str, tuple[str, ...]]) -> tuple[int, int, int, int]:
                name, members = row
                continents = sum(member.islower() for member in members)
                subdivisions = sum("-" in member and member.isupper() for member in members)
                return continents, len(members) - continents - subdivisions, subdivisions, written.index(name)

            yield from (name for name, _ in sorted(holding, key=width))

    def networks(self, node: NetworkMatch) -> Iterator[str]:
        yield from self.ask.location.networks
        written = [key for key, _ in node.children]
        holding = [(key, asns) for key, asns in node.asns if key in written and self.ask.location.asn in asns]
        yield from (key for key, _ in sorted(holding, key=lambda row: (len(row[1]), written.index(row[0]))))

    def candidates(self, node: Tree) -> list[Tree]:
        return (
            [child for _, child in self.matches(node)] if isinstance(node, Geo | NetworkMatch) else list(children(node))
        )

    def healthy(self, node: Tree, mode: str, good: tuple[str, ...] = (), *, root: bool = False) -> bool:
        """Whether a node may be used, by what `mode` counts as usable."""
        if isinstance(node, Leaf):
            return self.usable(node, mode, good)
        if node.common.on_all_down is not None and not root and mode != "ever":
            return self.answers(node) is not None
        if not self.passes(node, mode):
            return False
        match node:
            case Rdata() | Alias(tree=None):
                return self.has_family(node) and (mode != "good" or path_of(node) in good)
            case Alias(tree=tree):
                return self.healthy(tree, mode, good, root=True)
        well = sum(self.healthy(child, mode, good) for child in self.candidates(node))
        need = 1
        if mode in ("healthy", "waiting", "held"):
            need = max(1, min(node.common.min_healthy, sum(map(self.has_family, self.candidates(node)))))
        return well >= need

    def answers(self, node: Tree) -> Chances | None:
        """What a node answers by itself, its last resort included."""
        if self.healthy(node, "healthy", root=True):
            return self.within(node, "healthy")
        if not self.healthy(node, "ever", root=True):
            return None
        for mode in ("held", "up", "up or held", "draining"):
            if self.healthy(node, mode, root=True):
                return self.within(node, mode)
        last, asked = None, node
        while last is None and asked is not None and not isinstance(asked, Leaf):
            last = asked.common.on_all_down
            asked = asked.tree if isinstance(asked, Alias) else None
        if self.judged(node) != {False}:
            if last is not None and last.kind is LastResort.CLOSED:
                return NODATA
            if last is not None and last.kind is LastResort.FALLBACK and self.usable(last.fallback, "all"):
                return {frozenset((last.fallback.path,)): Fraction(1)}
            if last is not None and last.kind is LastResort.LAST_GOOD:
                good = self.ask.memory.last_good.get(self.key(node), ())
                if self.healthy(node, "good", good, root=True):
                    return self.within(node, "good", good)
        for mode in ("ungated", "ungated draining", "open", "all"):
            if self.healthy(node, mode, root=True):
                return self.within(node, mode)
        return None

    def judged(self, node: Tree) -> set[bool]:
        """For what could be answered: whether anything is known of it. Only False: all wait for a first verdict."""
        found = set()
        for one in walk(node):
            if isinstance(one, Leaf):
                word = word_in_force(one.endpoint, self.ask)
                if self.has_family(one) and word is not Standing.OFF:
                    verdicts = [known(check, self.ask) for check in one.checks(self.ask.family)]
                    found.add(word is Standing.UP or all(verdicts) or set(verdicts) != {None})
            else:
                found |= {known(Check(monitor), self.ask) is not None for monitor in one.common.monitors}
                if isinstance(one, Rdata) or (isinstance(one, Alias) and one.tree is None):
                    found |= set() if one.common.monitors else {True}
        return found

    def key(self, node: Tree) -> str:
        return Look(self.ask, KINDS).memory_key(node)

    def child(self, node: Tree, mode: str, good: tuple[str, ...]) -> Chances:
        if not isinstance(node, Leaf) and node.common.on_all_down is not None:
            found = self.answers(node)
            assert found is not None
            return found
        return self.within(node, mode, good)

    def within(self, node: Tree, mode: str, good: tuple[str, ...] = ()) -> Chances:
        """The choice in a node that is healthy by `mode`."""

        def lives(child: Tree) -> bool:
            return self.healthy(child, mode, good)

        def of(child: Tree) -> Chances:
            return self.child(child, mode, good)

        match node:
            case Leaf() | Rdata() | Alias(tree=None):
                return {frozenset((path_of(node),)): Fraction(1)}
            case Alias(tree=tree):
                return self.within(tree, mode, good)
            case Simple():
                return {frozenset(leaf.path for leaf in node.children if lives(leaf)): Fraction(1)}
            case Geo() | NetworkMatch():
                return of(next(child for _, child in self.matches(node) if lives(child)))
            case Geoproximity():
                return of(
                    min((self.distance(node, place), place, child) for place, child in self.living(node, lives))[2]
                )
            case Latency():
                return of(self.latched(node, self.by_round_trip(node), lives))
            case Failover():
                used = self.latched(node, [(path_of(child), child) for child in node.children], lives)
                after = node.children[node.children.index(used) + 1 :]
                following = next((child for child in after if lives(child)), None)
                if following is None or mode not in ("healthy", "waiting"):
                    return of(used)
                share = Fraction(str(node.trickle))
                return mixed([(1 - share, of(used)), (share, of(following))])
            case Weighted():
                group = self.in_play(node, lives)
                alive = [(weight, child) for weight, child in group if lives(child)]
                if node.by_client:
                    table = by_weight(path_of(node), tuple(w for w, _ in group), tuple(lives(c) for _, c in group))
                    return of(alive[unpacked(table)[self.bucket]][1])
                total = sum(weight for weight, _ in alive)
                return mixed([(Fraction(weight, total), of(child)) for weight, child in alive])
            case Load():
                group = [(weight, child) for weight, child in self.in_play(node, lives) if lives(child)]
                factors = [self.ask.memory.loads.get(f"{path_of(node)}|{path_of(child)}") for _, child in group]
                if any(carried and carried.factor != 1 for carried in factors):
                    carried = [round(1_000 * one.factor) if one else 1_000 for one in factors]
                    group = [
                        (max(1, weight * part), child) for (weight, child), part in zip(group, carried, strict=True)
                    ]
                total = sum(weight for weight, _ in group)
                return mixed([(Fraction(weight, total), of(child)) for weight, child in group])
            case Sticky():
                alive = [(weight, child) for weight, child in self.in_play(node, lives) if lives(child)]
                return of(min(alive, key=self.rendezvous)[1])
            case Multivalue():
                return self.several(node, lives, of)
        raise TypeError(node)

    def living(self, node: Geoproximity, lives: object) -> list[tuple[int, Tree]]:
        return [(place, child) for place, (_, child) in enumerate(node.children) if lives(child)]

    def distance(self, node: Geoproximity, place: int) -> float:
        region, here = node.children[place][0], self.ask.location.coordinates
        if here is None:
            return float("inf")
        kilometres, bias = distance_km(self.ask.sites[region], here), dict(node.bias).get(region, 0)
        return kilometres * (1 - bias / 100) if bias > 0 else kilometres / (1 + bias / 100)

    def by_round_trip(self, node: Latency) -> list[tuple[str, Tree]]:
        return sorted(node.children, key=lambda row: self.milliseconds(row[0]))

    def milliseconds(self, region: str) -> float:
        found = round_trip(region, self.ask.location, self.ask.sites)
        return found.milliseconds if found else float("inf")

    def latched(self, node: Failover | Latency, ranked: list[tuple[str, Tree]], lives: object) -> Tree:
        """The best healthy one, unless a worse is in use and no better one is ready; with none healthy the first."""

        def well(child: Tree) -> bool:
            return lives(child) and self.healthy(child, "healthy")

        first = next((child for _, child in ranked if well(child)), None)
        if first is None:
            return next(child for _, child in ranked if lives(child))
        latch = self.ask.memory.latches.get(self.key(node))
        names = [name.removeprefix(f"{path_of(node)}/") for name, _ in ranked]
        if latch is None or latch.child not in names or not well(ranked[names.index(latch.child)][1]):
            return first
        used, since = names.index(latch.child), dict(latch.better_since)
        for number, (_, child) in enumerate(ranked[:used]):
            if well(child) and self.ready(node, names[number], names[used], since.get(names[number])):
                return child
        return ranked[used][1]

    def ready(self, node: Failover | Latency, better: str, used: str, since: float | None) -> bool:
        if isinstance(node, Failover):
            patience = node.failback.after
        else:
            new, old = self.milliseconds(better), self.milliseconds(used)
            patience = node.switch_after if new < old * (1 - node.hysteresis) else None
        if patience is None:
            return False
        return patience == 0 or (since is not None and self.ask.wall - since >= patience)

    def in_play(self, node: Weighted | Sticky | Load, lives: object) -> list[tuple[int, Tree]]:
        heavy = [(weight, child) for weight, child in node.children if weight]
        return heavy if any(lives(child) for _, child in heavy) else [(1, child) for w, child in node.children if not w]

    def rendezvous(self, row: tuple[int, Tree]) -> float:
        weight, child = row
        return -log((2 * permutation(path_of(child))[self.bucket] + 1) / 131_072) / weight

    def several(self, node: Multivalue, lives: object, of: object) -> Chances:
        paths: set[str] = set()
        for child in node.children:
            if lives(child):
                (chosen,) = of(child)
                paths |= chosen
        if not paths:
            return NODATA
        answers = min(node.answers, len(paths))
        assume(perm(len(paths), answers) <= 256)  # beyond, orders are a sample
        subsets = list(combinations(sorted(paths), answers))
        return {frozenset(subset): Fraction(1, len(subsets)) for subset in subsets}


def mixed(parts: list[tuple[Fraction, Chances]]) -> Chances:
    found: Counter[frozenset[str]] = Counter()
    for share, chances in parts:
        for paths, chance in chances.items():
            found[paths] += share * chance
    return {paths: chance for paths, chance in found.items() if chance}


def chances(tree: Tree, ask: Ask, bucket: int) -> Chances:
    """What a client is answered: each set of endpoints, and how often."""
    return Client(ask, bucket).answers(tree) or NODATA


def spread(selector: Selector[Outcome], bucket: int) -> Chances:
    """What a selector picks for a client in `bucket`, as chances of sets of endpoints."""
    match selector:
        case Constant(outcome):
            return {frozenset(map(path_of, outcome.leaves)): Fraction(1)}
        case Draw(parts):
            total = sum(weight for weight, _ in parts)
            return mixed([(Fraction(weight, total), spread(part, bucket)) for weight, part in parts])
        case Bucket(table, parts):
            return spread(parts[int.from_bytes(table[2 * bucket : 2 * bucket + 2], "little")], bucket)
    raise TypeError(selector)

"""Random policy trees, and what may be believed of them: the strategies that property tests draw from."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from math import inf

from hypothesis import strategies as st

from gslb.geo import NOWHERE, Location
from gslb.health import Override, Standing, Verdict
from gslb.image import outcomes
from gslb.model import (
    Alias,
    Check,
    Common,
    Endpoint,
    Failback,
    Failover,
    Family,
    Geo,
    Geoproximity,
    LastResort,
    Latency,
    Leaf,
    Load,
    Multivalue,
    NetworkMatch,
    OnAllDown,
    Rdata,
    Simple,
    Sticky,
    Tree,
    Weighted,
    leaves,
    walk,
)
from gslb.policy import Ask, Carried, Latch, Memory, choose
from gslb.policy.kind import label
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look

WALL = 1_000_000.0
SITES = {"eu-west": (50.03, 8.56), "eu-north": (59.65, 17.93), "us-east": (38.94, -77.46)}
REGIONS = tuple(SITES)
NETWORKS = ("office", "198.51.100.0/24", "partner")
PLACES = (
    ("eu", ("DE", "FR", "SE")),
    ("dach", ("DE", "AT", "CH")),
    ("coast", ("US-CA", "US-OR")),
    ("west", ("europe", "US")),
)
PLACE_KEYS = ("default", "DE", "US", "US-CA", "europe", "north-america", "eu", "dach", "coast", "west")

CLIENTS = (
    NOWHERE,
    Location("europe", "DE", "DE-BE", (52.5, 13.4), 64500, ("office", "198.51.100.0/24")),
    Location("europe", "DE", None, (50.1, 8.7), 64501),
    Location("europe", "SE", None, (59.3, 18.1), 64500),
    Location("europe", "AT", None, (54.5, 12.5)),
    Location("north-america", "US", "US-CA", (37.8, -122.4), 64502, ("partner",)),
    Location("north-america", "US", "US-NY", (40.7, -74.0)),
    Location("asia", "IN", None, (19.1, 72.9), latency=(("us-east", 120.0), ("eu-west", 118.0), ("eu-north", 200.0))),
    Location("africa", "ZA", None, None, latency=(("us-east", 210.0),)),
    Location(None, "AQ"),
)
LOCATIONS = st.sampled_from(CLIENTS)


def endpoint(path: str, *, number: int = 1, v4: bool = True, v6: bool = False, name: bool = False) -> Endpoint:
    """An endpoint at `pool/region[/x]` with addresses made from `number`, or with a name."""
    pool, region = path.split("/")[:2]
    if name:
        return Endpoint(path, pool, region, target=f"{region}-{number}.example.net.")
    return Endpoint(
        path,
        pool,
        region,
        v4=IPv4Address(0xC0000200 + number) if v4 else None,
        v6=IPv6Address((0x20010DB8 << 96) + number) if v6 else None,
    )


def leaf(path: str, *monitors: str, number: int = 1, v4: bool = True, v6: bool = False, name: bool = False) -> Leaf:
    return Leaf(path, endpoint(path, number=number, v4=v4, v6=v6, name=name), monitors)


def verdict(
    check: Check,
    *,
    up: bool = True,
    horizon: float = inf,
    suspect: bool = False,
    known: bool = True,
    held: bool = False,
) -> Verdict:
    up = up and not held
    far = horizon if up else inf
    return Verdict(check, up, WALL - 90_061, "200 OK", far, suspect and up, (3, 0), known, held=held)


def all_checks(tree: Tree) -> tuple[Check, ...]:
    """Everything that could be known about a tree, in every family."""
    of_leaves = [check for leaf in leaves(tree) for family in Family for check in leaf.checks(family)]
    of_nodes = [Check(monitor) for node in walk(tree) if not isinstance(node, Leaf) for monitor in node.common.monitors]
    return tuple(dict.fromkeys([*of_leaves, *of_nodes]))


def number_of(text: str) -> int:
    """A small number that goes with a text."""
    return sum(ord(letter) * 7**place for place, letter in enumerate(text))


@st.composite
def endpoints(draw: st.DrawFn) -> Leaf:
    """One of a few endpoints; one path has the same addresses wherever it stands, but may hang on other monitors."""
    path = f"{draw(st.sampled_from(('web', 'canary')))}/{draw(st.sampled_from(REGIONS))}"
    if suffix := draw(st.sampled_from(("", "", "a", "b"))):
        path = f"{path}/{suffix}"
    number = number_of(path)
    v4, v6 = ((True, False), (True, True), (True, True), (False, True))[number % 4]
    monitors = draw(st.sampled_from(((), ("ready",), ("ready",), ("ready",), ("ready", "deep"))))
    gates = draw(st.sampled_from(((), (), (), ("beat",))))
    return replace(leaf(path, *monitors, number=number % 200, v4=v4, v6=v6), gates=gates)


SORRY = leaf("sorry/us-east", number=250)
KINDS_OF_NODES = (*KINDS,)
STEADY = (Leaf, Simple, Latency, Geo)  # kinds that leave nothing to a draw but the order


@st.composite
def commons(draw: st.DrawFn, path: str, *, resorts: bool, fence: bool) -> Common:
    resort = None
    if resorts and draw(st.integers(0, 5)) == 0:
        kind = draw(st.sampled_from(LastResort))
        resort = OnAllDown(kind, SORRY if kind is LastResort.FALLBACK else None)
    return Common(
        path,
        monitors=draw(st.sampled_from(((), (), (), (), ("beat",)))),
        min_healthy=draw(st.sampled_from((1, 1, 1, 2, 3))),
        on_all_down=resort,
        fence=fence and draw(st.booleans()),
        locate=draw(st.sampled_from(("ecs", "ecs", "ecs", "resolver"))),
    )


@st.composite
def trees(
    draw: st.DrawFn,
    depth: int = 2,
    path: str = "www",
    kinds: tuple[type, ...] = KINDS_OF_NODES,
    *,
    resorts: bool = True,
    fences: bool = True,
    fence: bool = False,
) -> Tree:
    """A tree with at most `depth` levels above its pools; `fence`: this very node may be one. Paths are unique."""
    flat = tuple(kind for kind in kinds if kind in (Simple, Leaf, Rdata)) if path != "www" else (Simple,)
    usable = tuple(kind for kind in kinds if path != "www" or kind not in (Leaf, Rdata))
    kind = draw(st.sampled_from(usable if depth else flat))
    common = draw(commons(path, resorts=resorts, fence=fence))

    def child(key: object, only: tuple[type, ...] = kinds, *, fence: bool = False) -> Tree:
        fence = fence and fences
        return draw(trees(depth - 1, f"{path}/{key}", only, resorts=resorts, fences=fences, fence=fence))

    def listed(only: tuple[type, ...] = kinds) -> tuple[Tree, ...]:
        return tuple(child(f"#{number}", only) for number in range(draw(st.integers(1, 3))))

    def weighted() -> tuple[tuple[int, Tree], ...]:
        return tuple((draw(st.sampled_from((0, 1, 2, 7, 95))), tree) for tree in listed())

    def keyed(keys: tuple[str, ...], *, fence: bool = False) -> tuple[tuple[str, Tree], ...]:
        chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
        return tuple((key, child(key, fence=fence)) for key in chosen)

    if kind is Leaf:
        return draw(endpoints())
    if kind is Rdata:
        return Rdata(replace(common, min_healthy=1), "A", (f"203.0.113.{number_of(path) % 200}",))
    if kind is Alias:
        other = draw(trees(depth - 1, f"{path}.other", kinds, resorts=resorts, fences=fences))
        return Alias(replace(common, min_healthy=1), f"{path}.other.", draw(st.sampled_from((other, other, None))))
    if kind is Simple:
        pool = draw(st.lists(endpoints(), min_size=1, max_size=3, unique_by=lambda leaf: leaf.path))
        return Simple(common, tuple(pool))
    if kind is Weighted:
        return Weighted(common, weighted(), draw(st.booleans()))
    if kind is Load:
        return Load(common, weighted())
    if kind is Sticky:
        return Sticky(common, weighted())
    if kind is Failover:
        after = draw(st.sampled_from((0.0, 600.0, None)))
        return Failover(common, listed(), Failback(after), draw(st.sampled_from((0.0, 0.0, 0.02, 0.25))))
    if kind is Latency:
        hysteresis, switch_after = draw(st.sampled_from((0.0, 0.15, 0.5))), draw(st.sampled_from((0.0, 120.0)))
        return Latency(common, keyed(REGIONS), hysteresis, switch_after)
    if kind is Geoproximity:
        return Geoproximity(common, keyed(REGIONS), draw(st.sampled_from(((), (("eu-west", 50), ("us-east", -90))))))
    if kind is Geo:
        return Geo(common, keyed(PLACE_KEYS, fence=True), PLACES)
    if kind is NetworkMatch:
        asns = (("partner", (64502, 64503)), ("AS64500", (64500,)))
        return NetworkMatch(common, keyed(("default", "AS64500", *NETWORKS), fence=True), asns)
    return Multivalue(common, listed(tuple(kind for kind in kinds if kind in STEADY)), draw(st.integers(1, 4)))


HORIZONS = st.sampled_from((4.0, 11.0, 31.0, inf))
STANDINGS = st.sampled_from((Standing.UP, Standing.DRAIN, Standing.OFF))


@st.composite
def verdicts(draw: st.DrawFn, tree: Tree, *, unknown: bool = True) -> dict[Check, Verdict]:
    """Up or down for each check, or (with `unknown`) nothing yet."""
    found = {}
    for check in all_checks(tree):
        says = draw(st.sampled_from(("up", "up", "down", "held", *(("none", "unknown") if unknown else ()))))
        if says != "none":
            known, up = says != "unknown", says == "up"
            found[check] = verdict(
                check,
                up=up,
                horizon=draw(HORIZONS),
                suspect=draw(st.booleans()),
                known=known,
                held=says == "held",
            )
    return found


@st.composite
def overrides(draw: st.DrawFn, tree: Tree) -> dict[str, Override]:
    """Words on some endpoints, pools and regions of a tree; some have expired."""
    paths = {part for leaf in leaves(tree) for part in (leaf.path, leaf.endpoint.pool, leaf.endpoint.region)} | {
        "sorry"
    }
    said = draw(st.lists(st.sampled_from(sorted(paths)), max_size=3, unique=True))
    expiries = st.sampled_from((None, None, WALL + 60, WALL - 60))
    return {path: Override(path, draw(STANDINGS), "CHG-1", "ann", WALL - 60, draw(expiries)) for path in said}


@st.composite
def memories(draw: st.DrawFn, tree: Tree, ask: Ask) -> Memory:
    """Latches on any child, at any age, and any last good answer, where this client would look for them."""
    look = Look(ask, KINDS)
    latches, last_good = {}, {}
    for node in walk(tree):
        if isinstance(node, Failover | Latency) and draw(st.booleans()):
            names = names_of(node)
            ages = st.sampled_from((None, 0.0, 60.0, 300.0, 1000.0))
            since = tuple((name, WALL - age) for name in names if (age := draw(ages)) is not None)
            latches[look.memory_key(node)] = Latch(draw(st.sampled_from((*names, "gone"))), since)
        if not isinstance(node, Leaf) and draw(st.booleans()):
            paths = [leaf.path for leaf in leaves(node)]
            last_good[look.memory_key(node)] = tuple(draw(st.lists(st.sampled_from(paths or ["gone"]), max_size=2)))
    loads = {
        f"{node.common.path}|{label(child)}": Carried(draw(st.sampled_from((1.0, 0.5, 0.013))), 0.9)
        for node in walk(tree)
        if isinstance(node, Load) and draw(st.booleans())
        for _, child in node.children
    }
    return Memory(latches, last_good, loads=loads)


def names_of(node: Failover | Latency) -> tuple[str, ...]:
    """The names of a node's children, as latches know them."""
    if isinstance(node, Latency):
        return tuple(region for region, _ in node.children)
    paths = (child.path if isinstance(child, Leaf) else child.common.path for child in node.children)
    return tuple(path.removeprefix(f"{node.common.path}/") for path in paths)


def an_ask(tree: Tree | None = None, **known: object) -> Ask:
    """An ask from nowhere in IPv4 with everything up, unless `known` says otherwise."""
    checks = all_checks(tree) if tree is not None else ()
    facts = {
        "family": Family.V4,
        "location": NOWHERE,
        "verdicts": {check: verdict(check) for check in checks},
        "overrides": {},
        "memory": Memory(),
        "wall": WALL,
        "seed": 1,
        "sites": SITES,
    }
    return Ask(**(facts | known))


@st.composite
def asks(draw: st.DrawFn, tree: Tree, *, unknown: bool = True, remembered: bool = True) -> Ask:
    """Any client in any state of the world."""
    ask = an_ask(
        family=draw(st.sampled_from((Family.V4, Family.V4, Family.V6))),
        location=draw(LOCATIONS),
        verdicts=draw(verdicts(tree, unknown=unknown)),
        overrides=draw(overrides(tree)),
        seed=draw(st.integers(0, 2**40)),
    )
    return replace(ask, memory=draw(memories(tree, ask))) if remembered else ask


def believed(
    tree: Tree, *, down: tuple[str, ...] = (), waiting: tuple[str, ...] = (), held: tuple[str, ...] = ()
) -> dict[Check, Verdict]:
    """Verdicts for a tree with all up but the endpoints, or monitors of nodes, named as `down`, `waiting` or `held`."""
    return {
        check: verdict(
            check,
            up=(check.endpoint or check.monitor) not in down,
            held=(check.endpoint or check.monitor) in held,
        )
        for check in all_checks(tree)
        if (check.endpoint or check.monitor) not in waiting
    }


def said(path: str, standing: Standing, expires: float | None = None) -> dict[str, Override]:
    """One operator's word."""
    return {path: Override(path, standing, "CHG-1", "ann", WALL - 60, expires)}


def answers(tree: Tree, **known: object) -> list[tuple[str, ...]]:
    """The endpoints of every outcome, each sorted; `down=`, `waiting=`, `held=` name endpoints, else it is the ask."""
    verdicts = believed(tree, **{key: known.pop(key, ()) for key in ("down", "waiting", "held")})
    selector = choose(tree, an_ask(tree, **({"verdicts": verdicts} | known)))
    return sorted({tuple(sorted(map(label, outcome.leaves))) for outcome in outcomes(selector)})


def pool(path: str, *regions: str, monitor: str = "ready", v6: bool = False, **options: object) -> Simple:
    """A pool with an endpoint in each region, asked by `monitor`."""
    places = [*REGIONS, *regions]
    found = [leaf(f"web/{region}", monitor, number=places.index(region) + 1, v6=v6) for region in regions]
    return Simple(Common(path, **options), tuple(found))

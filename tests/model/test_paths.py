"""Paths to endpoints."""

import pytest

from gslb.model.paths import Paths
from kit.language import model

TEXT = """\
gslb: 1
regions: {eu: {at: FRA}, us: {at: IAD}}
pools:
  web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}
  api: {endpoints: {eu/a: 192.0.2.3, eu/b: 192.0.2.4, us/a: 192.0.2.5}}
policies: {near: {latency: web}}
"""


@pytest.fixture(scope="module")
def paths():
    return Paths(model(TEXT))


@pytest.mark.parametrize(
    ("path", "endpoints", "exact"),
    [
        ("web", ["web/eu", "web/us"], False),
        ("web/eu", ["web/eu"], True),
        ("api", ["api/eu/a", "api/eu/b", "api/us/a"], False),
        ("api/eu", ["api/eu/a", "api/eu/b"], False),
        ("api/us", ["api/us/a"], False),
        ("api/eu/b", ["api/eu/b"], True),
    ],
)
def test_a_path_stands_for_endpoints(paths, path, endpoints, exact):
    assert path in paths
    assert [endpoint.path for endpoint in paths[path].endpoints] == endpoints
    assert paths[path].exact is exact
    assert paths[path].pool.name == path.split("/")[0]


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("web/ue", "unknown endpoint web/ue", "did you mean web/us?"),
        ("api/eu/x", "unknown endpoint api/eu/x", "did you mean api/eu/b?"),
        ("nearr", "unknown pool or policy nearr", "did you mean near?"),
        ("eu", "eu is a region", "write POOL/eu"),
        ("qq.example", "unknown pool or policy qq.example", "another name of ours is written {alias: qq.example}"),
        ("qqq", "unknown pool or policy qqq", ""),
    ],
)
def test_an_unknown_path_suggests_what_was_meant(paths, path, message, hint):
    assert path not in paths
    assert paths.unknown(path, None) == (message, None, hint)

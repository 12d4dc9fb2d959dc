"""One file a probe kind and one runner: ask an endpoint how it is."""

from gslb.probe.kinds import Prober
from gslb.probe.result import Result
from gslb.probe.runner import Runner
from gslb.probe.secret import SecretError
from gslb.probe.target import Target, targets

__all__ = ["Prober", "Result", "Runner", "SecretError", "Target", "targets"]

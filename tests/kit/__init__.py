"""What tests are built from: a clock that is turned by hand, tiny worlds, real peers."""

import profiles

TOLD = """
# Overhead  Shared Object      Symbol
# ........  .................  ..........................
#
    40.00%  [kernel.kallsyms]  [k] do_syscall_64
    30.00%  python3.11         [.] _PyEval_EvalFrameDefault
    20.00%  [kernel.kallsyms]  [k] __fget_light
     9.80%  /usr/lib/x/libc.so.6  [.] sendmmsg
     0.20%  [vdso]             [.] __vdso_clock_gettime
"""


def test_a_profile_tells_places_first_and_then_what_takes_most():
    assert profiles.digest(TOLD).splitlines() == [
        "[kernel.kallsyms] 60, python3.11 30, libc.so.6 10",
        "  40.0  do_syscall_64  ([kernel.kallsyms])",
        "  30.0  _PyEval_EvalFrameDefault  (python3.11)",
        "  20.0  __fget_light  ([kernel.kallsyms])",
        "   9.8  sendmmsg  (libc.so.6)",
    ]

"""Builds the compiled engine where there is a C compiler; without one, the pure engine answers alone."""

from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

NATIVE = Path("gslb/engine/native")


class Library(build_ext):
    """A shared library that ctypes loads: it needs no header of Python's, and its name has no Python version in it."""

    def get_ext_filename(self, fullname: str) -> str:
        return f"{fullname.replace('.', '/')}.so"


setup(
    ext_modules=[
        Extension(
            "gslb.engine.native.library",
            sources=sorted(map(str, NATIVE.glob("*.c"))),
            depends=sorted(map(str, NATIVE.glob("*.h"))),
            extra_compile_args=["-std=gnu11", "-O3", "-fvisibility=hidden"],
            optional=True,
        )
    ],
    cmdclass={"build_ext": Library},
)

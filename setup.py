"""Builds the compiled engine and zone reader where there is a C compiler; without one, Python does all of it."""

from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

PACKAGES = ("engine", "zone")  # those with C in their folder `native`


class Library(build_ext):
    """A shared library that ctypes loads: it needs no header of Python's, and its name has no Python version in it."""

    def get_ext_filename(self, fullname: str) -> str:
        return f"{fullname.replace('.', '/')}.so"


def library(package: str) -> Extension:
    """What is compiled from a package's C: `native/library.so` in its folder."""
    native = Path("gslb") / package / "native"
    return Extension(
        f"gslb.{package}.native.library",
        sources=sorted(map(str, native.glob("*.c"))),
        depends=sorted(map(str, native.glob("*.h"))),
        extra_compile_args=["-std=gnu11", "-O3", "-fvisibility=hidden"],
        optional=True,
    )


setup(ext_modules=[library(package) for package in PACKAGES], cmdclass={"build_ext": Library})

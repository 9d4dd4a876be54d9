"""The guides for people, as pages: Markdown of our own, read from the documents that came along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

_HERE = Path(__file__).parent
DOCS = next(d for d in (_HERE / "docs", _HERE.parents[3] / "docs") if d.is_dir())
"""In a package the documents lie beside this file, in a clone at its root."""
GUIDES: dict[str, str | Promise] = {
    "school-clerk": _("学校填报员和校长"),
    "county-clerk": _("县级经办人和审核人"),
    "reviewer": _("市、省、国家的评审人和专家"),
    "planner": _("规划人员和部门经办人"),
    "administrator": _("账号管理员"),
}


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide in one language, as a page shows it."""

    title: str
    body: str


def path_of(slug: str, language: str) -> Path:
    """Give the file of a guide."""
    return DOCS / "guides" / "people" / f"{slug}.{language[:2]}.md"


def picture(name: str) -> Path:
    """Give the file of a picture; FileNotFoundError when there is none of this name."""
    known = {path.name: path for path in (DOCS / "pictures" / "guides").glob("*.png")}
    if name not in known:
        raise FileNotFoundError(name)
    return known[name]


@cache
def guide(slug: str, language: str) -> Guide:
    """Read a guide. Its first line is the title; HTML in it stays text; pictures come from this site."""
    title, rest = path_of(slug, language).read_text("utf-8").split("\n", 1)
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(rest)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                child.attrs["src"] = f"/help/pictures/{Path(str(child.attrs['src'])).name}"
                child.attrs["class"] = "guide-picture"
    return Guide(title.lstrip("# "), markdown.renderer.render(tokens, markdown.options, {}))

"""The offline manual: the documents of src/docs and the help of every command, in one HTML file. manual.py PROGRAM"""
import html
import re
import subprocess
import sys
from pathlib import Path

from markdown_it import MarkdownIt

PROGRAM = sys.argv[1]
DOCS = Path("src/docs")
ORDER = ["commands", "study_file", "prices", "results", "methods", "figures", "glossary", "coverage"]
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #f4f4f2 } pre { padding: .7rem; overflow-x: auto }
table { border-collapse: collapse; display: block; overflow-x: auto } td, th { border: 1px solid #ccc; padding: .25rem .5rem; text-align: left; vertical-align: top }
section { border-top: 2px solid #ccc; margin-top: 3rem } nav ul { columns: 2 } a { color: #0b4f8a }
"""


def slug(text: str) -> str:
    """The anchor of a heading, as the documents name it in links."""
    kept = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return kept.replace(" ", "-")


def target(here: Path, link: str) -> str:
    """A link from one document to another as a link within the page."""
    if re.match(r"[a-z]+:", link):
        return link
    path, _, anchor = link.partition("#")
    name = (here.parent / path).resolve() if path else here.resolve()
    if name.suffix != ".md" or not name.is_relative_to(DOCS.resolve()):
        return "#top"
    return f"#{name.stem}--{anchor}" if anchor else f"#{name.stem}"


def document(path: Path) -> tuple[str, str]:
    """Title and HTML of a document."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(path.read_text(encoding="utf-8"))
    title, seen = path.stem, {}
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(t.content for t in tokens[i + 1].children or [] if t.type in ("text", "code_inline"))
            if token.tag == "h1":
                title = text
            name = slug(text)
            count = seen.get(name, 0)
            seen[name] = count + 1
            token.attrSet("id", f"{path.stem}--{name}" + (f"-{count}" if count else ""))
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", target(path, str(child.attrGet("href"))))
            # Pictures stand in the source; the words about them are enough here.
            if child.type == "image":
                child.type, child.tag = "text", ""
    return title, parser.renderer.render(tokens, parser.options, {})


def said(*arguments: str) -> str:
    run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True, env={"COLUMNS": "110"})
    return html.escape(run.stdout)


def main() -> None:
    paths = [DOCS / f"{name}.md" for name in ORDER] + sorted((DOCS / "decisions").glob("*.md"))
    parts = [(path.stem, *document(path)) for path in paths]
    commands = re.findall(r"^  ([a-z]+) +\S", html.unescape(said("help")).split("Commands:")[1].split("Options:")[0], re.M)
    helps = "".join(f'<h2 id="help--{c}">rettevej {c}</h2>\n<pre>{said("help", c)}</pre>\n' for c in commands if c != "help")
    parts.insert(1, ("help", "Help of every command", f"<h1>Help of every command</h1>\n<pre>{said('help')}</pre>\n{helps}"))
    version = said("--version").strip()
    print(f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{version}: manual</title>\n<style>{STYLE}</style>\n</head>')
    print(f'<body id="top">\n<h1>{version}: manual</h1>\n<nav><ul>')
    for name, title, _ in parts:
        print(f'<li><a href="#{name}">{html.escape(title)}</a></li>')
    print("</ul></nav>")
    for name, _, text in parts:
        print(f'<section id="{name}">\n{text}</section>')
    print("</body>\n</html>")
    links = set(re.findall(r'href="#([^"]+)"', "".join(text for *_, text in parts)))
    anchors = set(re.findall(r'id="([^"]+)"', "".join(text for *_, text in parts))) | {name for name, *_ in parts} | {"top"}
    for link in sorted(links - anchors):
        print(f"the manual has a link that leads nowhere: #{link}", file=sys.stderr)


main()

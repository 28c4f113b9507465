"""What the binary is made of: a CycloneDX list and the licences of every crate in it. components.py SOURCE TARGET LIST NOTICES"""
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

source, target, listed, notices = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])


def crates() -> list[tuple[str, str, str]]:
    """Name, version and licence of the crates that are linked in, our own first."""
    tree = ["cargo", "tree", "--offline", "--locked", "-e", "normal,no-proc-macro", "--target", target, "--prefix", "none", "-f", "{p}|{l}"]
    lines = subprocess.run(tree, cwd=source, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {}
    for line in lines:
        crate, _, licence = line.removesuffix(" (*)").partition("|")
        name, version = crate.split(" ")[:2]
        found[name, version.removeprefix("v")] = licence.removesuffix(" (*)").strip()
    return [(name, version, licence) for (name, version), licence in sorted(found.items())]


def main() -> None:
    lock = tomllib.loads((source / "Cargo.lock").read_text())
    sums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    ours = tomllib.loads((source / "Cargo.toml").read_text())["package"]
    components, texts, missing = [], [], []
    for name, version, licence in crates():
        if name == ours["name"]:
            continue
        component = {"type": "library", "name": name, "version": version, "purl": f"pkg:cargo/{name}@{version}"}
        if licence:
            component["licenses"] = [{"expression": licence.replace("/", " OR ")}]
        if sums.get((name, version)):
            component["hashes"] = [{"alg": "SHA-256", "content": sums[name, version]}]
        components.append(component)
        folder = source / "vendor" / f"{name}-{version}"
        files = sorted(p for p in folder.rglob("*") if p.is_file() and re.match(r"(?i)(licen[cs]e|copying|notice|unlicense)", p.name)
                       and p.suffix.lower() not in {".rs", ".py", ".toml"} and len(p.relative_to(folder).parts) <= 3)
        texts.append(f"{'=' * 100}\n{name} {version}: {licence or 'see below'}\n{'=' * 100}\n")
        for file in files:
            texts.append(f"--- {file.relative_to(folder)}\n\n{file.read_text(errors='replace').strip()}\n\n")
        if not files:
            missing.append(f"{name} {version}: {licence}")
            texts.append("(the crate comes without a text of its licence; the standard text of the licence named above holds)\n\n")
    for name, licence in [("Rust standard library", "MIT OR Apache-2.0"), ("musl libc", "MIT")]:
        components.append({"type": "library", "name": name, "licenses": [{"expression": licence}]})
    musl = Path("/usr/share/doc/musl/copyright")
    if musl.is_file():
        texts.append(f"{'=' * 100}\nmusl libc: MIT\n{'=' * 100}\n{musl.read_text(errors='replace')}\n")
    main_component = {"type": "application", "name": ours["name"], "version": ours["version"], "licenses": [{"expression": ours["license"]}]}
    # Neither a time nor a random number: the same source gives the same list.
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": main_component}, "components": components}
    listed.write_text(json.dumps(document, indent=1) + "\n")
    head = f"{ours['name']} {ours['version']} is {ours['license']} (LICENSE). It is made with the works below, under their own licences.\n\n"
    notices.write_text(head + "".join(texts))
    print(f"{len(components)} components; without a text of their own: {len(missing)}")
    for line in missing:
        print(f"  {line}")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Refuse an #include that points up, and two files of one name.  The order is ARCHITECTURE.md's."""
import pathlib
import re
import sys

LAYERS = [
    ["base"],
    ["crypto", "db", "policy"],
    ["schema", "ledger", "state"],
    ["view"],
    ["command", "query"],
    ["render"],
    ["net"],
    ["http", "peer"],
    ["cli"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def main(src: pathlib.Path) -> int:
    bad = 0
    stems: dict[str, pathlib.Path] = {}
    for path in sorted([*src.rglob("*.[ch]"), *src.rglob("*.def")]):
        rel = path.relative_to(src)
        if len(rel.parts) < 2:
            continue
        if rel.name in stems:
            print(f"{rel}: another file is called {rel.name}: {stems[rel.name]}")
            bad += 1
        stems[rel.name] = rel
        here = rel.parts[0]
        for target in INCLUDE.findall(path.read_text()):
            there = target.split("/")[0]
            if there not in RANK:
                print(f'{rel}: include "{target}" by its path under src/')
            elif RANK[there] > RANK[here] or (RANK[there] == RANK[here] and there != here):
                print(f"{rel}: {here} may not use {there} ({target})")
            else:
                continue
            bad += 1
    return bad != 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))

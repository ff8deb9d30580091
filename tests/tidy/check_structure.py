#!/usr/bin/env python3
"""Rules of the architecture that a compiler does not check. Usage: check_structure.py ROOT

Third-party headers have one place each; nothing below core joins the two executions; no file names a
machine's paths; the top level has no clutter."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
SOURCE_FOLDERS = ["compiler", "runtime", "cli", "bench", "tests", "tools"]
PLACES = [  # include pattern, folders that may have it
    (re.compile(r'#\s*include\s*[<"]antlr4'), ("compiler/syntax/",)),
    (re.compile(r'#\s*include\s*[<"]llvm'), ("compiler/llvm/",)),
    (re.compile(r'#\s*include\s*[<"]sqlite3'), ("runtime/store/", "bench/", "tests/")),
    (re.compile(r'#\s*include\s*[<"]CLI/'), ("cli/main.cpp",)),
    (re.compile(r'#\s*include\s*"compiler/'), ("compiler/", "cli/", "bench/", "tests/", "tools/")),
]
INTERPRET_NEVER = re.compile(r'#\s*include\s*"(compiler/(plan|llvm)|runtime/kernels)/')
COMPILED_NEVER = re.compile(r'#\s*include\s*"compiler/interpret/')
ALLOWED_TOP = {"CMakeLists.txt", "CMakePresets.json", "README.md", "README.zh.md", "LICENSE", "CONTRIBUTING.md",
               "CHANGELOG.md", ".gitignore", ".clang-format", ".clang-tidy", ".ci", ".git", "grammar", "compiler",
               "runtime", "stdlib", "examples", "tests", "docs", "cli", "bench", "tools", "cmake", "build", ".cache"}
findings = []
for folder in SOURCE_FOLDERS:
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in {".h", ".cpp", ".c"}:
            continue
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for pattern, places in PLACES:
                if pattern.search(line) and not name.startswith(places):
                    findings.append(f"{name}:{number}: this header belongs to {', '.join(places)}")
            if name.startswith("compiler/interpret/") and INTERPRET_NEVER.search(line):
                findings.append(f"{name}:{number}: the reference evaluator uses the compiled side")
            if name.startswith(("compiler/plan/", "compiler/llvm/", "runtime/")) and COMPILED_NEVER.search(line):
                findings.append(f"{name}:{number}: the compiled side uses the reference evaluator")
for entry in root.iterdir():
    if entry.name not in ALLOWED_TOP:
        findings.append(f"{entry.name}: not part of the top level")
for finding in findings:
    print(finding)
print(f"{0 if findings else 1} passed, {len(findings)} failed")
sys.exit(1 if findings else 0)

#!/usr/bin/env python3
"""Every kind of finding is shown by a test: its code stands in an expected output under tests/ or examples/,
or its name (or code) in a unit test; and something reports it.

    tests/tidy/check_kinds.py [ROOT]
"""
import pathlib
import re
import sys

# Kinds that no case can bring about, and why.
WITHOUT_CASE = {
    'grammar_failed': 'two parsers of the same grammar disagree: no sentence is known that they read differently',
}


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    kinds = {}
    problems = []
    for path in sorted((root / 'compiler' / 'diagnostics').glob('kinds_*.def')):
        for code, slug in re.findall(r'^CLAUSAL_KIND\((\d+), (\w+),', path.read_text(encoding='utf-8'), re.M):
            if code in kinds.values():
                problems.append(f'CL{code} is two kinds: {slug} and another')
            kinds[slug] = code
    shown_codes = set()
    for folder in ('tests', 'examples'):
        for path in (root / folder).rglob('expected.*'):
            shown_codes.update(re.findall(r'CL(\d{3})', path.read_text(encoding='utf-8', errors='replace')))
    # What the runners of cases make themselves, and unit tests.
    tests = [root / 'tools' / 'golden', *(root / 'tests' / 'unit').rglob('*.cpp'),
             *(root / 'tests' / 'unit').rglob('*.h'), *(root / 'tests' / 'unit').rglob('*.py')]
    text = '\n'.join(path.read_text(encoding='utf-8', errors='replace') for path in tests)
    shown_codes.update(re.findall(r'CL(\d{3})', text))
    words = {word for pair in re.findall(r'[kK]ind::(\w+)|"(\w+)"', text) for word in pair}
    sources = '\n'.join(path.read_text(encoding='utf-8', errors='replace') for folder in ('compiler', 'runtime', 'cli')
                        for path in (root / folder).rglob('*.cpp'))
    reported = set(re.findall(r'(?:kind|DataKind)::(\w+)', sources))
    for slug, code in sorted(kinds.items(), key=lambda kind: kind[1]):
        shown = code in shown_codes or slug in words
        if shown and slug in WITHOUT_CASE:
            problems.append(f'CL{code} {slug} has a test; take it out of WITHOUT_CASE')
        if not shown and slug not in WITHOUT_CASE:
            problems.append(f'CL{code} {slug} is shown by no test')
        if slug not in reported:
            problems.append(f'CL{code} {slug} is reported by nothing; delete it')
    problems += [f'{slug} in WITHOUT_CASE is no kind' for slug in WITHOUT_CASE if slug not in kinds]
    print('\n'.join(problems) if problems else f'{len(kinds)} kinds of findings, each shown by a test')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())

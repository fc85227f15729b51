"""``python -m tests.benchmarks``: what a GET of a call costs, and what a storm does to one."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

QUICK = {"rounds": 3, "seconds": 0.02, "storms": [(50, 4, 0.01), (4, 25, 0.0)]}
FULL = {"rounds": 9, "seconds": 0.1, "storms": [(50, 20, 0.03), (4, 150, 0.0)]}


def main():
    """Measure, print, and say by the exit code whether all is well."""
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    # Only now: they need the settings.
    from tests.benchmarks import database, get_call, report, storm

    effort = QUICK if options.quick else FULL
    with database.throwaway():
        heading = report.heading()
        print(f"{heading}\n")
        print(f"GET /call/{{token}}: CPU per request, {effort['rounds']} interleaved rounds\n")
        rows, verdicts = get_call.run(number_of_rounds=effort["rounds"], seconds=effort["seconds"])
        print(*report.costs(rows), "", *report.verdicts(verdicts), sep="\n")
        print("\nJoin/leave storm: real threads, one call\n")
        storms = [
            storm.run(approach, storm.Weather(*weather))
            for weather in effort["storms"]
            for approach in (storm.OURS, storm.CONDITIONAL)
        ]
        print(*report.storms(storms), sep="\n")

    broken = [each for each in storms if each.approach == storm.OURS and not each.is_calm]
    missed = [each for each in verdicts if each.clearly_missed and not options.quick]
    if options.json:
        results = {
            "with": heading,
            "quick": options.quick,
            "costs": rows,
            "targets": [asdict(each) | {"verdict": each.text} for each in verdicts],
            "storms": [storm.summary(each) for each in storms],
        }
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 1 if broken or missed else 0


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few rounds: shows that everything runs, judges no ratio",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

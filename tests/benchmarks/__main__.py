"""``python -m tests.benchmarks``: what a call costs, and what waiting for one does."""

import argparse
import json
import os
import sys
from pathlib import Path

import django

QUICK = {"rounds": 3, "seconds": 0.02, "storms": [(50, 4, 0.01), (4, 25, 0.0)]}
FULL = {"rounds": 9, "seconds": 0.1, "storms": [(50, 20, 0.03), (4, 150, 0.0)]}
PARTS = ["get-call", "storm", "polls"]


def main():
    """Measure, print, and say by the exit code whether all is well."""
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    # Only now: it needs the settings.
    from tests.benchmarks import database, report

    with database.throwaway():
        results = {"with": report.heading(), "quick": options.quick}
        print(f"{results['with']}\n")
        parts = [_PARTS[name](options, results) for name in options.only or PARTS]
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0 if all(parts) else 1


def _get_call(options, results):
    from tests.benchmarks import get_call, report

    effort = QUICK if options.quick else FULL
    print(f"GET /call/{{token}}: CPU per request, {effort['rounds']} interleaved rounds\n")
    rows, verdicts = get_call.run(number_of_rounds=effort["rounds"], seconds=effort["seconds"])
    print(*report.costs(rows), "", *report.verdicts(verdicts), "", sep="\n")
    results["costs"] = rows
    return _judge(verdicts, options, results)


def _storm(options, results):
    from tests.benchmarks import report, storm

    print("Join/leave storm: real threads, one call\n")
    storms = [
        storm.run(approach, storm.Weather(*weather))
        for weather in (QUICK if options.quick else FULL)["storms"]
        for approach in (storm.OURS, storm.CONDITIONAL)
    ]
    print(*report.storms(storms), "", sep="\n")
    results["storms"] = [storm.summary(each) for each in storms]
    return all(each.is_calm for each in storms if each.approach == storm.OURS)


def _polls(options, results):
    from tests.benchmarks import report
    from tests.benchmarks.polls import effort, rows

    print("Polls: one server process, clients in another\n")
    verdicts = []
    for name in options.row or rows.ROWS:
        found = rows.ROWS[name](effort.QUICK if options.quick else effort.FULL)
        print(*report.verdicts(found, heading=not verdicts), sep="\n", flush=True)
        verdicts += found
    return _judge(verdicts, options, results)


def _judge(verdicts, options, results):
    results.setdefault("targets", []).extend(each.summary for each in verdicts)
    return not any(each.clearly_missed for each in verdicts if each.exact or not options.quick)


_PARTS = {"get-call": _get_call, "storm": _storm, "polls": _polls}


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few rounds: shows that everything runs, judges no ratio",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--row", action="append", metavar="ROW", help="of polls, only this row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

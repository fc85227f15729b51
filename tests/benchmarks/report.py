"""What the command prints."""

import platform
from dataclasses import asdict
from importlib import metadata

from tests.benchmarks import database


def heading():
    """What was measured with what."""
    packages = ["django", "djangorestframework", "orjson", "uvicorn"]
    if "PostgreSQL" in database.version():
        packages.append("psycopg")
    versions = [f"{name} {_version(name)}" for name in packages]
    return ", ".join([database.version(), f"Python {platform.python_version()}", *versions])


def _version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def costs(rows):
    """The table of CPU per request."""
    yield (
        f"{'peers':>5}  {'way of asking':<33}{'queries':>7}{'CPU µs':>9}"
        f"{'/ bare view':>17}{'/ ModelSerializer':>20}"
    )
    previous = None
    for row in rows:
        if row["peers"] != previous:
            yield ""
            previous = row["peers"]
        yield (
            f"{row['peers']:>5}  {row['way']:<33}{row['queries'] or '(2)':>7}"
            f"{row['microseconds']:>9.0f}"
            f"{_ratio(row['to_bare']):>17}{_ratio(row['to_model_serializer']):>20}"
        )


def verdicts(found, *, heading=True):
    """The table of targets."""
    if heading:
        yield f"{'what':<74}{'bound':>8}{'measured':>18}"
    for verdict in found:
        bound = f"{'≥' if verdict.at_least else '≤'} {verdict.bound:g}"
        measured = _ratio(asdict(verdict.measured))
        yield f"{verdict.what:<74}{bound:>8}{measured:>18}  {verdict.text}"
        if verdict.figures:
            yield f"{'':>4}{verdict.figures}"


def storms(found):
    """The table of join/leave storms."""
    yield (
        f"{'clients':>7}  {'approach':<26}{'operations':>10}{'anomalies':>10}{'errors':>7}"
        f"{'left over':>10}{'starts':>7}{'- ends':>7}{'p50 ms':>8}{'p99 ms':>8}{'ops/s':>7}"
    )
    for storm in found:
        yield (
            f"{storm.weather.clients:>7}  {storm.approach:<26}{len(storm.latencies):>10}"
            f"{storm.anomalies:>10}{len(storm.errors):>7}{storm.left_over:>10}"
            f"{storm.starts:>7}{storm.starts - storm.ends:>7}"
            f"{storm.percentile(0.5) * 1000:>8.1f}{storm.percentile(0.99) * 1000:>8.1f}"
            f"{storm.per_second:>7.0f}"
        )
        for error in sorted(set(storm.errors))[:3]:
            yield f"{'':>9}{error[:100]}"


def _ratio(spread):
    return f"{spread['middle']:.2f} ±{spread['half_width']:.2f}"

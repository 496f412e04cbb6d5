"""Run the DAG of a file to its end, as ``airflow dags test`` does; exits with 1 unless it succeeds.

python -m tools.benchmarks.run_dag FILE
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run it."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(sys.argv[1])
    if bag.import_errors:
        print(bag.import_errors, file=sys.stderr)
        return 1
    (dag,) = bag.dags.values()
    return 0 if str(dag.test().state) == "success" else 1


if __name__ == "__main__":
    raise SystemExit(main())

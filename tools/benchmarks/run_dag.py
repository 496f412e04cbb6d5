"""Run the DAG in a file, as ``airflow dags test`` does. The exit status is 1 unless the run succeeds.

python -m tools.benchmarks.run_dag FILE
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the DAG in the file given on the command line."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(sys.argv[1])
    if bag.import_errors:
        print(bag.import_errors, file=sys.stderr)
        return 1
    (dag,) = bag.dags.values()
    return 0 if str(dag.test().state) == "success" else 1


if __name__ == "__main__":
    raise SystemExit(main())

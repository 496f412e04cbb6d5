"""What all tests share. It runs before Airflow is first imported."""

from __future__ import annotations

import os
import tempfile

# A home of its own for the Airflow inside the test process, and none of the settings of whoever runs it.
for _name in [name for name in os.environ if name.startswith("AIRFLOW_") or name == "AIRFLOW_HOME"]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
}

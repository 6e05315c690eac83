"""Anonymeter on a product: python anonymeter-attacks.py ORIGINAL.csv PRODUCT.csv CONTROL.csv ATTACKS.

Prints JSON: CPU and wall seconds of each evaluator, and its risk with interval (pip install anonymeter).
"""
import json
import sys
import time
import warnings

import pandas as pd

warnings.filterwarnings("ignore")
start_wall, start_cpu = time.perf_counter(), time.process_time()
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator  # noqa: E402

load = {"wall": time.perf_counter() - start_wall, "cpu": time.process_time() - start_cpu}


def read(path):
    frame = pd.read_csv(path)
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].astype(object)
    return frame


ori, syn, control = (read(path) for path in sys.argv[1:4])
attacks = int(sys.argv[4])
columns = list(ori.columns)
half = len(columns) // 2


def timed(name, make):
    wall, cpu = time.perf_counter(), time.process_time()
    out = {"name": name}
    try:
        evaluator = make()
        evaluator.evaluate()
        risk = evaluator.risk()
        out["risk"] = risk.value
        out["interval"] = list(risk.ci)
    except Exception as error:  # an evaluator that refuses the table is a result, too
        out["error"] = type(error).__name__
    out["cpu"] = time.process_time() - cpu
    out["wall"] = time.perf_counter() - wall
    return out


results = [
    timed("singling out, univariate", lambda: SinglingOutEvaluator(ori=ori, syn=syn, control=control, n_attacks=attacks)),
    timed(
        "linkability",
        lambda: LinkabilityEvaluator(
            ori=ori, syn=syn, control=control, n_attacks=attacks, aux_cols=(columns[:half], columns[half:]), n_neighbors=1
        ),
    ),
]
for secret in columns:
    results.append(
        timed(
            "inference of " + secret,
            lambda: InferenceEvaluator(
                ori=ori,
                syn=syn,
                control=control,
                n_attacks=attacks,
                aux_cols=[name for name in columns if name != secret],
                secret=secret,
            ),
        )
    )
print(json.dumps({"load": load, "results": results, "cpu": time.process_time(), "wall": time.perf_counter() - start_wall}))

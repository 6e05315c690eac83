"""CPU seconds of OpenDP's vector mechanisms: python opendp-samplers.py laplace|gaussian SCALE N (pip install opendp)."""
import sys
import time

import opendp.prelude as dp

dp.enable_features("contrib", "honest-but-curious")
kind, scale, n = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
domain = dp.vector_domain(dp.atom_domain(T="i64"))
if kind == "laplace":
    mechanism = dp.m.make_laplace(domain, dp.l1_distance(T="i64"), scale=scale)
else:
    mechanism = dp.m.make_gaussian(domain, dp.l2_distance(T="f64"), scale=scale)
values = [0] * n
mechanism(values[:10])
start = time.process_time()
mechanism(values)
print(time.process_time() - start)

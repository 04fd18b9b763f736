"""Verify an exported ranking without the product and without a database.

    python3 tools/verify_run RUN.ndjson[.gz]

or, as one file to hand on: `python3 -m zipapp tools/verify_run -o verify_run.pyz`, then
`python3 verify_run.pyz RUN.ndjson.gz`.
"""

import sys

from ranking_proof.command import main

sys.exit(main(sys.argv[1:]))

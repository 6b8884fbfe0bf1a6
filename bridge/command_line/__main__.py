"""``python -m bridge.command_line`` is ``clipkin``."""

import sys

from bridge.command_line.main import main

sys.exit(main())

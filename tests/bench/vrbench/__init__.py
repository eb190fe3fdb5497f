# SPDX-License-Identifier: GPL-2.0
"""The parts of tests/bench; see its README.md."""

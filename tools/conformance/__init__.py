"""Measures the engine by public test suites for ``docs/conformance.md``; SpiffWorkflow as it comes runs beside it."""

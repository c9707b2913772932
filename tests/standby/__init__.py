"""`python -m MODULE` without its start: a copy of a process that has loaded the whole command.

A run has descriptors, a folder, an environment, signals, an exit code and an end of its own, as
any process has. What it lacks is the start (options of Python, variables that Python reads, and
imports), the wait for the disk (`tests/disk.py`), and the last step of the end, in which Python
takes its modules apart. A test that shows one of these starts a Python.
"""

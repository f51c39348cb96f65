"""Runs a function over hostile content in an isolated process.

    run          the caller's side: starts the process, passes a request, waits, checks the answer
    child        the process: drops everything below, then calls the function
    environment  no tokens, no addresses: only what Python needs
    parent       the process ends with the one that started it
    privileges   a user namespace of its own, no capabilities, not readable by others
    landlock     files: reads its code and the given paths, writes the given folders (Linux 5.13)
    filter       seccomp: no network, no programs, no processes, nothing that reaches another process
    limits       memory, processor time, size of files, number of threads

Landlock and the user namespace depend on the kernel and its configuration; the other measures are required.
docs/hostile-files.md says which attacks each of them stops.
"""

"""`make gpu-check`: what Sokhan does on a CUDA device, within a fixed time.

`__main__` says which parts there are and how long each may take, `parts` runs them, and each part has a file: `speed`,
`resume`, `shared`, `synthesis`, `memory`, `speak`. Whatever loads a model runs in a process of its own
(`processes`, `worker`), so that neither an error of CUDA nor a hang ends the check. Files in the folder of `OUT`:

result.json     all figures, with the versions and the device
table.md        the printed table
curves.csv      step, seconds, key and value of the last part's run
voice/          the voice of the last part's run
sample.wav      its three sample sentences
"""

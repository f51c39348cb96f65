"""A run's process: `python -m services.trainer.child`. It uses the protocol of `interface/protocol.py`."""

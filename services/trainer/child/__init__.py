"""A run's own process: `python -m services.trainer.child`. It speaks the protocol of `protocol` on stdin and stdout."""

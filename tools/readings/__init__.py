"""Trains the models of `shared.persian.readings`. Each script is seeded and writes the same bytes again."""

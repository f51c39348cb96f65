"""Readings: the ezafe and the IPA of each word of a normalized sentence, and their source."""

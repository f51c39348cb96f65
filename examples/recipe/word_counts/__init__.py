"""A recipe for Sokhan: a unigram model of words."""

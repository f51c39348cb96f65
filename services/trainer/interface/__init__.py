"""The interface of recipes: their declaration, their task, and the run's messages. It imports no recipe."""

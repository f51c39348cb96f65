"""What a recipe is written against: its declaration, its task, and the run's messages. It imports no recipe."""

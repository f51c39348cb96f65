"""`make demo`: the platform's main job from an empty folder to a spoken sentence."""

"""The Persian text front-end. Training and synthesis share it, so a voice gets the input that it was trained on.

`frontend` has the whole pipeline; who needs a part of it, such as `speakable`, does not wait for the rest.
"""

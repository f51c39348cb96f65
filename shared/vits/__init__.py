"""Coqui's VITS, as training and synthesis use it.

A voice is a folder:

    <voice>/
      config.json         VoiceConfig: an allow-list of fields, in Coqui's format
      model.safetensors   the generator's weights; no file is a pickle
      voice.json          VoiceInfo (shared/products): name, language, origin

`config`, `presets` and `tokens` import without torch; `compat`, `model` and `audio` need it.
"""

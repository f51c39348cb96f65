"""What training and synthesis share of Coqui's VITS.

A voice is a folder:

    <voice>/
      config.json         VoiceConfig: our own allow-list, Coqui-shaped enough to be recognised
      model.safetensors   the generator's weights; nothing here is ever pickled
      voice.json          VoiceInfo (shared/products): name, language, where it came from

`config`, `presets` and `tokens` import without torch; `compat`, `model` and `audio` need it.
"""

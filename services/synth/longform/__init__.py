"""Long texts as jobs: read aloud chapter by chapter into one file, with subtitles."""

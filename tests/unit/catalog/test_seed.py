"""The seed file as it is, and what becomes of an entry when a later version of it comes."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.catalog import merged, read_seed
from shared.contracts.catalog import CatalogEntry, Words
from shared.hub import license_class

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PROMISED = {
    "Kamtera/persian-tts-male-vits", "Kamtera/persian-tts-female-vits", "HooshvareLab/bert-fa-base-uncased",
    "persiannlp/mt5-small-parsinlu-squad-reading-comprehension", "persiannlp/parsinlu_reading_comprehension",
    "mozilla-foundation/common_voice_13_0", "HooshvareLab/pn_summary", "persiannlp/parsinlu_translation_fa_en",
    "facebook/mms-tts-fas", "rhasspy/piper-fa_IR-amir", "rhasspy/piper-fa_IR-ganji", "rhasspy/piper-fa_IR-gyro",
    "rhasspy/piper-fa_IR-reza_ibrahim", "MahtaFetrat/Mana-TTS", "MahtaFetrat/GPTInformal-Persian", "Kamtera/ParsiGoo",
    "MahtaFetrat/HomoRich-G2P-Persian",
}  # fmt: skip


def entry(**changes: object) -> CatalogEntry:
    return CatalogEntry.model_validate({"id": "ns/a", "repo_id": "ns/a", "kind": "tts", "origin": "seed", **changes})


def test_what_was_promised_is_in_the_seed_with_words_in_both_languages() -> None:
    entries = {entry.id: entry for entry in read_seed()}
    assert set(entries) == PROMISED
    for found in entries.values():
        assert found.origin == "seed"
        assert all((found.name.fa, found.name.en, found.description.fa, found.description.en)), found.id
        assert found.tags
        assert found.language


def test_the_seed_names_what_nobody_confirmed() -> None:
    for found in read_seed():
        assert set(found.unverified) <= set(CatalogEntry.model_fields), found.id
        assert found.size is not None or "size" in found.unverified, found.id
        assert found.license is not None or "license" in found.unverified, found.id
        assert found.license_class == license_class(found.license, gated=False), found.id
        assert found.commit is None, "a commit is pinned by a refresh, not from memory"


def test_a_voice_with_several_weights_says_which_belong_together() -> None:
    kamtera = [found for found in read_seed() if found.id.startswith("Kamtera/persian-tts")]
    assert len(kamtera) == 2
    for found in kamtera:
        assert found.pairs
        assert "pairs" in found.unverified


def test_a_part_of_a_repository_has_an_id_of_its_own() -> None:
    parts = [found for found in read_seed() if found.repo_id == "rhasspy/piper-voices"]
    assert len(parts) == 4
    assert all(found.include and found.id != found.repo_id for found in parts)


def test_new_words_of_the_seed_reach_an_entry_that_nobody_edited() -> None:
    assert merged(entry(name=Words(en="new")), entry(name=Words(en="old"), updated_at=NOW)).name.en == "new"


def test_what_an_admin_edited_stays() -> None:
    edited = entry(name=Words(en="mine"), origin="admin")
    assert merged(entry(name=Words(en="new")), edited) == edited


def test_what_a_refresh_found_stays() -> None:
    found = entry(commit="a" * 40, size=7, license="mit", license_class="free", refreshed_at=NOW)
    fresh = merged(entry(name=Words(en="new"), license=None, unverified=("license",)), found)
    assert (fresh.commit, fresh.size, fresh.license, fresh.unverified) == ("a" * 40, 7, "mit", ())
    assert fresh.name.en == "new"


def test_findings_about_another_source_are_dropped() -> None:
    found = entry(commit="a" * 40, size=7, refreshed_at=NOW)
    fresh = merged(entry(repo_id="ns/moved"), found)
    assert (fresh.commit, fresh.size, fresh.refreshed_at) == (None, None, None)
    assert merged(entry(include=("*.onnx",)), found).commit is None


def test_nothing_new_is_no_change() -> None:
    known = entry(updated_at=NOW)
    assert merged(entry(), known) == known

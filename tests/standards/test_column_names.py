"""People read names of tables and columns, in both languages, never those of the machine."""

from __future__ import annotations

from collections import Counter

from junheng.model.tables import TABLES


def test_every_table_and_column_has_a_name_in_both_languages_and_no_two_the_same() -> None:
    for table in TABLES.values():
        for thing in (table, *table.columns):
            assert thing.zh, thing.name
            assert thing.en, thing.name
            assert "_" not in thing.label.say("en")
            assert thing.label.say("en")[0].isupper()
        for language in ("zh", "en"):
            names = Counter(column.label.say(language) for column in table.columns)
            assert names.most_common(1)[0][1] == 1, (table.name, language)

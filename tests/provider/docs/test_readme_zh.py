"""README.zh-CN.md: it has all of README.md, and nothing else."""

from __future__ import annotations

import pytest

from tests.provider.docs.pages import CLAIMED, README, TRANSLATION, Block, blocks_of, text_of
from tests.provider.docs.translation import differences

# Run where README's are: they are the same.
CLAIMED.update(
    block
    for block in blocks_of(TRANSLATION)
    if Block(README, block.language, block.text) in blocks_of(README)
)


def test_it_says_the_same() -> None:
    found = differences(text_of(README), text_of(TRANSLATION))
    assert not found, "\n".join(found)


def test_each_leads_to_the_other_in_its_first_lines() -> None:
    for page, other in ((README, TRANSLATION), (TRANSLATION, README)):
        assert f"]({other})" in "\n".join(text_of(page).splitlines()[:4])


ROW = "| `events.UpdateEventOperator` | changes one | its id |\n"


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("make demo\n", "make show\n", "See it run, code block: ```shell\nmake show\n"),
        ('"region": "china"', '"region": "cn"', "Connection, code block: ```shell\nexport"),
        (ROW, "", "Operators: 1 paragraph, 19 table row, 1 paragraph, translated: 1 paragraph, 20 table row"),
        (ROW, f"{ROW[:-1]} more |\n", "Operators, table row: 4 cells, translated: 3"),
        (
            "XCom `sync_token`",
            "XCom `token`",
            "Operators, table row: code ['token'], translated: ['sync_token']",
        ),
        ("fixture `dingtalk_emulator`", "fixture `ding`", "code ['ding', 'emulator'], translated: ["),
        ("## Operators\n", "### Operators\n", "sections: # airflow-provider-dingtalk"),
        ("## Documentation\n", "", "## Work on it = ## 实测, none = ## 参与开发"),
        ("## Work on it\n", "## Measured\n\nFast.\n\n## Work on it\n", "## Measured = ## 参与开发"),
        ("(docs/cost.md)", "(docs/costs.md)", "links ['docs/costs.md'], translated: ['docs/cost.md']"),
        ("([below](#connection))", "([below](#use-it))", "links ['#2'], translated: ['#3']"),
        ("add-api-permission)", "api)", "'https://help.dingtalk.io/open/development/api'], translated: "),
        ("5,000 a month", "6,000 a month", "Test your own DAGs, paragraph: not translated: ['6,000']"),
        ("Calendar.Event.Read", "Calendar.Event.Write", "not translated: ['Calendar.Event.Write']"),
        ("`make constraints` renews", "\n\n`make constraints`", "3 paragraph, translated: 2 paragraph"),
    ],
)
def test_a_change_of_the_readme_alone_is_found(was: str, becomes: str, told: str) -> None:
    changed = text_of(README).replace(was, becomes)
    assert changed != text_of(README)
    found = "\n".join(differences(changed, text_of(TRANSLATION)))
    assert told in found

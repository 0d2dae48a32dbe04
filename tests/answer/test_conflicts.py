"""Articles that give different figures for one thing are all quoted, in a table, and none is preferred."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.index.build import build
from tests.answer.made import Says
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder
from ui.dossier import answer_of, turn_json
from ui.export import answer_json, markdown
from ui.turns import Turn
from ui.web.escape import esc
from ui.web.render import answer_steps

FIRST = {
    "id": "reservoir-1",
    "title": "青山水库提前动工",
    "date": "1958-03-02",
    "page": 2,
    "lang": "zh",
    "text": "红星公社青山水库工地上人山人海。参加青山水库修建的民工共有三千二百人。工地上办起了食堂和医务室。",
}
LATER = {
    "id": "reservoir-2",
    "title": "青山水库修建工程进展迅速",
    "date": "1958-05-20",
    "page": 4,
    "lang": "zh",
    "text": "青山水库的修建工程进展迅速。参加青山水库修建的民工共有五千人。大坝已经筑到二十米高。",
}
ENGLISH = [
    {**FIRST, "id": "dam-1", "lang": "en", "title": "Work on the Greenhill Dam begins early",
     "text": "The site of the Greenhill Dam is full of people. A total of 3,200 peasants took part in building the "
             "Greenhill Dam. A canteen and a clinic were opened at the site."},
    {**LATER, "id": "dam-2", "lang": "en", "title": "Greenhill Dam makes fast progress",
     "text": "Building of the Greenhill Dam goes forward fast. A total of 5,000 peasants took part in building the "
             "Greenhill Dam. The wall has risen to twenty metres."},
]  # fmt: skip
ASKED = {"zh": "参加青山水库修建的民工共有多少人？", "en": "How many peasants took part in building the Greenhill Dam?"}


@pytest.fixture(scope="module")
def dams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("dams")
    lines = (json.dumps(article, ensure_ascii=False) for article in (FIRST, LATER, *ENGLISH))
    (folder / "dams.jsonl").write_text("\n".join(lines), encoding="utf-8")
    embedder = HashEmbedder()
    build(sources([folder, SEEDS], max_bytes=5_000_000), folder / "store", embedder, sources=[str(folder)])
    reader = Says(
        {"三千二百": 4.0, "五千人": 3.0, "3,200": 4.0, "5,000": 3.0}, ["三千二百人", "五千人", "3,200", "5,000"]
    )
    archive = Archive.open(folder / "store", embedder=embedder, reader=reader)
    yield archive
    archive.close()


@pytest.mark.parametrize(
    ("lang", "figures"), [("zh", ["三千二百人", "五千人"]), ("en", ["3,200 peasants", "5,000 peasants"])]
)
def test_both_figures_are_quoted_with_their_dates(dams: Archive, lang: str, figures: list[str]) -> None:
    answer = dams.ask(ASKED[lang])
    assert answer.answered
    assert [any(f.startswith(v.text) for f in figures) for v in answer.values] == [True, True]
    assert len({v.text for v in answer.values}) == 2
    cited = {c.number: c for c in answer.citations}
    dates = [cited[v.citation].article.date for v in answer.values]
    assert [str(day) for day in dates] == ["1958-03-02", "1958-05-20"]
    for value in answer.values:
        article = cited[value.citation].article
        assert article.bodies[value.lang][value.start : value.end] == value.text
        assert f"[{value.citation}]" in answer.text
    assert answer.warnings


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_is_in_every_form_of_the_answer(dams: Archive, lang: str) -> None:
    answer = dams.ask(ASKED[lang])
    first, second = (value.text for value in answer.values)
    rows = [line for line in markdown(answer).splitlines() if line.startswith("|")]
    assert len(rows) == 4 and first in rows[2] and second in rows[3]
    assert [one["text"] for one in answer_json(answer)["values"]] == [first, second]
    page = answer_steps(answer, 1)[-1]
    assert page.count("<tr>") == 3 and f">{esc(first)}</td>" in page
    kept = answer_of(Turn.model_validate(turn_json(answer)), dams)
    assert kept.values == answer.values

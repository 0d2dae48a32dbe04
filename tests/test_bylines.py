"""Bylines: who wrote, one by one, and who is no person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.bylines import authors

PERSONS = {
    "朱有仁": ["朱有仁"],
    "朱有仁 (Zhu Youren)": ["朱有仁=Zhu Youren"],
    "朱有仁（Zhu Youren）": ["朱有仁=Zhu Youren"],
    "Zhu Youren (朱有仁)": ["朱有仁=Zhu Youren"],
    "Zhu Youren 朱有仁": ["朱有仁=Zhu Youren"],
    "朱有仁/Zhu Youren": ["朱有仁=Zhu Youren"],
    "·朱有仁·": ["朱有仁"],
    "陈娟美  冀连波 (Chen Juanmei, Ji Lianbo)": ["陈娟美=Chen Juanmei", "冀连波=Ji Lianbo"],
    "王平、李明、赵四": ["王平", "李明", "赵四"],
    "王平, 李明": ["王平", "李明"],
    "王平；李明": ["王平", "李明"],
    "王平和李明": ["王平", "李明"],
    "李和平": ["李和平"],
    "和谷岩": ["和谷岩"],
    "王　平": ["王平"],
    "王　平　李小明": ["王平", "李小明"],
    "王　平、李　明 (Wang Ping and Li Ming)": ["王平=Wang Ping", "李明=Li Ming"],
    "中士　谢礼标 (Xie Libiao)": ["谢礼标=Xie Libiao"],
    "矿工　李萍 (Li Ping)": ["李萍=Li Ping"],
    "法国　大卫·迪奥普": ["大卫·迪奥普"],
    "欧阳予倩　司马文森": ["欧阳予倩", "司马文森"],
    "本报驻莫斯科记者　李何": ["李何"],
    "新华社记者李明摄": ["李明"],
    "新华社记者 李明、本报记者 王平": ["李明", "王平"],
    "王平（文） 李明（图）": ["王平", "李明"],
    "王平、李明 (Li Ming)": ["王平", "李明=Li Ming"],  # the translation dropped one
    "朱有仁 (Zhu Youren), 李萍 (Li Ping)": ["朱有仁=Zhu Youren", "李萍=Li Ping"],
    "王平等": ["王平", "{等}"],
    "Wang Ping, Li Ming": ["Wang Ping", "Li Ming"],
    "Wang Ping and Edgar Snow": ["Wang Ping", "Edgar Snow"],
    "Wang Ping, Li Ming, and Anna Louise Strong": ["Wang Ping", "Li Ming", "Anna Louise Strong"],
    "Snow, Edgar": ["Edgar Snow"],
    "Wang, Ping; Zhou, Enlai": ["Wang Ping", "Zhou Enlai"],
    "By our staff reporter Li Ming": ["Li Ming"],
    "Xinhua News Agency reporter Li Ming": ["Li Ming"],
    "Photo by Li Ming": ["Li Ming"],
    "Wang Ping et al.": ["Wang Ping", "{et al.}"],
}
BODIES = {
    "新华社": ["{新华社}"],
    "新华社记者 (Xinhua News Agency)": ["{新华社}=Xinhua News Agency"],
    "新华社、塔斯社": ["{新华社}", "{塔斯社}"],
    "新华社 王平": ["{新华社}", "王平"],
    "本报评论员": ["{本报评论员}"],
    "北京市公共汽车公司": ["{北京市公共汽车公司}"],
    "河南省鲁山县　人民委员会": ["{河南省鲁山县人民委员会}"],
    "中国科学院 张三": ["{中国科学院}", "张三"],
    "TASS": ["{TASS}"],
    "Tass, Reuters": ["{Tass}", "{Reuters}"],
    "Our reporter": ["{Our reporter}"],
    "Ministry of Posts and Telecommunications": ["{Ministry of Posts and Telecommunications}"],
    "People's Daily Editorial Department": ["{People's Daily Editorial Department}"],
}


@pytest.mark.parametrize(("byline", "names"), [*PERSONS.items(), *BODIES.items()])
def test_the_authors_of_a_byline(byline: str, names: list[str]) -> None:
    found = [
        (f"{{{one.name}}}" if one.is_body else one.name) + (f"={one.other}" if one.other else "")
        for one in authors(byline)
    ]
    assert found == names


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("王平", "王", "平"),
        ("欧阳予倩", "欧阳", "予倩"),
        ("大卫·迪奥普", "大卫·迪奥普", ""),
        ("赫鲁晓夫", "赫鲁晓夫", ""),
        ("Wang Ping", "Wang", "Ping"),
        ("Edgar Snow", "Snow", "Edgar"),
        ("Anna Louise Strong", "Strong", "Anna Louise"),
        ("Mao Tse-tung", "Mao", "Tse-tung"),
        ("Chou En-lai", "Chou", "En-lai"),
        ("Zixi", "Zixi", ""),
    ],
)
def test_the_family_name_of_a_person(name: str, family: str, given: str) -> None:
    (author,) = authors(name)
    assert (author.name, author.family, author.given) == (name, family, given)


@pytest.mark.parametrize("byline", [None, "", "  \u3000", "()", "、"])
def test_nobody_is_named(byline: str | None) -> None:
    assert authors(byline) == ()


@pytest.mark.fuzz
@given(st.text(alphabet="王平李明和、 \u3000()（）,;&ABcd记者新华社等·\n", max_size=40))
def test_any_byline_gives_names_that_say_something(byline: str) -> None:
    assert all(one.name.strip() for one in authors(byline))

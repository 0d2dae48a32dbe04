"""A Chinese name spelt as another is told; abbreviations and foreign names are not judged."""

from __future__ import annotations

import pytest

from rag.translation.foreign import likeness
from rag.translation.names import misnamed


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("任命徐思铎为参赞", "appointed Xu Sidu as counsellor"),
        ("李聚奎上将在座", "General Li Juikui was present"),
        ("安东化学纤维厂正在改建", "The Anshan Chemical Fiber Factory is being rebuilt"),
        ("哥伦比亚大学副教授利德曼说", "Professor Lederman of Columbia University said"),
        ("据合众社报道", "according to United Press International"),
        ("美国驻匈牙利公使馆", "the U.S. Embassy in Hungary"),
        ("足球协会秘书长率领", "led by the Secretary of the Football Association"),
        ("友好协会总干事王明", "Wang Ming, Secretary-General of the Friendship Association"),
        ("张秉玉上校陪同", "accompanied by Senior Colonel Zhang Bingyu"),
        ("阿夫伊硕士来访", "Mr. Afui came on a visit"),
        ("日本首相在会上", "The Japanese President at the meeting"),
        ("对外文化协会会长", "President of the Association for Friendship with Foreign Countries"),
        ("文化联络委员会", "the Association for Cultural Liaison"),
        ("湖南的水稻", "The rice of Hubei"),
        ("瑞士和日本", "Sweden and Japan"),
        ("东北各地", "all parts of the Northwest"),
        ("据路透社消息", "according to AFP"),
        ("阿尔巴尼亚大使巴利里签字", "The Albanian Ambassador Prifti signed."),
        ("钢琴家贝莱仁斯基演奏了", "The pianist Ekier played."),
        ("公使韦尔兹已离开", "The envoy Whelton had left."),
    ],
)
def test_another_name_is_told(zh: str, en: str) -> None:
    assert len(misnamed(zh, en)) == 1


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("任命徐思铎为参赞", "appointed Xu Siduo as counsellor"),
        ("重庆的工人", "the workers of Chongqing"),
        ("鞍钢职工", "the workers of Anshan Iron and Steel"),
        ("江、浙等省", "Jiangsu, Zhejiang and other provinces"),
        ("在上海对体育学院队", "In Shanghai against the Sports Institute"),
        ("马来亚当局", "The Malayan authorities"),
        ("加拿大的小麦", "the wheat of Canada"),
        ("朝鲜大使李永镐", "the Korean ambassador Li Yongho"),
        ("副教授王明", "Associate Professor Wang Ming"),
        ("阳谷一号", "Yanggu No. 1"),
        ("西安人民", "The people of Xi'an"),
        ("省委第一书记陶铸", "Tao Zhu, First Secretary of the Provincial Committee"),
        ("中小学的校园", "primary and secondary schools"),
        ("大师担任讲师", "masters served as lecturers"),
        ("英国国王和公主", "the King and the Princess"),
        ("江苏、浙江两省", "Jiangsu and Zhejiang Provinces"),
        ("苏联和匈牙利", "the Soviet Union and Hungary"),
        ("海军和西德", "the West German navy"),
        ("罗马尼亚代表团", "the Romanian delegation."),
        ("作家达斯卡洛夫说", "The writer Daskalov said."),
        ("别尔切克和杰特维", "Berczik and Jetzevi played."),
        ("法西斯的组织", "fascist organizations in Germany."),
        ("戴爱莲编的亚非舞", "the Asia-Africa dance by Dai Ailian."),
        ("法国心理学家弗洛伊特", "the psychoanalyst Freud's works, and Proudhon's."),
        ("爱德华到达北京", "Edward, the Indian, arrived in Beijing."),
        ("乌克兰、哈萨克", "Ukraine, Kazakhstan"),
        ("演员雅布洛奇金娜", "the actress Yablochkina, an artist"),
        ("周王叫毛公", "The Zhou King ordered Mao Gong"),
        ("表演苏绣的女工", "women demonstrating Suzhou embroidery"),
        ("厦大附属医院", "the hospital of Xiamen University"),
        ("塞尔维亚的军队", "The Serbian army, in Serbia"),
        ("美国的代表", "the American delegate Scott"),
        ("马林等三人", "Marin and two others"),
        ("台北26日电", "Taipei, 26th"),
        ("杨振宁获奖", "Yang Chen-ning won the prize"),
    ],
)
def test_what_cannot_be_judged_is_left_alone(zh: str, en: str) -> None:
    assert misnamed(zh, en) == []


@pytest.mark.parametrize(
    ("name", "word", "same"),
    [
        ("达斯卡洛夫", "Daskalov", True),
        ("斯塔罗斯京", "Starostin", True),
        ("列宁格勒", "Leningrad", True),
        ("罗马尼亚", "Romania", True),
        ("韦尔兹", "Wailes", True),
        ("弗洛伊特", "Freud", True),
        ("韦尔兹", "Whelton", False),
        ("巴利里", "Prifti", False),
        ("贝莱仁斯基", "Ekier", False),
        ("乔洛尤", "Stoica", False),
    ],
)
def test_foreign_names_are_told_apart_by_their_consonants(name: str, word: str, same: bool) -> None:
    assert (likeness(name, word) >= 0.65) == same

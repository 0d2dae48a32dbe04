"""What to search for in the other language: terms of the newspaper with their usual rendering.

Unlike `rag.language.lexicon`, which gathers hints that two sentences say the same, every entry here must be right by
itself, for it is added to a question and shown to its asker. So a word with several meanings ("line", "issue",
"state", "left") stands here only inside a phrase that has one. A line holds one meaning: Chinese terms before the
stroke, English ones after it, several set apart by commas. The first of a side is what is searched for; all of them
are understood, but for an English one in brackets, which also means something else. English is matched by its words,
in singular or plural, not by stems: a product is no production.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.language.fold import fold
from rag.language.wordlists import STOPWORDS

_LINES = """
钢铁|iron and steel
钢|steel
生铁|pig iron
铁矿|iron mine
炼钢|steelmaking, steel making
炼铁|iron smelting, ironmaking
炼钢厂|steel plant, steelworks
钢厂 钢铁厂|steel mill, steel plant
铁厂|iron plant, iron works, ironworks
锻造|forging
锻钢|forged steel
钢材|rolled steel
轧钢|steel rolling
平炉|open-hearth furnace, open-hearth
高炉|blast furnace
土高炉|native blast furnace, indigenous blast furnace
转炉|converter
电炉|electric furnace
窑 大窑|kiln
焦炭|metallurgical coke
矿石|ore
铁矿石|iron ore
燃料|fuel
煤|coal
煤矿|coal mine, colliery
煤炭|coal
石油|petroleum, oil
电力|electric power, electricity
发电站 电站|power station
水泥|cement
木材|timber
化肥|chemical fertilizer
机器|machine
机械|machinery
机床|machine tool
拖拉机|tractor
汽车|automobile, motor car
火车|train
铁路|railway, railroad
公路|highway
桥梁|bridge
飞机|airplane, aircraft
轮船|steamship
港口|harbour, harbor
工厂|factory
厂矿|factories and mines
车间|workshop
小组|group
班组|work team
铁|iron
炉|furnace
工区|work area
工段|section of the workshop
工地|construction site
现场会 现场会议|on-site meeting
会议|meeting, conference
代表会议|representative meeting, meeting of representatives
代表会|representative meeting
代表代表|representative, delegate
代表团|delegation
报告|report
总结报告|summary report, closing report
总结|summary
讲话|speech
演说|speech
讨论|discussion, discuss, discussed
决议|resolution
决定|decision, decide, decided
指示|instruction, directive
建议|proposal, suggestion
合理化建议|rationalization proposal, rationalisation proposal
意见|opinion
批评|criticism, criticize, criticized, criticise, criticised
自我批评|self-criticism
倡议|initiative
经验|experience
先进经验|advanced experience
先进|advanced
先进生产者|advanced producer
先进生产者运动|advanced producers movement
落后|backward
方法 办法|method
措施|measure
技术|technology
技术革新|technical innovation, technological innovation
技术革命|technical revolution, technological revolution
工具改革|tool reform
质量|quality
合格率|pass rate, qualification rate
产量|output
日产量|daily output
产值|output value
成本|cost
劳动生产率|labor productivity, labour productivity
节约|(saving)
浪费|waste
增产节约|increase production and practice economy
增产|increase production
计划|plan
五年计划|five-year plan
国家计划|state plan
指标|target
任务|task
定额|quota
生产|production
生产任务|production task
劳动|labor, labour
体力劳动|manual labor, manual labour, physical labor
参加劳动|take part in labor, participate in labor
跟班劳动|work shifts with the workers
试验田|experimental plot, experimental field
竞赛|competition
社会主义竞赛|socialist competition, socialist emulation
红旗|red flag
流动红旗|mobile red flag
冠军|champion
纪录|record
新纪录|new record
成绩|(achievement)
成就|accomplishment
困难|difficulty
错误|mistake
缺点|shortcoming
问题|problem
事故|accident
脱炭|decarburization
工人|worker
职工|staff and workers, workers and staff
职员|office staff
干部|cadre
领导干部|leading cadre
领导|leadership
领导人|leader
厂长|factory director
副厂长|vice-director, deputy director
车间主任|workshop director
组长|group leader, team leader
工程师|engineer
技术员|technician
群众|masses
群众运动|mass movement
群众路线|mass line
农民|peasant
贫农|poor peasant
社员|commune member
人民公社|people's commune
公社|commune
合作社|cooperative
农业合作社|agricultural cooperative
生产队|production team
生产大队|production brigade
食堂 公共食堂|canteen, mess hall
托儿所|nursery
家属|family members, dependents
宿舍|dormitory
住宅区|residential area
工会|trade union
全国总工会|all-china federation of trade unions
妇联|women's federation
共青团|communist youth league
少先队|young pioneers
红领巾|red scarf
青年|youth
学生|student
教师|teacher
教授|professor
科学家|scientist
医生|doctor
医院|hospital
护士|nurse
疾病|disease
学校|school
小学|primary school
中学|middle school
大学|university
教育|education
扫盲|literacy campaign, eliminate illiteracy
勤工俭学|work-study
党|communist party
共产党|communist party
中国共产党 中共|communist party of china, chinese communist party
党委|party committee
省委|provincial party committee
市委|municipal party committee
县委|county party committee
党支部|party branch
党员|party member
党委书记|party committee secretary
第一书记|first secretary
书记|secretary
委员会|committee
中央委员会|central committee
主席|chairman
副主席|vice-chairman
总理|premier
外交部|foreign ministry, ministry of foreign affairs
外交部长|foreign minister
部长|minister
总统|president
首相|prime minister
国务院|state council
人民代表大会|people's congress
政府|government
省|province
县|county
自治区|autonomous region
农村|countryside, rural area
城市|city
整风|rectification
整风运动|rectification campaign
整改|(rectification)
大鸣大放|airing views
大字报|big-character poster
反右派斗争|anti-rightist struggle
右派分子|rightist
官僚主义|bureaucracy, bureaucratism
主观主义|subjectivism
宗派主义|sectarianism
教条主义|dogmatism
修正主义|revisionism
个人主义|individualism
资本主义|capitalism
资产阶级|bourgeoisie
无产阶级|proletariat
工人阶级|working class
阶级斗争|class struggle
社会主义|socialism
共产主义|communism
帝国主义|imperialism
殖民主义|colonialism
马克思主义|marxism
毛泽东思想|mao zedong thought
毛主席|chairman mao
大跃进|great leap forward
跃进|leap forward
总路线|general line
三面红旗|three red banners
大炼钢铁|mass steelmaking
除四害|four pests
双反运动|anti-waste and anti-conservatism
三反|three-anti
五反|five-anti
百花齐放|hundred flowers
革命|revolution
思想|ideology
思想工作|ideological work
思想教育|ideological education
政治|politics
经济|economy
文化|culture
工业|industry
工业企业|industrial enterprise
企业|enterprise
重工业|heavy industry
轻工业|light industry
农业|agriculture
手工业|handicraft
商业|commerce
贸易|trade
对外贸易|foreign trade
市场|market
物价|commodity prices
工资|wages
银行|bank
税收|taxation
公司|corporation
合同|contract
互助合同|mutual-aid contract
互助|mutual aid
粮食|grain
小麦|wheat
水稻|rice
玉米|maize
棉花|cotton
蔬菜|vegetable
糖精|saccharin
养猪|pig raising
肥料|fertilizer
种子|seed
播种|sowing
收割|harvest
丰收|bumper harvest
亩产|yield per mu
水利|water conservancy
水库|reservoir
灌溉|irrigation
抗旱|drought resistance
旱灾|drought
水灾|flood
台风|typhoon
地震|earthquake
植树|tree planting
森林|forest
河流|river
天气|weather
战士|warrior
钢铁战士|steel warrior
战争|war
和平|peace
解放军|people's liberation army
志愿军|volunteer army
民兵|militia
军队|armed forces
原子弹|atomic bomb
核武器|nuclear weapon
人造卫星|artificial satellite
火箭|rocket
敌人|enemy
奴隶|slave
条约|treaty
友好条约|treaty of friendship
友好互助条约|treaty of friendship and mutual assistance
协定|agreement
声明|statement
公报|communique
大使|ambassador
大使馆|embassy
外交关系|diplomatic relations
访问|visit
友谊|friendship
抗议|protest
选举|election
议会|parliament
联合国|united nations
安理会|security council
社会主义阵营|socialist camp
苏联|soviet union
美国|united states
英国|britain
法国|france
德国|germany
西德|west germany
东德 民主德国|east germany, german democratic republic
日本|japan
朝鲜|korea
越南|vietnam
蒙古|mongolia
印度|india
印度尼西亚 印尼|indonesia
缅甸|burma
巴基斯坦|pakistan
尼泊尔|nepal
锡兰|ceylon
柬埔寨|cambodia
老挝|laos
泰国|thailand
埃及|egypt
伊拉克|iraq
伊朗|iran
叙利亚|syria
黎巴嫩|lebanon
以色列|israel
阿尔及利亚|algeria
摩洛哥|morocco
刚果|congo
加纳|ghana
几内亚|guinea
古巴|cuba
巴西|brazil
阿根廷|argentina
墨西哥|mexico
加拿大|canada
澳大利亚|australia
波兰|poland
捷克斯洛伐克|czechoslovakia
匈牙利|hungary
罗马尼亚|romania
保加利亚|bulgaria
阿尔巴尼亚|albania
南斯拉夫|yugoslavia
意大利|italy
西班牙|spain
比利时|belgium
荷兰|netherlands
瑞典|sweden
挪威|norway
芬兰|finland
丹麦|denmark
瑞士|switzerland
希腊|greece
土耳其|turkey
俄罗斯|russia
乌克兰|ukraine
欧洲|europe
亚洲|asia
非洲|africa
拉丁美洲|latin america
中东|middle east
台湾|taiwan
香港|hong kong
西藏|tibet
内蒙古|inner mongolia
新疆|xinjiang
莫斯科|moscow
华盛顿|washington
纽约|new york
伦敦|london
巴黎|paris
柏林|berlin
东京|tokyo
中国|china
人民日报|people's daily
新华社|xinhua news agency
记者|reporter
社论|editorial
图片|picture
照片|photograph
插图|illustration
邮票|stamp
诗歌|poetry
小说|novel
电影|film
音乐|music
戏剧|drama
京剧|peking opera, beijing opera
歌曲|song
绘画|painting
展览会|exhibition
博物馆|museum
图书馆|library
体育|sports
运动会|sports meet
足球|football
篮球|basketball
乒乓球|table tennis
世界纪录|world record
奥运会|olympic games
高潮|upsurge
运动|movement
上半年|first half of the year
下半年|second half of the year
季度|(quarter)
星期|week
今天|today
下午|afternoon
国际|international
全国|nationwide
妇女|women
儿童|children
母亲|mother
父亲|father
老师|teacher
法院|court
法律|law
宪法|constitution
婚姻法|marriage law
警察|police
安全|safety
卫生|hygiene
研究|research
科学|science
科学院|academy of sciences
生活|life
质子|proton
气象|meteorology
货车|freight car
载重|load
疫苗|vaccine
癌症|cancer
污染|pollution
能源|energy
恐怖分子|terrorist
失业|unemployment
投资|investment
股票|stock market
互联网|internet
电视|television
广播|broadcast
"""


@lru_cache(maxsize=1)
def _entries() -> list[tuple[list[str], list[str]]]:
    lines = (line.partition("|") for line in _LINES.split("\n") if line)
    return [(left.split(), [term.strip() for term in right.split(",")]) for left, _, right in lines]


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Chinese term -> its English rendering."""
    return {term: renderings[0].strip("()") for terms, renderings in _entries() for term in terms}


@lru_cache(maxsize=1)
def chinese() -> dict[tuple[str, ...], str]:
    """The words of an English term as `plain` gives them, without function words -> its Chinese rendering."""
    found: dict[tuple[str, ...], str] = {}
    for terms, renderings in _entries():
        for rendering in renderings:
            if not rendering.startswith("("):
                words = rendering.replace("-", " ").split()
                found.setdefault(tuple(plain(word) for word in words if word not in STOPWORDS), terms[0])
    return found


def plain(word: str) -> str:
    """An English word folded, without possessive and plural ending (secretaries': secretary)."""
    folded = re.sub("'s?$", "", fold(word))
    for ending, singular in (("sses", "ss"), ("ies", "y"), ("ss", "ss"), ("s", "")):
        if folded.endswith(ending) and len(folded) > max(3, len(ending) + 1):
            return folded.removesuffix(ending) + singular
    return folded
